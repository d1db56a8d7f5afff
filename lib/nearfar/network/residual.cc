#include "nearfar/network/residual.h"

namespace nearfar {
namespace {

void add(MatrixView x, float* y) {
  for (std::int64_t n = 0; n < x.rows; ++n, y += x.cols) {
    for (std::int64_t k = 0; k < x.cols; ++k) y[k] += x.row(n)[k];
  }
}

}  // namespace

void Residual::declare(Parameters& parameters, const std::string& prefix) {
  std::size_t number = 0;
  for (const auto& layer : inner_.layers())
    layer->declare(parameters, prefix + std::to_string(++number) + ".");
}

void Residual::bind(Parameters& parameters) {
  for (const auto& layer : inner_.layers()) layer->bind(parameters);
}

void Residual::initialise(Random& random, bool /*zero*/) {
  bool last = true;
  for (auto layer = inner_.layers().rbegin(); layer != inner_.layers().rend(); ++layer) {
    (*layer)->initialise(random, last && (*layer)->trains());
    last = last && !(*layer)->trains();
  }
}

void Residual::apply(MatrixView x, float* y) const {
  inner_.apply(x, y);
  add(x, y);
}

void Residual::forward(MatrixView x, float* y, const Pass& pass) {
  const Matrix& inner = inner_.forward(x, pass);
  for (std::int64_t n = 0; n < x.rows; ++n, y += x.cols) {
    for (std::int64_t k = 0; k < x.cols; ++k) y[k] = x.row(n)[k] + inner(n, k);
  }
}

// dx = dy + f'(x) dy
void Residual::backward(MatrixView /*x*/, MatrixView /*y*/, MatrixView dy, float* dx) {
  inner_.backward(dy, dx);
  if (dx != nullptr) add(dy, dx);
}

}  // namespace nearfar
