#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/data/labels.h"
#include "nearfar/data/tuples.h"

namespace nearfar {

/// Tuples with their distances, one column a vector: what an evaluation judges. Larger is farther.
struct ScoredTuples {
  TupleKind kind = TupleKind::pairs;
  std::vector<float> distances;  ///< of each pair; of triplets and quadruplets d_ap; of scores the negated
  std::vector<float> far_distances;  ///< of triplets and quadruplets d_an; else empty
  std::vector<float> values;         ///< of pairs `similar` (1 or 0) or `similarity`; else empty
  bool from_scores = false;          ///< the distances are negated scores, in a unit of their own
  /// ln(p / (1 - p)) of the probability p that a pair is similar; empty when none is known.
  std::vector<double> log_odds;
  std::vector<std::uint8_t> same;  ///< what a column `same` says of each pair; empty without one
  std::vector<std::string> ids;    ///< the items of each tuple in one text; empty unless asked for
  Labels components;               ///< which tuples hang together by their items; empty unless asked for
  std::vector<Labels> columns;     ///< further columns that were asked for, as codes

  /// What a distance is called, and how it reads, in the file: scores are larger where it is smaller.
  [[nodiscard]] std::string number_name() const { return from_scores ? "score" : "distance"; }
  [[nodiscard]] double number(float distance) const {
    return from_scores ? -static_cast<double>(distance) : static_cast<double>(distance);
  }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(distances.size()); }
};

}  // namespace nearfar
