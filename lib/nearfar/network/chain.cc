#include "nearfar/network/chain.h"

#include <algorithm>

namespace nearfar {

bool Chain::trains() const {
  return std::any_of(layers_.begin(), layers_.end(), [](const auto& layer) { return layer->trains(); });
}

bool Chain::couples_rows() const {
  return std::any_of(layers_.begin(), layers_.end(), [](const auto& layer) { return layer->couples_rows(); });
}

std::int64_t Chain::widest() const {
  std::int64_t widest = layers_.front()->input().size();
  for (const auto& layer : layers_) widest = std::max(widest, layer->output().size());
  return widest;
}

// The first layer never: its input is the caller's.
bool Chain::in_place(std::size_t l) const {
  return l > 0 && layers_[l]->works_in_place() && !layers_[l - 1]->needs_output();
}

void Chain::apply(MatrixView x, float* y) const {
  Matrix buffers[2];
  MatrixView now = x;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = *layers_[l];
    float* to = y;
    if (l + 1 < layers_.size()) {
      Matrix& buffer = buffers[l % 2];
      buffer.reshape(x.rows, layer.output().size());
      to = buffer.data();
    }
    layer.apply(now, to);
    now = {to, x.rows, layer.output().size(), layer.output().size()};
  }
}

const Matrix& Chain::forward(MatrixView x, const Pass& pass) {
  input_ = x;
  outputs_.resize(layers_.size());
  holders_.resize(layers_.size());
  MatrixView now = x;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    holders_[l] = in_place(l) ? holders_[l - 1] : l;
    Matrix& output = outputs_[holders_[l]];
    output.reshape(x.rows, layers_[l]->output().size());
    layers_[l]->forward(now, output.data(), pass);
    now = output;
  }
  return outputs_[holders_.back()];
}

void Chain::backward(MatrixView dy, float* dx) {
  const auto first = std::find_if(layers_.begin(), layers_.end(), [](const auto& l) { return l->trains(); });
  const std::size_t last = dx != nullptr ? 0 : static_cast<std::size_t>(first - layers_.begin());
  std::size_t current = 0;
  gradients_[current].reshape(dy.rows, dy.cols);
  for (std::int64_t i = 0; i < dy.rows; ++i) std::copy_n(dy.row(i), dy.cols, gradients_[current].row(i));
  for (std::size_t l = layers_.size(); l > last; --l) {
    Layer& layer = *layers_[l - 1];
    const MatrixView x = l > 1 ? outputs_[holders_[l - 2]].view() : input_;
    const MatrixView y = outputs_[holders_[l - 1]];
    const MatrixView gradient = gradients_[current];
    if (l - 1 == last) {
      layer.backward(x, y, gradient, dx);
    } else if (layer.works_in_place()) {
      layer.backward(x, y, gradient, gradients_[current].data());
    } else {
      current = 1 - current;
      gradients_[current].reshape(dy.rows, layer.input().size());
      layer.backward(x, y, gradient, gradients_[current].data());
    }
  }
}

}  // namespace nearfar
