#include <algorithm>
#include <cmath>
#include <set>

#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/rows.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/io/source.h"
#include "nearfar/metric/distance.h"
#include "nearfar/model/base64.h"
#include "nearfar/model/json_tree.h"
#include "nearfar/model/model_file.h"
#include "nearfar/network/network.h"

namespace nearfar {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30U;
constexpr std::int64_t kMostDims = 1 << 20;
constexpr std::size_t kMostSteps = 64;

class ModelParser {
 public:
  ModelParser(const std::string& text, const std::string& name, bool unsealed)
      : text_(text), name_(name), unsealed_(unsealed) {}

  Model parse() {
    check_start();
    const JsonValue tree = parse_json_tree(text_, name_);  // begins with '{', so it is an object
    const JsonObject& root = *tree.as<JsonObject>();
    const JsonValue* format = find_member(root, "format");
    const auto* format_name = format != nullptr ? format->as<std::string>() : nullptr;
    if (format_name == nullptr || *format_name != "nearfar-model") {
      refuse("this is not a nearfar model: it does not say \"format\": \"nearfar-model\"",
             "a model is what train-metric writes");
    }
    const std::int64_t file_version = integer(root, "version", 1, 1 << 30);
    if (file_version > Model::kVersion) {
      refuse("the model has format version " + std::to_string(file_version) + "; nearfar " +
                 std::string(version()) + " reads up to " + std::to_string(Model::kVersion),
             "a newer nearfar wrote it: install that one");
    }
    check_checksum(root);
    check_keys(root,
               {"format", "version", "tool_version", "method", "options", "seed", "input_dim", "output_dim",
                "features", "preprocessing", "L", "network", "normalize", "distance", "threshold",
                "data_fingerprint", "training", "checksum"},
               "the model");
    Model model;
    model.tool_version = text(root, "tool_version");
    model.method = text(root, "method");
    read_options(member(root, "options"), model);
    model.seed = seed(root);
    model.input_dim = integer(root, "input_dim", 1, kMostDims);
    read_features(member(root, "features"), model);
    read_preprocessing(member(root, "preprocessing"), model);
    read_map(root, model);
    if (model.output_dim() != integer(root, "output_dim", 1, kMostDims))
      refuse(model.network ? "the network has not output_dim outputs" : "L has not output_dim rows");
    const bool* normalize = member(root, "normalize").as<bool>();
    if (normalize == nullptr) refuse("normalize is neither true nor false");
    model.normalize = *normalize;
    model.distance = text(root, "distance");
    check_distance(model.distance);
    if (const JsonValue* threshold = find_member(root, "threshold"))
      model.threshold = static_cast<float>(number(*threshold, "threshold"));
    model.fingerprint = text(root, "data_fingerprint");
    read_training(member(root, "training"), model);
    return model;
  }

 private:
  [[noreturn]] void refuse(const std::string& why, const std::string& advice = {}) const {
    data_error(why, {name_, 0, 0, {}}, advice);
  }

  void check_start() const {
    const std::size_t first = text_.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) refuse("the file is empty, so it is no model");
    if (text_[first] != '{') {
      refuse("this is not a nearfar model: it does not begin with '{'",
             "a model is what train-metric writes; was a data file given in its place?");
    }
  }

  void check_distance(const std::string& text) const {
    try {
      static_cast<void>(parse_distance(text));
    } catch (const Error& error) {
      refuse("the distance '" + text + "' between images is not one of this version: " + error.message());
    }
  }

  void check_checksum(const JsonObject& root) const {
    if (unsealed_) return;
    const std::string advice = "if you edited it on purpose, pass --unsealed; else copy or train it again";
    const std::size_t at = text_.rfind("\"checksum\"");
    const JsonValue* member = find_member(root, "checksum");
    const auto* found = member != nullptr ? member->as<std::string>() : nullptr;
    if (at == std::string::npos || found == nullptr) refuse("the model has no checksum", advice);
    const std::string tail = "\"checksum\": \"" + *found + "\"\n}\n";
    if (text_.compare(at, std::string::npos, tail) != 0 ||
        hash_text(std::string_view(text_).substr(0, at)) != *found) {
      refuse("the checksum does not match: the model was edited, reformatted or damaged", advice);
    }
  }

