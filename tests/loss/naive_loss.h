#pragma once

// The losses once more, written from their formulas over lists of pairs, triplets and anchors, in double; and
// random batches to try them on.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "loss/evaluate_in_double.h"
#include "naive_distance.h"
#include "nearfar/loss/loss.h"
#include "random_rows.h"

namespace nearfar::testing {

inline DoubleRows in_double(const Matrix& x) {
  DoubleRows rows;
  for (std::int64_t i = 0; i < x.rows(); ++i) rows.push_back(in_double(x.row(i), x.cols()));
  return rows;
}

struct NaiveLoss {
  double value = 0;
  std::int64_t terms = 0;
  std::int64_t active = 0;
};

/// Who is whose positive and negative, as sets of columns for each row.
struct NaiveAnchors {
  std::vector<std::set<std::size_t>> positives;
  std::vector<std::set<std::size_t>> negatives;

  NaiveAnchors(std::size_t rows, const Supervision& supervision) : positives(rows), negatives(rows) {
    if (supervision.tuples == nullptr) {
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < supervision.labels.size(); ++j) {
          if (i != j) (supervision.labels[i] == supervision.labels[j] ? positives : negatives)[i].insert(j);
        }
      }
      return;
    }
    const Tuples& tuples = *supervision.tuples;
    const auto mark = [&](std::int32_t i, std::int32_t j, bool similar) {
      const auto a = static_cast<std::size_t>(i);
      const auto b = static_cast<std::size_t>(j);
      (similar ? positives : negatives)[a].insert(b);  // what is said last holds
      (similar ? negatives : positives)[a].erase(b);
    };
    for (std::int64_t t = 0; t < tuples.size(); ++t) {
      const auto items = tuples[t];
      if (tuples.kind == TupleKind::triplets) {
        mark(items[0], items[1], true);
        mark(items[0], items[2], false);
      } else {
        mark(items[0], items[1], tuples.values[static_cast<std::size_t>(t)] == 1);
        if (!supervision.mined) mark(items[1], items[0], tuples.values[static_cast<std::size_t>(t)] == 1);
      }
    }
  }

  /// All other rows are negatives of the anchors of positive pairs.
  static NaiveAnchors in_batch(std::size_t rows, const Supervision& supervision, bool both) {
    NaiveAnchors all(rows, {});
    if (supervision.tuples == nullptr || supervision.mined) return {rows, supervision};
    const Tuples& tuples = *supervision.tuples;
    std::set<std::pair<std::size_t, std::size_t>> similar;
    for (std::int64_t t = 0; t < tuples.size(); ++t) {
      const auto items = tuples[t];
      if (tuples.kind == TupleKind::triplets || tuples.values[static_cast<std::size_t>(t)] == 1)
        similar.emplace(static_cast<std::size_t>(items[0]), static_cast<std::size_t>(items[1]));
    }
    for (const auto& [a, p] : similar) {
      all.positives[a].insert(p);
      if (both) all.positives[p].insert(a);
    }
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < rows && !all.positives[i].empty(); ++j) {
        if (i != j && !similar.contains({i, j}) && !similar.contains({j, i})) all.negatives[i].insert(j);
      }
    }
    return all;
  }
};

class NaiveBatch {
 public:
  NaiveBatch(DistanceKind kind, const DoubleRows& x, const Supervision& supervision, const DoubleRows& own)
      : kind_(kind), x_(x), supervision_(supervision), own_(own) {}

  NaiveLoss evaluate(std::string_view loss, const LossOptions& options);

 private:
  [[nodiscard]] double distance(std::size_t i, std::size_t j) const {
    return naive_distance(kind_, x_[i], x_[j]);
  }
  [[nodiscard]] double similarity(std::size_t i, std::size_t j) const {
    return (kind_ == DistanceKind::cosine ? 1 : 0) - distance(i, j);
  }
  static double hinge(double term) { return std::max(0.0, term); }

