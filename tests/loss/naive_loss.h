#pragma once

// The losses once more, written from their formulas over lists of pairs and triplets, in double; and random
// batches to try them on.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "naive_distance.h"
#include "nearfar/loss/loss.h"
#include "random_rows.h"

namespace nearfar::testing {

using DoubleRows = std::vector<std::vector<double>>;

inline DoubleRows in_double(const Matrix& x) {
  DoubleRows rows;
  for (std::int64_t i = 0; i < x.rows(); ++i) rows.push_back(in_double(x.row(i), x.cols()));
  return rows;
}

struct NaiveLoss {
  double value = 0;
  std::int64_t terms = 0;
  std::int64_t active = 0;
  double clearance = std::numeric_limits<double>::infinity();  ///< how far the nearest kink of any term is
};

class NaiveBatch {
 public:
  NaiveBatch(DistanceKind kind, const DoubleRows& x, const Supervision& supervision)
      : kind_(kind), x_(x), supervision_(supervision) {
    if (kind != DistanceKind::manhattan) return;
    for (const auto& a : x) {
      for (const auto& b : x) {
        for (std::size_t k = 0; &a != &b && k < a.size(); ++k) near_kink(a[k] - b[k]);
      }
    }
  }

  NaiveLoss evaluate(std::string_view loss, const LossOptions& options) {
    if (loss == "contrastive" || loss == "contrastive-squared") {
      const int power = loss == "contrastive" ? 1 : 2;
      for (const auto& [i, j, similar] : pairs()) {
        const double d = std::pow(distance(i, j), power);
        const double term =
            similar ? d - std::pow(options.pos_margin, power) : std::pow(options.neg_margin, power) - d;
        parts_[similar ? 0 : 1].push_back(hinge(term));
      }
    } else if (loss == "triplet") {
      for (const auto& [a, p, n] : triplets()) {
        double d_an = distance(a, n);
        if (options.swap) {
          near_kink(d_an - distance(p, n));
          d_an = std::min(d_an, distance(p, n));
        }
        const double gap = distance(a, p) - d_an + options.margin;
        parts_[0].push_back(options.smooth ? std::log(1 + std::exp(gap)) : hinge(gap));
      }
    } else {
      FAIL("the loss " << std::string(loss) << " has no formula here: add one");
    }
    for (const std::vector<double>& part : parts_) reduce(part, options.reduction);
    return result_;
  }

 private:
  [[nodiscard]] double distance(std::int32_t i, std::int32_t j) const {
    return naive_distance(kind_, x_[static_cast<std::size_t>(i)], x_[static_cast<std::size_t>(j)]);
  }
  void near_kink(double to_kink) { result_.clearance = std::min(result_.clearance, std::abs(to_kink)); }
  double hinge(double term) {
    near_kink(term);
    return std::max(0.0, term);
  }

  [[nodiscard]] std::vector<std::array<std::int32_t, 3>> pairs() const {  // i, j, similar
    std::vector<std::array<std::int32_t, 3>> list;
    if (supervision_.tuples == nullptr) {
      for (std::int32_t j = 0; j < rows(); ++j) {
        for (std::int32_t i = 0; i < j; ++i) list.push_back({i, j, label(i) == label(j) ? 1 : 0});
      }
    } else if (supervision_.tuples->kind == TupleKind::triplets) {
      for (const auto& [a, p, n] : triplets()) {
        list.push_back({a, p, 1});
        list.push_back({a, n, 0});
      }
    } else {
      const Tuples& tuples = *supervision_.tuples;
      for (std::size_t t = 0; t < tuples.values.size(); ++t) {
        list.push_back({tuples.items[2 * t], tuples.items[2 * t + 1], tuples.values[t] == 1 ? 1 : 0});
      }
    }
    return list;
  }

