#pragma once

// The strategies once more, written from their definitions over a list of all triplets or all pairs: what the
// library is held against.

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "mining/mined.h"

namespace nearfar::testing {

class NaiveMiner {
  using Row = std::int32_t;

 public:
  NaiveMiner(MatrixView x, const Labels& labels, const MiningOptions& options)
      : x_(x), labels_(labels), options_(options) {
    for (Row a = 0; a < rows(); ++a) {
      for (Row b = 0; b < rows(); ++b) distances_.push_back(distance(a, b));
    }
  }

  /// Everything the strategy allows, sorted.
  [[nodiscard]] Triplets triplets() const {
    const std::string_view strategy = options_.strategy;
    if (chooses_pairs()) {
      const Pairs positive = chosen_positives();
      const Pairs negative = chosen_negatives();
      return triplets_where([&](const Triplet& t) {
        return std::binary_search(positive.begin(), positive.end(), std::pair(t.anchor, t.positive)) &&
               std::binary_search(negative.begin(), negative.end(), std::pair(t.anchor, t.negative));
      });
    }
    const double margin = options_.parameters.margin;
    if (strategy == "margin") return triplets_where([&](const Triplet& t) { return gap(t) <= margin; });
    if (strategy == "hard-margin") return triplets_where([&](const Triplet& t) { return gap(t) <= 0; });
    if (strategy == "semihard-margin")
      return triplets_where([&](const Triplet& t) { return gap(t) > 0 && gap(t) <= margin; });
    if (strategy == "easy-margin") return triplets_where([&](const Triplet& t) { return gap(t) > margin; });
    if (strategy == "angular")
      return triplets_where([&](const Triplet& t) { return angle(t) > options_.parameters.angle; });
    if (strategy == "hard") {
      const Triplets farthest = of_best_positive(triplets_where([](const Triplet&) { return true; }), -1);
      return nearest_negatives(farthest);
    }
    if (strategy == "semihard")
      return nearest_negatives(triplets_where([&](const Triplet& t) { return gap(t) > 0; }));
    if (strategy == "hard-semihard" || strategy == "easy-semihard") {
      const Triplets beyond = triplets_where([&](const Triplet& t) { return gap(t) > 0; });
      return nearest_negatives(of_best_positive(beyond, strategy == "hard-semihard" ? -1 : 1));
    }
    if (strategy == "neighbors") return genuine_impostors();
    FAIL("the strategy " << std::string(strategy) << " has no definition here: add one");
    return {};
  }

  /// Ordered (anchor, positive) and (anchor, negative) pairs of a strategy that chooses pairs, sorted.
  [[nodiscard]] Pairs chosen_positives() const {
    return pairs_where(true, [&](std::int32_t a, std::int32_t p) {
      const std::string_view strategy = options_.strategy;
      if (strategy == "multi-similarity") {
        const std::vector<double> negatives = distances_of(a, false);
        return !negatives.empty() &&
               d(a, p) + options_.parameters.epsilon > *std::min_element(negatives.begin(), negatives.end());
      }
      if (strategy == "pair-margin") return d(a, p) > options_.parameters.pos_margin;
      return strategy != "hdc" || is_hardest(true, a, p);
    });
  }
  [[nodiscard]] Pairs chosen_negatives() const {
    return pairs_where(false, [&](std::int32_t a, std::int32_t n) {
      const std::string_view strategy = options_.strategy;
      if (strategy == "multi-similarity") {
        const std::vector<double> positives = distances_of(a, true);
        return !positives.empty() &&
               d(a, n) - options_.parameters.epsilon < *std::max_element(positives.begin(), positives.end());
      }
      if (strategy == "pair-margin") return d(a, n) < options_.parameters.neg_margin;
      return strategy != "hdc" || is_hardest(false, a, n);
    });
  }
  [[nodiscard]] bool chooses_pairs() const {
    static const std::set<std::string_view> kPairs{"all", "random", "multi-similarity", "pair-margin", "hdc"};
    return kPairs.contains(options_.strategy);
  }

