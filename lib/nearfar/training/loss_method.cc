#include "nearfar/training/loss_method.h"

#include <algorithm>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

[[noreturn]] void refuse_foreign(const LossInfo& loss, const std::string& name) {
  std::vector<std::string> own;
  for (const LossOptionInfo& option : loss.options) own.push_back("--" + std::string(option.name));
  usage_error("--" + name + " does not apply to --loss " + std::string(loss.name),
              own.empty() ? "it has no options of its own" : "its options are " + listed(own));
}

// Largest value a distance can take, or infinity.
double largest_distance(DistanceKind distance, bool normalize) {
  if (distance == DistanceKind::cosine) return 2;
  if (normalize && distance == DistanceKind::euclidean) return 2;
  if (normalize && distance == DistanceKind::sqeuclidean) return 4;
  return std::numeric_limits<double>::infinity();
}

void check_option(const LossOptionInfo& option, double value, DistanceKind distance, bool normalize) {
  const std::string found = "--" + std::string(option.name) + " " + number_text(value);
  if (!in_range(option.range, value)) {
    usage_error(option.range == LossRange::distance && value < 0
                    ? found + ": a distance is never negative"
                    : found + ": expected " + std::string(range_text(option.range)));
  }
  if (option.range != LossRange::distance) return;
  const double most = largest_distance(distance, normalize);
  if (value < most) return;
  usage_error(found + ": the " + std::string(Distance(distance).info().name) + " distance is at most " +
                  number_text(most) +
                  (normalize && distance != DistanceKind::cosine ? " between rows of length 1" : ""),
              "use a value below it, for example " + number_text(most / 4));
}

}  // namespace

void check_loss_supervision(const LossInfo& loss, const Dataset& data, const SideInformation& supervision) {
  if (!supervision.targets.empty() || !supervision.chunks.empty()) {
    usage_error("--loss " + std::string(loss.name) + " cannot learn from " +
                (supervision.targets.empty() ? "chunks" : "targets"));
  }
  const Tuples* tuples = supervision.tuples;
  if (tuples == nullptr) {
    if (data.labels.empty()) {
      usage_error("--loss " + std::string(loss.name) + " needs to know what is alike",
                  "name the class column with --label, or give pairs or triplets with --tuples");
    }
    return;
  }
  const bool fits = (tuples->kind == TupleKind::pairs && loss.from_pairs) ||
                    (tuples->kind == TupleKind::triplets && loss.from_triplets);
  if (fits) return;
  std::vector<std::string> accepted;
  if (loss.from_labels) accepted.emplace_back("labels");
  if (loss.from_pairs) accepted.emplace_back("pairs");
  if (loss.from_triplets) accepted.emplace_back("triplets");
  std::vector<std::string> others;
  for (const LossInfo& other : losses()) {
    if (tuples->kind == TupleKind::pairs ? other.from_pairs
                                         : tuples->kind == TupleKind::triplets && other.from_triplets) {
      others.emplace_back(other.name);
    }
  }
  usage_error("--loss " + std::string(loss.name) + " cannot learn from " +
                  std::string(tuple_kind(tuples->kind).name) + "; it takes " + listed(accepted),
              others.empty() ? "no loss in this version takes them" : "use --loss " + listed(others));
}

LossTraining resolve_loss(const LearnOptions& options) {
  LossTraining training = options.training;
  const LossInfo& loss = loss_info(options.loss);
  training.loss = &loss;
  training.distance =
      options.distance.empty() ? loss.distances.front() : distance_info(options.distance).kind;
  if (std::find(loss.distances.begin(), loss.distances.end(), training.distance) == loss.distances.end()) {
    std::vector<std::string> names;
    for (const DistanceKind kind : loss.distances) names.emplace_back(Distance(kind).info().name);
    usage_error("--loss " + options.loss + " is not defined for the distance " + options.distance,
                "use one of " + listed(names));
  }
  training.loss_options = default_options(loss, training.distance);
  for (const auto& [name, value] : options.loss_options) {
    const LossOptionInfo* option = find_option(loss, name);
    if (option == nullptr) refuse_foreign(loss, name);
    if (option->flag != nullptr) {
      training.loss_options.*option->flag = value != 0;
    } else {
      training.loss_options.*option->number = value;
    }
  }
  for (const LossOptionInfo& option : loss.options) {
    if (option.number != nullptr)
      check_option(option, training.loss_options.*option.number, training.distance, training.normalize);
  }
  if (options.reduction) training.loss_options.reduction = parse_reduction(*options.reduction);
  training.diagonal = options.method == "diagonal";
  if (training.diagonal && training.dim != 0)
    usage_error("--dim does not apply to --method diagonal, which keeps every feature");
  return training;
}

void refuse_loss_options(const LearnOptions& options) {
  std::vector<std::string> given;
  for (const auto& option : options.loss_options) given.push_back(option.first);
  if (options.reduction) given.emplace_back("reduction");
  if (!given.empty()) {
    usage_error("--" + given.front() + " does not apply to --method " + options.method +
                ", which has no loss");
  }
  if (!options.distance.empty() && distance_info(options.distance).needs_matrix) {
    usage_error("--distance " + options.distance + " does not apply to --method " + options.method +
                    ", whose map is the matrix",
                "leave --distance out: the euclidean distance between images is the mahalanobis distance "
                "between rows");
  }
}

void record_loss_options(Model& model, const LossTraining& training, std::int64_t epochs, bool from_tuples) {
  const LossOptions& loss = training.loss_options;
  const auto add = [&](std::string_view name, std::string value) {
    model.options.emplace_back(name, std::move(value));
  };
  add("loss", std::string(training.loss->name));
  for (const LossOptionInfo& option : training.loss->options) {
    if (option.number != nullptr) add(option.name, number_text(loss.*option.number));
    if (option.flag != nullptr && loss.*option.flag) add(option.name, "true");
  }
  add("reduction", std::string(reduction_name(loss.reduction)));
  if (training.dim != 0) add("dim", std::to_string(training.dim));
  add("epochs", std::to_string(epochs));
  if (from_tuples) {
    add("batch-size", std::to_string(training.batch_size));
  } else {
    add("classes-per-batch", std::to_string(training.classes_per_batch));
    add("samples-per-class", std::to_string(training.samples_per_class));
  }
  add("lr", number_text(training.adam.learning_rate));
}

}  // namespace nearfar
