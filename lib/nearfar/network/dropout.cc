#include "nearfar/network/dropout.h"

#include <algorithm>

#include "nearfar/network/row_blocks.h"

namespace nearfar {

void Dropout::apply(MatrixView x, float* y) const {
  if (y == x.data) return;
  for (std::int64_t n = 0; n < x.rows; ++n) std::copy_n(x.row(n), x.cols, y + n * x.cols);
}

// Four numbers share one block of the generator, whose counter is the place of the first of them.
void Dropout::drop(MatrixView x, float* y) const {
  const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const auto high = [](std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32U); };
  const auto stream =
      static_cast<std::uint64_t>(pass_.step) << 12U | (static_cast<std::uint64_t>(number_) & 0xFFFU);
  const auto below = static_cast<std::uint32_t>(rate_ * 0x1p32);
  const auto factor = static_cast<float>(1 / (1 - rate_));
  const std::int64_t row_blocks = (x.cols + 3) / 4;
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      for (std::int64_t k = 0; k < x.cols; k += 4) {
        const std::int64_t block = (pass_.first_row + n) * row_blocks + k / 4;
        const auto random =
            philox4x32({low(static_cast<std::uint64_t>(block)),
                        static_cast<std::uint32_t>(RandomPurpose::dropout), low(stream), high(stream)},
                       {low(pass_.seed), high(pass_.seed)});
        for (std::int64_t j = k; j < std::min(x.cols, k + 4); ++j)
          y[n * x.cols + j] = random[static_cast<std::size_t>(j - k)] < below ? 0 : x.row(n)[j] * factor;
      }
    }
  });
}

void Dropout::forward(MatrixView x, float* y, const Pass& pass) {
  pass_ = pass;
  drop(x, y);
}

// dx = dy times the same factors
void Dropout::backward(MatrixView /*x*/, MatrixView /*y*/, MatrixView dy, float* dx) {
  if (dx != nullptr) drop(dy, dx);
}

}  // namespace nearfar
