#include "nearfar/network/linear.h"

#include "nearfar/core/product.h"

namespace nearfar {

// Y = X L'
Matrix Linear::forward(MatrixView x) const { return multiply_abt(x, l_); }

// dL = dY' X,  dX = dY L
Matrix Linear::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, bool want_dx) {
  gradient_ = multiply_atb(dy, x);
  return want_dx ? multiply_ab(dy, l_) : Matrix();
}

}  // namespace nearfar
