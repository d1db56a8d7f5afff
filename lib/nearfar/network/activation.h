#pragma once

#include <span>
#include <string_view>

#include "nearfar/network/layer.h"

namespace nearfar {

/// A function applied to every number. Where its derivative can be told from its value, y may replace x.
struct ActivationInfo {
  std::string_view name;
  std::string_view formula;
  std::string_view source;
  bool in_place;
  float (*value)(float x);
  /// Its derivative, from y where it works in place, else from x.
  float (*derivative)(float at);
};
[[nodiscard]] std::span<const ActivationInfo> activations();

class Activation final : public Layer {
 public:
  Activation(Shape input, const ActivationInfo& info) : Layer(input, input), info_(info) {}
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] const ActivationInfo& info() const { return info_; }
  [[nodiscard]] bool works_in_place() const override { return info_.in_place; }
  [[nodiscard]] bool needs_output() const override { return info_.in_place; }

 private:
  const ActivationInfo& info_;
};

}  // namespace nearfar
