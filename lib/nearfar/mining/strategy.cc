#include "nearfar/mining/strategy.h"

#include <algorithm>
#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/mining/strategies.h"

namespace nearfar {
namespace {

using Parameters = StrategyParameters;

bool any(double /*x*/) { return true; }
bool not_negative(double x) { return x >= 0; }
bool acute(double x) { return x > 0 && x < 90; }
bool share(double x) { return x > 0 && x <= 1; }
bool on_sphere(double x) { return x > 0 && x < 2; }
bool one_or_more(double x) { return x >= 1; }

constexpr std::array<StrategyOption, 9> kOptions{{
    {"angle", "DEGREES", "angular: the least angle at the negative", "an angle between 0 and 90", acute,
     &Parameters::angle, nullptr},
    {"epsilon", "X", "multi-similarity: how far a pair may be from the hardest pair of the other sort",
     "a number of 0 or more", not_negative, &Parameters::epsilon, nullptr},
    {"pos-margin", "X", "pair-margin: positives are farther than X", "a number", any, &Parameters::pos_margin,
     nullptr},
    {"neg-margin", "X", "pair-margin: negatives are nearer than X", "a number", any, &Parameters::neg_margin,
     nullptr},
    {"share", "X", "hdc: the share of the hardest pairs, of either sort", "a number above 0 and up to 1",
     share, &Parameters::share, nullptr},
    {"cutoff", "X", "distance-weighted: nearer negatives are drawn as if they were at X",
     "a number between 0 and 2", on_sphere, &Parameters::cutoff, nullptr},
    {"far-cutoff", "X", "distance-weighted: no negative is drawn from X on", "a number between 0 and 2",
     on_sphere, &Parameters::far_cutoff, nullptr},
    {"genuine", "K", "neighbors: the K nearest rows of the same class", "a whole number of 1 or more",
     one_or_more, nullptr, &Parameters::genuine},
    {"impostors", "K", "neighbors: the K nearest rows of other classes", "a whole number of 1 or more",
     one_or_more, nullptr, &Parameters::impostors},
}};

using Positives = SearchPlan::Positives;
using Negatives = SearchPlan::Negatives;

constexpr std::string_view kRelative = "Schultz, Joachims 2003, NIPS 16, relative comparisons";
constexpr std::string_view kFaceNet = "Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832";
constexpr std::string_view kEasyPositives = "Xuan, Stylianou, Pless 2020, arXiv:1904.04370";

constexpr std::array<MiningStrategy, 16> kStrategies{{
    {.name = "all",
     .meaning = "every triplet",
     .source = kRelative,
     .per_anchor = PerAnchor::all,
     .looks_at_distances = false,
     .choose_pairs = choose_all},
    {.name = "random",
     .meaning = "triplets drawn evenly",
     .source = kRelative,
     .looks_at_distances = false,
     .choose_pairs = choose_all},
    {.name = "hard",
     .meaning = "one an anchor: farthest positive, nearest negative (batch-hard)",
     .source = "Hermans, Beyer, Leibe 2017, arXiv:1703.07737, eq. 5",
     .per_anchor = PerAnchor::one,
     .search = {Positives::farthest, Negatives::nearest},
     .choose_triplets = choose_hard},
    {.name = "semihard",
     .meaning = "for every anchor and positive the nearest negative strictly farther than it",
     .source = kFaceNet,
     .search = {Positives::drawn, Negatives::beyond},
     .choose_triplets = choose_semihard},
    {.name = "hard-semihard",
     .meaning = "one an anchor: farthest positive, nearest negative strictly farther than it",
     .source = kEasyPositives,
     .per_anchor = PerAnchor::one,
     .search = {Positives::farthest, Negatives::beyond},
     .choose_triplets = choose_hard_semihard},
    {.name = "easy-semihard",
     .meaning = "one an anchor: nearest positive, nearest negative strictly farther than it",
     .source = kEasyPositives,
     .per_anchor = PerAnchor::one,
     .search = {Positives::nearest, Negatives::beyond},
     .choose_triplets = choose_easy_semihard},
    {.name = "margin",
     .meaning = "gap <= margin: every triplet with a positive loss",
     .source = kFaceNet,
     .choose_triplets = choose_margin},
    {.name = "hard-margin",
     .meaning = "gap <= 0: the negative is no farther than the positive",
     .source = kFaceNet,
     .choose_triplets = choose_hard_margin},
    {.name = "semihard-margin",
     .meaning = "0 < gap <= margin",
     .source = kFaceNet,
     .choose_triplets = choose_semihard_margin},
    {.name = "easy-margin",
     .meaning = "gap > margin: every triplet without loss",
     .source = kFaceNet,
     .choose_triplets = choose_easy_margin},
    {.name = "angular",
     .meaning = "the angle at the negative exceeds --angle",
     .source = "Wang, Zhou, Wen, Liu, Lin 2017, arXiv:1708.01682",
     .options = "angle",
     .works_from_lists = false,
     .choose_triplets = choose_angular,
     .accepts = angle_is_wide,
     .check = check_angular},
    {.name = "distance-weighted",
     .meaning = "for a positive a negative drawn against the density of distances on the sphere",
     .source = "Wu, Manmatha, Smola, Kraehenbuehl 2017, arXiv:1706.07567, section 4",
     .options = "cutoff far-cutoff",
     .works_from_lists = false,
     .choose_triplets = choose_distance_weighted,
     .check = check_distance_weighted},
    {.name = "multi-similarity",
     .meaning = "pairs that are within --epsilon of the hardest pair of the other sort, or harder",
     .source = "Wang, Han, Huang, Dong, Scott 2019, arXiv:1904.06627, section 4, pair mining",
     .options = "epsilon",
     .choose_pairs = choose_multi_similarity},
    {.name = "pair-margin",
     .meaning = "pairs with a positive contrastive loss",
     .source = "Hadsell, Chopra, LeCun 2006, CVPR, eq. 4, with a margin for either sort",
     .options = "pos-margin neg-margin",
     .choose_pairs = choose_pair_margin},
    {.name = "hdc",
     .meaning = "the --share farthest of all positive pairs and nearest of all negative pairs",
     .source = "Yuan, Yang, Zhang 2017, arXiv:1611.05720",
     .options = "share",
     .needs_hardest_pairs = true,
     .choose_pairs = choose_hdc},
    {.name = "neighbors",
     .meaning = "the --genuine K nearest of the class x the --impostors K nearest of others",
     .source = "Weinberger, Saul 2009, JMLR 10, target neighbours and impostors",
     .options = "genuine impostors",
     .search = {Positives::nearest, Negatives::nearest},
     .choose_triplets = choose_neighbors},
}};

}  // namespace

std::span<const StrategyOption> strategy_options() { return kOptions; }

void set_parameter(StrategyParameters& parameters, const StrategyOption& option, std::string_view text,
                   std::string_view prefix) {
  double number = 0;
  bool valid = false;
  if (option.count != nullptr) {
    const std::optional<std::int64_t> whole = parse_integer(text);
    valid = whole && option.valid(static_cast<double>(*whole));
    if (valid) parameters.*option.count = *whole;
  } else {
    valid = parse_number(text, number) == NumberStatus::ok && option.valid(number);
    if (valid) parameters.*option.number = number;
  }
  if (!valid) {
    const std::string name = "--" + std::string(prefix) + std::string(option.name);
    usage_error(name + ": expected " + std::string(option.expected) + ", found '" + std::string(text) + "'",
                "for example " + name + " " + parameter_text({}, option));
  }
}

std::string parameter_text(const StrategyParameters& parameters, const StrategyOption& option) {
  return option.count != nullptr ? std::to_string(parameters.*option.count)
                                 : number_text(parameters.*option.number);
}

std::span<const MiningStrategy> mining_strategies() { return kStrategies; }

const MiningStrategy& mining_strategy(std::string_view name) {
  return row_named(mining_strategies(), "--strategy", "strategy", name);
}

std::int64_t per_anchor_limit(const MiningStrategy& strategy, std::int64_t asked) {
  if (strategy.per_anchor == PerAnchor::one) return 1;
  if (asked >= 0) return asked;
  return strategy.per_anchor == PerAnchor::few ? kFewPerAnchor : 0;
}

std::vector<std::string> strategies_with(const std::function<bool(const MiningStrategy&)>& holds) {
  std::vector<std::string> names;
  for (const MiningStrategy& strategy : kStrategies) {
    if (holds(strategy)) names.emplace_back(strategy.name);
  }
  return names;
}

bool has_option(const MiningStrategy& strategy, std::string_view option) {
  const std::vector<std::string> names = split_text(strategy.options, ' ');
  return std::find(names.begin(), names.end(), option) != names.end();
}

}  // namespace nearfar
