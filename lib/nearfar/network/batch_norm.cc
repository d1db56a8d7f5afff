#include "nearfar/network/batch_norm.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/parallel.h"
#include "nearfar/network/row_blocks.h"

namespace nearfar {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr double kMomentum = 0.1;

// sums_c += value(row, channel, place in the row) over all rows and positions, in row order.
template <class Value>
std::vector<double> channel_sums(const Shape& shape, std::int64_t rows, const Value& value) {
  std::vector<double> sums(static_cast<std::size_t>(shape.channels));
  const std::int64_t positions = shape.positions();
  constexpr std::int64_t kChannels = 16;
  parallel_ranges(shape.channels, kChannels, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = 0; n < rows; ++n) {
      for (std::int64_t c = begin; c < end; ++c) {
        double sum = 0;
        for (std::int64_t k = c * positions; k < (c + 1) * positions; ++k) sum += value(n, c, k);
        sums[static_cast<std::size_t>(c)] += sum;
      }
    }
  });
  return sums;
}

}  // namespace

void BatchNorm::declare(Parameters& parameters, const std::string& prefix) {
  const std::vector<std::int64_t> shape{input().channels};
  tensors_[kScale] = parameters.add(prefix + "scale", shape, TensorKind::offset);
  tensors_[kShift] = parameters.add(prefix + "shift", shape, TensorKind::offset);
  tensors_[kMean] = parameters.add(prefix + "mean", shape, TensorKind::statistic);
  tensors_[kVariance] = parameters.add(prefix + "variance", shape, TensorKind::statistic);
}

void BatchNorm::bind(Parameters& parameters) {
  for (std::size_t part = 0; part < 4; ++part) values_[part] = parameters.values(tensors_[part]);
  for (std::size_t part = 0; part < 2; ++part) gradients_[part] = parameters.gradients(tensors_[part]);
}

void BatchNorm::initialise(Random& /*random*/, bool zero) {
  std::fill(values_[kScale].begin(), values_[kScale].end(), zero ? 0.0F : 1.0F);
  std::fill(values_[kShift].begin(), values_[kShift].end(), 0.0F);
  std::fill(values_[kMean].begin(), values_[kMean].end(), 0.0F);
  std::fill(values_[kVariance].begin(), values_[kVariance].end(), 1.0F);
}

void BatchNorm::map_channels(MatrixView x, float* y, const std::vector<double>& mean,
                             const std::vector<double>& inverse_deviation) const {
  const std::int64_t positions = input().positions();
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      for (std::int64_t c = 0; c < input().channels; ++c) {
        const auto at = static_cast<std::size_t>(c);
        const double factor = static_cast<double>(value(kScale, c)) * inverse_deviation[at];
        const double offset = static_cast<double>(value(kShift, c)) - mean[at] * factor;
        for (std::int64_t k = c * positions; k < (c + 1) * positions; ++k)
          y[n * x.cols + k] = static_cast<float>(static_cast<double>(x.row(n)[k]) * factor + offset);
      }
    }
  });
}

void BatchNorm::apply(MatrixView x, float* y) const {
  std::vector<double> mean;
  std::vector<double> inverse_deviation;
  for (std::int64_t c = 0; c < input().channels; ++c) {
    mean.push_back(static_cast<double>(value(kMean, c)));
    inverse_deviation.push_back(1 / std::sqrt(static_cast<double>(value(kVariance, c)) + kEpsilon));
  }
  map_channels(x, y, mean, inverse_deviation);
}

void BatchNorm::forward(MatrixView x, float* y, const Pass& /*pass*/) {
  const auto numbers = static_cast<double>(x.rows * input().positions());
  mean_ = channel_sums(input(), x.rows, [&](std::int64_t n, std::int64_t, std::int64_t k) {
    return static_cast<double>(x.row(n)[k]);
  });
  for (double& mean : mean_) mean /= numbers;
  inverse_deviation_ = channel_sums(input(), x.rows, [&](std::int64_t n, std::int64_t c, std::int64_t k) {
    const double delta = static_cast<double>(x.row(n)[k]) - mean_[static_cast<std::size_t>(c)];
    return delta * delta;
  });
  for (std::int64_t c = 0; c < input().channels; ++c) {
    const auto at = static_cast<std::size_t>(c);
    const double squares = inverse_deviation_[at];
    const auto move = [](float& running, double now) {
      running = static_cast<float>((1 - kMomentum) * static_cast<double>(running) + kMomentum * now);
    };
    move(value(kMean, c), mean_[at]);
    move(value(kVariance, c), squares / std::max(numbers - 1, 1.0));
    inverse_deviation_[at] = 1 / std::sqrt(squares / numbers + kEpsilon);
  }
  map_channels(x, y, mean_, inverse_deviation_);
}

// With z = (x - mean) / deviation and m numbers in the channel:
// dg = sum dy z,  db = sum dy,  dx = g / deviation (dy - db / m - z dg / m)
void BatchNorm::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  const auto numbers = static_cast<double>(x.rows * input().positions());
  const auto z = [&](std::int64_t n, std::int64_t c, std::int64_t k) {
    const auto at = static_cast<std::size_t>(c);
    return (static_cast<double>(x.row(n)[k]) - mean_[at]) * inverse_deviation_[at];
  };
  const std::vector<double> d_shift = channel_sums(
      input(), x.rows,
      [&](std::int64_t n, std::int64_t, std::int64_t k) { return static_cast<double>(dy.row(n)[k]); });
  const std::vector<double> d_scale =
      channel_sums(input(), x.rows, [&](std::int64_t n, std::int64_t c, std::int64_t k) {
        return static_cast<double>(dy.row(n)[k]) * z(n, c, k);
      });
  std::copy(d_scale.begin(), d_scale.end(), gradients_[kScale].begin());
  std::copy(d_shift.begin(), d_shift.end(), gradients_[kShift].begin());
  if (dx == nullptr) return;
  const std::int64_t positions = input().positions();
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      for (std::int64_t c = 0; c < input().channels; ++c) {
        const auto at = static_cast<std::size_t>(c);
        const double factor = static_cast<double>(value(kScale, c)) * inverse_deviation_[at];
        for (std::int64_t k = c * positions; k < (c + 1) * positions; ++k) {
          const double part =
              static_cast<double>(dy.row(n)[k]) - d_shift[at] / numbers - z(n, c, k) * d_scale[at] / numbers;
          dx[n * x.cols + k] = static_cast<float>(factor * part);
        }
      }
    }
  });
}

}  // namespace nearfar
