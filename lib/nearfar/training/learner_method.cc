#include "nearfar/training/learner_method.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/training/gains.h"
#include "nearfar/training/run_identity.h"
#include "nearfar/training/solver_checkpoint.h"

namespace nearfar {
namespace {

// An option as it was given; "" when it was not.
struct GivenOption {
  std::string_view name;
  std::string value;
};

std::vector<GivenOption> given_options(const LearnerOptions& options) {
  const auto integer = [](const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : std::string();
  };
  const auto number = [](const std::optional<double>& value) {
    return value ? number_text(*value) : std::string();
  };
  return {{"neighbors", integer(options.neighbors)},
          {"push-weight", number(options.push_weight)},
          {"prior", options.prior.value_or("")},
          {"regularization", number(options.regularization)},
          {"constraints", integer(options.constraints)},
          {"diagonal", options.diagonal ? "yes" : ""},
          {"max-iterations", integer(options.max_iterations)},
          {"tolerance", number(options.tolerance)},
          {"init", options.init.empty() ? "" : "model"}};
}

// What a learner takes, in words with their options.
std::vector<std::string> accepted(const LearnerInfo& learner) {
  std::vector<std::string> names;
  if (learner.from_labels) names.emplace_back("class labels (--label)");
  if (learner.from_pairs) names.emplace_back("pairs (--tuples)");
  if (learner.from_triplets) names.emplace_back("triplets (--tuples)");
  if (learner.from_quadruplets) names.emplace_back("quadruplets (--tuples)");
  if (learner.from_targets) names.emplace_back("targets (--target)");
  if (learner.from_chunks) names.emplace_back("chunks (--chunks)");
  return names;
}

bool takes(const LearnerInfo& learner, TupleKind kind) {
  return (kind == TupleKind::pairs && learner.from_pairs) ||
         (kind == TupleKind::triplets && learner.from_triplets) ||
         (kind == TupleKind::quadruplets && learner.from_quadruplets);
}

// The rows of known class, when there are others.
struct KnownRows {
  Matrix x;
  Labels labels;
};

KnownRows known_rows(MatrixView x, const Labels& labels) {
  KnownRows known;
  known.x = Matrix(x.rows - labels.unknown_rows(), x.cols);
  known.labels.names = labels.names;
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const std::int32_t code = labels.codes[static_cast<std::size_t>(i)];
    if (code == Labels::kUnknown) continue;
    std::copy_n(x.row(i), x.cols, known.x.row(std::ssize(known.labels.codes)));
    known.labels.codes.push_back(code);
  }
  return known;
}

void record(const LearnerInfo& learner, const LearnerOptions& options, Model& model) {
  if (options.dim != 0) model.options.emplace_back("dim", std::to_string(options.dim));
  const std::vector<GivenOption> given = given_options(options);
  for (const LearnerOptionInfo& own : learner.options) {
    const auto value = std::find_if(given.begin(), given.end(),
                                    [&](const GivenOption& one) { return one.name == own.name; });
    const bool is_given = value != given.end() && !value->value.empty();
    model.options.emplace_back(own.name, is_given ? value->value : std::string(own.default_text));
  }
}

void record(LearnedMap& map, Model& model) {
  if (map.convergence != Convergence::closed_form) {
    const IterationRecord last = map.history.empty() ? IterationRecord{} : map.history.back();
    model.training.emplace_back("iterations", static_cast<double>(last.iteration));
    model.training.emplace_back("converged", map.convergence == Convergence::converged ? 1 : 0);
    if (!map.history.empty()) model.training.emplace_back("objective", last.objective);
    if (last.active >= 0) model.training.emplace_back("active", static_cast<double>(last.active));
  }
  for (auto& fact : map.facts) model.training.push_back(std::move(fact));
}

// Where the state is kept, with what must be the same for a run to go on from it.
CheckpointOptions checkpoint_of(const LearnOptions& options, const LearnerOptions& own,
                                const SideInformation& supervision, const Model& model) {
  CheckpointOptions checkpoint = options.checkpoint;
  if (checkpoint.file.empty()) return checkpoint;
  checkpoint.identity = run_identity(model, supervision);
  if (!own.init.empty()) checkpoint.identity.emplace_back("the map of --init", values_fingerprint(own.init));
  return checkpoint;
}

// Learns from the start, or from the state of a checkpoint, and tells the watch of every iteration.
LearnedMap learn_to_the_end(const LearnerInfo& learner, const LearnerInput& input, LearnerOptions options,
                            const CheckpointOptions& where, const LearnWatch& watch) {
  SolverCheckpoint checkpoint(where);
  std::vector<IterationRecord> behind;
  const std::optional<SolverState> reached = checkpoint.read(behind, watch.note);
  if (reached) options.resume = &*reached;
  if (!where.file.empty()) {
    options.checkpoint = [&](const std::function<SolverState()>& state, bool last) {
      checkpoint.offer(state, behind, last);
    };
  }
  options.stop = watch.training.stop;
  if (watch.training.begin) watch.training.begin(reached ? iterations_of(*reached) : 0);
  const auto start = std::chrono::steady_clock::now();
  try {
    LearnedMap map = learner.learn(input, options, [&](const IterationRecord& iteration) {
      behind.push_back(iteration);
      if (!watch.iteration) return;
      IterationRecord timed = iteration;
      timed.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      watch.iteration(timed);
    });
    if (watch.history != nullptr) watch.history->iterations = std::move(behind);
    return map;
  } catch (const Interrupted&) {
    throw TrainingStopped();
  }
}

// What the map is good for, beside the plain distances.
void record(const Gains& gains, const LearnWatch& watch, Model& model) {
  if (watch.note) watch.note(gains.text());
  for (const MapScore& gain : gains.maps) {
    std::string prefix = gains.held_out ? "valid_" : "";
    if (&gain != gains.maps.data()) prefix += gain.map + "_";
    model.training.emplace_back(prefix + "knn_accuracy@3", gain.accuracy);
    model.training.emplace_back(prefix + "knn_accuracy@3_low", gain.interval.first);
    model.training.emplace_back(prefix + "knn_accuracy@3_high", gain.interval.second);
    model.training.emplace_back(prefix + "map@r", gain.map_at_r);
  }
}

void record_gains(const LearnerInfo& learner, const Dataset& data, const Dataset* valid,
                  const LearnWatch& watch, Model& model) {
  std::vector<Gains> gains = all_gains(model, data, valid, !learner.unsupervised);
  for (const Gains& each : gains) {
    if (each.held_out) model.training.emplace_back("valid_rows", static_cast<double>(valid->rows()));
    record(each, watch, model);
  }
  if (watch.history != nullptr) watch.history->gains = std::move(gains);
}

}  // namespace

