#pragma once

#include <cstdint>

#include "nearfar/mahalanobis/learner.h"
#include "nearfar/mahalanobis/pair_forms.h"

namespace nearfar {

/// Pairs of rows that a learner is to bring together, and pairs it is to hold apart.
struct ConstraintPairs {
  RowPairs similar;
  RowPairs dissimilar;
  std::int64_t identical = 0;  ///< pairs left out because their rows are equal, so no metric changes them
};

/// The pairs of the input. From labels: --constraints of each sort, drawn by seed without repetition among
/// all pairs of the sort (all of them if there are no more); by default 20 C^2 for C classes. O(pairs d +
/// rows). Throws Error: data if there is no pair of one of the sorts, usage for --constraints below 1.
[[nodiscard]] ConstraintPairs constraint_pairs(const LearnerInput& input, const LearnerOptions& options);

inline constexpr LearnerOptionInfo kConstraintsOption{"constraints", "20 C^2 of each sort, C classes"};

}  // namespace nearfar
