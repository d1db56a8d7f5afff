#include "nearfar/network/conv2d.h"

#include <algorithm>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/network/he_normal.h"

namespace nearfar {
namespace {

// Columns that one product should have at least, to be worth its packing.
constexpr std::int64_t kColumns = 1024;

// The kernel's places that fall on the image: those x of [0, out) with 0 <= x stride + offset < size.
struct Inside {
  std::int64_t begin;
  std::int64_t end;

  Inside(std::int64_t offset, std::int64_t stride, std::int64_t size, std::int64_t out) {
    begin = offset >= 0 ? 0 : std::min(out, (-offset + stride - 1) / stride);
    end = offset >= size ? 0 : std::min(out, (size - offset + stride - 1) / stride);
    end = std::max(begin, end);
  }
};

// What each thread works in, kept from step to step.
struct Workspace {
  Matrix columns;    // C K K x positions
  Matrix outputs;    // O x positions
  Matrix d_columns;  // C K K x positions
};

Workspace& workspace() {
  thread_local Workspace own;
  return own;
}

}  // namespace

Conv2d::Conv2d(Shape input, Shape output, ConvOptions options)
    : Layer(input, output),
      options_(options),
      fan_in_(input.channels * options.size * options.size),
      block_images_(std::max<std::int64_t>(1, kColumns / output.positions())) {}

void Conv2d::declare(Parameters& parameters, const std::string& prefix) {
  tensors_[0] =
      parameters.add(prefix + "weight", {output().channels, input().channels, options_.size, options_.size},
                     TensorKind::weight);
  tensors_[1] = parameters.add(prefix + "bias", {output().channels}, TensorKind::offset);
}

void Conv2d::bind(Parameters& parameters) {
  weight_ = parameters.values(tensors_[0]);
  bias_ = parameters.values(tensors_[1]);
  weight_gradient_ = parameters.gradients(tensors_[0]);
  bias_gradient_ = parameters.gradients(tensors_[1]);
}

void Conv2d::initialise(Random& random, bool zero) {
  draw_weights(weight_, fan_in_, random, zero);
  std::fill(bias_.begin(), bias_.end(), 0.0F);
}

// columns(c k l, image position) = image(c, i stride + k - pad, j stride + l - pad), or 0 outside
void Conv2d::columns_of(MatrixView images, Matrix& columns) const {
  const std::int64_t positions = output().positions();
  const std::int64_t stride = options_.stride;
  columns.reshape(fan_in_, images.rows * positions);
  for (std::int64_t r = 0; r < fan_in_; ++r) {
    const std::int64_t l = r % options_.size;
    const std::int64_t k = r / options_.size % options_.size;
    const std::int64_t c = r / (options_.size * options_.size);
    const Inside rows(k - options_.pad, stride, input().height, output().height);
    const Inside cols(l - options_.pad, stride, input().width, output().width);
    float* to = columns.row(r);
    for (std::int64_t n = 0; n < images.rows; ++n) {
      for (std::int64_t i = 0; i < output().height; ++i, to += output().width) {
        if (i < rows.begin || i >= rows.end) {
          std::fill_n(to, output().width, 0.0F);
          continue;
        }
        const float* from = images.row(n) +
                            (c * input().height + i * stride + k - options_.pad) * input().width + l -
                            options_.pad;
        std::fill(to, to + cols.begin, 0.0F);
        std::fill(to + cols.end, to + output().width, 0.0F);
        if (stride == 1) {
          std::copy(from + cols.begin, from + cols.end, to + cols.begin);
        } else {
          for (std::int64_t j = cols.begin; j < cols.end; ++j) to[j] = from[j * stride];
        }
      }
    }
  }
}

// The transpose of columns_of: every number goes back to where it came from, and is added there.
void Conv2d::add_columns(const Matrix& columns, std::int64_t images, float* dx) const {
  const std::int64_t stride = options_.stride;
  std::fill_n(dx, images * input().size(), 0.0F);
  for (std::int64_t r = 0; r < fan_in_; ++r) {
    const std::int64_t l = r % options_.size;
    const std::int64_t k = r / options_.size % options_.size;
    const std::int64_t c = r / (options_.size * options_.size);
    const Inside rows(k - options_.pad, stride, input().height, output().height);
    const Inside cols(l - options_.pad, stride, input().width, output().width);
    for (std::int64_t n = 0; n < images; ++n) {
      for (std::int64_t i = rows.begin; i < rows.end; ++i) {
        const float* from = columns.row(r) + n * output().positions() + i * output().width;
        float* to = dx + n * input().size() +
                    (c * input().height + i * stride + k - options_.pad) * input().width + l - options_.pad;
        for (std::int64_t j = cols.begin; j < cols.end; ++j) to[j * stride] += from[j];
      }
    }
  }
}

// Y = W col + b
void Conv2d::apply(MatrixView x, float* y) const {
  const std::int64_t positions = output().positions();
  parallel_ranges(x.rows, block_images_, [&](std::int64_t begin, std::int64_t end) {
    Workspace& work = workspace();
    columns_of(x.slice(begin, end), work.columns);
    work.outputs.reshape(output().channels, work.columns.cols());
    multiply_ab(weight(), work.columns, work.outputs.data(), work.outputs.cols());
    for (std::int64_t n = begin; n < end; ++n) {
      for (std::int64_t o = 0; o < output().channels; ++o) {
        const float* from = work.outputs.row(o) + (n - begin) * positions;
        float* to = y + n * output().size() + o * positions;
        const float bias = bias_[static_cast<std::size_t>(o)];
        for (std::int64_t p = 0; p < positions; ++p) to[p] = from[p] + bias;
      }
    }
  });
}

// dW = dY col',  db = sum of dY over positions,  dcol = W' dY; the parts of dW and db are added in block
// order
void Conv2d::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  const std::int64_t positions = output().positions();
  const std::int64_t channels = output().channels;
  const std::int64_t blocks = (x.rows + block_images_ - 1) / block_images_;
  partial_.reshape(blocks, weights() + channels);
  parallel_ranges(x.rows, block_images_, [&](std::int64_t begin, std::int64_t end) {
    Workspace& work = workspace();
    columns_of(x.slice(begin, end), work.columns);
    Matrix& d_outputs = work.outputs;
    d_outputs.reshape(channels, work.columns.cols());
    float* d_weight = partial_.row(begin / block_images_);
    float* d_bias = d_weight + weights();
    for (std::int64_t o = 0; o < channels; ++o) {
      double sum = 0;
      for (std::int64_t n = begin; n < end; ++n) {
        const float* from = dy.row(n) + o * positions;
        std::copy_n(from, positions, d_outputs.row(o) + (n - begin) * positions);
        for (std::int64_t p = 0; p < positions; ++p) sum += static_cast<double>(from[p]);
      }
      d_bias[o] = static_cast<float>(sum);
    }
    multiply_abt(d_outputs, work.columns, d_weight, fan_in_);
    if (dx == nullptr) return;
    work.d_columns.reshape(fan_in_, work.columns.cols());
    multiply_atb(weight(), d_outputs, work.d_columns.data(), work.d_columns.cols());
    add_columns(work.d_columns, end - begin, dx + begin * input().size());
  });
  parallel_ranges(partial_.cols(), 4096, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> sums(static_cast<std::size_t>(end - begin));
    for (std::int64_t b = 0; b < blocks; ++b) {
      for (std::size_t k = 0; k < sums.size(); ++k)
        sums[k] += static_cast<double>(partial_.row(b)[begin + static_cast<std::int64_t>(k)]);
    }
    for (std::int64_t k = begin; k < end; ++k) {
      float& gradient = k < weights() ? weight_gradient_[static_cast<std::size_t>(k)]
                                      : bias_gradient_[static_cast<std::size_t>(k - weights())];
      gradient = static_cast<float>(sums[static_cast<std::size_t>(k - begin)]);
    }
  });
}

}  // namespace nearfar
