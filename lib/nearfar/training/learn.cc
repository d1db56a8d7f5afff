#include "nearfar/training/learn.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/mahalanobis/closed_form.h"

namespace nearfar {
namespace {

constexpr std::array<MethodInfo, 5> kMethods{{
    {"linear", "a full linear map L, trained by a loss: a Mahalanobis distance with M = L'L", "", true,
     nullptr},
    {"diagonal", "one weight a feature, trained by a loss", "", true, nullptr},
    {"identity", "the plain Euclidean distance, as a baseline", "", false, identity_map},
    {"covariance", "the inverse covariance of the data", "Mahalanobis 1936", false, covariance_map},
    {"pca", "the directions of largest variance", "Pearson 1901", false, pca_map},
}};

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

void check_supervision(const LossInfo& loss, const Dataset& data, const Tuples* tuples) {
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

// The training that the options ask for, with every default filled in.
LossTraining resolve(const LearnOptions& options) {
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

void record_options(Model& model, const LossTraining& training, std::int64_t epochs, bool from_tuples) {
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

}  // namespace

std::span<const MethodInfo> methods() { return kMethods; }

const MethodInfo& method_info(std::string_view name) {
  return row_named(methods(), "--method", "method", name);
}

std::string default_preprocessing(const LearnOptions& options, const Dataset& data) {
  // What an angle or an inner product is measured from is the origin of the data.
  constexpr std::array<std::string_view, 3> kFromOrigin{"cosine", "angular", "dot"};
  const bool from_origin =
      std::find(kFromOrigin.begin(), kFromOrigin.end(), options.distance) != kFromOrigin.end();
  if (options.method == "identity" || from_origin) return "none";
  return data.is_bytes ? "scale:255" : "standardize";
}

void check_options(const LearnOptions& options) {
  if (method_info(options.method).by_loss) {
    (void)resolve(options);
  } else {
    refuse_loss_options(options);
  }
}

Model learn(const Dataset& data, const Tuples* tuples, const LearnOptions& options,
            const std::function<void(const EpochRecord&)>& progress) {
  const MethodInfo& method = method_info(options.method);
  Model model;
  model.tool_version = version();
  model.method = method.name;
  model.seed = options.training.seed;
  model.input_dim = data.features.cols();
  if (data.has_names) model.feature_names = data.feature_names;
  for (const std::string& name : model.feature_names) {
    if (!is_utf8(name)) {
      data_error("the column name '" + name + "' is not UTF-8, so a model cannot hold it", {},
                 "convert the table: iconv -f LATIN1 -t UTF-8");
    }
  }
  model.normalize = options.training.normalize;
  model.fingerprint = data_fingerprint(data);
  LossTraining training;
  if (method.by_loss) {
    training = resolve(options);
    check_supervision(*training.loss, data, tuples);
  } else {
    refuse_loss_options(options);
  }
  const std::string preprocess =
      options.preprocess.empty() ? default_preprocessing(options, data) : options.preprocess;
  if (!options.features.empty()) model.options.emplace_back("features", options.features);
  model.options.emplace_back("preprocess", preprocess);
  model.preprocessing = fit_preprocessing(preprocess, data.features);
  const Matrix x = model.preprocessing.apply(data.features);
  if (!std::all_of(x.data(), x.data() + x.size(), [](float value) { return std::isfinite(value); })) {
    data_error("after the preprocessing '" + preprocess + "' some values leave the range of 32-bit floats",
               {}, "rescale the features first");
  }
  model.training.emplace_back("rows", static_cast<double>(data.rows()));
  if (!method.by_loss) {
    model.distance = options.distance.empty() ? "euclidean" : parse_distance(options.distance).name();
    model.l = method.closed_form(x, options.training.dim);
    return model;
  }
  model.distance = Distance(training.distance).name();
  TrainedMap map = train_with_loss(x, data.labels, tuples, training, progress);
  model.l = std::move(map.l);
  record_options(model, training, map.history.back().epochs, tuples != nullptr);
  if (tuples != nullptr) model.training.emplace_back("tuples", static_cast<double>(tuples->size()));
  model.training.emplace_back("steps", static_cast<double>(map.history.back().steps));
  model.training.emplace_back("first_epoch_loss", map.history.front().loss);
  model.training.emplace_back("last_epoch_loss", map.history.back().loss);
  model.training.emplace_back("last_epoch_active", map.history.back().active);
  return model;
}

}  // namespace nearfar
