#include "nearfar/network/layer_norm.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "nearfar/network/row_blocks.h"

namespace nearfar {
namespace {

constexpr double kEpsilon = 1e-5;

struct Moments {
  double mean = 0;
  double inverse_deviation = 0;

  Moments(const float* row, std::int64_t count) {
    for (std::int64_t k = 0; k < count; ++k) mean += static_cast<double>(row[k]);
    mean /= static_cast<double>(count);
    double squares = 0;
    for (std::int64_t k = 0; k < count; ++k) {
      const double delta = static_cast<double>(row[k]) - mean;
      squares += delta * delta;
    }
    inverse_deviation = 1 / std::sqrt(squares / static_cast<double>(count) + kEpsilon);
  }
  [[nodiscard]] double z(float x) const { return (static_cast<double>(x) - mean) * inverse_deviation; }
};

}  // namespace

void LayerNorm::declare(Parameters& parameters, const std::string& prefix) {
  tensors_[0] = parameters.add(prefix + "scale", {input().size()}, TensorKind::offset);
  tensors_[1] = parameters.add(prefix + "shift", {input().size()}, TensorKind::offset);
}

void LayerNorm::bind(Parameters& parameters) {
  scale_ = parameters.values(tensors_[0]);
  shift_ = parameters.values(tensors_[1]);
  scale_gradient_ = parameters.gradients(tensors_[0]);
  shift_gradient_ = parameters.gradients(tensors_[1]);
}

void LayerNorm::initialise(Random& /*random*/, bool zero) {
  std::fill(scale_.begin(), scale_.end(), zero ? 0.0F : 1.0F);
  std::fill(shift_.begin(), shift_.end(), 0.0F);
}

void LayerNorm::apply(MatrixView x, float* y) const {
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      const Moments moments(x.row(n), x.cols);
      for (std::int64_t k = 0; k < x.cols; ++k) {
        const auto at = static_cast<std::size_t>(k);
        y[n * x.cols + k] = static_cast<float>(moments.z(x.row(n)[k]) * static_cast<double>(scale_[at]) +
                                               static_cast<double>(shift_[at]));
      }
    }
  });
}

// With z = (x - mean) / deviation and e = g dy: dg = sum dy z,  db = sum dy,
// dx = (e - mean of e - z mean of (e z)) / deviation
void LayerNorm::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  std::vector<double> d_scale(scale_.size());
  std::vector<double> d_shift(scale_.size());
  const auto width = static_cast<double>(x.cols);
  for (std::int64_t n = 0; n < x.rows; ++n) {
    const Moments moments(x.row(n), x.cols);
    double sum = 0;
    double sum_z = 0;
    for (std::size_t k = 0; k < d_scale.size(); ++k) {
      const auto gradient = static_cast<double>(dy.row(n)[k]);
      const double z = moments.z(x.row(n)[k]);
      d_scale[k] += gradient * z;
      d_shift[k] += gradient;
      sum += gradient * static_cast<double>(scale_[k]);
      sum_z += gradient * static_cast<double>(scale_[k]) * z;
    }
    for (std::size_t k = 0; dx != nullptr && k < d_scale.size(); ++k) {
      const double e = static_cast<double>(dy.row(n)[k]) * static_cast<double>(scale_[k]);
      const double part = e - sum / width - moments.z(x.row(n)[k]) * sum_z / width;
      dx[static_cast<std::size_t>(n * x.cols) + k] = static_cast<float>(part * moments.inverse_deviation);
    }
  }
  std::copy(d_scale.begin(), d_scale.end(), scale_gradient_.begin());
  std::copy(d_shift.begin(), d_shift.end(), shift_gradient_.begin());
}

}  // namespace nearfar