  [[nodiscard]] std::vector<std::array<std::size_t, 3>> pairs() const {  // i, j, similar
    std::vector<std::array<std::size_t, 3>> list;
    if (supervision_.tuples == nullptr) {
      for (std::size_t j = 0; j < x_.size(); ++j) {
        for (std::size_t i = 0; i < x_.size(); ++i) {
          if (i < j || (kind_ == DistanceKind::snr && i != j))
            list.push_back({i, j, supervision_.labels[i] == supervision_.labels[j] ? std::size_t{1} : 0});
        }
      }
      return list;
    }
    const Tuples& tuples = *supervision_.tuples;
    for (std::int64_t t = 0; t < tuples.size(); ++t) {
      const auto a = static_cast<std::size_t>(tuples[t][0]);
      const auto b = static_cast<std::size_t>(tuples[t][1]);
      if (tuples.kind == TupleKind::triplets) {
        list.push_back({a, b, 1});
        list.push_back({a, static_cast<std::size_t>(tuples[t][2]), 0});
      } else {
        list.push_back({a, b, tuples.values[static_cast<std::size_t>(t)] == 1 ? std::size_t{1} : 0});
      }
    }
    return list;
  }

  [[nodiscard]] std::vector<std::array<std::size_t, 3>> triplets() const {
    std::vector<std::array<std::size_t, 3>> list;
    if (supervision_.tuples != nullptr) {
      for (std::int64_t t = 0; t < supervision_.tuples->size(); ++t) {
        const auto items = (*supervision_.tuples)[t];
        list.push_back({static_cast<std::size_t>(items[0]), static_cast<std::size_t>(items[1]),
                        static_cast<std::size_t>(items[2])});
      }
      return list;
    }
    const auto& label = supervision_.labels;
    for (std::size_t n = 0; n < x_.size(); ++n) {
      for (std::size_t p = 0; p < x_.size(); ++p) {
        for (std::size_t a = 0; a < x_.size(); ++a) {
          if (a != p && label[a] == label[p] && label[a] != label[n]) list.push_back({a, p, n});
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

  bool pair_losses(std::string_view loss, const LossOptions& options);
  bool anchor_losses(std::string_view loss, const LossOptions& options);
  bool graded_losses(std::string_view loss, const LossOptions& options);
  bool class_losses(std::string_view loss, const LossOptions& options);
  bool other_losses(std::string_view loss, const LossOptions& options);
  void n_pairs();
  void angular(double degrees);
  void vicreg(const LossOptions& options);
  void soft_triple(const LossOptions& options);

  DistanceKind kind_;
  const DoubleRows& x_;
  const Supervision& supervision_;
  const DoubleRows& own_;
  double added_ = 0;              // to the reduced value
  std::vector<double> parts_[2];  // of similar and of dissimilar pairs; the others have one part
  NaiveLoss result_;
};

inline bool NaiveBatch::pair_losses(std::string_view loss, const LossOptions& o) {
  if (loss == "triplet") {
    for (const auto& [a, p, n] : triplets()) {
      const double d_an = o.swap ? std::min(distance(a, n), distance(p, n)) : distance(a, n);
      const double gap = distance(a, p) - d_an + o.margin;
      parts_[0].push_back(o.smooth ? (gap > 700 ? gap : std::log1p(std::exp(gap))) : hinge(gap));
    }
    return true;
  }
  const bool known = loss == "contrastive" || loss == "contrastive-squared" ||
                     loss == "contrastive-hadsell" || loss == "snr-contrastive" || loss == "margin" ||
                     loss == "logistic";
  if (!known) return false;
  for (const auto& [i, j, similar] : pairs()) {
    const double d = distance(i, j);
    double term = 0;
    if (loss == "contrastive" || loss == "snr-contrastive") {
      term = hinge(similar != 0 ? d - o.pos_margin : o.neg_margin - d);
    } else if (loss == "contrastive-squared") {
      term = hinge(similar != 0 ? d * d - o.pos_margin * o.pos_margin : o.neg_margin * o.neg_margin - d * d);
    } else if (loss == "contrastive-hadsell") {
      term = similar != 0 ? d * d : hinge(o.neg_margin - d) * hinge(o.neg_margin - d);
    } else if (loss == "margin") {
      term = hinge(o.margin + (similar != 0 ? d - o.beta : o.beta - d));
    } else {
      const double p = 1 / (1 + std::exp(d - own_[0][0]));
      term = similar != 0 ? -std::log(p) : -std::log(1 - p);
    }
    const bool apart = loss != "margin" && loss != "logistic";
    parts_[apart && similar == 0 ? 1 : 0].push_back(term);
  }
  return true;
}

inline bool NaiveBatch::anchor_losses(std::string_view loss, const LossOptions& o) {
  const bool in_batch = loss == "infonce" || loss == "supcon";
  const NaiveAnchors anchors =
      in_batch ? NaiveAnchors::in_batch(x_.size(), supervision_, loss == "supcon" || o.symmetric)
               : NaiveAnchors(x_.size(), supervision_);
  const double t = o.temperature;
  for (std::size_t a = 0; a < x_.size(); ++a) {
    const auto& positives = anchors.positives[a];
    const auto& negatives = anchors.negatives[a];
    const auto sum = [](const std::set<std::size_t>& columns, auto term) {
      double total = 0;
      for (const std::size_t j : columns) total += term(j);
      return total;
    };
    const auto s = [&](std::size_t j) { return similarity(a, j); };
    if (loss == "infonce" || loss == "tuplet-margin") {
      for (const std::size_t p : positives) {
        const double s_p = loss == "infonce" ? s(p) : std::cos(std::acos(s(p)) - o.margin);
        parts_[0].push_back(std::log1p(sum(negatives, [&](auto n) { return std::exp((s(n) - s_p) / t); })));
      }
    } else if (loss == "supcon") {
      if (positives.empty()) continue;
      const double all = sum(positives, [&](auto j) { return std::exp(s(j) / t); }) +
                         sum(negatives, [&](auto j) { return std::exp(s(j) / t); });
      parts_[0].push_back(sum(positives, [&](auto p) { return -std::log(std::exp(s(p) / t) / all); }) /
                          static_cast<double>(positives.size()));
    } else if (loss == "multi-similarity") {
      if (positives.empty() && negatives.empty()) continue;
      parts_[0].push_back(
          std::log1p(sum(positives, [&](auto p) { return std::exp(-o.alpha * (s(p) - o.base)); })) / o.alpha +
          std::log1p(sum(negatives, [&](auto n) { return std::exp(o.beta * (s(n) - o.base)); })) / o.beta);
    } else if (loss == "circle") {
      if (positives.empty() || negatives.empty()) continue;
      const double m = o.margin;
      parts_[0].push_back(std::log(
          1 + sum(positives, [&](auto p) {
                return std::exp(-o.gamma * hinge(1 + m - s(p)) * (s(p) - 1 + m));
              }) * sum(negatives, [&](auto n) { return std::exp(o.gamma * hinge(s(n) + m) * (s(n) - m)); })));
    } else if (loss == "nca") {
      if (positives.empty()) continue;
      const double own = sum(positives, [&](auto p) { return std::exp(-distance(a, p) / t); });
      const double others = sum(negatives, [&](auto n) { return std::exp(-distance(a, n) / t); });
      parts_[0].push_back(-std::log(own / (own + others)));
    } else if (loss == "lifted-structure") {
      for (const std::size_t p : positives) {
        const auto near = [&](std::size_t row) {
          return sum(anchors.negatives[row],
                     [&](auto n) { return std::exp(o.neg_margin - distance(row, n)); });
        };
        const double both = near(a) + near(p);
        const double x = both > 0 ? hinge(distance(a, p) - o.pos_margin + std::log(both)) : 0;
        parts_[0].push_back(x * x / 2);
      }
    } else if (loss == "generalized-lifted-structure") {
      if (positives.empty() && negatives.empty()) continue;
      double x = 0;
      if (!positives.empty())
        x += std::log(sum(positives, [&](auto p) { return std::exp(distance(a, p) - o.pos_margin); }));
      if (!negatives.empty())
        x += std::log(sum(negatives, [&](auto n) { return std::exp(o.neg_margin - distance(a, n)); }));
      parts_[0].push_back(hinge(x));
    } else if (loss == "fastap") {
      if (positives.empty()) continue;
      const double width = 4 / o.bins;
      const auto count = [&](const std::set<std::size_t>& columns, double centre) {
        return sum(columns, [&](auto j) { return hinge(1 - std::abs(2 * distance(a, j) - centre) / width); });
      };
      double ap = 0;
      double before_positive = 0;
      double before = 0;
      for (double b = 0; b <= o.bins; ++b) {
        const double h = count(positives, b * width);
        before_positive += h;
        before += h + count(negatives, b * width);
        if (before > 0) ap += h * before_positive / before;
      }
      parts_[0].push_back(hinge(1 - ap / static_cast<double>(positives.size())));
    } else {
      return false;
    }
  }
  return true;
}

inline bool NaiveBatch::graded_losses(std::string_view loss, const LossOptions& o) {
  if (loss != "cosent" && loss != "cosine-mse") return false;
  const Tuples& tuples = *supervision_.tuples;
  const auto s = [&](std::size_t t) {
    return similarity(static_cast<std::size_t>(tuples.items[2 * t]),
                      static_cast<std::size_t>(tuples.items[2 * t + 1]));
  };
  double sum = 0;
  for (std::size_t i = 0; i < tuples.values.size(); ++i) {
    if (loss == "cosine-mse") {
      parts_[0].push_back(std::pow(s(i) - static_cast<double>(tuples.values[i]), 2));
      continue;
    }
    for (std::size_t j = 0; j < tuples.values.size(); ++j) {
      if (tuples.values[i] > tuples.values[j]) sum += std::exp((s(j) - s(i)) / o.temperature);
    }
  }
  if (loss == "cosent" && !tuples.values.empty()) parts_[0].push_back(std::log1p(sum));
  return true;
}

inline bool NaiveBatch::class_losses(std::string_view loss, const LossOptions& o) {
  const auto s = [&](std::size_t i, std::size_t c) {
    return 1 - naive_distance(DistanceKind::cosine, x_[i], own_[c]);
  };
  const auto own = [&](std::size_t i) { return static_cast<std::size_t>(supervision_.labels[i]); };
  if (loss == "proxy-anchor") {
    std::set<std::size_t> present;
    for (std::size_t i = 0; i < x_.size(); ++i) present.insert(own(i));
    double value = 0;
    for (std::size_t c = 0; c < own_.size() && !x_.empty(); ++c) {
      double pull = 0;
      double push = 0;
      for (std::size_t i = 0; i < x_.size(); ++i) {
        if (own(i) == c) pull += std::exp(-o.alpha * (s(i, c) - o.margin));
        if (own(i) != c) push += std::exp(o.alpha * (s(i, c) + o.margin));
      }
      if (present.contains(c)) value += std::log1p(pull) / static_cast<double>(present.size());
      value += std::log1p(push) / static_cast<double>(own_.size());
    }
    parts_[0].assign(x_.size(), value);  // not a sum over rows: any reduction leaves it as it is
    return true;
  }
  const bool known =
      loss == "normalized-softmax" || loss == "cosface" || loss == "arcface" || loss == "proxy-nca";
  if (!known) return false;
  for (std::size_t i = 0; i < x_.size(); ++i) {
    double others = 0;
    double s_y = s(i, own(i));
    const double scale = (loss == "proxy-nca" ? 2 : 1) / o.temperature;
    if (loss == "cosface") s_y -= o.margin;
    if (loss == "arcface") {
      const double angle = std::acos(s_y);
      s_y = angle + o.margin <= std::acos(-1.0) ? std::cos(angle + o.margin)
                                                : s_y - o.margin * std::sin(o.margin);
    }
    for (std::size_t c = 0; c < own_.size(); ++c) {
      if (c != own(i)) others += std::exp(scale * (s(i, c) - s_y));
    }
    parts_[0].push_back(std::log1p(others));
  }
  return true;
}

inline void NaiveBatch::n_pairs() {
  std::vector<std::pair<std::size_t, std::size_t>> similar;
  std::set<std::size_t> candidates;
  std::set<std::pair<std::size_t, std::size_t>> own;  // (anchor, negative) of triplets
  if (supervision_.tuples == nullptr) {
    const std::set<std::int32_t> classes(supervision_.labels.begin(), supervision_.labels.end());
    for (const std::int32_t c : classes) {
      std::vector<std::size_t> rows;
      for (std::size_t i = 0; i < x_.size(); ++i) {
        if (supervision_.labels[i] == c) rows.push_back(i);
      }
      if (rows.size() > 1) similar.emplace_back(rows[0], rows[1]);
    }
  } else {
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (std::int64_t t = 0; t < supervision_.tuples->size(); ++t) {
      const auto items = (*supervision_.tuples)[t];
      const auto a = static_cast<std::size_t>(items[0]);
      const bool is_triplet = supervision_.tuples->kind == TupleKind::triplets;
      if (is_triplet) own.emplace(a, static_cast<std::size_t>(items[2]));
      if (is_triplet || supervision_.tuples->values[static_cast<std::size_t>(t)] == 1)
        pairs.emplace(a, static_cast<std::size_t>(items[1]));
    }
    similar.assign(pairs.begin(), pairs.end());
  }
  const std::set<std::pair<std::size_t, std::size_t>> known(similar.begin(), similar.end());
  for (const auto& pair : similar) candidates.insert(pair.second);
  for (const auto& [a, p] : similar) {
    double sum = 0;
    for (std::size_t n = 0; n < x_.size(); ++n) {
      const bool negative = candidates.contains(n) || own.contains({a, n});
      if (negative && n != a && n != p && !known.contains({a, n}) && !known.contains({n, a}))
        sum += std::exp(similarity(a, n) - similarity(a, p));
    }
    parts_[0].push_back(std::log1p(sum));
  }
}

inline void NaiveBatch::angular(double degrees) {
  const NaiveAnchors anchors(x_.size(), supervision_);
  const double t = std::pow(std::tan(degrees * std::acos(-1.0) / 180), 2);
  const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
    return sum;
  };
  const auto unit = [&](std::size_t i) {
    std::vector<double> u = x_[i];
    const double size = std::sqrt(dot(u, u));
    for (double& value : u) value = size > 0 ? value / size : 0;
    return u;
  };
  for (std::size_t a = 0; a < x_.size(); ++a) {
    for (const std::size_t p : anchors.positives[a]) {
      const auto ua = unit(a);
      const auto up = unit(p);
      double sum = 0;
      for (const std::size_t n : anchors.negatives[a])
        sum += std::exp(4 * t * (dot(ua, x_[n]) + dot(up, x_[n])) - 2 * (1 + t) * dot(ua, up));
      parts_[0].push_back(std::log1p(sum));
    }
  }
}

inline void NaiveBatch::vicreg(const LossOptions& o) {
  DoubleRows sides[2];
  for (const auto& [a, b, similar] : pairs()) {
    if (similar == 0) continue;
    sides[0].push_back(x_[a]);
    sides[1].push_back(x_[b]);
  }
  const std::size_t n = sides[0].size();
  if (n == 0) return;
  const std::size_t d = x_.front().size();
  double value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < d; ++k)
      value += o.invariance * std::pow(sides[0][i][k] - sides[1][i][k], 2) / static_cast<double>(n * d);
  }
  for (const DoubleRows& z : sides) {
    const auto covariance = [&](std::size_t k, std::size_t l) {
      double mk = 0;
      double ml = 0;
      for (const auto& row : z) {
        mk += row[k] / static_cast<double>(n);
        ml += row[l] / static_cast<double>(n);
      }
      double sum = 0;
      for (const auto& row : z) sum += (row[k] - mk) * (row[l] - ml);
      return sum / static_cast<double>(n - 1);
    };
    for (std::size_t k = 0; k < d && n > 1; ++k) {
      value += o.variance / 2 * hinge(1 - std::sqrt(covariance(k, k) + 1e-4)) / static_cast<double>(d);
      for (std::size_t l = 0; l < d; ++l) {
        if (l != k) value += o.covariance * std::pow(covariance(k, l), 2) / static_cast<double>(d);
      }
    }
  }
  parts_[0].assign(n, value);  // not a sum over pairs: any reduction leaves it as it is
}

inline void NaiveBatch::soft_triple(const LossOptions& o) {
  const auto centers = static_cast<std::size_t>(o.centers);
  const std::size_t classes = own_.size() / centers;
  for (std::size_t i = 0; i < x_.size(); ++i) {
    std::vector<double> similar(classes);
    for (std::size_t c = 0; c < classes; ++c) {
      double sum = 0;
      double weighed = 0;
      for (std::size_t k = 0; k < centers; ++k) {
        const double s = 1 - naive_distance(DistanceKind::cosine, x_[i], own_[c * centers + k]);
        sum += std::exp(s / o.gamma);
        weighed += std::exp(s / o.gamma) * s;
      }
      similar[c] = weighed / sum;
    }
    const auto y = static_cast<std::size_t>(supervision_.labels[i]);
    double others = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      if (c != y) others += std::exp((similar[c] - similar[y] + o.margin) / o.temperature);
    }
    parts_[0].push_back(std::log1p(others));
  }
  for (std::size_t a = 0; a < own_.size(); ++a) {
    for (std::size_t b = a + 1; b < own_.size(); ++b) {
      if (a / centers != b / centers) continue;
      const double cosine = 1 - naive_distance(DistanceKind::cosine, own_[a], own_[b]);
      added_ += o.tau * std::sqrt(2 - 2 * cosine) / static_cast<double>(own_.size() * (centers - 1));
    }
  }
}

