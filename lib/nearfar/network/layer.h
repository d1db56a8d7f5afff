#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "nearfar/core/matrix.h"
#include "nearfar/core/random.h"
#include "nearfar/network/parameters.h"
#include "nearfar/network/shape.h"

namespace nearfar {

/// Which batch a training pass is of: what a layer that draws random numbers draws them from.
struct Pass {
  std::uint64_t seed = 0;
  std::int64_t step = 0;
  std::int64_t first_row = 0;  ///< place of the first row in the batch, where it comes in parts
};

/// One step of a network, forward and backward side by side. Rows are samples; n is their number, p and q are
/// the numbers a row has before and after it. The same bits for any number of threads; a row's output in
/// apply() does not depend on the other rows.
class Layer {
 public:
  Layer(Shape input, Shape output) : input_(input), output_(output) {}
  virtual ~Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  [[nodiscard]] const Shape& input() const { return input_; }
  [[nodiscard]] const Shape& output() const { return output_; }

  /// Declares the layer's arrays, their names behind `prefix`.
  virtual void declare(Parameters& /*parameters*/, const std::string& /*prefix*/) {}
  /// Looks up their places, once memory has been taken.
  virtual void bind(Parameters& /*parameters*/) {}
  /// Gives the trained numbers their first values. With `zero` the output of the layer is 0 at first.
  virtual void initialise(Random& /*random*/, bool /*zero*/) {}
  [[nodiscard]] virtual bool trains() const { return false; }

  /// y (n x q) of x (n x p), as a trained network maps rows. Where works_in_place(), y may be x.
  virtual void apply(MatrixView x, float* y) const = 0;
  /// The same in training, where batch norm and dropout differ; keeps what backward() needs beside x and y.
  virtual void forward(MatrixView x, float* y, const Pass& /*pass*/) { apply(x, y); }
  /// Given dy = dLoss/dy (n x q) for the last forward(): overwrites the gradients of the layer's arrays and
  /// `dx` (n x p), unless that is null: not wanted. Where works_in_place(), dx may be dy.
  virtual void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) = 0;

  /// Number by number, so that the output can take the place of the input, and backward() needs only y.
  [[nodiscard]] virtual bool works_in_place() const { return false; }
  /// Whether backward() reads y, so that nothing may take its place.
  [[nodiscard]] virtual bool needs_output() const { return false; }
  /// Whether a row's output in training depends on the other rows of the batch.
  [[nodiscard]] virtual bool couples_rows() const { return false; }

 private:
  Shape input_;
  Shape output_;
};

}  // namespace nearfar
