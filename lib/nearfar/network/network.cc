#include "nearfar/network/layer.h"

namespace nearfar {

const Matrix& Network::forward(MatrixView x) {
  input_ = x;
  outputs_.clear();
  outputs_.reserve(layers_.size());  // views of earlier outputs stay valid
  for (const std::unique_ptr<Layer>& layer : layers_) {
    outputs_.push_back(layer->forward(outputs_.empty() ? input_ : outputs_.back().view()));
  }
  return outputs_.back();
}

void Network::backward(MatrixView dy) {
  Matrix gradient = Matrix::copy_of(dy);
  for (std::size_t l = layers_.size(); l > 0; --l) {
    const MatrixView x = l > 1 ? outputs_[l - 2].view() : input_;
    gradient = layers_[l - 1]->backward(x, outputs_[l - 1], gradient, l > 1);
  }
}

std::vector<Layer*> Network::layers() {
  std::vector<Layer*> all;
  for (const std::unique_ptr<Layer>& layer : layers_) all.push_back(layer.get());
  return all;
}

}  // namespace nearfar
