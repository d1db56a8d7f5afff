#include "nearfar/core/solve.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"

namespace nearfar {
namespace {

// Of the two vectors v and -v the one whose entry of largest magnitude, the first of them, is positive.
void fix_sign(double* v, std::int64_t n) {
  std::int64_t largest = 0;
  for (std::int64_t j = 1; j < n; ++j) {
    if (std::abs(v[j]) > std::abs(v[largest]) * (1 + 1e-12)) largest = j;
  }
  if (v[largest] < 0) {
    for (std::int64_t j = 0; j < n; ++j) v[j] = -v[j];
  }
}

}  // namespace

SymmetricEigen symmetric_eigen(std::span<const double> matrix, std::int64_t n) {
  for (const double value : matrix) {
    if (!std::isfinite(value))
      numerical_error(
          "the matrix of an eigenproblem has a value that is not finite",
          "are some values very large? rescale the columns (train-metric: --preprocess standardize)");
  }
  const Eigen::Map<const Eigen::MatrixXd> map(matrix.data(), n, n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(map);
  if (solver.info() != Eigen::Success)
    numerical_error(
        "an eigenproblem did not converge",
        "are the columns of very different size? rescale them (train-metric: --preprocess standardize)");
  SymmetricEigen result;
  for (Eigen::Index i = n - 1; i >= 0; --i) {
    Eigen::VectorXd vector = solver.eigenvectors().col(i);
    fix_sign(vector.data(), n);
    result.values.push_back(solver.eigenvalues()[i]);
    result.vectors.insert(result.vectors.end(), vector.data(), vector.data() + n);
  }
  return result;
}

SymmetricEigen symmetric_eigen(const Dense& matrix) { return symmetric_eigen(matrix.values, matrix.rows); }

std::optional<PositiveInverse> positive_inverse(const Dense& matrix) {
  const std::int64_t n = matrix.rows;
  const Eigen::Map<const Eigen::MatrixXd> map(matrix.values.data(), n, n);
  const Eigen::LLT<Eigen::MatrixXd> factor(map);
  if (factor.info() != Eigen::Success) return std::nullopt;
  PositiveInverse result{Dense(n, n), 0};
  for (std::int64_t i = 0; i < n; ++i) result.log_det += 2 * std::log(factor.matrixLLT()(i, i));
  if (!std::isfinite(result.log_det)) return std::nullopt;
  Eigen::Map<Eigen::MatrixXd>(result.inverse.values.data(), n, n) =
      factor.solve(Eigen::MatrixXd::Identity(n, n));
  return result;
}

std::int64_t rank_of(const SymmetricEigen& eigen) {
  constexpr double kTolerance = 1e-9;
  std::int64_t rank = 0;
  for (const double value : eigen.values) rank += value > 0 && value > kTolerance * eigen.values.front();
  return rank;
}

Dense matrix_function(const SymmetricEigen& eigen, const std::function<double(double)>& f) {
  const auto n = static_cast<std::int64_t>(eigen.values.size());
  Dense v(n, n);
  v.values = eigen.vectors;
  Dense scaled = v;
  for (std::int64_t r = 0; r < n; ++r) {
    const double value = f(eigen.values[static_cast<std::size_t>(r)]);
    for (std::int64_t j = 0; j < n; ++j) scaled(r, j) *= value;
  }
  return multiply(transposed(v), scaled);
}

GeneralizedEigen generalized_eigen(const Dense& a, const Dense& b) {
  // With B = V W V' and T = W^(-1/2) V' (r x n): T A T' u = w u, v = T' u.
  const SymmetricEigen of_b = symmetric_eigen(b);
  const std::int64_t r = rank_of(of_b);
  Dense t(r, b.cols);
  for (std::int64_t i = 0; i < r; ++i) {
    const double scale = 1 / std::sqrt(of_b.values[static_cast<std::size_t>(i)]);
    for (std::int64_t j = 0; j < t.cols; ++j)
      t(i, j) = scale * of_b.vectors[static_cast<std::size_t>(i * t.cols + j)];
  }
  SymmetricEigen reduced = symmetric_eigen(multiply(multiply(t, a), transposed(t)));
  Dense u(r, r);
  u.values = std::move(reduced.vectors);
  GeneralizedEigen result{std::move(reduced.values), multiply(u, t)};
  for (std::int64_t i = 0; i < r; ++i) fix_sign(result.vectors.row(i), t.cols);
  return result;
}

Dense geometric_mean(const Dense& a, const Dense& b) {
  const SymmetricEigen of_a = symmetric_eigen(a);
  if (rank_of(of_a) < a.rows)
    numerical_error("a geometric mean needs a matrix that is positive definite",
                    "raise --regularization, for example to 0.1");
  const Dense root = matrix_function(of_a, [](double w) { return std::sqrt(w); });
  const Dense inverse_root = matrix_function(of_a, [](double w) { return 1 / std::sqrt(w); });
  const SymmetricEigen middle = symmetric_eigen(multiply(multiply(inverse_root, b), inverse_root));
  return multiply(
      multiply(root, matrix_function(middle, [](double w) { return std::sqrt(std::max(w, 0.0)); })), root);
}

}  // namespace nearfar
