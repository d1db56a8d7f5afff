#include "nearfar/network/pool.h"

#include <algorithm>

#include "nearfar/network/row_blocks.h"
#include "nearfar/network/sum.h"

namespace nearfar {
namespace {

// Calls window(first number of the window in the channel, place of the result) for every window of every
// channel of one row; both count from the start of the row.
template <class Each>
void for_windows(const Shape& in, const Shape& out, std::int64_t stride, const Each& each) {
  for (std::int64_t c = 0; c < in.channels; ++c) {
    for (std::int64_t i = 0; i < out.height; ++i) {
      const std::int64_t from = (c * in.height + i * stride) * in.width;
      const std::int64_t to = (c * out.height + i) * out.width;
      for (std::int64_t j = 0; j < out.width; ++j) each(from + j * stride, to + j);
    }
  }
}

}  // namespace

void MaxPool::apply(MatrixView x, float* y) const {
  const std::int64_t width = input().width;
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      const float* row = x.row(n);
      float* out = y + n * output().size();
      if (window_.size == 2) {
        for_windows(input(), output(), window_.stride, [=](std::int64_t from, std::int64_t to) {
          const float* at = row + from;
          out[to] = std::max(std::max(at[0], at[1]), std::max(at[width], at[width + 1]));
        });
        continue;
      }
      for_windows(input(), output(), window_.stride, [&](std::int64_t from, std::int64_t to) {
        float largest = row[from];
        for (std::int64_t a = 0; a < window_.size; ++a) {
          for (std::int64_t b = 0; b < window_.size; ++b)
            largest = std::max(largest, row[from + a * width + b]);
        }
        out[to] = largest;
      });
    }
  });
}

// dx = dy at the first place of the window where x = y, 0 elsewhere
void MaxPool::backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) {
  if (dx == nullptr) return;
  const std::int64_t width = input().width;
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    std::fill(dx + begin * x.cols, dx + end * x.cols, 0.0F);
    for (std::int64_t n = begin; n < end; ++n) {
      const float* row = x.row(n);
      const float* largest = y.row(n);
      const float* gradient = dy.row(n);
      float* out = dx + n * x.cols;
      if (window_.size == 2) {  // without a branch, which nobody could predict
        for_windows(input(), output(), window_.stride, [=](std::int64_t from, std::int64_t to) {
          const float* at = row + from;
          float* into = out + from;
          const float value = largest[to];
          const bool first = at[0] == value;
          const bool second = !first && at[1] == value;
          const bool third = !first && !second && at[width] == value;
          into[0] += first ? gradient[to] : 0.0F;
          into[1] += second ? gradient[to] : 0.0F;
          into[width] += third ? gradient[to] : 0.0F;
          into[width + 1] += first || second || third ? 0.0F : gradient[to];
        });
        continue;
      }
      for_windows(input(), output(), window_.stride, [&](std::int64_t from, std::int64_t to) {
        const std::int64_t numbers = window_.size * window_.size;
        for (std::int64_t k = 0; k < numbers; ++k) {
          const std::int64_t at = from + k / window_.size * width + k % window_.size;
          if (row[at] != largest[to]) continue;
          out[at] += gradient[to];
          break;
        }
      });
    }
  });
}

void AveragePool::apply(MatrixView x, float* y) const {
  const std::int64_t width = input().width;
  const auto numbers = static_cast<float>(window_.size * window_.size);
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      const float* row = x.row(n);
      float* out = y + n * output().size();
      for_windows(input(), output(), window_.stride, [&](std::int64_t from, std::int64_t to) {
        float sum = 0;
        for (std::int64_t a = 0; a < window_.size; ++a) {
          for (std::int64_t b = 0; b < window_.size; ++b) sum += row[from + a * width + b];
        }
        out[to] = sum / numbers;
      });
    }
  });
}

// dx = dy / numbers of the window, for every window it is in
void AveragePool::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  if (dx == nullptr) return;
  const std::int64_t width = input().width;
  const auto numbers = static_cast<float>(window_.size * window_.size);
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    std::fill(dx + begin * x.cols, dx + end * x.cols, 0.0F);
    for (std::int64_t n = begin; n < end; ++n) {
      float* out = dx + n * x.cols;
      for_windows(input(), output(), window_.stride, [&](std::int64_t from, std::int64_t to) {
        const float share = dy.row(n)[to] / numbers;
        for (std::int64_t a = 0; a < window_.size; ++a) {
          for (std::int64_t b = 0; b < window_.size; ++b) out[from + a * width + b] += share;
        }
      });
    }
  });
}

void GlobalPool::apply(MatrixView x, float* y) const {
  const std::int64_t positions = input().positions();
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      for (std::int64_t c = 0; c < input().channels; ++c) {
        const float* channel = x.row(n) + c * positions;
        y[n * input().channels + c] =
            static_cast<float>(sum_of(channel, positions) / static_cast<double>(positions));
      }
    }
  });
}

void GlobalPool::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  if (dx == nullptr) return;
  const std::int64_t positions = input().positions();
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      for (std::int64_t c = 0; c < input().channels; ++c)
        std::fill_n(dx + n * x.cols + c * positions, positions, dy.row(n)[c] / static_cast<float>(positions));
    }
  });
}

}  // namespace nearfar
