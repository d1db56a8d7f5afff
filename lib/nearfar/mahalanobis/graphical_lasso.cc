#include "nearfar/mahalanobis/graphical_lasso.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/solve.h"

namespace nearfar {
namespace {

constexpr double kAtRounding = 1e-6;  // the tolerance where an iteration gains nothing any more
constexpr double kMove = 1e-10;       // of P_jj: a pass that moves V b by less is the last one
constexpr int kPasses = 10000;

// The minimum over z of (z - at)^2 / 2 + weight |z|.
double shrunk_to_zero(double at, double weight) {
  return std::copysign(std::max(0.0, std::abs(at) - weight), at);
}

PositiveInverse inverse_of(const Dense& matrix) {
  std::optional<PositiveInverse> inverse = positive_inverse(matrix);
  if (!inverse) {
    numerical_error("the matrix of the graphical lasso is not positive definite, or too nearly singular",
                    "take --prior identity, or raise --regularization");
  }
  return *std::move(inverse);
}

Dense matrix_in(const SolverState& state, std::string_view name, std::int64_t d) {
  Dense matrix(d, d);
  matrix.values = sized_array(state, name, matrix.values.size());
  return matrix;
}

}  // namespace

GraphicalLasso::GraphicalLasso(const Dense& p, double lambda, double tolerance, const SolverState* resume)
    : p_(p), lambda_(lambda), tolerance_(tolerance) {
  const std::int64_t d = p.rows;
  if (resume != nullptr) {
    w_ = matrix_in(*resume, "covariance", d);
    b_ = matrix_in(*resume, "coefficients", d);
    x_ = matrix_in(*resume, "precision", d);
    value_ = sized_array(*resume, "value", 1)[0];
    bound_ = sized_array(*resume, "bound", 1)[0];
    is_sparse_ = sized_array(*resume, "sparse", 1)[0] != 0;
    return;
  }
  const PositiveInverse inverse = inverse_of(p);
  w_ = p;
  x_ = weighted_sum(0.5, inverse.inverse, 0.5, transposed(inverse.inverse));  // symmetric but for rounding
  value_ = value(x_, -inverse.log_det);
  bound_ = inverse.log_det + static_cast<double>(d);
  b_ = Dense(d, d);
  for (std::int64_t j = 0; j < d; ++j) {
    for (std::int64_t k = 0; k < d; ++k) {
      if (k != j) b_(j, k) = -x_(j, k) / x_(j, j);
    }
  }
}

IterationOutcome GraphicalLasso::iterate(std::int64_t number) {
  for (std::int64_t j = 0; j < p_.rows; ++j) improve_column(j);
  const double bound = inverse_of(w_).log_det + static_cast<double>(p_.rows);
  const bool better = take_if_better(sparse_solution());
  const bool gained = better || bound > bound_;
  bound_ = std::max(bound_, bound);

  const double gap = std::max(0.0, value_ - bound_);
  const double tolerance = gained ? tolerance_ : std::max(tolerance_, kAtRounding);
  const bool converged = is_sparse_ && gap <= tolerance * static_cast<double>(p_.rows);
  return {.record = IterationRecord{.iteration = number,
                                    .objective = value_,
                                    .active = off_diagonal(),
                                    .gradient_norm = gradient_norm(),
                                    .gap = gap},
          .converged = converged,
          .stuck = !gained && !converged};
}

SolverState GraphicalLasso::state() const {
  SolverState state;
  state.arrays = {{"bound", {bound_}},      {"coefficients", b_.values},          {"covariance", w_.values},
                  {"precision", x_.values}, {"sparse", {is_sparse_ ? 1.0 : 0.0}}, {"value", {value_}}};
  return state;
}

void GraphicalLasso::improve_column(std::int64_t j) {
  const std::int64_t d = p_.rows;
  const double* p = p_.row(j);
  double* b = b_.row(j);
  std::vector<double> image(static_cast<std::size_t>(d));  // V b, and what is never read at j
  const auto move = [&](std::int64_t k, double by) {
    const double* v = w_.row(k);
    for (std::int64_t i = 0; i < d; ++i) image[static_cast<std::size_t>(i)] += by * v[i];
  };
  for (std::int64_t k = 0; k < d; ++k) {
    if (b[k] != 0) move(k, b[k]);
  }
  for (int pass = 0; pass < kPasses; ++pass) {
    double largest = 0;
    for (std::int64_t k = 0; k < d; ++k) {
      if (k == j) continue;
      const double v = w_(k, k);
      const double next = shrunk_to_zero(p[k] - image[static_cast<std::size_t>(k)] + v * b[k], lambda_) / v;
      if (next == b[k]) continue;
      largest = std::max(largest, v * std::abs(next - b[k]));
      move(k, next - b[k]);
      b[k] = next;
    }
    if (largest <= kMove * p[j]) break;
  }
  for (std::int64_t k = 0; k < d; ++k) {
    if (k == j) continue;
    // What the last pass has left open is cut off, so that W stays within its bounds.
    w_(j, k) = std::clamp(image[static_cast<std::size_t>(k)], p[k] - lambda_, p[k] + lambda_);
    w_(k, j) = w_(j, k);
  }
}

Dense GraphicalLasso::sparse_solution() const {
  const std::int64_t d = p_.rows;
  Dense x(d, d);
  for (std::int64_t j = 0; j < d; ++j) {
    double rest = w_(j, j);
    for (std::int64_t k = 0; k < d; ++k) rest -= w_(j, k) * b_(j, k);
    for (std::int64_t k = 0; k < d; ++k) x(j, k) = (k == j ? 1 : -b_(j, k)) / rest;
  }
  for (std::int64_t j = 0; j < d; ++j) {
    for (std::int64_t k = 0; k < j; ++k) {
      const bool zero = x(j, k) == 0 || x(k, j) == 0;
      x(j, k) = x(k, j) = zero ? 0 : (x(j, k) + x(k, j)) / 2;
    }
  }
  return x;
}

bool GraphicalLasso::take_if_better(const Dense& candidate) {
  const std::optional<PositiveInverse> inverse = positive_inverse(candidate);
  if (!inverse) return false;
  const double its_value = value(candidate, inverse->log_det);
  if (is_sparse_ && !(its_value < value_)) return false;
  x_ = candidate;
  value_ = its_value;
  is_sparse_ = true;
  return true;
}

double GraphicalLasso::value(const Dense& x, double log_det) const {
  double sum = -log_det;
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::int64_t j = 0; j < x.cols; ++j)
      sum += p_(i, j) * x(i, j) + (i == j ? 0 : lambda_ * std::abs(x(i, j)));
  }
  return sum;
}

// Of the subgradients P - X^-1 + lambda S, S_ij = sign X_ij or anything within 1 where X_ij = 0, the
// shortest.
double GraphicalLasso::gradient_norm() const {
  const Dense inverse = inverse_of(x_).inverse;
  double squares = 0;
  for (std::int64_t i = 0; i < x_.rows; ++i) {
    for (std::int64_t j = 0; j < x_.cols; ++j) {
      double slope = p_(i, j) - inverse(i, j);
      if (i != j)
        slope = x_(i, j) != 0 ? slope + std::copysign(lambda_, x_(i, j)) : shrunk_to_zero(slope, lambda_);
      squares += slope * slope;
    }
  }
  return std::sqrt(squares);
}

std::int64_t GraphicalLasso::off_diagonal() const {
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < x_.rows; ++i) {
    for (std::int64_t j = i + 1; j < x_.cols; ++j) count += x_(i, j) != 0 ? 1 : 0;
  }
  return count;
}

}  // namespace nearfar
