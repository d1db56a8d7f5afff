#pragma once

// Labelled rows and short ways to run a learner, for the tests of the learners.

#include <string>
#include <vector>

#include "mahalanobis/naive_metric.h"
#include "nearfar/core/random.h"
#include "nearfar/mahalanobis/learner.h"

namespace nearfar::testing {

struct LabelledRows {
  Matrix x;
  Labels labels;
};

inline Labels labels_of(const std::vector<std::int32_t>& codes) {
  Labels labels;
  labels.codes = codes;
  std::int32_t classes = 0;
  for (const std::int32_t code : codes) classes = std::max(classes, code + 1);
  for (std::int32_t c = 0; c < classes; ++c) labels.names.push_back(std::to_string(c));
  return labels;
}

/// Rows of classes of unlike sizes about random means, with correlated columns; in random order.
inline LabelledRows labelled_rows(std::int64_t rows, std::int64_t d, std::int32_t classes, std::uint64_t seed,
                                  double separation = 1.5) {
  LabelledRows data{correlated(rows, d, seed), {}};
  const Matrix means = random_rows(classes, d, seed + 7, separation);
  Random random(seed + 13);
  std::vector<std::int32_t> codes;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto drawn = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(classes) + 1));
    codes.push_back(i < 2 * classes ? static_cast<std::int32_t>(i % classes) : std::min(drawn, classes - 1));
    for (std::int64_t j = 0; j < d; ++j) data.x(i, j) += means(codes.back(), j);
  }
  data.labels = labels_of(codes);
  return data;
}

inline LearnedMap learn_from_labels(const LearnerInfo& learner, const Matrix& x, const Labels& labels,
                                    const LearnerOptions& options = {}) {
  LearnerInput input;
  input.x = x;
  input.labels = &labels;
  return learner.learn(input, options, {});
}

inline LearnedMap learn_from_tuples(const LearnerInfo& learner, const Matrix& x, const Tuples& tuples,
                                    const LearnerOptions& options = {}) {
  LearnerInput input;
  input.x = x;
  input.tuples = &tuples;
  return learner.learn(input, options, {});
}

/// Every pair of rows, similar where the labels are the same.
inline Tuples all_pairs(const Labels& labels) {
  Tuples pairs;
  pairs.kind = TupleKind::pairs;
  const auto n = static_cast<std::int32_t>(labels.codes.size());
  for (std::int32_t i = 0; i < n; ++i) {
    for (std::int32_t j = i + 1; j < n; ++j) {
      pairs.items.insert(pairs.items.end(), {i, j});
      const bool same =
          labels.codes[static_cast<std::size_t>(i)] == labels.codes[static_cast<std::size_t>(j)];
      pairs.values.push_back(same ? 1 : 0);
    }
  }
  return pairs;
}

/// sum + weight (x_i - x_j)(x_i - x_j)'.
inline void add_difference(Square& sum, const Matrix& x, std::int64_t i, std::int64_t j, double weight) {
  const auto delta = [&](std::size_t k) {
    return static_cast<double>(x(i, static_cast<std::int64_t>(k))) -
           static_cast<double>(x(j, static_cast<std::int64_t>(k)));
  };
  for (std::size_t a = 0; a < sum.size(); ++a) {
    for (std::size_t b = 0; b < sum.size(); ++b) sum[a][b] += weight * delta(a) * delta(b);
  }
}

inline double squared_distance(const Matrix& x, std::int64_t i, std::int64_t j) {
  double sum = 0;
  for (std::int64_t k = 0; k < x.cols(); ++k) {
    const double delta = static_cast<double>(x(i, k)) - static_cast<double>(x(j, k));
    sum += delta * delta;
  }
  return sum;
}

/// The sum of weight(i, j) (x_i - x_j)(x_i - x_j)' over i < j.
template <class Weight>
Square pair_sum(const Matrix& x, Weight weight) {
  Square sum = square(x.cols());
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (std::int64_t j = i + 1; j < x.rows(); ++j) {
      const double w = weight(i, j);
      if (w != 0) add_difference(sum, x, i, j, w);
    }
  }
  return sum;
}

/// Within, and between, the classes: half the sum over ordered pairs, with weights that give the scatters
/// about the means.
struct NaiveScatters {
  Square within;
  Square between;
};
inline NaiveScatters naive_scatters(const LabelledRows& data) {
  const std::vector<std::int32_t>& codes = data.labels.codes;
  std::vector<double> size(static_cast<std::size_t>(data.labels.classes()));
  for (const std::int32_t code : codes) ++size[static_cast<std::size_t>(code)];
  const double n = static_cast<double>(codes.size());
  const auto same_weight = [&](std::int64_t i, std::int64_t j) {
    const std::int32_t code = codes[static_cast<std::size_t>(i)];
    return code == codes[static_cast<std::size_t>(j)] ? 1 / size[static_cast<std::size_t>(code)] : 0.0;
  };
  return {pair_sum(data.x, same_weight),
          pair_sum(data.x, [&](std::int64_t i, std::int64_t j) { return 1 / n - same_weight(i, j); })};
}

inline double form(const std::vector<double>& v, const Square& s, const std::vector<double>& w) {
  double sum = 0;
  for (std::size_t a = 0; a < s.size(); ++a) {
    for (std::size_t b = 0; b < s.size(); ++b) sum += v[a] * s[a][b] * w[b];
  }
  return sum;
}

/// The largest relative residual |A v - w B v| of the rows v of L, w = v'Av / v'Bv; the ratios w go to
/// `ratios` if it is given.
inline double eigen_residual(const Matrix& l, const Square& a, const Square& b,
                             std::vector<double>* ratios = nullptr) {
  double worst = 0;
  for (std::int64_t r = 0; r < l.rows(); ++r) {
    const std::vector<double> v = in_double(l.row(r), l.cols());
    const double ratio = form(v, a, v) / form(v, b, v);
    if (ratios != nullptr) ratios->push_back(ratio);
    double size = 0;
    double residual = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      double av = 0;
      double bv = 0;
      double scale = 0;
      for (std::size_t j = 0; j < a.size(); ++j) {
        av += a[i][j] * v[j];
        bv += b[i][j] * v[j];
        scale += std::abs(a[i][j] * v[j]) + ratio * std::abs(b[i][j] * v[j]);
      }
      size = std::max(size, scale);
      residual = std::max(residual, std::abs(av - ratio * bv));
    }
    worst = std::max(worst, residual / size);
  }
  return worst;
}

/// The largest deviation of L B L' from the identity.
inline double orthonormality(const Matrix& l, const Square& b) {
  double worst = 0;
  for (std::int64_t r = 0; r < l.rows(); ++r) {
    for (std::int64_t s = 0; s < l.rows(); ++s) {
      const double product = form(in_double(l.row(r), l.cols()), b, in_double(l.row(s), l.cols()));
      worst = std::max(worst, std::abs(product - (r == s ? 1 : 0)));
    }
  }
  return worst;
}

inline double naive_trace(const Square& s) {
  double sum = 0;
  for (std::size_t i = 0; i < s.size(); ++i) sum += s[i][i];
  return sum;
}

// A fact by its name; -1 where there is none of it.
inline double fact(const LearnedMap& learned, const std::string& name) {
  for (const auto& [key, value] : learned.facts) {
    if (key == name) return value;
  }
  return -1;
}

inline LearnerOptions unshrunk() {
  LearnerOptions options;
  options.regularization = 0;
  return options;
}

}  // namespace nearfar::testing
