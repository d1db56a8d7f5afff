#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/legend.h"
#include "nearfar/data/scored_tuples.h"

namespace nearfar {

class Correlation;
class Verification;
struct Confusion;

/// Tuples and the decision about each of them.
struct JudgedTuples {
  const ScoredTuples& tuples;
  std::span<const std::uint8_t> accepted;  ///< 1 or 0 by some threshold; empty where there is none
};

/// What a measure needs to know of the tuples besides their distances.
enum class PairNeed : std::uint8_t {
  similar,      ///< which pairs are similar: 1 or 0
  similarity,   ///< how similar they are; 1 and 0 will do
  closeness,    ///< how similar they are, in the unit of a score or of 1 - distance
  decision,     ///< which are similar and which are accepted
  probability,  ///< which are similar, and the probability that they are
  triplets,
  quadruplets
};

/// How often each tuple is taken, or once: as everywhere in this module.
using TupleCounts = std::span<const std::uint32_t>;
/// The ways in which a measure is computed; `rate` is that of its name.
using OverThresholds = double (*)(const Verification& pairs, double rate, TupleCounts counts);
using OverPairs = double (*)(const Correlation& pairs, TupleCounts counts);
using OfDecisions = double (*)(const Confusion& decisions);
using EachTuple = double (*)(const JudgedTuples& judged, std::size_t u);  ///< the measure is its mean
using PairFormula = std::variant<OverThresholds, OverPairs, OfDecisions, EachTuple>;

struct PairMeasureInfo {
  std::string_view name;        ///< with :X where it takes a rate from 0 to 1
  std::string_view definition;  ///< in the letters of pair_measure_symbols()
  PairNeed need;
  bool has_rate;
  bool higher_is_better;
  PairFormula formula;
};
[[nodiscard]] NEARFAR_EXPORT std::span<const PairMeasureInfo> pair_measures();
/// What the letters and terms of the definitions stand for.
[[nodiscard]] NEARFAR_EXPORT std::span<const Symbol> pair_measure_symbols();

struct PairMeasure {
  const PairMeasureInfo* info = nullptr;
  double rate = 0;
  std::string name;  ///< as the user wrote it: "tar@far:0.01"
};

/// Comma-separated names, without repeats. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT std::vector<PairMeasure> parse_pair_measures(std::string_view list);

/// Those measured when none is named: all that the tuples allow, but for mse and mae, whose unit is the
/// user's to know; tar at a far of 0.01.
[[nodiscard]] NEARFAR_EXPORT std::string default_pair_measures(const JudgedTuples& judged);

/// Throws Error (usage) for a measure that such tuples do not have, or that needs a threshold or
/// probabilities that there are none of.
NEARFAR_EXPORT void check_applies(const PairMeasure& measure, const JudgedTuples& judged);

/// Of pairs that are similar or not: 1 or 0.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::uint8_t> similar_of(const ScoredTuples& tuples);

}  // namespace nearfar
