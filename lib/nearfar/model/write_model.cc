#include <cmath>

#include "nearfar/core/hash.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/io/jsonl.h"
#include "nearfar/model/base64.h"
#include "nearfar/model/model_file.h"
#include "nearfar/network/network.h"

namespace nearfar {
namespace {

// Members of a JSON object, one a line.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out, std::string indent) : out_(out), indent_(std::move(indent)) {
    out_ += '{';
  }
  std::string& member(std::string_view key) {
    out_ += first_ ? "\n" : ",\n";
    first_ = false;
    out_ += indent_ + "  ";
    append_json_string(out_, key);
    out_ += ": ";
    return out_;
  }
  void text(std::string_view key, std::string_view value) { append_json_string(member(key), value); }
  void close() { out_ += first_ ? "}" : "\n" + indent_ + "}"; }

 private:
  std::string& out_;
  std::string indent_;
  bool first_ = true;
};

// "-0" would be read back as the whole number 0.
void append_float(std::string& out, float value) {
  append_number(out, value);
  if (value == 0 && std::signbit(value)) out += ".0";
}

// Counts to the last digit, however large; what is no count as a float.
void append_summary(std::string& out, double value) {
  constexpr double kLargestCount = 9007199254740992.0;  // 2^53
  const bool is_count = value == std::floor(value) && std::abs(value) < kLargestCount;
  if (is_count) {
    out += std::to_string(static_cast<std::int64_t>(value));
  } else {
    append_float(out, static_cast<float>(value));
  }
}

template <class Values>
void append_array(std::string& out, const Values& values) {
  out += '[';
  bool first = true;
  for (const float value : values) {
    if (!first) out += ',';
    first = false;
    append_float(out, value);
  }
  out += ']';
}

void append_rows(std::string& out, const Matrix& matrix, const std::string& indent) {
  out += '[';
  for (std::int64_t i = 0; i < matrix.rows(); ++i) {
    out += (i > 0 ? ",\n" : "\n") + indent + "  ";
    append_array(out, std::vector<float>(matrix.row(i), matrix.row(i) + matrix.cols()));
  }
  out += "\n" + indent + "]";
}

void append_preprocessing(std::string& out, const Preprocessing& preprocessing) {
  out += '[';
  for (std::size_t s = 0; s < preprocessing.steps.size(); ++s) {
    const PreprocessStep& step = preprocessing.steps[s];
    out += s > 0 ? ",\n    " : "\n    ";
    ObjectWriter object(out, "    ");
    object.text("step", step.name);
    if (!step.shift.empty()) append_array(object.member("shift"), step.shift);
    if (!step.projection.empty()) append_rows(object.member("projection"), step.projection, "      ");
    if (!step.scale.empty()) append_array(object.member("scale"), step.scale);
    object.close();
  }
  out += preprocessing.steps.empty() ? "]" : "\n  ]";
}

template <class Sizes>
void append_sizes(std::string& out, const Sizes& sizes) {
  out += '[';
  bool first = true;
  for (const std::int64_t size : sizes) {
    if (!first) out += ',';
    first = false;
    out += std::to_string(size);
  }
  out += ']';
}

void append_network(std::string& out, const Network& network) {
  ObjectWriter object(out, "  ");
  const Shape& input = network.input();
  append_sizes(object.member("input_shape"),
               input.flat ? std::vector<std::int64_t>{input.channels}
                          : std::vector<std::int64_t>{input.channels, input.height, input.width});
  object.text("layers", network.text());
  std::string& tensors = object.member("tensors");
  tensors += '[';
  bool first = true;
  for (const Tensor& tensor : network.parameters().tensors()) {
    tensors += first ? "\n      " : ",\n      ";
    first = false;
    ObjectWriter item(tensors, "      ");
    item.text("name", tensor.name);
    append_sizes(item.member("shape"), tensor.shape);
    const std::span<const float> values = network.parameters().values().subspan(
        static_cast<std::size_t>(tensor.begin), static_cast<std::size_t>(tensor.size));
    item.text("base64", floats_to_base64(values));
    item.close();
  }
  tensors += first ? "]" : "\n    ]";
  object.close();
}

}  // namespace

std::string model_text(const Model& model) {
  std::string out;
  ObjectWriter object(out, "");
  object.text("format", "nearfar-model");
  object.member("version") += std::to_string(Model::kVersion);
  object.text("tool_version", model.tool_version.empty() ? version() : std::string_view(model.tool_version));
  object.text("method", model.method);
  ObjectWriter options(object.member("options"), "  ");
  for (const auto& [name, value] : model.options) options.text(name, value);
  options.close();
  object.member("seed") += std::to_string(model.seed);
  object.member("input_dim") += std::to_string(model.input_dim);
  object.member("output_dim") += std::to_string(model.output_dim());
  std::string& names = object.member("features");
  names += '[';
  for (std::size_t i = 0; i < model.feature_names.size(); ++i) {
    if (i > 0) names += ',';
    append_json_string(names, model.feature_names[i]);
  }
  names += ']';
  append_preprocessing(object.member("preprocessing"), model.preprocessing);
  if (model.network) {
    append_network(object.member("network"), *model.network);
  } else {
    append_rows(object.member("L"), model.l, "  ");
  }
  object.member("normalize") += model.normalize ? "true" : "false";
  object.text("distance", model.distance);
  if (model.threshold) append_float(object.member("threshold"), *model.threshold);
  object.text("data_fingerprint", model.fingerprint);
  ObjectWriter training(object.member("training"), "  ");
  for (const auto& [name, value] : model.training) append_summary(training.member(name), value);
  training.close();
  out += ",\n  ";
  const std::string checksum = hash_text(out);
  out += "\"checksum\": \"" + checksum + "\"\n}\n";
  return out;
}

}  // namespace nearfar
