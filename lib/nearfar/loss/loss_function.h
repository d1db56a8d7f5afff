#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/loss/loss.h"

namespace nearfar {

/// What a loss needs to know beside its table row.
struct LossSetup {
  const LossInfo* info = nullptr;
  LossOptions options;
  DistanceKind distance = DistanceKind::euclidean;
  std::int64_t dim = 0;      ///< of the embeddings
  std::int32_t classes = 0;  ///< labels in [0, classes); 0 when there are none
  std::uint64_t seed = 0;    ///< of the loss's own weights
  double threshold = 1;      ///< where a threshold of its own starts
};

/// A loss in training: the table's formula, and what it keeps from step to step (weights of its own, such as
/// proxies, class vectors or the threshold of `logistic`; a memory of earlier batches).
class NEARFAR_EXPORT LossFunction {
 public:
  explicit LossFunction(const LossSetup& setup);

  [[nodiscard]] const LossSetup& setup() const { return setup_; }

  /// With a memory (LossOptions::memory; Wang, Zhang, Huang, Scott 2020, arXiv:1912.06798) the rows of a
  /// batch with labels are compared with those of earlier batches too, as they were then, and are then
  /// remembered.
  ///
  /// Value and gradient for the rows of one batch (n x dim); gradients() then holds those of the own weights.
  /// The same bits for any number of threads.
  [[nodiscard]] LossGradient evaluate(MatrixView embeddings, const Supervision& supervision);

  /// The own weights, trained beside those of the network, and their gradients of the last evaluate(); both
  /// empty for a loss without any.
  [[nodiscard]] std::span<float> parameters() {
    return {parameters_.data(), static_cast<std::size_t>(parameters_.size())};
  }
  [[nodiscard]] std::span<const float> gradients() const {
    return {gradients_.data(), static_cast<std::size_t>(gradients_.size())};
  }

  /// Everything that the next step depends on, as named arrays, for a checkpoint.
  struct Array {
    std::string name;
    std::vector<float> values;
  };
  [[nodiscard]] std::vector<Array> state() const;
  /// Goes on from a state() of a loss with the same setup. Throws Error (data) for another one's.
  void restore(std::span<const Array> state);

  /// The distance up to which two rows count as the same, where the loss learns it.
  [[nodiscard]] std::optional<double> threshold() const;

 private:
  void remember(MatrixView embeddings, std::span<const std::int32_t> labels);

  LossSetup setup_;
  Matrix parameters_;
  Matrix gradients_;
  Matrix memory_;  // LossOptions::memory rows of earlier batches and their labels
  std::vector<std::int32_t> memory_labels_;
  std::int64_t memory_count_ = 0;
  std::int64_t memory_next_ = 0;
};

}  // namespace nearfar