inline bool NaiveBatch::other_losses(std::string_view loss, const LossOptions& o) {
  if (loss == "n-pairs") {
    n_pairs();
  } else if (loss == "angular") {
    angular(o.degrees);
  } else if (loss == "vicreg") {
    vicreg(o);
  } else if (loss == "soft-triple") {
    soft_triple(o);
  } else {
    return false;
  }
  return true;
}

inline NaiveLoss NaiveBatch::evaluate(std::string_view loss, const LossOptions& options) {
  const bool known = pair_losses(loss, options) || graded_losses(loss, options) ||
                     class_losses(loss, options) || other_losses(loss, options) ||
                     anchor_losses(loss, options);
  if (!known) FAIL("the loss " << std::string(loss) << " has no formula here: add one");
  if (loss == "proxy-anchor" || loss == "vicreg") {
    reduce(parts_[0], Reduction::mean);
  } else {
    for (const std::vector<double>& part : parts_) reduce(part, options.reduction);
  }
  result_.value += added_;
  return result_;
}

inline NaiveLoss naive_loss(std::string_view loss, const LossOptions& options, DistanceKind kind,
                            const DoubleRows& x, const Supervision& supervision, const DoubleRows& own = {}) {
  return NaiveBatch(kind, x, supervision, own).evaluate(loss, options);
}

