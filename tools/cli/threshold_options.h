#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/pair_input.h"
#include "nearfar/evaluation/pair_evaluation.h"

namespace nearfar::cli {

/// Where the threshold comes from that tells accepted pairs from rejected ones.
struct ThresholdOptions {
  std::optional<double> threshold;
  std::string calibrate;
  std::string calibrate_on;
  std::vector<std::string> calibrate_where;
  std::string fold;
  std::int64_t folds = 0;
  std::string store;

  void add_to(Command& command);
  /// Throws Error: usage for options that do not go together, io where there is no model to store to.
  void check() const;
  /// What has to be read of each pair for it; a column of folds is the last of `named`.
  void ask(TupleExtras& extras) const;
};

/// Which pairs are accepted, and why.
struct Decisions {
  std::vector<std::uint8_t> accepted;  ///< 1 or 0; empty where there is no threshold
  std::string threshold;               ///< in words, for the report; in the unit of the column
  std::string rule;                    ///< how it came about, without numbers: for the signature
  std::optional<float> common;         ///< the one threshold of all pairs; none with folds
  std::optional<float> to_store;       ///< chosen on all pairs; of --threshold that

  /// "threshold distance <= 0.5 (given)"
  [[nodiscard]] std::string words() const;
};

/// What a threshold accepts, in the unit of the column: "distance <= 0.5".
[[nodiscard]] std::string threshold_text(float threshold, const ScoredTuples& tuples);

/// Throws Error (usage) for tuples that no threshold applies to; Error (data) where none can be chosen.
/// `evaluation` is of the same tuples.
[[nodiscard]] Decisions decide_pairs(const ThresholdOptions& options, const ScoredTuples& tuples,
                                     PairEvaluation& evaluation, PairInput& input, std::uint64_t seed,
                                     Console& console);

/// Throws Error (usage) where the threshold is of another distance than that of the model read from `file`.
void check_storable(const std::string& file, const Model& model, float threshold, const ScoredTuples& tuples,
                    const PairInput& input, Console& console);
/// Writes the model that was read from `file` back with this threshold, atomically.
void store_threshold(const std::string& file, Model model, float threshold, Console& console);

}  // namespace nearfar::cli
