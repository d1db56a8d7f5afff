#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

class Checkpoint;

enum class OptimizerKind {
  adam,   ///< Kingma, Ba 2015, arXiv:1412.6980, algorithm 1; weight decay is added to the gradient
  adamw,  ///< Loshchilov, Hutter 2019, arXiv:1711.05101, algorithm 2: weight decay beside the gradient
  sgd     ///< with momentum: v = m v + g, p -= lr v; weight decay is added to the gradient
};
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> optimizer_names();
/// By name: adam, adamw, sgd. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT OptimizerKind parse_optimizer(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view optimizer_name(OptimizerKind kind);

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::adam;
  double learning_rate = 0.001;
  double momentum = 0.9;  ///< of sgd
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;
};

/// Numbers [begin, end) of a block, and whether weight decay applies to them.
struct ParameterRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool decays = true;
};

/// Steps one block of numbers down its gradient; the same bits for any number of threads.
class Optimizer {
 public:
  /// `ranges` are those that are stepped, in a block of `numbers`.
  Optimizer(std::int64_t numbers, const OptimizerOptions& options, std::span<const ParameterRange> ranges);
  /// One step at `rate` times the learning rate; the gradient counts `scale` times.
  void step(std::span<float> parameters, std::span<const float> gradient, double rate, double scale);

  /// Its state, as arrays whose names begin with `prefix`.
  void save(Checkpoint& checkpoint, const std::string& prefix) const;
  /// Throws Error (data) where the checkpoint is of other numbers.
  void restore(const Checkpoint& checkpoint, const std::string& prefix);

 private:
  OptimizerOptions options_;
  std::vector<ParameterRange> blocks_;
  std::vector<float> first_;   // Adam: moving mean of the gradient; SGD: the velocity
  std::vector<float> second_;  // Adam: moving mean of its square
  std::int64_t steps_ = 0;
};

/// Square root of the sum of squares of the gradient over the ranges, summed in double in fixed blocks.
[[nodiscard]] double gradient_norm(std::span<const float> gradient, std::span<const ParameterRange> ranges);

}  // namespace nearfar
