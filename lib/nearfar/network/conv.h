#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

struct ConvOptions {
  std::int64_t size = 3;  ///< of the square kernel
  std::int64_t stride = 1;
  std::int64_t pad = 0;  ///< zeros around the image
};

/// y_o = sum over channels c of W_oc * x_c + b_o, the cross-correlation with square kernels; W is
/// O x (C K K). What the ways to compute it share: its numbers.
class Conv : public Layer {
 public:
  Conv(Shape input, Shape output, ConvOptions options)
      : Layer(input, output), options_(options), fan_in_(input.channels * options.size * options.size) {}
  void declare(Parameters& parameters, const std::string& prefix) override;
  void bind(Parameters& parameters) override;
  /// W from uniform numbers of variance 1 / (3 C K K), b at 0.
  void initialise(Random& random, bool zero) override;
  [[nodiscard]] bool trains() const override { return true; }
  [[nodiscard]] const ConvOptions& options() const { return options_; }

 protected:
  [[nodiscard]] std::int64_t fan_in() const { return fan_in_; }  // C K K
  [[nodiscard]] MatrixView weight() const { return {weight_.data(), output().channels, fan_in_, fan_in_}; }
  [[nodiscard]] std::span<const float> biases() const { return bias_; }
  [[nodiscard]] std::span<float> weight_gradient() const { return weight_gradient_; }
  [[nodiscard]] std::span<float> bias_gradient() const { return bias_gradient_; }

 private:
  ConvOptions options_;
  std::int64_t fan_in_;
  std::size_t tensors_[2] = {};
  std::span<float> weight_;
  std::span<float> bias_;
  std::span<float> weight_gradient_;
  std::span<float> bias_gradient_;
};

/// The gradient of a batch is summed in at most 32 parts, so that its memory does not grow with the batch:
/// how many images of `images`, whole blocks of them, make one part.
[[nodiscard]] std::int64_t images_of_part(std::int64_t images, std::int64_t block);

/// sums[k] = sum over the rows of `parts`, in their order and in double, of number begin + k.
[[nodiscard]] std::vector<double> sums_of_parts(const Matrix& parts, std::int64_t begin, std::int64_t end);

}  // namespace nearfar
