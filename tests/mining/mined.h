#pragma once

// Runs a miner into a list, and small data to run it on.

#include <doctest/doctest.h>

#include <algorithm>
#include <compare>
#include <string>
#include <utility>
#include <vector>

#include "chi_squared.h"
#include "nearfar/mining/miner.h"
#include "nearfar/network/normalize.h"
#include "random_rows.h"

namespace nearfar::testing {

struct Triplet {
  std::int32_t anchor = 0;
  std::int32_t positive = 0;
  std::int32_t negative = 0;
  auto operator<=>(const Triplet&) const = default;  // NOLINT(modernize-use-nullptr)
};
using Triplets = std::vector<Triplet>;
using Pairs = std::vector<std::pair<std::int32_t, std::int32_t>>;

struct Mined {
  std::vector<MinedTuple> tuples;
  MiningSummary summary;

  /// The tuples of a run for triplets, in the order they came.
  [[nodiscard]] Triplets triplets() const {
    Triplets list;
    for (const MinedTuple& tuple : tuples) list.push_back({tuple.anchor, tuple.other, tuple.negative});
    return list;
  }
  /// The unordered pairs of a run for pairs that have this value, sorted.
  [[nodiscard]] Pairs pairs(float value) const {
    Pairs list;
    for (const MinedTuple& tuple : tuples) {
      if (tuple.value == value) list.push_back(std::minmax(tuple.anchor, tuple.other));
    }
    std::sort(list.begin(), list.end());
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

/// Whether the runs gave the same tuples with the same bits, and counted the same.
inline bool same_tuples(const Mined& a, const Mined& b) {
  const auto same = [](const MinedTuple& s, const MinedTuple& t) {
    return s.anchor == t.anchor && s.other == t.other && s.negative == t.negative &&
           same_bits(s.value, t.value) && same_bits(s.d_ap, t.d_ap) && same_bits(s.d_an, t.d_an);
  };
  const auto counts = [](const MiningSummary& s) {
    return std::vector{s.tuples,
                       s.found,
                       s.active,
                       s.anchors,
                       s.without_positive,
                       s.without_negative,
                       s.unlisted_positive,
                       s.unlisted_negative,
                       s.outside_ranks,
                       s.without_tuple};
  };
  return counts(a.summary) == counts(b.summary) && a.tuples.size() == b.tuples.size() &&
         std::equal(a.tuples.begin(), a.tuples.end(), b.tuples.begin(), same);
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

/// The same, each class standing for a set of one to three of `labels` labels.
inline Labels random_label_sets(std::int64_t rows, std::uint64_t classes, std::uint64_t labels,
                                std::uint64_t seed, int unknown_every = 0) {
  Labels several = random_labels(rows, classes, seed, unknown_every);
  Random random(seed + 1);
  for (std::int32_t code = 0; code < several.classes(); ++code) {
    std::vector<std::int32_t> set;
    for (const std::uint64_t label : random.sample(labels, 1 + random.below(3)))
      set.push_back(static_cast<std::int32_t>(label));
    several.sets.push_back(set);
  }
  return several;
}

/// Random rows of length 1, some of them equal: what every strategy takes.
inline Matrix sphere_rows(std::int64_t rows, std::int64_t cols, std::uint64_t seed) {
  Matrix x = random_rows(rows, cols, seed);
  for (std::int64_t i = 5; i < rows; i += 7) std::copy_n(x.row(i - 3), cols, x.row(i));
  normalize_rows(x);
  return x;
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
