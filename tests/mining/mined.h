#pragma once

// Runs a miner into a list, and the strategies once more, written from their definitions over a list of all
// triplets.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <string>
#include <vector>

#include "nearfar/mining/miner.h"
#include "random_rows.h"

namespace nearfar::testing {

struct Triplet {
  std::int32_t anchor = 0;
  std::int32_t positive = 0;
  std::int32_t negative = 0;
  auto operator<=>(const Triplet&) const = default;  // NOLINT(modernize-use-nullptr)
};
using Triplets = std::vector<Triplet>;

struct Mined {
  std::vector<MinedTuple> tuples;
  MiningSummary summary;

  /// The tuples of a run for triplets, in the order they came.
  [[nodiscard]] Triplets triplets() const {
    Triplets list;
    for (const MinedTuple& tuple : tuples) list.push_back({tuple.anchor, tuple.other, tuple.negative});
    return list;
  }
};

inline Mined mined(MatrixView x, const Labels& labels, const MiningOptions& options) {
  Mined run;
  run.summary = mine(x, labels, options, [&](const MinedTuple& tuple) { run.tuples.push_back(tuple); });
  return run;
}

inline MiningOptions with_strategy(std::string_view strategy, std::int64_t per_anchor = -1) {
  MiningOptions options;
  options.strategy = strategy;
  options.per_anchor = per_anchor;
  return options;
}

inline Labels labels_of(std::vector<std::int32_t> codes) {
  Labels labels;
  for (const std::int32_t code : codes) {
    while (labels.classes() <= code) labels.names.push_back(std::to_string(labels.classes()));
  }
  labels.codes = std::move(codes);
  return labels;
}

/// Classes of about equal size in random order; every `unknown_every`-th row of unknown class (0: none).
inline Labels random_labels(std::int64_t rows, std::uint64_t classes, std::uint64_t seed,
                            int unknown_every = 0) {
  Random random(seed);
  std::vector<std::int32_t> codes;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto code = static_cast<std::int32_t>(random.below(classes));
    codes.push_back(unknown_every > 0 && i % unknown_every == 0 ? Labels::kUnknown : code);
  }
  return labels_of(std::move(codes));
}

inline Triplets all_triplets(const Labels& labels) {
  const auto rows = static_cast<std::int32_t>(labels.codes.size());
  const auto code = [&](std::int32_t i) { return labels.codes[static_cast<std::size_t>(i)]; };
  Triplets list;
  for (std::int32_t a = 0; a < rows; ++a) {
    for (std::int32_t p = 0; p < rows; ++p) {
      for (std::int32_t n = 0; n < rows; ++n) {
        if (code(a) < 0 || code(p) < 0 || code(n) < 0) continue;
        if (a != p && code(p) == code(a) && code(n) != code(a)) list.push_back({a, p, n});
      }
    }
  }
  return list;
}

/// Everything a strategy allows, sorted; `distance(i, j)` is a float.
template <class D>
Triplets naive_triplets(std::string_view strategy, const Labels& labels, D distance) {
  Triplets all = all_triplets(labels);
  if (strategy == "all" || strategy == "random") return all;
  // A triplet is better than another of the same group if it comes first in `key`; ties go to the lower row.
  std::map<std::pair<std::int32_t, std::int32_t>, Triplet> best;
  const auto keep_best = [&](std::pair<std::int32_t, std::int32_t> group, const Triplet& t, auto key) {
    const auto [at, is_new] = best.emplace(group, t);
    if (!is_new && key(t) < key(at->second)) at->second = t;
  };
  for (const Triplet& t : all) {
    const float d_ap = distance(t.anchor, t.positive);
    const float d_an = distance(t.anchor, t.negative);
    if (strategy == "hard") {
      keep_best({t.anchor, 0}, t, [&](const Triplet& u) {
        return std::array<float, 4>{-distance(u.anchor, u.positive), static_cast<float>(u.positive),
                                    distance(u.anchor, u.negative), static_cast<float>(u.negative)};
      });
    } else if (strategy == "semihard") {
      if (d_an > d_ap) {
        keep_best({t.anchor, t.positive}, t, [&](const Triplet& u) {
          return std::array<float, 2>{distance(u.anchor, u.negative), static_cast<float>(u.negative)};
        });
      }
    } else {
      FAIL("the strategy " << std::string(strategy) << " has no definition here: add one");
    }
  }
  Triplets chosen;
  for (const auto& [group, triplet] : best) chosen.push_back(triplet);
  return chosen;
}

inline Triplets sorted(Triplets list) {
  std::sort(list.begin(), list.end());
  return list;
}

inline bool is_subset(const Triplets& part, const Triplets& sorted_whole) {
  const Triplets ordered = sorted(part);
  const bool unique = std::adjacent_find(ordered.begin(), ordered.end()) == ordered.end();
  return unique && std::includes(sorted_whole.begin(), sorted_whole.end(), ordered.begin(), ordered.end());
}

}  // namespace nearfar::testing
