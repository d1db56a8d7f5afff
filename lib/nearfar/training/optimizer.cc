#include "nearfar/training/optimizer.h"

#include <array>
#include <cmath>

#include "nearfar/core/checked_count.h"
#include "nearfar/core/family.h"
#include "nearfar/core/parallel.h"
#include "nearfar/training/checkpoint.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 3> kNames{"adam", "adamw", "sgd"};
constexpr std::int64_t kBlock = std::int64_t{1} << 15U;  // numbers that one task steps

std::vector<ParameterRange> cut(std::span<const ParameterRange> ranges) {
  std::vector<ParameterRange> blocks;
  for (const ParameterRange& range : ranges) {
    for (std::int64_t begin = range.begin; begin < range.end; begin += kBlock)
      blocks.push_back({begin, std::min(range.end, begin + kBlock), range.decays});
  }
  return blocks;
}

// What one step has in common for all numbers.
struct AdamStep {
  float beta1;
  float beta2;
  float rate;     // learning rate with both corrections of the bias
  float epsilon;  // with that of the second moment
  float scale;    // of the gradient
  float l2;       // weight decay inside the gradient
  float shrink;   // what weight decay beside the gradient leaves of a number
};

// m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  p = shrink p - rate m / (sqrt(v) + epsilon)
void adam_block(const AdamStep& s, std::int64_t count, float* p, const float* gradient, float* m, float* v) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = gradient[i] * s.scale + s.l2 * p[i];
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * g;
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * g * g;
    p[i] = s.shrink * p[i] - s.rate * m[i] / (std::sqrt(v[i]) + s.epsilon);
  }
}

}  // namespace

std::span<const std::string_view> optimizer_names() { return kNames; }

OptimizerKind parse_optimizer(std::string_view name) {
  return value_named<OptimizerKind>(kNames, "--optimizer", "optimizer", name);
}

std::string_view optimizer_name(OptimizerKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

Optimizer::Optimizer(std::int64_t numbers, const OptimizerOptions& options,
                     std::span<const ParameterRange> ranges)
    : options_(options),
      blocks_(cut(ranges)),
      first_(static_cast<std::size_t>(numbers)),
      second_(options.kind == OptimizerKind::sgd ? 0 : static_cast<std::size_t>(numbers)) {}

void Optimizer::step(std::span<float> parameters, std::span<const float> gradient, double rate,
                     double scale) {
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const double learning_rate = options_.learning_rate * rate;
  const bool decoupled = options_.kind == OptimizerKind::adamw;
  const double second_correction = std::sqrt(1 - std::pow(options_.beta2, t));
  parallel_blocks(static_cast<std::int64_t>(blocks_.size()), [&](std::int64_t b) {
    const ParameterRange& block = blocks_[static_cast<std::size_t>(b)];
    const double decay = block.decays ? options_.weight_decay : 0;
    const std::int64_t count = block.end - block.begin;
    float* p = parameters.data() + block.begin;
    const float* g = gradient.data() + block.begin;
    float* first = first_.data() + block.begin;
    if (options_.kind == OptimizerKind::sgd) {
      const auto momentum = static_cast<float>(options_.momentum);
      const auto lr = static_cast<float>(learning_rate);
      const auto gradient_scale = static_cast<float>(scale);
      const auto l2 = static_cast<float>(decay);
      for (std::int64_t i = 0; i < count; ++i) {
        first[i] = momentum * first[i] + (g[i] * gradient_scale + l2 * p[i]);
        p[i] -= lr * first[i];
      }
      return;
    }
    const AdamStep step{
        static_cast<float>(options_.beta1),
        static_cast<float>(options_.beta2),
        static_cast<float>(learning_rate * second_correction / (1 - std::pow(options_.beta1, t))),
        static_cast<float>(options_.epsilon * second_correction),
        static_cast<float>(scale),
        static_cast<float>(decoupled ? 0 : decay),
        static_cast<float>(decoupled ? 1 - learning_rate * decay : 1)};
    adam_block(step, count, p, g, first, second_.data() + block.begin);
  });
}

void Optimizer::save(Checkpoint& checkpoint, const std::string& prefix) const {
  checkpoint.add(prefix + "first", first_);
  checkpoint.add(prefix + "second", second_);
  checkpoint.add(prefix + "steps", std::vector<std::int64_t>{steps_});
}

void Optimizer::restore(const Checkpoint& checkpoint, const std::string& prefix) {
  first_ = checkpoint.get<float>(prefix + "first", static_cast<std::int64_t>(first_.size()));
  second_ = checkpoint.get<float>(prefix + "second", static_cast<std::int64_t>(second_.size()));
  steps_ = checked_count(static_cast<double>(checkpoint.get<std::int64_t>(prefix + "steps", 1)[0]));
}

double gradient_norm(std::span<const float> gradient, std::span<const ParameterRange> ranges) {
  const std::vector<ParameterRange> blocks = cut(ranges);
  std::vector<double> squares(blocks.size());
  parallel_blocks(static_cast<std::int64_t>(blocks.size()), [&](std::int64_t b) {
    const ParameterRange& block = blocks[static_cast<std::size_t>(b)];
    double sum = 0;
    for (std::int64_t i = block.begin; i < block.end; ++i) {
      const auto g = static_cast<double>(gradient[static_cast<std::size_t>(i)]);
      sum += g * g;
    }
    squares[static_cast<std::size_t>(b)] = sum;
  });
  double total = 0;
  for (const double sum : squares) total += sum;
  return std::sqrt(total);
}

}  // namespace nearfar
