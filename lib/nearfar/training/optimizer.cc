#include "nearfar/training/optimizer.h"

#include <cmath>

namespace nearfar {

void Adam::step(std::span<float> parameters, std::span<const float> gradient) {
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const auto rate = static_cast<float>(options_.learning_rate * std::sqrt(1 - std::pow(options_.beta2, t)) /
                                       (1 - std::pow(options_.beta1, t)));
  const auto beta1 = static_cast<float>(options_.beta1);
  const auto beta2 = static_cast<float>(options_.beta2);
  const auto epsilon = static_cast<float>(options_.epsilon * std::sqrt(1 - std::pow(options_.beta2, t)));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    first_[i] = beta1 * first_[i] + (1 - beta1) * gradient[i];
    second_[i] = beta2 * second_[i] + (1 - beta2) * gradient[i] * gradient[i];
    parameters[i] -= rate * first_[i] / (std::sqrt(second_[i]) + epsilon);
  }
}

}  // namespace nearfar