  [[nodiscard]] std::vector<std::array<std::int32_t, 3>> triplets() const {
    std::vector<std::array<std::int32_t, 3>> list;
    if (supervision_.tuples != nullptr) {
      const std::vector<std::int32_t>& items = supervision_.tuples->items;
      for (std::size_t t = 0; t + 2 < items.size(); t += 3)
        list.push_back({items[t], items[t + 1], items[t + 2]});
      return list;
    }
    for (std::int32_t n = 0; n < rows(); ++n) {
      for (std::int32_t p = 0; p < rows(); ++p) {
        for (std::int32_t a = 0; a < rows(); ++a) {
          if (a != p && label(a) == label(p) && label(a) != label(n)) list.push_back({a, p, n});
        }
      }
    }
    return list;
  }

  void reduce(const std::vector<double>& part, Reduction reduction) {
    double sum = 0;
    std::int64_t active = 0;
    for (const double term : part) {
      sum += term;
      if (term > 0) ++active;
    }
    const auto terms = static_cast<std::int64_t>(part.size());
    result_.terms += terms;
    result_.active += active;
    const std::int64_t by = reduction == Reduction::mean           ? terms
                            : reduction == Reduction::mean_nonzero ? active
                                                                   : 1;
    if (by > 0) result_.value += sum / static_cast<double>(by);
  }

  [[nodiscard]] std::int32_t rows() const { return static_cast<std::int32_t>(x_.size()); }
  [[nodiscard]] std::int32_t label(std::int32_t i) const {
    return supervision_.labels[static_cast<std::size_t>(i)];
  }

  DistanceKind kind_;
  const DoubleRows& x_;
  const Supervision& supervision_;
  std::vector<double> parts_[2];  // of similar and of dissimilar pairs; triplets have one part
  NaiveLoss result_;
};

inline NaiveLoss naive_loss(std::string_view loss, const LossOptions& options, DistanceKind kind,
                            const DoubleRows& x, const Supervision& supervision) {
  return NaiveBatch(kind, x, supervision).evaluate(loss, options);
}

/// What is known of a batch, in each of the ways a loss may take it.
struct BatchTruth {
  std::vector<std::int32_t> labels;
  Tuples pairs;
  Tuples triplets;

  struct Way {
    std::string name;
    Supervision supervision;
  };
  /// The ways that `loss` allows.
  [[nodiscard]] std::vector<Way> for_loss(const LossInfo& loss) const {
    std::vector<Way> ways;
    if (loss.from_labels) ways.push_back({"labels", {labels, nullptr}});
    if (loss.from_pairs) ways.push_back({"pairs", {{}, &pairs}});
    if (loss.from_triplets) ways.push_back({"triplets", {{}, &triplets}});
    return ways;
  }
};

/// Three classes and a singleton; pairs and triplets at random, so that some come twice or turned round.
inline BatchTruth random_truth(std::int64_t rows, std::uint64_t seed) {
  Random random(seed, RandomPurpose::mining);
  BatchTruth truth;
  for (std::int64_t i = 0; i + 1 < rows; ++i) truth.labels.push_back(static_cast<std::int32_t>(i % 3));
  truth.labels.push_back(3);
  truth.pairs.kind = TupleKind::pairs;
  truth.triplets.kind = TupleKind::triplets;
  for (std::int64_t t = 0; t < 3 * rows; ++t) {
    const auto drawn = random.sample(static_cast<std::uint64_t>(rows), 3);
    std::vector<std::int32_t> items(drawn.begin(), drawn.end());
    random.shuffle(std::span<std::int32_t>(items));
    truth.triplets.items.insert(truth.triplets.items.end(), items.begin(), items.end());
    truth.pairs.items.insert(truth.pairs.items.end(), items.begin(), items.begin() + 2);
    truth.pairs.values.push_back(t % 2 == 0 ? 1 : 0);
  }
  return truth;
}

inline double largest(const Matrix& x) {
  double most = 0;
  for (const float value : values(x)) most = std::max(most, std::abs(static_cast<double>(value)));
  return most;
}

inline bool all_finite(const Matrix& x) {
  return std::all_of(values(x).begin(), values(x).end(), [](float value) { return std::isfinite(value); });
}

}  // namespace nearfar::testing
