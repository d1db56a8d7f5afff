#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nearfar/core/matrix.h"

namespace nearfar {

/// What a named array of a network is for.
enum class TensorKind {
  weight,    ///< trained, and drawn towards 0 by weight decay
  offset,    ///< trained, without weight decay: biases, and what normalising layers scale by
  statistic  ///< not trained: running means and variances
};

struct Tensor {
  std::string name;                 ///< "1.weight": the layer's number and the part
  std::vector<std::int64_t> shape;  ///< outer sizes first
  TensorKind kind = TensorKind::weight;
  std::int64_t begin = 0;  ///< place of its first number in the block
  std::int64_t size = 0;
};

/// All numbers of a network in one block, so that one loop steps them, and their gradients in another of the
/// same layout (0 for statistics).
class Parameters {
 public:
  /// Declares an array before allocate(); returns its number.
  std::size_t add(std::string name, std::vector<std::int64_t> shape, TensorKind kind);
  /// Takes memory for all of them, zeroed.
  void allocate();

  [[nodiscard]] const std::vector<Tensor>& tensors() const { return tensors_; }
  /// Numbers in all arrays together; for a sum beyond memory only that it is that large.
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::span<float> values(std::size_t tensor) { return part(values_, tensor); }
  [[nodiscard]] std::span<float> gradients(std::size_t tensor) { return part(gradients_, tensor); }
  /// The whole blocks; between arrays there may be numbers that are always 0.
  [[nodiscard]] std::span<float> values() { return whole(values_); }
  [[nodiscard]] std::span<const float> values() const {
    return {values_.data(), static_cast<std::size_t>(values_.size())};
  }
  [[nodiscard]] std::span<float> gradients() { return whole(gradients_); }

 private:
  [[nodiscard]] std::span<float> part(Matrix& block, std::size_t tensor) const {
    return {block.data() + tensors_[tensor].begin, static_cast<std::size_t>(tensors_[tensor].size)};
  }
  [[nodiscard]] static std::span<float> whole(Matrix& block) {
    return {block.data(), static_cast<std::size_t>(block.size())};
  }

  std::vector<Tensor> tensors_;
  std::int64_t count_ = 0;
  std::int64_t end_ = 0;
  Matrix values_;
  Matrix gradients_;
};

}  // namespace nearfar
