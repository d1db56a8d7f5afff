#pragma once

#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/rank_count.h"

namespace nearfar {

/// count_ranks for options with a depth. Only the candidates whose bounds reach into the first ranks are put
/// in order, and only those are measured whose bounds do not tell relevant and other ones apart; of copies of
/// one row, one is. 2 d operations a pair for the bounds, then O(depth) a query. Memory: threads x 128 x (4
/// bytes a relevant item + 40 bytes a candidate, of twice the depth, or of as many as are at one distance + a
/// tile of the gallery).
void count_heads(const Brackets& brackets, const RankOptions& options, const RankUse& use);

}  // namespace nearfar
