#include "nearfar/training/network_options.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/network/activation.h"
#include "nearfar/network/network.h"

namespace nearfar {
namespace {

constexpr std::int64_t kHidden = 512;
constexpr std::int64_t kOutput = 128;
constexpr std::int64_t kMostWidth = 1 << 20;
constexpr std::int64_t kLeastSide = 10;  // of an image, for the default layers of a cnn

std::vector<std::int64_t> widths_of(const std::string& text) {
  std::vector<std::int64_t> widths;
  for (const std::string& part : split_text(text, ',')) {
    const std::optional<std::int64_t> width = parse_integer(trimmed(part));
    if (!width || *width < 1 || *width > kMostWidth) {
      usage_error("--layers: '" + part + "' is no number of outputs of a layer",
                  "write the widths with commas between, the last one the output: --layers 512,128");
    }
    widths.push_back(*width);
  }
  return widths;
}

// linear WIDTH, [batchnorm,] ACTIVATION[, dropout RATE], ... linear OUTPUT
std::string mlp_layers(const NetworkOptions& options, const std::vector<std::int64_t>& hidden,
                       std::int64_t output) {
  (void)row_named(activations(), "--activation", "activation", options.activation);
  std::string text;
  for (const std::int64_t width : hidden) {
    text += "linear " + std::to_string(width) + ", ";
    if (options.batch_norm) text += "batchnorm, ";
    text += options.activation + ", ";
    if (options.dropout > 0) text += "dropout " + number_text(options.dropout) + ", ";
  }
  return text + "linear " + std::to_string(output);
}

std::string mlp(const NetworkOptions& options, std::int64_t dim, std::int64_t features) {
  if (!(options.dropout < 1)) usage_error("--dropout is a rate below 1", "for example --dropout 0.2");
  std::vector<std::int64_t> widths =
      options.layers.empty() ? std::vector<std::int64_t>{kHidden} : widths_of(options.layers);
  if (options.residual) {
    if (dim != 0 && features != 0 && dim != features) {
      usage_error("--dim " + std::to_string(dim) + " does not go with --residual, which keeps the " +
                      grouped(features) + " features",
                  "leave one of them out; --layers gives the widths inside the block");
    }
    return "residual (" + mlp_layers(options, widths, std::max<std::int64_t>(features, 1)) + ")";
  }
  if (dim != 0 || options.layers.empty()) widths.push_back(dim != 0 ? dim : kOutput);
  const std::int64_t output = widths.back();
  widths.pop_back();
  return mlp_layers(options, widths, output);
}

void read_shape(const std::string& text, LossTraining& training) {
  std::vector<std::int64_t> sizes;
  std::string numbers = text;
  std::string order;
  if (const std::size_t colon = text.find(':'); colon != std::string::npos) {
    numbers = text.substr(0, colon);
    order = text.substr(colon + 1);
  }
  for (const std::string& part : split_text(numbers, 'x')) {
    const std::optional<std::int64_t> size = parse_integer(part);
    if (size && *size >= 1 && *size <= kMostWidth)
      sizes.push_back(*size);
    else
      sizes.clear();
  }
  if (sizes.size() == 2) sizes.insert(sizes.begin(), 1);
  if (sizes.size() != 3 || !(order.empty() || order == "chw" || order == "hwc")) {
    usage_error("--input-shape: '" + text + "' is no shape of an image",
                "write CHANNELSxHEIGHTxWIDTH (1x28x28), or HEIGHTxWIDTHxCHANNELS (32x32x3) for images stored "
                "in that order; 3x4x2:hwc says which it is");
  }
  // Few channels, and behind: that is how images lie in npy files of N x H x W x C.
  constexpr std::int64_t kMostColours = 4;
  const bool channels_behind = sizes[2] <= kMostColours && sizes[2] < sizes[0];
  training.channels_last = order.empty() ? channels_behind : order == "hwc";
  training.input = training.channels_last ? Shape::image(sizes[2], sizes[0], sizes[1])
                                          : Shape::image(sizes[0], sizes[1], sizes[2]);
}

void cnn(const NetworkOptions& options, std::int64_t dim, LossTraining& training) {
  if (options.input_shape.empty()) {
    usage_error("--method cnn needs the shape of the images, and the data have none",
                "--input-shape CHANNELSxHEIGHTxWIDTH, for example 1x28x28");
  }
  if (dim != 0 && !options.network.empty())
    usage_error("--dim does not go with --network, whose last layer gives the output",
                "leave --dim out, or end --network with 'linear " + std::to_string(dim) + "'");
  read_shape(options.input_shape, training);
  training.network = options.network;
  if (training.network.empty()) {
    if (std::min(training.input.height, training.input.width) < kLeastSide) {
      usage_error("the default layers of --method cnn need images of " + std::to_string(kLeastSide) + "x" +
                      std::to_string(kLeastSide) + " at least, and --input-shape says " + options.input_shape,
                  "name smaller ones: --network 'conv 16 3 pad 1, relu, maxpool 2, flatten, linear 32'");
    }
    training.network = "conv 32 3, relu, maxpool 2, conv 64 3, relu, maxpool 2, flatten, linear " +
                       std::to_string(dim != 0 ? dim : kOutput);
  }
  if (training.channels_last) training.network = "channels-first, " + training.network;
}

}  // namespace

std::string input_shape_text(const ImageShape& shape) {
  const std::string channels = std::to_string(shape.channels);
  const std::string sides = std::to_string(shape.height) + "x" + std::to_string(shape.width);
  if (shape.channels == 1) return channels + "x" + sides;
  return shape.channels_first ? channels + "x" + sides + ":chw" : sides + "x" + channels + ":hwc";
}

bool is_network_method(std::string_view method) { return method == "mlp" || method == "cnn"; }

void resolve_map(const std::string& method, const NetworkOptions& options, std::int64_t features,
                 LossTraining& training) {
  training.map = MapKind::linear;
  if (method == "diagonal") {
    training.map = MapKind::diagonal;
    if (training.dim != 0)
      usage_error("--dim does not apply to --method diagonal, which keeps every feature",
                  "leave --dim out, or choose --method linear");
  }
  if (!is_network_method(method)) return;
  training.map = MapKind::network;
  if (method == "mlp") {
    training.network = mlp(options, training.dim, features);
    training.input = Shape::vector(features);
  } else if (features != 0 || !options.input_shape.empty()) {
    cnn(options, training.dim, training);
  }
  const bool is_known = features != 0 || (method == "cnn" && !options.input_shape.empty());
  if (is_known)
    training.network = Network(training.input, training.network).text();  // as it is written usually
}

}  // namespace nearfar
