#pragma once

#include <vector>

#include "nearfar/data/scored_tuples.h"
#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// The tuples that distances tell worst, at most ten of a kind, the worst first and the earlier one of two
/// that are as bad: of pairs the similar ones that are farthest apart and the dissimilar ones that are
/// nearest; of graded pairs those that rank farther, and nearer, than they should, by the difference of the
/// two mean ranks; of triplets and quadruplets those with the largest d_ap - d_an. Names are the items, or
/// "pair 7" by number. A kind of which there is none has no table. O(n), of graded pairs O(n log n).
[[nodiscard]] std::vector<TupleTable> hardest_tuples(const ScoredTuples& tuples);

}  // namespace nearfar
