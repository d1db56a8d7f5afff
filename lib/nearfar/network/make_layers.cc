#include "nearfar/network/make_layers.h"

#include <array>
#include <memory>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/network/activation.h"
#include "nearfar/network/batch_norm.h"
#include "nearfar/network/channels_first.h"
#include "nearfar/network/conv2d.h"
#include "nearfar/network/conv3x3.h"
#include "nearfar/network/diagonal.h"
#include "nearfar/network/dropout.h"
#include "nearfar/network/flatten.h"
#include "nearfar/network/fuse.h"
#include "nearfar/network/layer_norm.h"
#include "nearfar/network/linear.h"
#include "nearfar/network/normalize.h"
#include "nearfar/network/pool.h"
#include "nearfar/network/residual.h"

namespace nearfar {
namespace {

constexpr std::int64_t kMostNumbers = std::int64_t{1} << 24U;  // of a row, anywhere
constexpr std::int64_t kMostArgument = std::int64_t{1} << 20U;
constexpr std::int64_t kMostWindow = 1024;

// A layer about to be made: what it is made of, and the way to say that it does not fit.
struct Making {
  const LayerText& text;
  Shape input;
  std::int64_t& number;
  std::string where;  // "layer 3 (conv 64 3)"

  [[noreturn]] void refuse(const std::string& why, const std::string& advice) const {
    usage_error("--network: " + where + ": " + why, advice);
  }

  [[nodiscard]] std::int64_t whole(const std::string& word, const std::string& what, std::int64_t low,
                                   std::int64_t high) const {
    const std::optional<std::int64_t> value = parse_integer(word);
    if (!value || *value < low || *value > high) {
      refuse(what + " is a whole number from " + std::to_string(low) + " to " + std::to_string(high) +
                 ", not '" + word + "'",
             kLayersExample);
    }
    return *value;
  }

