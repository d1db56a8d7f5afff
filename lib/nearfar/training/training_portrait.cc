#include "nearfar/training/training_portrait.h"

#include <algorithm>
#include <array>

#include "nearfar/core/text.h"
#include "nearfar/network/network.h"
#include "nearfar/training/learned_spaces.h"
#include "nearfar/training/learned_weights.h"
#include "nearfar/training/training_curves.h"

namespace nearfar {
namespace {

// "" where the model has none of that name.
std::string option_of(const Model& model, std::string_view name) {
  const auto found = std::find_if(model.options.begin(), model.options.end(),
                                  [&](const auto& option) { return option.first == name; });
  return found == model.options.end() ? std::string() : found->second;
}

std::string supervision_text(const Dataset& data, const SideInformation& supervision, bool unsupervised) {
  const std::string rows = counted(data.rows(), "row");
  if (unsupervised) return rows;
  if (supervision.tuples != nullptr) {
    return grouped(supervision.tuples->size()) + " " +
           std::string(tuple_kind(supervision.tuples->kind).name) + " of " + rows;
  }
  if (!supervision.targets.empty()) return rows + " with a number each";
  if (!supervision.chunks.empty()) return rows + " in chunks";
  const Labels& labels = data.labels;
  std::string text = rows + (labels.several() ? " with " + counted(labels.label_count(), "label")
                                              : " in " + grouped(labels.classes()) +
                                                    (labels.classes() == 1 ? " class" : " classes"));
  if (labels.unknown_rows() > 0) text += ", " + grouped(labels.unknown_rows()) + " of unknown class";
  return text;
}

std::string other_options(const Model& model) {
  constexpr std::array<std::string_view, 4> kTold{"preprocess", "loss", "features", "dim"};
  std::string text;
  for (const auto& [name, value] : model.options) {
    if (std::find(kTold.begin(), kTold.end(), name) != kTold.end() || value.empty()) continue;
    text += (text.empty() ? "" : ", ") + name + " " + value;
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> facts_of(const Model& model, const Dataset& data,
                                                          const SideInformation& supervision) {
  const MethodInfo& method = method_info(model.method);
  std::vector<std::pair<std::string, std::string>> facts;
  const auto add = [&](std::string name, std::string value) {
    if (!value.empty()) facts.emplace_back(std::move(name), std::move(value));
  };
  add("method", model.method + ": " + std::string(method.meaning));
  const std::string loss = option_of(model, "loss");
  if (!loss.empty()) add("loss", loss + ": " + std::string(loss_info(loss).formula));
  const bool unsupervised = method.learner != nullptr && method.learner->unsupervised;
  add("learned from", supervision_text(data, supervision, unsupervised));
  if (supervision.valid != nullptr) add("validation", counted(supervision.valid->rows(), "row"));
  add("preprocessing", option_of(model, "preprocess"));
  add("map", counted(model.input_dim, "feature") + " to " + counted(model.output_dim(), "dimension") +
                 (model.normalize ? ", scaled to length 1" : ""));
  if (model.network) add("network", model.network->text());
  add("distance", model.distance);
  add("options", other_options(model));
  add("seed", std::to_string(model.seed));
  return facts;
}

}  // namespace

TrainingPortrait training_portrait(const Model& model, const Dataset& data,
                                   const SideInformation& supervision, const LearnOptions& options,
                                   const LearnHistory& history) {
  TrainingPortrait portrait;
  portrait.method = model.method;
  portrait.loss = option_of(model, "loss");
  portrait.facts = facts_of(model, data, supervision);
  portrait.end = training_end(model, history, options.training.patience);
  portrait.gains = history.gains;
  if (method_info(model.method).by_loss) portrait.gains = all_gains(model, data, supervision.valid, true);
  const std::string measured = option_of(model, "select");
  portrait.curves = training_curves(history, measured);
  portrait.records = training_records(history, measured);
  add_learned_weights(model, data, portrait);
  add_learned_spaces(model, data, supervision, portrait);
  portrait.fingerprint = model.fingerprint;
  return portrait;
}

}  // namespace nearfar
