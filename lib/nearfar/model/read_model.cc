#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/io/source.h"
#include "nearfar/metric/distance.h"
#include "nearfar/model/hash.h"
#include "nearfar/model/model_file.h"

namespace nearfar {
namespace {

// Numbers with a point are read straight into float, so that they come back to the bit; members keep their
// order.
using Json = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t,
                                  std::uint64_t, float>;

constexpr std::size_t kLargestFile = std::size_t{4} << 30U;
constexpr std::int64_t kMostDims = 1 << 20;
constexpr int kDeepest = 6;
constexpr std::size_t kMostKeys = 1000;  // of one object; looking a key up is linear

class ModelParser {
 public:
  ModelParser(const std::string& text, const std::string& name, bool unsealed)
      : text_(text), name_(name), unsealed_(unsealed) {}

  Model parse() {
    check_start();
    const Json root = parse_json();
    if (!root.is_object() || !root.contains("format") || root["format"] != "nearfar-model") {
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
                "features", "preprocessing", "L", "normalize", "distance", "threshold", "data_fingerprint",
                "training", "checksum"},
               "the model");
    Model model;
    model.tool_version = text(root, "tool_version");
    model.method = text(root, "method");
    read_options(member(root, "options"), model);
    model.seed = seed(root);
    model.input_dim = integer(root, "input_dim", 1, kMostDims);
    read_features(member(root, "features"), model);
    read_preprocessing(member(root, "preprocessing"), model);
    model.l = matrix(member(root, "L"), "L", model.preprocessing.output_dim(model.input_dim));
    if (model.l.rows() != integer(root, "output_dim", 1, kMostDims)) refuse("L has not output_dim rows");
    const Json& normalize = member(root, "normalize");
    if (!normalize.is_boolean()) refuse("normalize is neither true nor false");
    model.normalize = normalize.get<bool>();
    model.distance = text(root, "distance");
    check_distance(model.distance);
    if (root.contains("threshold")) model.threshold = number(root["threshold"], "threshold");
    model.fingerprint = text(root, "data_fingerprint");
    read_training(member(root, "training"), model);
    return model;
  }

 private:
  [[noreturn]] void refuse(const std::string& why, const std::string& advice = {},
                           std::int64_t line = 0) const {
    data_error(why, {name_, line, 0, {}}, advice);
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

  // Parses with repeated keys and deep nesting refused on the way.
  [[nodiscard]] Json parse_json() const {
    std::vector<std::set<std::string>> keys;
    std::string problem;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
      if (depth > kDeepest && problem.empty()) problem = "it is nested deeper than any model";
      if (event == Json::parse_event_t::object_start) keys.emplace_back();
      if (event == Json::parse_event_t::object_end) keys.pop_back();
      if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second &&
          problem.empty()) {
        problem = "the key '" + parsed.get<std::string>() + "' appears twice";
      }
      if (event == Json::parse_event_t::key && keys.back().size() > kMostKeys)
        problem = "an object has more fields than that of any model";
      if (!problem.empty()) throw std::runtime_error(problem);
      return true;
    };
    try {
      return Json::parse(text_, watch);
    } catch (const Json::parse_error& error) {
      const auto at = std::min<std::size_t>(error.byte, text_.size());
      const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
      refuse("this is not a whole JSON object", "the file was cut or edited; train the model again", line);
    } catch (const Json::exception& error) {
      refuse(std::string("not a usable JSON object: ") + error.what());
    } catch (const std::runtime_error& error) {
      refuse(error.what());
    }
  }

  void check_checksum(const Json& root) const {
    if (unsealed_) return;
    const std::string advice = "if you edited it on purpose, pass --unsealed; else copy or train it again";
    const std::size_t at = text_.rfind("\"checksum\"");
    if (at == std::string::npos || !root.contains("checksum") || !root["checksum"].is_string())
      refuse("the model has no checksum", advice);
    const std::string found = root["checksum"].get<std::string>();
    const std::string tail = "\"checksum\": \"" + found + "\"\n}\n";
    if (text_.compare(at, std::string::npos, tail) != 0 ||
        hash_text(std::string_view(text_).substr(0, at)) != found) {
      refuse("the checksum does not match: the model was edited, reformatted or damaged", advice);
    }
  }

  void check_keys(const Json& object, const std::set<std::string>& allowed, const std::string& what) const {
    for (const auto& item : object.items()) {
      if (!allowed.contains(item.key()))
        refuse(what + " has the field '" + item.key() + "', which this version does not know");
    }
  }

