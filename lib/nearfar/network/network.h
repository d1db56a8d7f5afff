#pragma once

#include <string>
#include <string_view>

#include "nearfar/network/chain.h"
#include "nearfar/network/parameters.h"

namespace nearfar {

/// Layers in a row with their numbers: a map from rows of input().size() numbers to rows of output_dim(). The
/// same network is applied to each item of a pair or triplet, so that their branches share the weights.
class Network {
 public:
  /// Makes the layers of the text form, without memory for their numbers. Throws Error (usage) that names the
  /// layer that does not fit, or when there would be more than 2^28 numbers.
  Network(Shape input, std::string_view text);
  /// Takes memory for the numbers, zeroed.
  void allocate();
  /// allocate(), and first values for the numbers: a function of the seed and the text alone.
  void initialise(std::uint64_t seed);

  [[nodiscard]] const Shape& input() const { return input_; }
  [[nodiscard]] std::int64_t output_dim() const { return chain_.output().size(); }
  /// The text form, in one way of writing it.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Parameters& parameters() { return parameters_; }
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }
  /// Whether a row's output in training depends on the others of the batch (batch norm).
  [[nodiscard]] bool couples_rows() const { return chain_.couples_rows(); }

  /// Images of rows by the trained network: n x output_dim(). The image of a row does not depend on the other
  /// rows of the call. Memory beside the result: about 8 MB a thread.
  [[nodiscard]] Matrix apply(MatrixView x) const;
  /// The same in training; keeps what lies between the layers for backward(), and x must stay alive until
  /// then.
  const Matrix& forward(MatrixView x, const Pass& pass) { return chain_.forward(x, pass); }
  /// Given dLoss/dy of the last forward(): overwrites parameters().gradients().
  void backward(MatrixView dy) { chain_.backward(dy, nullptr); }

 private:
  Shape input_;
  std::string text_;
  Chain chain_;
  Parameters parameters_;
};

}  // namespace nearfar
