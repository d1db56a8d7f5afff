#include <algorithm>
#include <set>

#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/io/source.h"
#include "nearfar/metric/distance.h"
#include "nearfar/model/json_tree.h"
#include "nearfar/model/model_fields.h"
#include "nearfar/model/model_file.h"
#include "nearfar/model/read_network.h"

namespace nearfar {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30U;
constexpr std::size_t kMostSteps = 64;

class ModelParser {
 public:
  ModelParser(const std::string& text, const std::string& name, bool unsealed, bool can_unseal)
      : text_(text), name_(name), fields_(name), unsealed_(unsealed), can_unseal_(can_unseal) {}

  Model parse() {
    check_start();
    const JsonValue tree = parse_json_tree(text_, name_);  // begins with '{', so it is an object
    const JsonObject& root = *tree.as<JsonObject>();
    const JsonValue* format = find_member(root, "format");
    const auto* format_name = format != nullptr ? format->as<std::string>() : nullptr;
    if (format_name == nullptr || *format_name != "nearfar-model") {
      fields_.refuse("this is not a nearfar model: it does not say \"format\": \"nearfar-model\"",
                     "a model is what train-metric writes");
    }
    const std::int64_t file_version = fields_.integer(root, "version", 1, 1 << 30);
    if (file_version > Model::kVersion) {
      fields_.refuse("the model has format version " + std::to_string(file_version) + "; nearfar " +
                         std::string(version()) + " reads up to " + std::to_string(Model::kVersion),
                     "a newer nearfar wrote it: install that one");
    }
    check_checksum(root);
    fields_.check_keys(root,
                       {"format", "version", "tool_version", "method", "options", "seed", "input_dim",
                        "output_dim", "features", "preprocessing", "L", "network", "normalize", "distance",
                        "threshold", "data_fingerprint", "training", "checksum"},
                       "the model");
    Model model;
    model.tool_version = fields_.text(root, "tool_version");
    model.method = fields_.text(root, "method");
    read_options(fields_.member(root, "options"), model);
    model.seed = fields_.seed(root);
    model.input_dim = fields_.integer(root, "input_dim", 1, kMostDims);
    read_features(fields_.member(root, "features"), model);
    read_preprocessing(fields_.member(root, "preprocessing"), model);
    read_map(root, model);
    if (model.output_dim() != fields_.integer(root, "output_dim", 1, kMostDims))
      fields_.refuse(model.network ? "the network has not output_dim outputs" : "L has not output_dim rows");
    const bool* normalize = fields_.member(root, "normalize").as<bool>();
    if (normalize == nullptr) fields_.refuse("normalize is neither true nor false");
    model.normalize = *normalize;
    model.distance = fields_.text(root, "distance");
    check_distance(model.distance);
    if (const JsonValue* threshold = find_member(root, "threshold"))
      model.threshold = static_cast<float>(fields_.number(*threshold, "threshold"));
    model.fingerprint = fields_.text(root, "data_fingerprint");
    read_training(fields_.member(root, "training"), model);
    return model;
  }

 private:
  void check_start() const {
    const std::size_t first = text_.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) fields_.refuse("the file is empty, so it is no model");
    if (text_[first] != '{') {
      fields_.refuse("this is not a nearfar model: it does not begin with '{'",
                     "a model is what train-metric writes; was a data file given in its place?");
    }
  }

  void check_distance(const std::string& text) const {
    try {
      static_cast<void>(parse_distance(text));
    } catch (const Error& error) {
      fields_.refuse("the distance '" + text + "' between images is not one of this version", error);
    }
  }

  void check_checksum(const JsonObject& root) const {
    if (unsealed_) return;
    const std::string advice =
        std::string(can_unseal_ ? "if you edited it on purpose, pass --unsealed; else " : "") +
        "copy or train it again";
    const std::size_t at = text_.rfind("\"checksum\"");
    const JsonValue* member = find_member(root, "checksum");
    const auto* found = member != nullptr ? member->as<std::string>() : nullptr;
    if (at == std::string::npos || found == nullptr) fields_.refuse("the model has no checksum", advice);
    const std::string tail = "\"checksum\": \"" + *found + "\"\n}\n";
    if (text_.compare(at, std::string::npos, tail) != 0 ||
        hash_text(std::string_view(text_).substr(0, at)) != *found) {
      fields_.refuse("the checksum does not match: the model was edited, reformatted or damaged", advice);
    }
  }

  void read_options(const JsonValue& value, Model& model) const {
    for (const auto& [name, option] : fields_.object(value, "the field 'options'"))
      model.options.emplace_back(name, fields_.text(option, "the option '" + name + "'"));
  }

