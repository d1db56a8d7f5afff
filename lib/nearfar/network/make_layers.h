#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "nearfar/network/chain.h"
#include "nearfar/network/layer_text.h"

namespace nearfar {

/// A kind of layer: how it is written in the text form of a network.
struct LayerInfo {
  std::string_view name;
  std::string_view arguments;  ///< "CHANNELS SIZE [stride S] [pad P]"
  std::string_view meaning;
  std::string_view source;
  bool holds_layers = false;  ///< further layers stand in brackets behind the name
};
[[nodiscard]] std::span<const LayerInfo> layer_table();

/// The layers in a row, each made for the shape that comes out of the one before. `number` counts all layers
/// made so far, those inside blocks too. Throws Error (usage) that names the layer that does not fit.
[[nodiscard]] Chain make_chain(std::span<const LayerText> layers, Shape input, std::int64_t& number,
                               const std::string& inside = "");

}  // namespace nearfar
