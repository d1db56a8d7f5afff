#pragma once

#include <vector>

#include "nearfar/network/layer.h"

namespace nearfar {

/// y = g (x - mean) / sqrt(variance + 1e-5) + b for every channel (for a vector: every number). In training
/// mean and variance are those of the batch, and move the running ones by a tenth; a trained network takes
/// the running ones. Ioffe, Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2; the running variance is of
/// n - 1.
class BatchNorm final : public Layer {
 public:
  explicit BatchNorm(Shape input) : Layer(input, input) {}
  void declare(Parameters& parameters, const std::string& prefix) override;
  void bind(Parameters& parameters) override;
  void initialise(Random& random, bool zero) override;
  [[nodiscard]] bool trains() const override { return true; }
  void apply(MatrixView x, float* y) const override;
  void forward(MatrixView x, float* y, const Pass& pass) override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] bool couples_rows() const override { return true; }

 private:
  enum Part { kScale, kShift, kMean, kVariance };
  [[nodiscard]] float& value(Part part, std::int64_t channel) const {
    return values_[part][static_cast<std::size_t>(channel)];
  }
  /// y = x factor + offset, channel by channel.
  void map_channels(MatrixView x, float* y, const std::vector<double>& mean,
                    const std::vector<double>& inverse_deviation) const;

  std::size_t tensors_[4] = {};
  std::span<float> values_[4];
  std::span<float> gradients_[2];
  std::vector<double> mean_;  // of the batch
  std::vector<double> inverse_deviation_;
};

}  // namespace nearfar
