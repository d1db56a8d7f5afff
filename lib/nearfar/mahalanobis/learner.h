#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/labels.h"
#include "nearfar/data/tuples.h"

namespace nearfar {

/// What a learner with its own solver learns from: rows after the preprocessing, and what is known of them.
/// A learner reads what its table row names; the caller has checked that this is there.
struct LearnerInput {
  MatrixView x;                          ///< n x d, finite
  const Labels* labels = nullptr;        ///< one known code a row, one label a code
  const Tuples* tuples = nullptr;        ///< items are rows of x
  std::span<const double> targets = {};  ///< one a row, of a regression
  /// One code a row, -1 for a row in none: rows known to be alike.
  std::span<const std::int32_t> chunks = {};
};

/// Thrown out of a computation that the caller's `stop` ended.
struct Interrupted {};

/// What an iterative learner has reached between two iterations, as arrays under names of its own: enough to
/// go on with the same bits. All numbers are finite.
struct SolverState {
  std::vector<std::pair<std::string, std::vector<double>>> arrays;

  /// Throws Error (data) where there is none of that name.
  [[nodiscard]] NEARFAR_EXPORT const std::vector<double>& get(std::string_view name) const;
};

/// Options of all learners, one meaning each; a learner reads those that its table row names. Unset: its own
/// default, which the row tells.
struct LearnerOptions {
  std::int64_t dim = 0;  ///< rows of L; 0: the learner's own number
  std::optional<std::int64_t> neighbors;
  std::optional<double> push_weight;
  std::optional<std::string> prior;
  std::optional<std::int64_t> max_iterations;
  std::optional<double> tolerance;
  std::optional<double> regularization;
  std::optional<std::int64_t> constraints;
  bool diagonal = false;
  std::uint64_t seed = 0;
  Matrix init;  ///< L to start from; empty: the learner's own start
  /// After every iteration; the state is made when it is asked for. `last`: the iterations end with it. May
  /// be empty.
  std::function<void(const std::function<SolverState()>& state, bool last)> checkpoint;
  const SolverState* resume = nullptr;  ///< to go on from, in place of a start
  /// Asked after every iteration: whether to leave with Interrupted. May be empty.
  std::function<bool()> stop;
};

/// One iteration, for the log and the progress line.
struct IterationRecord {
  std::int64_t iteration = 0;  ///< from 1
  double objective = 0;
  std::int64_t active = -1;   ///< active constraints; -1 where there are none to count
  double gradient_norm = -1;  ///< -1 where there is no gradient
  std::int64_t terms = -1;    ///< rows that are in the objective; -1 where it is always all of them
  double gap = -1;            ///< the objective is at most so far above its minimum; -1 where nobody knows
  double seconds = 0;         ///< since the start, filled by the caller; not part of any result
};

enum class Convergence {
  closed_form,  ///< nothing to iterate
  converged,    ///< the learner's own criterion holds
  stopped       ///< at --max-iterations
};

struct LearnedMap {
  Matrix l;  ///< R x d: the distance of two rows is |L x - L y|
  Convergence convergence = Convergence::closed_form;
  std::vector<IterationRecord> history;  ///< with LearnerOptions::resume from the iteration that was reached
  std::vector<std::pair<std::string, double>> facts;  ///< for the model's training summary: rank, bounds, ...
  std::vector<std::string> notes;                     ///< for people, one line each
};

using IterationProgress = std::function<void(const IterationRecord&)>;

/// What an option means, for all learners that have it.
struct LearnerOptionMeaning {
  std::string_view name;   ///< as on the command line, without dashes
  std::string_view value;  ///< placeholder of its value: "K"
  std::string_view meaning;
};
[[nodiscard]] NEARFAR_EXPORT std::span<const LearnerOptionMeaning> learner_options();

/// That a learner has the option, and what holds when it is not given.
struct LearnerOptionInfo {
  std::string_view name;
  std::string_view default_text;
};

/// One learner: its row in the table, which stands in the learner's own file.
struct LearnerInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;
  std::span<const LearnerOptionInfo> options = {};
  bool unsupervised = false;  ///< needs rows alone; else one of:
  bool from_labels = false;
  bool from_pairs = false;
  bool from_triplets = false;
  bool from_quadruplets = false;
  bool from_targets = false;
  bool from_chunks = false;
  bool iterates = false;  ///< and reads the options checkpoint, resume and stop
  /// Throws Error: data when there is nothing to learn from, usage for an option out of its range, numerical
  /// on divergence; and Interrupted. `progress` may be empty. The same seed gives the same bits for any
  /// number of threads.
  LearnedMap (*learn)(const LearnerInput& input, const LearnerOptions& options,
                      const IterationProgress& progress) = nullptr;

  [[nodiscard]] NEARFAR_EXPORT bool has_option(std::string_view option) const;
};
[[nodiscard]] NEARFAR_EXPORT std::span<const LearnerInfo> learners();

}  // namespace nearfar
