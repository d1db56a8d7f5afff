#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/network/chain.h"

namespace nearfar {

/// A kind of layer: how it is written in the text form of a network.
struct LayerInfo {
  std::string_view name;
  std::string_view arguments;  ///< "CHANNELS SIZE [stride S] [pad P]"
  std::string_view meaning;
  std::string_view source;
};
[[nodiscard]] std::span<const LayerInfo> layer_table();

/// One layer of a network's text form.
struct LayerText {
  std::string name;
  std::vector<std::string> arguments;
  std::vector<LayerText> inner;  ///< of a residual block

  /// As it is written: "conv 64 3", "residual (linear 8, relu)".
  [[nodiscard]] std::string text() const;
};

/// Reads 'conv 32 3, relu, residual (linear 128, relu, linear 128)'. Throws Error (usage) for what is no such
/// list and for an unknown layer.
[[nodiscard]] std::vector<LayerText> parse_layers(std::string_view text);

/// The layers in a row, each made for the shape that comes out of the one before. `number` counts all layers
/// made so far, those inside blocks too. Throws Error (usage) that names the layer that does not fit.
[[nodiscard]] Chain make_chain(std::span<const LayerText> layers, Shape input, std::int64_t& number,
                               const std::string& inside = "");

}  // namespace nearfar
