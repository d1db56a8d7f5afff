#pragma once

// Six points in two columns, and helpers that the tests of the iterative learners share.

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/mahalanobis/iterate.h"

namespace nearfar::testing {

using Codes = std::vector<std::int32_t>;

inline Matrix rows_of(const std::vector<std::vector<double>>& values) {
  Matrix x(std::ssize(values), std::ssize(values.front()));
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (std::int64_t j = 0; j < x.cols(); ++j)
      x(i, j) = static_cast<float>(values[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]);
  }
  return x;
}

inline Matrix six_points() { return rows_of({{-.1, 1}, {-.1, 0}, {-.1, -1}, {.1, 1}, {.1, 0}, {.1, -1}}); }

inline const Codes kSixClasses{0, 0, 0, 1, 1, 1};

inline std::vector<double> identity_of(std::int64_t d) {
  std::vector<double> l(static_cast<std::size_t>(d * d));
  for (std::int64_t i = 0; i < d; ++i) l[static_cast<std::size_t>(i * d + i)] = 1;
  return l;
}

/// |L (x_a - x_b)|^2 in double, by its definition.
inline double naive_squared(const Matrix& x, const std::vector<double>& l, std::int64_t a, std::int64_t b) {
  const std::int64_t r = static_cast<std::int64_t>(l.size()) / x.cols();
  double sum = 0;
  for (std::int64_t c = 0; c < r; ++c) {
    double image = 0;
    for (std::int64_t j = 0; j < x.cols(); ++j) {
      image += l[static_cast<std::size_t>(c * x.cols() + j)] *
               (static_cast<double>(x(a, j)) - static_cast<double>(x(b, j)));
    }
    sum += image * image;
  }
  return sum;
}

/// gradient += 2 weight L (x_a - x_b)(x_a - x_b)'.
inline void add_pair(const Matrix& x, const std::vector<double>& l, std::int64_t a, std::int64_t b,
                     double weight, std::vector<double>& gradient) {
  const std::int64_t d = x.cols();
  const std::int64_t r = static_cast<std::int64_t>(l.size()) / d;
  const auto delta = [&](std::int64_t j) {
    return static_cast<double>(x(a, j)) - static_cast<double>(x(b, j));
  };
  for (std::int64_t c = 0; c < r; ++c) {
    double image = 0;
    for (std::int64_t j = 0; j < d; ++j) image += l[static_cast<std::size_t>(c * d + j)] * delta(j);
    for (std::int64_t j = 0; j < d; ++j)
      gradient[static_cast<std::size_t>(c * d + j)] += 2 * weight * image * delta(j);
  }
}

inline double length(const std::vector<double>& v) {
  double sum = 0;
  for (const double value : v) sum += value * value;
  return std::sqrt(sum);
}

/// |a - b| relative to the longer of the two.
inline double relative_difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> delta = a;
  for (std::size_t i = 0; i < a.size(); ++i) delta[i] -= b[i];
  const double longest = std::max(length(a), length(b));
  return longest > 0 ? length(delta) / longest : 0;
}

/// The gradient by central differences.
inline std::vector<double> numerical_gradient(MapObjective& objective, std::vector<double> l, double h) {
  std::vector<double> gradient(l.size());
  std::vector<double> ignored(l.size());
  for (std::size_t i = 0; i < l.size(); ++i) {
    const double before = l[i];
    l[i] = before + h;
    const double above = objective.evaluate(l, ignored);
    l[i] = before - h;
    const double below = objective.evaluate(l, ignored);
    l[i] = before;
    gradient[i] = (above - below) / (2 * h);
  }
  return gradient;
}

}  // namespace nearfar::testing