 private:
  [[nodiscard]] Row rows() const { return static_cast<Row>(labels_.codes.size()); }
  [[nodiscard]] bool known(Row i) const { return labels_.codes[static_cast<std::size_t>(i)] >= 0; }
  [[nodiscard]] bool similar(Row i, Row j) const {
    return labels_.similar(labels_.codes[static_cast<std::size_t>(i)],
                           labels_.codes[static_cast<std::size_t>(j)]);
  }
  [[nodiscard]] bool listed(Row a, Row other) const { return !std::isnan(d(a, other)); }
  [[nodiscard]] double distance(Row a, Row other) const {
    if (options_.candidates == nullptr)
      return static_cast<double>(options_.distance.between(x_.row(a), x_.row(other), x_.cols));
    const auto of_anchor = options_.candidates->rows_of(a);
    const auto found = std::find(of_anchor.begin(), of_anchor.end(), other);
    if (found == of_anchor.end()) return std::nan("");
    return static_cast<double>(
        options_.candidates->distances_of(a)[static_cast<std::size_t>(found - of_anchor.begin())]);
  }
  [[nodiscard]] double d(Row a, Row other) const {
    return distances_[static_cast<std::size_t>(a) * labels_.codes.size() + static_cast<std::size_t>(other)];
  }
  [[nodiscard]] bool is_positive(Row a, Row p) const {
    return a != p && known(a) && known(p) && similar(a, p) && listed(a, p);
  }
  // A negative of any rank.
  [[nodiscard]] bool is_other(Row a, Row n) const {
    return known(a) && known(n) && !similar(a, n) && listed(a, n);
  }
  [[nodiscard]] bool is_negative(Row a, Row n) const {
    if (!is_other(a, n)) return false;
    if (options_.ranks.everything()) return true;
    std::int64_t rank = 1;
    for (Row m = 0; m < rows(); ++m) {
      if (is_other(a, m) && std::pair(d(a, m), m) < std::pair(d(a, n), n)) ++rank;
    }
    return rank >= options_.ranks.from && (options_.ranks.to == 0 || rank <= options_.ranks.to);
  }
  [[nodiscard]] double gap(const Triplet& t) const {
    return d(t.anchor, t.negative) - d(t.anchor, t.positive);
  }

  // In degrees, with the coordinates of the midpoint; euclidean only.
  [[nodiscard]] double angle(const Triplet& t) const {
    double ap = 0;
    double nc = 0;
    for (std::int64_t k = 0; k < x_.cols; ++k) {
      const auto a = static_cast<double>(x_.row(t.anchor)[k]);
      const auto p = static_cast<double>(x_.row(t.positive)[k]);
      const auto n = static_cast<double>(x_.row(t.negative)[k]);
      ap += (a - p) * (a - p);
      nc += (n - (a + p) / 2) * (n - (a + p) / 2);
    }
    return std::atan2(std::sqrt(ap), 2 * std::sqrt(nc)) * 180 / std::numbers::pi;
  }

  [[nodiscard]] Triplets triplets_where(const std::function<bool(const Triplet&)>& allowed) const {
    Triplets list;
    for (Row a = 0; a < rows(); ++a) {
      std::vector<Row> negatives;
      for (Row n = 0; n < rows(); ++n) {
        if (is_negative(a, n)) negatives.push_back(n);
      }
      for (Row p = 0; p < rows(); ++p) {
        if (!is_positive(a, p)) continue;
        for (const Row n : negatives) {
          const bool guarded = options_.parameters.guard > 0 && d(a, n) < options_.parameters.guard * d(a, p);
          if (!guarded && allowed({a, p, n})) list.push_back({a, p, n});
        }
      }
    }
    return list;
  }

  [[nodiscard]] Pairs pairs_where(bool positive, const std::function<bool(Row, Row)>& chosen) const {
    Pairs list;
    for (Row a = 0; a < rows(); ++a) {
      for (Row b = 0; b < rows(); ++b) {
        if ((positive ? is_positive(a, b) : is_negative(a, b)) && chosen(a, b)) list.emplace_back(a, b);
      }
    }
    return list;
  }

