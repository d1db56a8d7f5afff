#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/core/random.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

struct Anchor;
struct PairChoice;
struct Run;

/// Parameters of all strategies; a strategy reads the margin and those that its table row names.
struct StrategyParameters {
  double margin = 0.2;   ///< also that of the loss whose positive values are counted
  double guard = 0;      ///< negatives nearer than so many times the positive are no candidates; 0: all are
  double angle = 20;     ///< degrees
  double epsilon = 0.1;  ///< of multi-similarity
  double pos_margin = 0.2;      ///< of pair-margin
  double neg_margin = 0.8;      ///< of pair-margin
  double share = 0.5;           ///< of hdc
  double cutoff = 0.5;          ///< of distance-weighted
  double far_cutoff = 1.4;      ///< of distance-weighted
  std::int64_t genuine = 3;     ///< of neighbors
  std::int64_t impostors = 10;  ///< of neighbors
};

/// A parameter that only some strategies have.
struct StrategyOption {
  std::string_view name;   ///< as on the command line, without dashes
  std::string_view value;  ///< placeholder: "X"
  std::string_view meaning;
  std::string_view expected;  ///< in words: "a number above 0"
  bool (*valid)(double value);
  double StrategyParameters::*number;       ///< where it is kept ...
  std::int64_t StrategyParameters::*count;  ///< ... or here, if it is a whole number; the other is null
};
[[nodiscard]] NEARFAR_EXPORT std::span<const StrategyOption> strategy_options();
/// Reads a value of the option. Throws Error (usage) for one that is not of its kind or not in its range.
/// `prefix`: what stands before its name on the command line, "miner-".
NEARFAR_EXPORT void set_parameter(StrategyParameters& parameters, const StrategyOption& option,
                                  std::string_view text, std::string_view prefix = "");
[[nodiscard]] NEARFAR_EXPORT std::string parameter_text(const StrategyParameters& parameters,
                                                        const StrategyOption& option);

/// The last pair that is chosen when pairs are taken in the order of (distance, anchor, row).
struct LastPair {
  float distance = -std::numeric_limits<float>::infinity();  ///< none is chosen
  std::int32_t anchor = -1;
  std::int32_t row = -1;
};

/// Where `hdc` cuts, over all anchors. The distance of `positive` is negated: the farthest come first.
struct HardestPairs {
  LastPair positive;
  LastPair negative;
};

/// What a strategy knows beside the anchor; the same for all anchors.
struct MiningContext {
  StrategyParameters parameters;
  DistanceKind distance = DistanceKind::euclidean;
  std::int64_t dim = 0;                                                ///< of the space
  HardestPairs hardest;                                                ///< for `hdc`
  std::function<float(std::int32_t row, std::int32_t other)> between;  ///< of any two rows
};

/// How many triplets a strategy gives an anchor.
enum class PerAnchor {
  one,  ///< at most one
  few,  ///< several; five of them unless the user says otherwise
  all   ///< several, and all of them unless the user says otherwise
};
constexpr std::int64_t kFewPerAnchor = 5;

/// The candidates that an exact neighbour search can find, so that no anchor needs all its distances.
struct SearchPlan {
  enum class Positives {
    none,
    nearest,
    farthest,
    drawn
  } positives = Positives::none;  ///< none: no such plan
  enum class Negatives { nearest, beyond } negatives = Negatives::nearest;
};

/// One way of choosing triplets, or pairs from which triplets are made: a function of one anchor's view. Ties
/// in distance go to the lower row.
struct MiningStrategy {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;
  std::string_view options = "";  ///< names of those that it has, blank-separated
  PerAnchor per_anchor = PerAnchor::few;
  bool looks_at_distances = true;    ///< false: any triplet will do
  bool works_from_lists = true;      ///< a part of the candidates with their distances is enough
  bool needs_hardest_pairs = false;  ///< reads MiningContext::hardest
  SearchPlan search = {};

  /// Appends the allowed triplets of an anchor that has positives and negatives: positives ascending, each at
  /// most once. Where the strategy itself draws, at most `limit` of them (0: no limit). Null for one that
  /// chooses pairs.
  void (*choose_triplets)(const Anchor& anchor, const MiningContext& context, std::int64_t limit,
                          Random& random, std::vector<Run>& runs) = nullptr;
  /// The pairs of any anchor; its triplets are every chosen positive x every chosen negative.
  PairChoice (*choose_pairs)(const Anchor& anchor, const MiningContext& context) = nullptr;
  /// Whether a triplet of a run (places in the lists) is allowed; null: each is.
  bool (*accepts)(const Anchor& anchor, const MiningContext& context, std::int32_t positive,
                  std::int32_t negative) = nullptr;
  /// Throws Error if the strategy has no meaning for this distance (usage) or these rows (data); may be null.
  void (*check)(const Distance& distance, MatrixView rows) = nullptr;
};

[[nodiscard]] NEARFAR_EXPORT std::span<const MiningStrategy> mining_strategies();
/// By name. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const MiningStrategy& mining_strategy(std::string_view name);
/// The most triplets of an anchor: `asked`, or where that is below 0 what the strategy gives by itself; 0:
/// all.
[[nodiscard]] NEARFAR_EXPORT std::int64_t per_anchor_limit(const MiningStrategy& strategy,
                                                           std::int64_t asked);
/// The names of those for which `holds`.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::string> strategies_with(
    const std::function<bool(const MiningStrategy&)>& holds);
[[nodiscard]] NEARFAR_EXPORT bool has_option(const MiningStrategy& strategy, std::string_view option);

}  // namespace nearfar