/// What is known of a batch, in each of the ways a loss may take it.
struct BatchTruth {
  std::vector<std::int32_t> labels;
  Tuples pairs{TupleKind::pairs, {}, {}};
  Tuples triplets{TupleKind::triplets, {}, {}};
  Tuples graded{TupleKind::graded_pairs, {}, {}};

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
    if (loss.from_graded_pairs) ways.push_back({"graded pairs", {{}, &graded}});
    return ways;
  }
  /// The loss's own weights for these labels, at random.
  [[nodiscard]] static DoubleRows own(const LossInfo& loss, std::int64_t cols) {
    if (loss.own == OwnWeights::threshold) return {{1.25}};
    if (loss.own == OwnWeights::class_vectors) {
      const LossOptions options = default_options(loss, loss.distances.front());
      return in_double(random_rows(4 * loss.vectors_per_class(options), cols, 77));
    }
    return {};
  }
};

/// Three classes and a singleton; pairs and triplets at random, so that some come twice or turned round.
inline BatchTruth random_truth(std::int64_t rows, std::uint64_t seed) {
  Random random(seed, RandomPurpose::mining);
  BatchTruth truth;
  for (std::int64_t i = 0; i + 1 < rows; ++i) truth.labels.push_back(static_cast<std::int32_t>(i % 3));
  truth.labels.push_back(3);
  for (std::int64_t t = 0; t < 3 * rows; ++t) {
    const auto drawn = random.sample(static_cast<std::uint64_t>(rows), 3);
    std::vector<std::int32_t> items(drawn.begin(), drawn.end());
    random.shuffle(std::span<std::int32_t>(items));
    truth.triplets.items.insert(truth.triplets.items.end(), items.begin(), items.end());
    truth.pairs.items.insert(truth.pairs.items.end(), items.begin(), items.begin() + 2);
    truth.pairs.values.push_back(t % 2 == 0 ? 1 : 0);
    truth.graded.values.push_back(static_cast<float>(random.below(7)) / 6);  // some are equal
  }
  truth.graded.items = truth.pairs.items;
  return truth;
}

inline double largest(const Matrix& x) {
  double most = 0;
  for (const float value : values(x)) most = std::max(most, std::abs(static_cast<double>(value)));
  return most;
}

inline double largest(const DoubleRows& x) {
  double most = 0;
  for (const double value : flat(x)) most = std::max(most, std::abs(value));
  return most;
}

inline bool all_finite(const Matrix& x) {
  return std::all_of(values(x).begin(), values(x).end(), [](float value) { return std::isfinite(value); });
}

}  // namespace nearfar::testing
