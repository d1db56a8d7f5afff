#include "nearfar/training/loss_method.h"

#include <algorithm>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

bool has_option(const LossInfo& loss, std::string_view name) {
  return std::any_of(loss.options.begin(), loss.options.end(),
                     [&](const LossOptionInfo& option) { return option.name == name; });
}

void refuse_foreign(const LossInfo& loss, std::string_view name, bool given) {
  if (!given || has_option(loss, name)) return;
  std::vector<std::string> own;
  for (const LossOptionInfo& option : loss.options) own.push_back("--" + std::string(option.name));
  usage_error("--" + std::string(name) + " does not apply to --loss " + std::string(loss.name),
              "its options are " + listed(own));
}

// Largest value a distance can take, or infinity.
double largest_distance(DistanceKind distance, bool normalize) {
  if (distance == DistanceKind::cosine) return 2;
  if (normalize && distance == DistanceKind::euclidean) return 2;
  if (normalize && distance == DistanceKind::sqeuclidean) return 4;
  return std::numeric_limits<double>::infinity();
}

void check_margin(std::string_view name, double value, const LossInfo& loss, DistanceKind distance,
                  bool normalize) {
  if (!has_option(loss, name)) return;
  const double most = largest_distance(distance, normalize);
  if (value >= 0 && value < most) return;
  usage_error(
      "--" + std::string(name) + " " + number_text(value) + ": " +
          (value < 0
               ? "a distance is never negative"
               : "the " + std::string(Distance(distance).info().name) + " distance is at most " +
                     number_text(most) +
                     (normalize && distance != DistanceKind::cosine ? " between rows of length 1" : "")),
      value < 0 ? "" : "use a value below it, for example " + number_text(most / 4));
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
  refuse_foreign(loss, "pos-margin", options.pos_margin.has_value());
  refuse_foreign(loss, "neg-margin", options.neg_margin.has_value());
  refuse_foreign(loss, "margin", options.margin.has_value());
  refuse_foreign(loss, "smooth", training.loss_options.smooth);
  refuse_foreign(loss, "swap", training.loss_options.swap);
  training.loss_options.pos_margin = options.pos_margin.value_or(0);
  training.loss_options.neg_margin =
      options.neg_margin.value_or(training.distance == DistanceKind::cosine ? 0.5 : 1);
  training.loss_options.margin = options.margin.value_or(0.2);
  check_margin("pos-margin", training.loss_options.pos_margin, loss, training.distance, training.normalize);
  check_margin("neg-margin", training.loss_options.neg_margin, loss, training.distance, training.normalize);
  check_margin("margin", training.loss_options.margin, loss, training.distance, training.normalize);
  training.loss_options.reduction = options.reduction ? parse_reduction(*options.reduction) : loss.reduction;
  training.diagonal = options.method == "diagonal";
  if (training.diagonal && training.dim != 0)
    usage_error("--dim does not apply to --method diagonal, which keeps every feature");
  return training;
}

void refuse_loss_options(const LearnOptions& options) {
  const LossOptions& loss = options.training.loss_options;
  const std::pair<std::string_view, bool> given[] = {{"pos-margin", options.pos_margin.has_value()},
                                                     {"neg-margin", options.neg_margin.has_value()},
                                                     {"margin", options.margin.has_value()},
                                                     {"reduction", options.reduction.has_value()},
                                                     {"smooth", loss.smooth},
                                                     {"swap", loss.swap}};
  for (const auto& [name, is_given] : given) {
    if (is_given)
      usage_error("--" + std::string(name) + " does not apply to --method " + options.method +
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
  if (has_option(*training.loss, "pos-margin")) add("pos-margin", number_text(loss.pos_margin));
  if (has_option(*training.loss, "neg-margin")) add("neg-margin", number_text(loss.neg_margin));
  if (has_option(*training.loss, "margin")) add("margin", number_text(loss.margin));
  if (loss.smooth) add("smooth", "true");
  if (loss.swap) add("swap", "true");
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
