#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nearfar {

struct AdamOptions {
  double learning_rate = 0.001;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

/// Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1) for one block of parameters.
class Adam {
 public:
  Adam(std::size_t parameters, const AdamOptions& options)
      : options_(options), first_(parameters), second_(parameters) {}
  void step(std::span<float> parameters, std::span<const float> gradient);

 private:
  AdamOptions options_;
  std::vector<float> first_;   // moving mean of the gradient
  std::vector<float> second_;  // moving mean of its square
  std::int64_t steps_ = 0;
};

}  // namespace nearfar