  void check_keys(const JsonObject& object, const std::set<std::string>& allowed,
                  const std::string& what) const {
    for (const auto& [key, value] : object) {
      if (!allowed.contains(key))
        refuse(what + " has the field '" + key + "', which this version does not know");
    }
  }

  [[nodiscard]] const JsonValue& member(const JsonObject& object, const std::string& key) const {
    const JsonValue* found = find_member(object, key);
    if (found == nullptr) refuse("the field '" + key + "' is missing");
    return *found;
  }
  [[nodiscard]] const JsonObject& object(const JsonValue& value, const std::string& what) const {
    if (value.as<JsonObject>() == nullptr) refuse(what + " is not an object");
    return *value.as<JsonObject>();
  }
  [[nodiscard]] const JsonArray& array(const JsonValue& value, const std::string& what) const {
    if (value.as<JsonArray>() == nullptr) refuse(what);
    return *value.as<JsonArray>();
  }
  [[nodiscard]] const std::string& text(const JsonValue& value, const std::string& what) const {
    if (value.as<std::string>() == nullptr) refuse(what + " is not a text");
    return *value.as<std::string>();
  }
  [[nodiscard]] const std::string& text(const JsonObject& object, const std::string& key) const {
    return text(member(object, key), "the field '" + key + "'");
  }
  [[nodiscard]] std::int64_t integer(const JsonObject& object, const std::string& key, std::int64_t low,
                                     std::int64_t high) const {
    const auto* value = member(object, key).as<std::uint64_t>();
    if (value == nullptr || *value < static_cast<std::uint64_t>(low) ||
        *value > static_cast<std::uint64_t>(high)) {
      refuse("the field '" + key + "' is not a whole number from " + std::to_string(low) + " to " +
             std::to_string(high));
    }
    return static_cast<std::int64_t>(*value);
  }
  [[nodiscard]] std::uint64_t seed(const JsonObject& object) const {
    const auto* value = member(object, "seed").as<std::uint64_t>();
    if (value == nullptr) refuse("the field 'seed' is not a whole number of 0 or more");
    return *value;
  }
  // Whole numbers to the last digit, others as they are: floats.
  [[nodiscard]] double number(const JsonValue& value, const std::string& what) const {
    if (const auto* whole = value.as<std::uint64_t>()) return static_cast<double>(*whole);
    if (const auto* negative = value.as<std::int64_t>()) return static_cast<double>(*negative);
    if (value.as<float>() == nullptr) refuse(what + " is not a number");
    return static_cast<double>(*value.as<float>());
  }
  [[nodiscard]] const JsonNumbers& numbers(const JsonValue& value, const std::string& what,
                                           std::int64_t size) const {
    const auto* found = value.as<JsonNumbers>();
    if (found == nullptr || static_cast<std::int64_t>(found->size()) != size)
      refuse(what + " is not an array of " + std::to_string(size) + " numbers");
    return *found;
  }
  [[nodiscard]] Matrix matrix(const JsonValue& value, const std::string& what, std::int64_t cols) const {
    const JsonArray& rows = array(value, what + " is not an array of rows");
    if (rows.empty() || static_cast<std::int64_t>(rows.size()) > kMostDims)
      refuse(what + " has not 1 to " + std::to_string(kMostDims) + " rows");
    Matrix result;  // grows with what is there, however large input_dim claims to be
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const JsonNumbers& row = numbers(rows[i], "row " + std::to_string(i + 1) + " of " + what, cols);
      result.append({row.data(), 1, cols, cols});
    }
    return result;
  }

  void read_options(const JsonValue& value, Model& model) const {
    for (const auto& [name, option] : object(value, "the field 'options'"))
      model.options.emplace_back(name, text(option, "the option '" + name + "'"));
  }

  void read_features(const JsonValue& value, Model& model) const {
    const JsonArray& names = array(value, "the field 'features' is not an array of texts");
    std::set<std::string> seen;
    for (const JsonValue& name : names) {
      model.feature_names.push_back(text(name, "a feature name"));
      if (!seen.insert(model.feature_names.back()).second)
        refuse("the feature name '" + model.feature_names.back() + "' appears twice");
    }
    if (!names.empty() && static_cast<std::int64_t>(names.size()) != model.input_dim)
      refuse("there are not input_dim feature names");
  }

  [[nodiscard]] const PreprocessInfo& step_info(const std::string& step) const {
    const std::string name = step.substr(0, step.find(':'));
    for (const PreprocessInfo& info : preprocess_steps()) {
      if (info.name == name && info.argument.empty() == (name == step)) return info;
    }
    refuse("the preprocessing step '" + step + "' is not in this version");
  }

  // The argument in a step's name says what its parts are.
  void check_argument(const PreprocessInfo& info, const PreprocessStep& step) const {
    const std::string argument = step.name.substr(std::min(step.name.size(), info.name.size() + 1));
    double divisor = 0;
    if (info.argument == "X" && parse_number(argument, divisor) != NumberStatus::ok)
      refuse("the preprocessing step '" + step.name + "' names no number");
    if (info.argument == "R" && parse_integer(argument) != step.projection.rows())
      refuse("the projection of " + step.name + " has " + std::to_string(step.projection.rows()) + " rows");
  }

  void read_preprocessing(const JsonValue& value, Model& model) const {
    const JsonArray& steps = array(value, "the field 'preprocessing' is not an array of steps");
    if (steps.size() > kMostSteps)
      refuse("there are more than " + std::to_string(kMostSteps) + " preprocessing steps");
    std::int64_t dim = model.input_dim;
    for (const JsonValue& parts_value : steps) {
      const JsonObject& parts = object(parts_value, "a step of the preprocessing");
      check_keys(parts, {"step", "shift", "projection", "scale"}, "a step of the preprocessing");
      PreprocessStep step;
      step.name = text(parts, "step");
      const PreprocessInfo& info = step_info(step.name);
      for (const std::string part : {"shift", "projection", "scale"}) {
        const bool has_part =
            (" " + std::string(info.parts) + " ").find(" " + part + " ") != std::string::npos;
        if ((find_member(parts, part) != nullptr) != has_part) {
          refuse("the preprocessing step '" + step.name + "' " + (has_part ? "lacks its " : "has a ") + part);
        }
      }
      step.unit = info.name == "unit";
      if (const JsonValue* shift = find_member(parts, "shift"))
        step.shift = numbers(*shift, "shift of " + step.name, dim);
      if (const JsonValue* projection = find_member(parts, "projection"))
        step.projection = matrix(*projection, "projection of " + step.name, dim);
      check_argument(info, step);
      dim = step.output_dim(dim);
      if (const JsonValue* scale = find_member(parts, "scale"))
        step.scale = numbers(*scale, "scale of " + step.name, dim);
      model.preprocessing.steps.push_back(std::move(step));
    }
  }

  void read_map(const JsonObject& root, Model& model) const {
    const std::int64_t inputs = model.preprocessing.output_dim(model.input_dim);
    const JsonValue* network = find_member(root, "network");
    if (network == nullptr) {
      model.l = matrix(member(root, "L"), "L", inputs);
      return;
    }
    if (find_member(root, "L") != nullptr) refuse("the model has both L and a network");
    model.network = read_network(object(*network, "the field 'network'"), inputs);
  }

  // Everything that the file claims of the network is held against it before memory is taken for its numbers.
  [[nodiscard]] std::shared_ptr<const Network> read_network(const JsonObject& parts,
                                                            std::int64_t inputs) const {
    check_keys(parts, {"input_shape", "layers", "tensors"}, "the network");
    const Shape shape = input_shape(member(parts, "input_shape"));
    if (shape.size() != inputs) {
      refuse("input_shape of the network is not that of rows of " + std::to_string(inputs) + " numbers");
    }
    std::shared_ptr<Network> network;
    try {
      network = std::make_shared<Network>(shape, text(parts, "layers"));
    } catch (const Error& error) {
      refuse("the layers of the network: " + error.message());
    }
    if (network->text() != text(parts, "layers"))
      refuse("the layers of the network are not written as usual");
    const std::vector<Tensor>& tensors = network->parameters().tensors();
    const JsonArray& items =
        array(member(parts, "tensors"), "the field 'tensors' is not an array of objects");
    if (items.size() != tensors.size())
      refuse("the layers of the network have " + std::to_string(tensors.size()) + " tensors, the file has " +
             std::to_string(items.size()));
    for (std::size_t t = 0; t < tensors.size(); ++t) check_tensor(items[t], tensors[t]);
    network->allocate();
    for (std::size_t t = 0; t < tensors.size(); ++t) {
      const std::span<float> values = network->parameters().values(t);
      const JsonObject& item = *items[t].as<JsonObject>();
      if (!floats_from_base64(text(item, "base64"), values))
        refuse("the tensor '" + tensors[t].name + "' is not base64");
      if (!all_finite(values)) refuse("the tensor '" + tensors[t].name + "' has a value that is not finite");
    }
    return network;
  }

  [[nodiscard]] Shape input_shape(const JsonValue& value) const {
    const auto* sizes = value.as<JsonNumbers>();
    if (sizes == nullptr || (sizes->size() != 1 && sizes->size() != 3))
      refuse("input_shape of the network is not an array of 1 or 3 numbers");
    std::vector<std::int64_t> whole;
    for (const float size : *sizes) {
      if (!(size >= 1 && size <= static_cast<float>(kMostDims)) || size != std::floor(size))
        refuse("input_shape of the network has a size that is none");
      whole.push_back(static_cast<std::int64_t>(size));
    }
    return whole.size() == 1 ? Shape::vector(whole[0]) : Shape::image(whole[0], whole[1], whole[2]);
  }

  void check_tensor(const JsonValue& value, const Tensor& tensor) const {
    const std::string what = "the tensor '" + tensor.name + "'";
    const JsonObject& parts = object(value, what);
    check_keys(parts, {"name", "shape", "base64"}, what);
    if (text(parts, "name") != tensor.name)
      refuse("the tensor '" + text(parts, "name") + "' stands where '" + tensor.name + "' should");
    const JsonNumbers& shape = numbers(member(parts, "shape"), "the shape of " + what,
                                       static_cast<std::int64_t>(tensor.shape.size()));
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
      if (shape[d] != static_cast<float>(tensor.shape[d]))
        refuse("the shape of " + what + " is not that of its layer");
    }
    if (text(parts, "base64").size() != base64_size(static_cast<std::size_t>(tensor.size) * sizeof(float)))
      refuse(what + " has not as many numbers as its shape says");
  }

  void read_training(const JsonValue& value, Model& model) const {
    for (const auto& [name, item] : object(value, "the field 'training'"))
      model.training.emplace_back(name, number(item, "training." + name));
  }

  const std::string& text_;
  const std::string& name_;
  bool unsealed_;
};

}  // namespace

Model parse_model(const std::string& text, const std::string& name, bool unsealed) {
  return ModelParser(text, name, unsealed).parse();
}

Model read_model(const std::string& file, bool unsealed) {
  Source source(file);
  const std::string text = read_all(source, kLargestFile);
  return parse_model(text, source.name(), unsealed);
}

}  // namespace nearfar
