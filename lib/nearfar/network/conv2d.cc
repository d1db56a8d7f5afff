#include "nearfar/network/conv2d.h"

#include <algorithm>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/network/sum.h"

namespace nearfar {
namespace {

// Columns that one product should have at least, to be worth its packing.
constexpr std::int64_t kColumns = 1024;

// What each thread works in, kept from step to step.
struct Workspace {
  Matrix padded;     // images with zeros around them
  Matrix columns;    // C K K x places
  Matrix outputs;    // O x places
  Matrix d_columns;  // C K K x places
  Matrix d_weight;   // of one block
};

Workspace& workspace() {
  thread_local Workspace own;
  return own;
}

}  // namespace

Conv2d::Conv2d(Shape input, Shape output, ConvOptions options)
    : Conv(input, output, options),
      padded_(Shape::image(input.channels, input.height + 2 * options.pad, input.width + 2 * options.pad)),
      row_places_(options.stride == 1 ? padded_.width : output.width),
      block_images_(std::max<std::int64_t>(1, kColumns / places())) {}

// Copies images into `padded`, zeros around them; returns them as they are where there is no padding.
MatrixView Conv2d::pad(MatrixView images, Matrix& padded) const {
  if (options().pad == 0) return images;
  padded.reshape(images.rows, padded_.size());
  std::fill(padded.data(), padded.data() + padded.size(), 0.0F);
  for (std::int64_t n = 0; n < images.rows; ++n) {
    for (std::int64_t r = 0; r < input().channels * input().height; ++r)
      std::copy_n(images.row(n) + r * input().width, input().width, padded.row(n) + padded_row(r));
  }
  return padded;
}

// columns(c k l, image place) = image(c, i stride + k, j stride + l)
void Conv2d::columns_of(MatrixView images, Matrix& columns) const {
  columns.reshape(fan_in(), images.rows * places());
  for (std::int64_t r = 0; r < fan_in(); ++r) {
    float* to = columns.row(r);
    for (std::int64_t n = 0; n < images.rows; ++n, to += places()) {
      const float* from = images.row(n) + first_of(r);
      if (options().stride == 1) {
        std::copy_n(from, used_places(), to);
        std::fill(to + used_places(), to + places(), 0.0F);
        continue;
      }
      for (std::int64_t i = 0; i < output().height; ++i) {
        const float* row = from + i * options().stride * padded_.width;
        for (std::int64_t j = 0; j < output().width; ++j) to[i * row_places_ + j] = row[j * options().stride];
      }
    }
  }
}

// The transpose of columns_of: every number goes back to where it came from, and is added there.
void Conv2d::add_columns(const Matrix& columns, std::int64_t images, Matrix& padded, float* dx) const {
  float* target = dx;
  if (options().pad > 0) {
    padded.reshape(images, padded_.size());
    target = padded.data();
  }
  std::fill_n(target, images * padded_.size(), 0.0F);
  for (std::int64_t r = 0; r < fan_in(); ++r) {
    const float* from = columns.row(r);
    for (std::int64_t n = 0; n < images; ++n, from += places()) {
      float* to = target + n * padded_.size() + first_of(r);
      if (options().stride == 1) {
        for (std::int64_t k = 0; k < used_places(); ++k) to[k] += from[k];
        continue;
      }
      for (std::int64_t i = 0; i < output().height; ++i) {
        float* row = to + i * options().stride * padded_.width;
        for (std::int64_t j = 0; j < output().width; ++j)
          row[j * options().stride] += from[i * row_places_ + j];
      }
    }
  }
  if (options().pad == 0) return;
  for (std::int64_t n = 0; n < images; ++n) {
    for (std::int64_t r = 0; r < input().channels * input().height; ++r)
      std::copy_n(padded.row(n) + padded_row(r), input().width, dx + n * input().size() + r * input().width);
  }
}

// Y = W col + b
void Conv2d::apply(MatrixView x, float* y) const {
  parallel_ranges(x.rows, block_images_, [&](std::int64_t begin, std::int64_t end) {
    Workspace& work = workspace();
    columns_of(pad(x.slice(begin, end), work.padded), work.columns);
    work.outputs.reshape(output().channels, work.columns.cols());
    multiply_ab(weight(), work.columns, work.outputs.data(), work.outputs.cols());
    for (std::int64_t n = begin; n < end; ++n) {
      for (std::int64_t o = 0; o < output().channels; ++o) {
        const float* from = work.outputs.row(o) + (n - begin) * places();
        float* to = y + n * output().size() + o * output().positions();
        const float offset = biases()[static_cast<std::size_t>(o)];
        for (std::int64_t i = 0; i < output().height; ++i, from += row_places_, to += output().width) {
          for (std::int64_t j = 0; j < output().width; ++j) to[j] = from[j] + offset;
        }
      }
    }
  });
}

// The gradient of a block's outputs as rows of channels, zeros beside it; its sums are added to `d_bias`.
void Conv2d::gather_outputs(MatrixView dy, Matrix& d_outputs, std::vector<double>& d_bias) const {
  d_outputs.reshape(output().channels, dy.rows * places());
  for (std::int64_t o = 0; o < output().channels; ++o) {
    float* to = d_outputs.row(o);
    for (std::int64_t n = 0; n < dy.rows; ++n) {
      const float* from = dy.row(n) + o * output().positions();
      d_bias[static_cast<std::size_t>(o)] += sum_of(from, output().positions());
      for (std::int64_t i = 0; i < output().height; ++i, from += output().width, to += row_places_) {
        std::copy_n(from, output().width, to);
        std::fill(to + output().width, to + row_places_, 0.0F);
      }
    }
  }
}

// dW = dY col',  db = sum of dY over positions,  dcol = W' dY; blocks of a part, and then the parts, are
// added in their order
void Conv2d::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  const std::int64_t channels = output().channels;
  const std::int64_t part_images = images_of_part(x.rows, block_images_);
  partial_.reshape((x.rows + part_images - 1) / part_images, weights() + channels);
  parallel_ranges(x.rows, part_images, [&](std::int64_t part_begin, std::int64_t part_end) {
    Workspace& work = workspace();
    float* d_weight = partial_.row(part_begin / part_images);
    std::fill_n(d_weight, weights(), 0.0F);
    std::vector<double> d_bias(static_cast<std::size_t>(channels));
    for (std::int64_t begin = part_begin; begin < part_end; begin += block_images_) {
      const std::int64_t end = std::min(part_end, begin + block_images_);
      columns_of(pad(x.slice(begin, end), work.padded), work.columns);
      gather_outputs(dy.slice(begin, end), work.outputs, d_bias);
      work.d_weight.reshape(channels, fan_in());
      multiply_abt(work.outputs, work.columns, work.d_weight.data(), fan_in());
      for (std::int64_t k = 0; k < weights(); ++k) d_weight[k] += work.d_weight.data()[k];
      if (dx == nullptr) continue;
      work.d_columns.reshape(fan_in(), work.columns.cols());
      multiply_atb(weight(), work.outputs, work.d_columns.data(), work.d_columns.cols());
      add_columns(work.d_columns, end - begin, work.padded, dx + begin * input().size());
    }
    std::transform(d_bias.begin(), d_bias.end(), d_weight + weights(),
                   [](double sum) { return static_cast<float>(sum); });
  });
  parallel_ranges(partial_.cols(), 4096, [&](std::int64_t begin, std::int64_t end) {
    const std::vector<double> sums = sums_of_parts(partial_, begin, end);
    for (std::int64_t k = begin; k < end; ++k) {
      float& gradient = k < weights() ? weight_gradient()[static_cast<std::size_t>(k)]
                                      : bias_gradient()[static_cast<std::size_t>(k - weights())];
      gradient = static_cast<float>(sums[static_cast<std::size_t>(k - begin)]);
    }
  });
}

}  // namespace nearfar
