#include "nearfar/training/learn.h"

#include <algorithm>
#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/rows.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/training/learn_by_loss.h"
#include "nearfar/training/learner_method.h"
#include "nearfar/training/loss_method.h"

namespace nearfar {
namespace {

constexpr std::array<MethodInfo, 4> kByLoss{{
    {"linear", "a full linear map L, trained by a loss: a Mahalanobis distance with M = L'L", "", true,
     nullptr},
    {"diagonal", "one weight a feature, trained by a loss", "", true, nullptr},
    {"mlp", "a network of full layers, trained by a loss", "Rumelhart, Hinton, Williams 1986", true, nullptr},
    {"cnn", "a network over images, trained by a loss", "LeCun et al. 1989", true, nullptr},
}};

}  // namespace

std::span<const MethodInfo> methods() {
  static const std::vector<MethodInfo> kMethods = [] {
    std::vector<MethodInfo> all(kByLoss.begin(), kByLoss.end());
    for (const LearnerInfo& learner : learners())
      all.push_back({learner.name, learner.meaning, learner.source, false, &learner});
    return all;
  }();
  return kMethods;
}

const MethodInfo& method_info(std::string_view name) {
  return row_named(methods(), "--method", "method", name);
}

std::string default_preprocessing(const LearnOptions& options, const Dataset& data) {
  // What an angle or an inner product is measured from is the origin of the data.
  constexpr std::array<std::string_view, 3> kFromOrigin{"cosine", "angular", "dot"};
  const bool from_origin =
      std::find(kFromOrigin.begin(), kFromOrigin.end(), options.distance) != kFromOrigin.end();
  const bool starts_at_identity = options.method == "mlp" && options.network.residual;
  if (options.method == "identity" || starts_at_identity || from_origin) return "none";
  return data.is_bytes ? "scale:255" : "standardize";
}

std::string default_loss(const LearnOptions& options, const Tuples* tuples) {
  if (tuples == nullptr) return "triplet";
  if (tuples->kind == TupleKind::graded_pairs) return "cosent";
  if (tuples->kind != TupleKind::pairs) return "triplet";
  const auto& defined = loss_info("logistic").distances;
  const bool fits =
      options.distance.empty() ||
      std::find(defined.begin(), defined.end(), distance_info(options.distance).kind) != defined.end();
  return fits ? "logistic" : "contrastive";
}

void check_options(const LearnOptions& options) {
  const MethodInfo& method = method_info(options.method);
  if (method.by_loss) {
    if (!options.loss.empty()) (void)resolve_loss(options);
  } else {
    refuse_loss_options(options);
    check_learner_options(*method.learner, options.learner);
  }
}

Model learn(const Dataset& data, const SideInformation& supervision, const LearnOptions& options,
            const LearnWatch& watch) {
  const MethodInfo& method = method_info(options.method);
  if (method.by_loss && options.loss.empty()) {
    LearnOptions chosen = options;
    chosen.loss = default_loss(options, supervision.tuples);
    return learn(data, supervision, chosen, watch);
  }
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
  if (method.by_loss) {
    const LossTraining training = resolve_loss(options);
    check_loss_supervision(options, training, data, supervision);
  } else {
    refuse_loss_options(options);
    check_learner_options(*method.learner, options.learner);
    check_learner_supervision(*method.learner, data, supervision);
  }
  const std::string preprocess =
      options.preprocess.empty() ? default_preprocessing(options, data) : options.preprocess;
  if (!options.features.empty()) model.options.emplace_back("features", options.features);
  model.options.emplace_back("preprocess", preprocess);
  model.preprocessing = fit_preprocessing(preprocess, data.features);
  const Matrix x = model.preprocessing.apply(data.features);
  if (!all_finite(x)) {
    data_error("after the preprocessing '" + preprocess + "' some values leave the range of 32-bit floats",
               {}, "scale them down first: --preprocess scale:1e6," + preprocess);
  }
  model.training.emplace_back("rows", static_cast<double>(data.rows()));
  if (!method.by_loss) {
    model.distance = options.distance.empty() ? "euclidean" : parse_distance(options.distance).name();
    learn_with_solver(*method.learner, x, data, supervision, options, watch, model);
    return model;
  }
  learn_by_loss(x, data, supervision, options, watch, model);
  return model;
}

}  // namespace nearfar