void check_learner_options(const LearnerInfo& learner, const LearnerOptions& options) {
  for (const GivenOption& given : given_options(options)) {
    if (given.value.empty() || learner.has_option(given.name)) continue;
    std::vector<std::string> own;
    for (const LearnerOptionInfo& option : learner.options) own.push_back("--" + std::string(option.name));
    usage_error("--" + std::string(given.name) + " does not apply to --method " + std::string(learner.name),
                own.empty() ? "it has no options of its own" : "its options are " + listed(own));
  }
}

void check_learner_supervision(const LearnerInfo& learner, const Dataset& data,
                               const SideInformation& supervision) {
  const std::string method = "--method " + std::string(learner.name);
  const std::string takes_what = learner.unsupervised ? "which learns from the rows alone"
                                                      : "it learns from " + listed(accepted(learner));
  const auto refuse = [&](const std::string& what, const std::string& advice) {
    usage_error(method + " cannot learn from " + what + (learner.unsupervised ? ", " : "; ") + takes_what,
                advice);
  };
  if (supervision.tuples != nullptr && !takes(learner, supervision.tuples->kind)) {
    const TupleKind kind = supervision.tuples->kind;
    std::vector<std::string> others;
    for (const LearnerInfo& other : learners()) {
      if (takes(other, kind)) others.emplace_back(other.name);
    }
    refuse(std::string(tuple_kind(kind).name), others.empty()
                                                   ? "a method with a loss may, such as --method linear"
                                                   : "use --method " + listed(others, "or"));
  }
  if (!supervision.targets.empty() && !learner.from_targets)
    refuse("targets", "leave --target out, or use --method mlkr");
  if (!supervision.chunks.empty() && !learner.from_chunks)
    refuse("chunks", "leave --chunks out, or use --method rca");
  const int given = (supervision.tuples != nullptr ? 1 : 0) + (supervision.targets.empty() ? 0 : 1) +
                    (supervision.chunks.empty() ? 0 : 1);
  if (given > 1) usage_error("one of --tuples, --target and --chunks at a time", "leave the others out");
  if (supervision.valid != nullptr) {
    if (data.labels.several() || supervision.valid->labels.several()) {
      usage_error("what " + method + " has learned is measured on rows with one label each",
                  "leave --label-separator out: rows with the same labels are then one class");
    }
    check_gains(data, *supervision.valid);
  }
  if (learner.unsupervised || given == 1) return;
  if (!learner.from_labels || data.labels.empty()) {
    usage_error(method + " needs to know more than the rows: " + takes_what,
                learner.from_labels ? "name the class column with --label"
                                    : "name the column of numbers with --target");
  }
  if (data.labels.several()) {
    usage_error(method + " takes one label a row",
                "leave --label-separator out: rows with the same labels are then one class");
  }
}

void learn_with_solver(const LearnerInfo& learner, MatrixView x, const Dataset& data,
                       const SideInformation& supervision, const LearnOptions& options,
                       const LearnWatch& watch, Model& model) {
  LearnerOptions own = options.learner;
  own.dim = options.training.dim;
  own.seed = options.training.seed;
  if (!own.init.empty() && own.init.cols() != x.cols) {
    data_error("--init: its map takes " + grouped(own.init.cols()) + " numbers, the rows have " +
                   grouped(x.cols) + " after the preprocessing",
               {}, "start from a model that was trained with the same features and the same --preprocess");
  }
  const bool from_labels = !learner.unsupervised && supervision.tuples == nullptr &&
                           supervision.targets.empty() && supervision.chunks.empty();
  LearnerInput input{.x = x,
                     .labels = data.labels.empty() ? nullptr : &data.labels,
                     .tuples = supervision.tuples,
                     .targets = supervision.targets,
                     .chunks = supervision.chunks};
  KnownRows known;
  if (from_labels && data.labels.unknown_rows() > 0) {
    known = known_rows(x, data.labels);
    input.x = known.x;
    input.labels = &known.labels;
  }
  record(learner, own, model);
  LearnedMap map =
      learn_to_the_end(learner, input, own, checkpoint_of(options, own, supervision, model), watch);
  if (watch.note) {
    for (const std::string& note : map.notes) watch.note(note);
  }
  model.l = std::move(map.l);
  if (supervision.tuples != nullptr)
    model.training.emplace_back("tuples", static_cast<double>(supervision.tuples->size()));
  record(map, model);
  record_gains(learner, data, supervision.valid, watch, model);
}

}  // namespace nearfar