  // The arguments as the table lists them: `fixed` numbers, then pairs of a word and a number.
  [[nodiscard]] std::int64_t argument(std::size_t index, const std::string& what, std::int64_t high) const {
    if (index >= text.arguments.size()) refuse_arguments();
    return whole(text.arguments[index], what, 1, high);
  }
  [[nodiscard]] std::optional<std::string> named(std::size_t fixed, std::string_view name) const {
    for (std::size_t at = fixed; at + 1 < text.arguments.size(); at += 2) {
      if (text.arguments[at] == name) return text.arguments[at + 1];
    }
    return std::nullopt;
  }
  [[noreturn]] void refuse_arguments() const {
    const LayerInfo& info = row_named(layer_table(), "--network", "layer", text.name);
    refuse("it is written '" + text.name +
               (info.arguments.empty() ? std::string() : " " + std::string(info.arguments)) + "'",
           kLayersExample);
  }
  void check_words(std::size_t fixed, std::initializer_list<std::string_view> names) const {
    const std::size_t count = text.arguments.size();
    if (count < fixed || (count - fixed) % 2 != 0) refuse_arguments();
    for (std::size_t at = fixed; at < count; at += 2) {
      bool known = false;
      for (const std::string_view name : names) known = known || name == text.arguments[at];
      if (!known) refuse_arguments();
      for (std::size_t other = fixed; other < at; other += 2) {
        if (text.arguments[other] == text.arguments[at]) refuse_arguments();
      }
    }
  }
  void need_image() const {
    if (input.flat) {
      refuse("it needs an image, and gets a vector of " + input.text() + " numbers",
             "give --input-shape CxHxW, and put it before flatten");
    }
  }
  void need_vector() const {
    if (!input.flat)
      refuse("it needs a vector, and gets an image of " + input.text(), "put flatten before it");
  }
};

std::int64_t windows(std::int64_t size, std::int64_t window, std::int64_t stride) {
  return (size - window) / stride + 1;
}

std::unique_ptr<Layer> make_conv(const Making& making) {
  making.check_words(2, {"stride", "pad"});
  making.need_image();
  const std::int64_t channels = making.argument(0, "CHANNELS", kMostArgument);
  ConvOptions options;
  options.size = making.argument(1, "SIZE", kMostWindow);
  if (const auto stride = making.named(2, "stride"))
    options.stride = making.whole(*stride, "stride", 1, kMostWindow);
  if (const auto pad = making.named(2, "pad")) options.pad = making.whole(*pad, "pad", 0, options.size - 1);
  const std::int64_t height = making.input.height + 2 * options.pad;
  const std::int64_t width = making.input.width + 2 * options.pad;
  if (options.size > height || options.size > width) {
    making.refuse("a window of " + std::to_string(options.size) + " x " + std::to_string(options.size) +
                      " does not fit into the image of " + making.input.text() +
                      (options.pad > 0 ? " padded by " + std::to_string(options.pad) : ""),
                  "make the window smaller, pad the image, or take a maxpool before it away");
  }
  const Shape output = Shape::image(channels, windows(height, options.size, options.stride),
                                    windows(width, options.size, options.stride));
  if (options.size == 3 && options.stride == 1)
    return std::make_unique<Conv3x3>(making.input, output, options);
  return std::make_unique<Conv2d>(making.input, output, options);
}

template <class Pool>
std::unique_ptr<Layer> make_pool(const Making& making) {
  making.check_words(1, {"stride"});
  making.need_image();
  Window window;
  window.size = making.argument(0, "SIZE", kMostWindow);
  window.stride = window.size;
  if (const auto stride = making.named(1, "stride"))
    window.stride = making.whole(*stride, "stride", 1, kMostWindow);
  if (window.size > making.input.height || window.size > making.input.width) {
    making.refuse("a window of " + std::to_string(window.size) + " x " + std::to_string(window.size) +
                      " does not fit into the image of " + making.input.text(),
                  "make the window smaller, pad the image, or take a maxpool before it away");
  }
  const Shape output =
      Shape::image(making.input.channels, windows(making.input.height, window.size, window.stride),
                   windows(making.input.width, window.size, window.stride));
  return std::make_unique<Pool>(making.input, output, window);
}

std::unique_ptr<Layer> make_linear(const Making& making) {
  const bool without_bias = making.text.arguments.size() == 2 && making.text.arguments[1] == "no-bias";
  if (making.text.arguments.size() != 1 && !without_bias) making.refuse_arguments();
  making.need_vector();
  return std::make_unique<Linear>(making.input, making.argument(0, "OUTPUTS", kMostArgument), !without_bias);
}

std::unique_ptr<Layer> make_global_pool(const Making& making) {
  making.check_words(0, {});
  making.need_image();
  return std::make_unique<GlobalPool>(making.input);
}

template <class Simple>
std::unique_ptr<Layer> make_simple(const Making& making) {
  making.check_words(0, {});
  return std::make_unique<Simple>(making.input);
}

std::unique_ptr<Layer> make_channels_first(const Making& making) {
  making.need_image();
  return make_simple<ChannelsFirst>(making);
}

std::unique_ptr<Layer> make_diagonal(const Making& making) {
  making.need_vector();
  return make_simple<Diagonal>(making);
}

std::unique_ptr<Layer> make_activation(const Making& making) {
  making.check_words(0, {});
  return std::make_unique<Activation>(
      making.input, row_named(activations(), "--activation", "activation", making.text.name));
}

std::unique_ptr<Layer> make_dropout(const Making& making) {
  double rate = 0;
  if (making.text.arguments.size() != 1) making.refuse_arguments();
  if (parse_number(making.text.arguments[0], rate) != NumberStatus::ok || !(rate >= 0 && rate < 1))
    making.refuse("RATE is a number from 0 to below 1, not '" + making.text.arguments[0] + "'",
                  "for example dropout 0.2");
  return std::make_unique<Dropout>(making.input, rate, making.number);
}

std::unique_ptr<Layer> make_residual(const Making& making) {
  if (making.text.inner.empty()) making.refuse_arguments();
  Chain inner = make_chain(making.text.inner, making.input, making.number, making.where + ", ");
  const Shape& output = inner.output();
  if (output.size() != making.input.size() || output.flat != making.input.flat ||
      output.height != making.input.height || output.width != making.input.width) {
    making.refuse(
        "what is inside must keep the shape, and makes " + output.text() + " of " + making.input.text(),
        "let its last layer give " + making.input.text());
  }
  return std::make_unique<Residual>(making.input, std::move(inner));
}

struct LayerRow : LayerInfo {
  std::unique_ptr<Layer> (*make)(const Making& making);
};

constexpr std::array<LayerRow, 16> kLayers{{
    {{"linear", "OUTPUTS [no-bias]", "y = W x + b", ""}, make_linear},
    {{"diagonal", "", "a weight for every number", ""}, make_diagonal},
    {{"conv", "CHANNELS SIZE [stride S] [pad P]", "square kernels over an image", "LeCun et al. 1989"},
     make_conv},
    {{"maxpool", "SIZE [stride S]", "the largest number of each window", ""}, make_pool<MaxPool>},
    {{"avgpool", "SIZE [stride S]", "the mean of each window", ""}, make_pool<AveragePool>},
    {{"globalpool", "", "the mean of each channel", "Lin, Chen, Yan 2014, arXiv:1312.4400"},
     make_global_pool},
    {{"channels-first", "", "images stored as H x W x C become C x H x W", ""}, make_channels_first},
    {{"flatten", "", "an image as a vector", ""}, make_simple<Flatten>},
    {{"relu", "", "max(0, x)", ""}, make_activation},
    {{"leaky-relu", "", "x, or 0.01 x below 0", "Maas, Hannun, Ng 2013"}, make_activation},
    {{"tanh", "", "tanh x", ""}, make_activation},
    {{"gelu", "", "x P(X <= x) for a standard normal X", "Hendrycks, Gimpel 2016, arXiv:1606.08415"},
     make_activation},
    {{"batchnorm", "", "mean 0, variance 1 of each channel over the batch", "Ioffe, Szegedy 2015"},
     make_simple<BatchNorm>},
    {{"layernorm", "", "mean 0, variance 1 of each row", "Ba, Kiros, Hinton 2016"}, make_simple<LayerNorm>},
    {{"dropout", "RATE", "in training, numbers become 0 by chance", "Srivastava et al. 2014"}, make_dropout},
    {{"normalize", "", "rows of length 1", ""}, make_simple<Normalize>},
}};
constexpr LayerRow kResidual{
    {"residual", "(LAYER, ...)", "x + f(x), the identity at first", "He, Zhang, Ren, Sun 2016", true},
    make_residual};

const LayerRow* find_row(std::string_view name) {
  if (name == kResidual.name) return &kResidual;
  for (const LayerRow& row : kLayers) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace

std::span<const LayerInfo> layer_table() {
  static const std::vector<LayerInfo> kTable = [] {
    std::vector<LayerInfo> table(kLayers.begin(), kLayers.end());
    table.push_back(kResidual);
    return table;
  }();
  return kTable;
}

Chain make_chain(std::span<const LayerText> layers, Shape input, std::int64_t& number,
                 const std::string& inside) {
  Chain chain;
  std::int64_t place = 0;
  for (const LayerText& text : layers) {
    const std::string where = inside + "layer " + std::to_string(++place) + " (" + text.text() + ")";
    ++number;
    const Making making{text, input, number, where};
    std::unique_ptr<Layer> layer = find_row(text.name)->make(making);
    const Shape& output = layer->output();
    // Each factor is below 2^24, so the product of the first two is exact.
    if (output.positions() > kMostNumbers || output.channels > kMostNumbers / output.positions())
      making.refuse("it makes rows of more than " + grouped(kMostNumbers) + " numbers",
                    "give fewer channels, or put a maxpool before it");
    input = output;
    chain.add(std::move(layer));
  }
  fuse_pools(chain);
  return chain;
}

}  // namespace nearfar
