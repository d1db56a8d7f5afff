#pragma once

#include <cstdint>

#include "nearfar/evaluation/ranking.h"

namespace nearfar {

// The measures as functions of one query's ranking. r_i is the relevance at rank i, h(k) the hits in the
// first k ranks, R the number of relevant items. A group of ties counts with the mean over all orders of its
// items, exactly, in closed form. NaN where the measure is not defined (0/0). O(groups), and where said
// O(items of the groups that are looked at).

/// E[h(min(k, ranked))].
[[nodiscard]] double expected_hits(const Ranking& ranking, std::int64_t k);
[[nodiscard]] double precision_at(const Ranking& ranking, std::int64_t k);
/// O(items).
[[nodiscard]] double hit_at(const Ranking& ranking, std::int64_t k);
[[nodiscard]] double recall_at(const Ranking& ranking, std::int64_t k);
[[nodiscard]] double recall_cap_at(const Ranking& ranking, std::int64_t k);
[[nodiscard]] double r_precision(const Ranking& ranking, std::int64_t);
/// These four O(items).
[[nodiscard]] double map_at_r(const Ranking& ranking, std::int64_t);
[[nodiscard]] double mean_average_precision(const Ranking& ranking, std::int64_t);
[[nodiscard]] double map_at(const Ranking& ranking, std::int64_t k);
[[nodiscard]] double map_cap_at(const Ranking& ranking, std::int64_t k);
/// O(items of the first group with a hit); looks at first_hit alone.
[[nodiscard]] double mrr(const Ranking& ranking, std::int64_t);
[[nodiscard]] double mrr_at(const Ranking& ranking, std::int64_t k);
/// O(groups + R) after the first call of a thread.
[[nodiscard]] double ndcg(const Ranking& ranking, std::int64_t);
[[nodiscard]] double ndcg_at(const Ranking& ranking, std::int64_t k);
/// O(items of the last group with a hit).
[[nodiscard]] double minp(const Ranking& ranking, std::int64_t);
[[nodiscard]] double auc(const Ranking& ranking, std::int64_t);
/// O(judged items); of a group that `ranked` cuts the product of its ranks and its judged items.
[[nodiscard]] double bpref(const Ranking& ranking, std::int64_t);
[[nodiscard]] double judged_at(const Ranking& ranking, std::int64_t k);

}  // namespace nearfar
