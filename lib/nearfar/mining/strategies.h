#pragma once

// The functions of the strategy table, one file per family: see MiningStrategy for what each of them does.

#include <cstdint>
#include <vector>

#include "nearfar/mining/anchor.h"
#include "nearfar/mining/strategy.h"

namespace nearfar {

/// The first negative that the guard leaves to a positive: the others are nearer than guard x d_ap.
[[nodiscard]] inline std::int32_t first_allowed(const Anchor& anchor, const MiningContext& context,
                                                std::int32_t positive) {
  const double guard = context.parameters.guard;
  if (guard <= 0) return 0;
  const double bound = guard * anchor.to_positive(positive);
  return anchor.negatives_while([&](double d) { return d < bound; });
}

// one_positive.cc
void choose_hard(const Anchor&, const MiningContext&, std::int64_t limit, Random&, std::vector<Run>&);
void choose_hard_semihard(const Anchor&, const MiningContext&, std::int64_t limit, Random&,
                          std::vector<Run>&);
void choose_easy_semihard(const Anchor&, const MiningContext&, std::int64_t limit, Random&,
                          std::vector<Run>&);

// semihard.cc
void choose_semihard(const Anchor&, const MiningContext&, std::int64_t limit, Random&, std::vector<Run>&);
/// The nearest allowed negative strictly farther than the positive, as a run of one or none.
[[nodiscard]] Run semihard_run(const Anchor& anchor, const MiningContext& context, std::int32_t positive);

// margin.cc
void choose_margin(const Anchor&, const MiningContext&, std::int64_t limit, Random&, std::vector<Run>&);
void choose_hard_margin(const Anchor&, const MiningContext&, std::int64_t limit, Random&, std::vector<Run>&);
void choose_semihard_margin(const Anchor&, const MiningContext&, std::int64_t limit, Random&,
                            std::vector<Run>&);
void choose_easy_margin(const Anchor&, const MiningContext&, std::int64_t limit, Random&, std::vector<Run>&);

// angular.cc
void choose_angular(const Anchor&, const MiningContext&, std::int64_t limit, Random&, std::vector<Run>&);
[[nodiscard]] bool angle_is_wide(const Anchor&, const MiningContext&, std::int32_t positive,
                                 std::int32_t negative);
void check_angular(const Distance& distance, MatrixView rows);

// distance_weighted.cc
void choose_distance_weighted(const Anchor&, const MiningContext&, std::int64_t limit, Random&,
                              std::vector<Run>&);
void check_distance_weighted(const Distance& distance, MatrixView rows);

// genuine_impostors.cc
void choose_neighbors(const Anchor&, const MiningContext&, std::int64_t limit, Random&, std::vector<Run>&);

// pair_choices.cc
[[nodiscard]] PairChoice choose_all(const Anchor& anchor, const MiningContext& context);
[[nodiscard]] PairChoice choose_multi_similarity(const Anchor& anchor, const MiningContext& context);
[[nodiscard]] PairChoice choose_pair_margin(const Anchor& anchor, const MiningContext& context);
[[nodiscard]] PairChoice choose_hdc(const Anchor& anchor, const MiningContext& context);

}  // namespace nearfar
