#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nearfar {

/// For messages about a text that is no network.
inline constexpr char kLayersExample[] = "for example 'conv 32 3, relu, maxpool 2, flatten, linear 128'";

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

}  // namespace nearfar