  [[nodiscard]] const Json& member(const Json& object, const std::string& key) const {
    const auto found = object.find(key);
    if (found == object.end()) refuse("the field '" + key + "' is missing");
    return *found;
  }
  [[nodiscard]] std::string text(const Json& object, const std::string& key) const {
    const Json& value = member(object, key);
    if (!value.is_string()) refuse("the field '" + key + "' is not a text");
    return value.get<std::string>();
  }
  [[nodiscard]] std::int64_t integer(const Json& object, const std::string& key, std::int64_t low,
                                     std::int64_t high) const {
    const Json& value = member(object, key);
    if (!value.is_number_integer() || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
      refuse("the field '" + key + "' is not a whole number from " + std::to_string(low) + " to " +
             std::to_string(high));
    }
    return value.get<std::int64_t>();
  }
  [[nodiscard]] std::uint64_t seed(const Json& object) const {
    const Json& value = member(object, "seed");
    if (!value.is_number_unsigned()) refuse("the field 'seed' is not a whole number of 0 or more");
    return value.get<std::uint64_t>();
  }
  [[nodiscard]] float number(const Json& value, const std::string& what) const {
    if (!value.is_number() || !std::isfinite(value.get<float>()))
      refuse(what + " holds something that is not a finite number");
    return value.get<float>();
  }
  [[nodiscard]] std::vector<float> numbers(const Json& array, const std::string& what,
                                           std::int64_t size) const {
    if (!array.is_array() || static_cast<std::int64_t>(array.size()) != size) {
      refuse(what + " is not an array of " + std::to_string(size) + " numbers");
    }
    std::vector<float> values;
    values.reserve(array.size());
    for (const Json& value : array) values.push_back(number(value, what));
    return values;
  }
  [[nodiscard]] Matrix matrix(const Json& rows, const std::string& what, std::int64_t cols) const {
    if (!rows.is_array() || rows.empty() || static_cast<std::int64_t>(rows.size()) > kMostDims)
      refuse(what + " is not an array of rows");
    Matrix result;  // grows with what is there, however large input_dim claims to be
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::vector<float> row = numbers(rows[i], "row " + std::to_string(i + 1) + " of " + what, cols);
      result.append({row.data(), 1, cols, cols});
    }
    return result;
  }

  void read_options(const Json& object, Model& model) const {
    if (!object.is_object()) refuse("the field 'options' is not an object");
    for (const auto& item : object.items()) {
      if (!item.value().is_string()) refuse("the option '" + item.key() + "' is not a text");
      model.options.emplace_back(item.key(), item.value().get<std::string>());
    }
  }

  void read_features(const Json& array, Model& model) const {
    if (!array.is_array()) refuse("the field 'features' is not an array");
    std::set<std::string> seen;
    for (const Json& name : array) {
      if (!name.is_string() || !seen.insert(name.get<std::string>()).second)
        refuse("the feature names are not different texts");
      model.feature_names.push_back(name.get<std::string>());
    }
    if (!array.empty() && static_cast<std::int64_t>(array.size()) != model.input_dim)
      refuse("there are not input_dim feature names");
  }

  [[nodiscard]] const PreprocessInfo& step_info(const std::string& step) const {
    const std::string name = step.substr(0, step.find(':'));
    for (const PreprocessInfo& info : preprocess_steps()) {
      if (info.name == name && info.argument.empty() == (name == step)) return info;
    }
    refuse("the preprocessing step '" + step + "' is not in this version");
  }

  void read_preprocessing(const Json& array, Model& model) const {
    if (!array.is_array() || array.size() > 64) refuse("the field 'preprocessing' is not an array of steps");
    std::int64_t dim = model.input_dim;
    for (const Json& object : array) {
      if (!object.is_object()) refuse("a step of the preprocessing is not an object");
      check_keys(object, {"step", "shift", "projection", "scale"}, "a step of the preprocessing");
      PreprocessStep step;
      step.name = text(object, "step");
      const PreprocessInfo& info = step_info(step.name);
      for (const std::string part : {"shift", "projection", "scale"}) {
        const bool has_part =
            (" " + std::string(info.parts) + " ").find(" " + part + " ") != std::string::npos;
        if (object.contains(part) != has_part) {
          refuse("the preprocessing step '" + step.name + "' " + (has_part ? "lacks its " : "has a ") + part);
        }
      }
      step.unit = info.name == "unit";
      if (object.contains("shift")) step.shift = numbers(object["shift"], "shift of " + step.name, dim);
      if (object.contains("projection"))
        step.projection = matrix(object["projection"], "projection of " + step.name, dim);
      dim = step.output_dim(dim);
      if (object.contains("scale")) step.scale = numbers(object["scale"], "scale of " + step.name, dim);
      model.preprocessing.steps.push_back(std::move(step));
    }
  }

  void read_training(const Json& object, Model& model) const {
    if (!object.is_object()) refuse("the field 'training' is not an object");
    for (const auto& item : object.items()) {
      const Json& value = item.value();
      const double read = value.is_number_integer()
                              ? value.get<double>()
                              : static_cast<double>(number(value, "training." + item.key()));
      model.training.emplace_back(item.key(), read);
    }
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
