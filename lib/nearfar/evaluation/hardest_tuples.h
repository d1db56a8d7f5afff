#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/scored_tuples.h"
#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// The picture of an item, given as it is named, that stands at a place of its tuple: 0 for the first.
using ItemPicture = std::function<std::optional<Thumbnail>(std::size_t place, std::string_view item)>;

/// The tuples that distances tell worst, at most ten of a kind, the worst first and the earlier one of two
/// that are as bad: of pairs the similar ones that are farthest apart and the dissimilar ones that are
/// nearest; of graded pairs those that rank farther, and nearer, than they should, by the difference of the
/// two mean ranks; of triplets and quadruplets those with the largest d_ap - d_an. Names are the items, or
/// "pair 7" by number; `picture` may be empty. A kind of which there is none has no table. O(n), of graded
/// pairs O(n log n).
[[nodiscard]] NEARFAR_EXPORT std::vector<TupleTable> hardest_tuples(const ScoredTuples& tuples,
                                                                    const ItemPicture& picture);

}  // namespace nearfar
