#include "nearfar/network/parameters.h"

#include <utility>

namespace nearfar {

std::size_t Parameters::add(std::string name, std::vector<std::int64_t> shape, TensorKind kind) {
  constexpr std::int64_t kLine = 16;  // floats in a cache line: every array starts at one
  constexpr std::int64_t kTooMany = std::int64_t{1} << 40U;  // counted no further, so that nothing overflows
  Tensor tensor{std::move(name), std::move(shape), kind, end_, 1};
  for (const std::int64_t size : tensor.shape)
    tensor.size = size < kTooMany / tensor.size ? tensor.size * size : kTooMany;
  count_ += tensor.size;
  end_ += (tensor.size + kLine - 1) / kLine * kLine;
  tensors_.push_back(std::move(tensor));
  return tensors_.size() - 1;
}

void Parameters::allocate() {
  values_ = Matrix(1, end_);
  gradients_ = Matrix(1, end_);
}

}  // namespace nearfar