  [[nodiscard]] std::vector<double> distances_of(Row a, bool positive) const {
    std::vector<double> list;
    for (Row b = 0; b < rows(); ++b) {
      if (positive ? is_positive(a, b) : is_negative(a, b)) list.push_back(d(a, b));
    }
    return list;
  }

  // Among the first ceil(share x count) of all such pairs in the order of (hardness, anchor, row).
  [[nodiscard]] bool is_hardest(bool positive, Row a, Row b) const {
    auto& hardest = positive ? hardest_positives_ : hardest_negatives_;
    if (!hardest) {
      std::vector<std::tuple<double, Row, Row>> ordered;
      for (const auto& [c, e] : pairs_where(positive, [](Row, Row) { return true; }))
        ordered.emplace_back(positive ? -d(c, e) : d(c, e), c, e);
      std::sort(ordered.begin(), ordered.end());
      ordered.resize(static_cast<std::size_t>(
          std::ceil(options_.parameters.share * static_cast<double>(ordered.size()))));
      hardest.emplace();
      for (const auto& [distance, c, e] : ordered) hardest->emplace(c, e);
    }
    return hardest->contains({a, b});
  }

  // Of each anchor's triplets those with its nearest (sign 1) or farthest (sign -1) positive.
  [[nodiscard]] Triplets of_best_positive(const Triplets& list, double sign) const {
    Triplets kept;
    for (const Triplet& t : list) {
      bool best = true;
      for (Row p = 0; p < rows(); ++p) {
        if (is_positive(t.anchor, p) &&
            std::pair(sign * d(t.anchor, p), p) < std::pair(sign * d(t.anchor, t.positive), t.positive))
          best = false;
      }
      if (best) kept.push_back(t);
    }
    return kept;
  }

  // Of the triplets of each anchor and positive the one with the nearest negative.
  [[nodiscard]] Triplets nearest_negatives(const Triplets& list) const {
    std::map<std::pair<Row, Row>, Triplet> best;
    for (const Triplet& t : list) {
      const auto [at, is_new] = best.emplace(std::pair(t.anchor, t.positive), t);
      const Row before = at->second.negative;
      if (!is_new && std::pair(d(t.anchor, t.negative), t.negative) < std::pair(d(t.anchor, before), before))
        at->second = t;
    }
    Triplets chosen;
    for (const auto& [group, triplet] : best) chosen.push_back(triplet);
    return chosen;
  }

  [[nodiscard]] Triplets genuine_impostors() const {
    const Triplets all = triplets_where([](const Triplet&) { return true; });
    Triplets chosen;
    for (const Triplet& t : all) {
      std::int64_t nearer_genuine = 0;
      std::int64_t nearer_impostors = 0;
      for (Row p = 0; p < rows(); ++p) {
        if (is_positive(t.anchor, p) &&
            std::pair(d(t.anchor, p), p) < std::pair(d(t.anchor, t.positive), t.positive))
          ++nearer_genuine;
      }
      for (const Triplet& other : all) {
        if (other.anchor == t.anchor && other.positive == t.positive &&
            std::pair(d(t.anchor, other.negative), other.negative) <
                std::pair(d(t.anchor, t.negative), t.negative))
          ++nearer_impostors;
      }
      if (nearer_genuine < options_.parameters.genuine && nearer_impostors < options_.parameters.impostors)
        chosen.push_back(t);
    }
    return chosen;
  }

  MatrixView x_;
  const Labels& labels_;
  const MiningOptions& options_;
  std::vector<double> distances_;  // NaN for a row that is no candidate
  mutable std::optional<std::set<std::pair<Row, Row>>> hardest_positives_;
  mutable std::optional<std::set<std::pair<Row, Row>>> hardest_negatives_;
};

}  // namespace nearfar::testing
