#include <algorithm>
#include <cmath>

#include "nearfar/core/parallel.h"
#include "nearfar/metric/axiom_points.h"
#include "nearfar/metric/exact.h"
#include "nearfar/metric/lanes.h"
#include "nearfar/metric/saturate.h"

namespace nearfar {
namespace {

constexpr double kDoubleNoise = 1e-14;  // of sums of doubles, beside their terms
constexpr double kFloatNoise = 1e-6;    // of a map in float, beside its images

double length(std::span<const double> x) {
  return std::sqrt(
      lane_sum<double>(std::ssize(x), [=](std::int64_t i) { return x.data()[i] * x.data()[i]; }));
}

double largest(const double* x, std::int64_t d) {
  return lane_max<double>(d, [=](std::int64_t i) { return std::fabs(x[i]); });
}

std::vector<double> apply_each(const AffineMap& map, const std::vector<double>& inputs) {
  const std::int64_t rows = std::ssize(inputs) / map.inputs;
  std::vector<double> images(static_cast<std::size_t>(rows * map.outputs));
  parallel_ranges(rows, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      map.apply(inputs.data() + i * map.inputs, images.data() + i * map.outputs);
  });
  return images;
}

}  // namespace

AxiomImages::AxiomImages(const AxiomSubject& subject)
    : input_dim_(subject.rows.cols), distance_(subject.distance), linear_(subject.affine), map_(subject.map) {
  if (distance_.info().needs_matrix) {
    const Matrix& l = distance_.factor();
    if (map_)
      after_ = AffineMap::identity(l.cols()).then(l);
    else
      linear_ = (linear_ ? *linear_ : AffineMap::identity(input_dim_)).then(l);
    distance_ = Distance(distance_.kind() == DistanceKind::mahalanobis ? DistanceKind::euclidean
                                                                       : DistanceKind::sqeuclidean);
  }
  if (linear_) linear_size_ = length(linear_->a);
}

std::vector<double> AxiomImages::mapped(const std::vector<double>& inputs) const {
  const std::int64_t rows = std::ssize(inputs) / input_dim_;
  Matrix x(rows, input_dim_);
  std::transform(inputs.begin(), inputs.end(), x.data(), [](double value) { return saturated(value); });
  const Matrix y = map_(x);
  std::vector<double> images(y.data(), y.data() + y.size());
  return after_ ? apply_each(*after_, images) : images;
}

std::vector<double> AxiomImages::of(const std::vector<double>& inputs) const {
  if (map_) return mapped(inputs);
  return linear_ ? apply_each(*linear_, inputs) : inputs;
}

double AxiomImages::noise(std::span<const double> input, std::span<const double> image) const {
  if (map_) return kFloatNoise * length(image);
  if (!linear_) return kDoubleNoise * largest(input.data(), std::ssize(input));
  return kDoubleNoise * (linear_size_ * length(input) + length(linear_->b));
}

PointSpace::PointSpace(const AxiomImages& images, std::vector<double> inputs)
    : distance_(images.distance()), input_dim_(images.input_dim()) {
  const bool own_images = images.is_linear() && !images.linear();
  if (own_images) {
    images_ = std::move(inputs);
  } else {
    images_ = images.of(inputs);
    inputs_ = std::move(inputs);
  }
  const std::vector<double>& all = own_images ? images_ : inputs_;
  const std::int64_t points = std::ssize(all) / input_dim_;
  image_dim_ = std::ssize(images_) / std::max<std::int64_t>(points, 1);
  for (std::int64_t i = 0; i < points; ++i) {
    const std::span<const double> input(all.data() + i * input_dim_, static_cast<std::size_t>(input_dim_));
    const std::span<const double> y(images_.data() + i * image_dim_, static_cast<std::size_t>(image_dim_));
    if (distance_.info().nonnegative && std::any_of(y.begin(), y.end(), [](double v) { return v < 0; }))
      continue;
    point_.push_back(i);
    noise_.push_back(row_noise(distance_, y.data(), images.noise(input, y), image_dim_));
  }
}

double PointSpace::between(std::int64_t i, std::int64_t j) const {
  return exact_distance(distance_, image(i), image(j), image_dim_);
}

// max |x_k - y_k| / max(|x_k|, |y_k|) over all coordinates k.
double PointSpace::difference(std::int64_t i, std::int64_t j) const {
  const std::vector<double>& inputs = inputs_.empty() ? images_ : inputs_;
  const double* x = inputs.data() + point(i) * input_dim_;
  const double* y = inputs.data() + point(j) * input_dim_;
  const double apart = lane_max<double>(input_dim_, [=](std::int64_t k) { return std::fabs(x[k] - y[k]); });
  return apart > 0 ? apart / std::max(largest(x, input_dim_), largest(y, input_dim_)) : 0;
}

double PointSpace::zero(std::int64_t i, std::int64_t j) const {
  return noise_between(distance_, noise_[static_cast<std::size_t>(i)], noise_[static_cast<std::size_t>(j)]);
}

}  // namespace nearfar
