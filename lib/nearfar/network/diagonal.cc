#include "nearfar/network/diagonal.h"

namespace nearfar {

Matrix Diagonal::forward(MatrixView x) const {
  Matrix y(x.rows, x.cols);
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::int64_t j = 0; j < x.cols; ++j) y(i, j) = weights_[static_cast<std::size_t>(j)] * x.row(i)[j];
  }
  return y;
}

// dw_j = sum_i dy_ij x_ij,  dx_ij = w_j dy_ij
Matrix Diagonal::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, bool want_dx) {
  std::vector<double> sums(weights_.size());
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < sums.size(); ++j)
      sums[j] += static_cast<double>(dy.row(i)[j]) * static_cast<double>(x.row(i)[j]);
  }
  gradient_.assign(sums.begin(), sums.end());
  return want_dx ? forward(dy) : Matrix();
}

}  // namespace nearfar
