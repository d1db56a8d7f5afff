#include "nearfar/mining/strategy.h"

#include <array>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::int64_t kFewPerAnchor = 5;

constexpr std::array<MiningStrategy, 4> kStrategies{{
    {"all", "every triplet", "", false, 0, choose_all},
    {"random", "triplets drawn by seed", "", false, kFewPerAnchor, choose_all},
    {"hard", "one per anchor: farthest positive, nearest negative (batch-hard)",
     "Hermans, Beyer, Leibe 2017, arXiv:1703.07737, eq. 5", true, 0, choose_hard},
    {"semihard", "for every anchor and positive the nearest negative strictly farther than it",
     "Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832, eq. 4", true, kFewPerAnchor, choose_semihard},
}};

}  // namespace

std::span<const MiningStrategy> mining_strategies() { return kStrategies; }

const MiningStrategy& mining_strategy(std::string_view name) {
  return row_named(mining_strategies(), "--strategy", "strategy", name);
}

}  // namespace nearfar