  void read_features(const JsonValue& value, Model& model) const {
    const JsonArray& names = fields_.array(value, "the field 'features' is not an array of texts");
    std::set<std::string> seen;
    for (const JsonValue& name : names) {
      model.feature_names.push_back(fields_.text(name, "a feature name"));
      if (!seen.insert(model.feature_names.back()).second)
        fields_.refuse("the feature name '" + model.feature_names.back() + "' appears twice");
    }
    if (!names.empty() && static_cast<std::int64_t>(names.size()) != model.input_dim)
      fields_.refuse("there are not input_dim feature names");
  }

  [[nodiscard]] const PreprocessInfo& step_info(const std::string& step) const {
    const std::string name = step.substr(0, step.find(':'));
    for (const PreprocessInfo& info : preprocess_steps()) {
      if (info.name == name && info.argument.empty() == (name == step)) return info;
    }
    fields_.refuse("the preprocessing step '" + step + "' is not in this version");
  }

  // The argument in a step's name says what its parts are.
  void check_argument(const PreprocessInfo& info, const PreprocessStep& step) const {
    const std::string argument = step.name.substr(std::min(step.name.size(), info.name.size() + 1));
    double divisor = 0;
    if (info.argument == "X" && parse_number(argument, divisor) != NumberStatus::ok)
      fields_.refuse("the preprocessing step '" + step.name + "' names no number");
    if (info.argument == "R" && parse_integer(argument) != step.projection.rows())
      fields_.refuse("the projection of " + step.name + " has " + std::to_string(step.projection.rows()) +
                     " rows");
  }

  void read_preprocessing(const JsonValue& value, Model& model) const {
    const JsonArray& steps = fields_.array(value, "the field 'preprocessing' is not an array of steps");
    if (steps.size() > kMostSteps)
      fields_.refuse("there are more than " + std::to_string(kMostSteps) + " preprocessing steps");
    std::int64_t dim = model.input_dim;
    for (const JsonValue& parts_value : steps) {
      const JsonObject& parts = fields_.object(parts_value, "a step of the preprocessing");
      fields_.check_keys(parts, {"step", "shift", "projection", "scale"}, "a step of the preprocessing");
      PreprocessStep step;
      step.name = fields_.text(parts, "step");
      const PreprocessInfo& info = step_info(step.name);
      for (const std::string part : {"shift", "projection", "scale"}) {
        const bool has_part =
            (" " + std::string(info.parts) + " ").find(" " + part + " ") != std::string::npos;
        if ((find_member(parts, part) != nullptr) != has_part) {
          fields_.refuse("the preprocessing step '" + step.name + "' " +
                         (has_part ? "lacks its " : "has a ") + part);
        }
      }
      step.unit = info.name == "unit";
      if (const JsonValue* shift = find_member(parts, "shift"))
        step.shift = fields_.numbers(*shift, "shift of " + step.name, dim);
      if (const JsonValue* projection = find_member(parts, "projection"))
        step.projection = fields_.matrix(*projection, "projection of " + step.name, dim);
      check_argument(info, step);
      dim = step.output_dim(dim);
      if (const JsonValue* scale = find_member(parts, "scale"))
        step.scale = fields_.numbers(*scale, "scale of " + step.name, dim);
      model.preprocessing.steps.push_back(std::move(step));
    }
  }

  void read_map(const JsonObject& root, Model& model) const {
    const std::int64_t inputs = model.preprocessing.output_dim(model.input_dim);
    const JsonValue* network = find_member(root, "network");
    if (network == nullptr) {
      model.l = fields_.matrix(fields_.member(root, "L"), "L", inputs);
      return;
    }
    if (find_member(root, "L") != nullptr) fields_.refuse("the model has both L and a network");
    model.network = read_network(fields_, fields_.object(*network, "the field 'network'"), inputs);
  }

  void read_training(const JsonValue& value, Model& model) const {
    for (const auto& [name, item] : fields_.object(value, "the field 'training'"))
      model.training.emplace_back(name, fields_.number(item, "training." + name));
  }

  const std::string& text_;
  const std::string& name_;
  ModelFields fields_;
  bool unsealed_;
  bool can_unseal_;
};

}  // namespace

Model parse_model(const std::string& text, const std::string& name, bool unsealed, bool can_unseal) {
  return ModelParser(text, name, unsealed, can_unseal).parse();
}

Model read_model(const std::string& file, bool unsealed, bool can_unseal) {
  Source source(file);
  const std::string text = read_all(source, kLargestFile);
  return parse_model(text, source.name(), unsealed, can_unseal);
}

}  // namespace nearfar
