#pragma once

#include <cstdint>
#include <string>

#include "nearfar/core/export.h"
#include "nearfar/data/image_shape.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// What the options say of the layers of a network.
struct NetworkOptions {
  std::string layers;  ///< mlp: widths, the last one the output; "": 512 and --dim, or 128
  std::string activation = "relu";
  double dropout = 0;  ///< mlp: rate behind each hidden layer
  bool batch_norm = false;
  bool residual = false;    ///< mlp: y = x + f(x), the identity at first
  std::string network;      ///< cnn: the layers themselves; "": two convolutions and --dim, or 128
  std::string input_shape;  ///< cnn: CxHxW, or HxWxC; may be "" as long as the data are not known
};

/// Whether the method trains a network with these options: mlp or cnn.
[[nodiscard]] NEARFAR_EXPORT bool is_network_method(std::string_view method);

/// The shape of images as --input-shape has it: "1x28x28", "32x32x3:hwc".
[[nodiscard]] NEARFAR_EXPORT std::string input_shape_text(const ImageShape& shape);

/// Sets the map that `method` trains: its kind, the layers and the shape of a row, for rows of `features`
/// numbers after the preprocessing (0: not known yet, so that what depends on them is not looked at). Throws
/// Error (usage) for options that do not go together.
void resolve_map(const std::string& method, const NetworkOptions& options, std::int64_t features,
                 LossTraining& training);

}  // namespace nearfar
