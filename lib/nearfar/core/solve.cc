#include "nearfar/core/solve.h"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "nearfar/core/error.h"

namespace nearfar {

SymmetricEigen symmetric_eigen(std::span<const double> matrix, std::int64_t n) {
  for (const double value : matrix) {
    if (!std::isfinite(value))
      numerical_error("the matrix of an eigenproblem has a value that is not finite");
  }
  const Eigen::Map<const Eigen::MatrixXd> map(matrix.data(), n, n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(map);
  if (solver.info() != Eigen::Success) numerical_error("an eigenproblem did not converge");
  SymmetricEigen result;
  for (Eigen::Index i = n - 1; i >= 0; --i) {
    Eigen::VectorXd vector = solver.eigenvectors().col(i);
    Eigen::Index largest = 0;
    for (Eigen::Index j = 1; j < n; ++j) {
      if (std::abs(vector[j]) > std::abs(vector[largest]) * (1 + 1e-12)) largest = j;
    }
    if (vector[largest] < 0) vector = -vector;
    result.values.push_back(solver.eigenvalues()[i]);
    result.vectors.insert(result.vectors.end(), vector.data(), vector.data() + n);
  }
  return result;
}

}  // namespace nearfar
