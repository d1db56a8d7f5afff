#include "nearfar/network/network.h"

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"
#include "nearfar/network/make_layers.h"

namespace nearfar {

Network::Network(Shape input, std::string_view text) : input_(input) {
  const std::vector<LayerText> layers = parse_layers(text);
  for (std::size_t l = 0; l < layers.size(); ++l) text_ += (l > 0 ? ", " : "") + layers[l].text();
  std::int64_t number = 0;
  chain_ = make_chain(layers, input, number);
  constexpr std::int64_t kMost = std::int64_t{1} << 28U;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    chain_.layers()[l]->declare(parameters_, std::to_string(l + 1) + ".");
    if (parameters_.count() > kMost) {
      usage_error("--network: layer " + std::to_string(l + 1) + " (" + layers[l].text() +
                      ") brings the network to more than " + grouped(kMost) + " weights",
                  "make it narrower: fewer outputs, or a maxpool before linear");
    }
  }
}

void Network::allocate() {
  parameters_.allocate();
  for (const auto& layer : chain_.layers()) layer->bind(parameters_);
}

void Network::initialise(std::uint64_t seed) {
  allocate();
  std::uint64_t number = 0;
  for (const auto& layer : chain_.layers()) {
    Random random(seed, RandomPurpose::initialisation, ++number);
    layer->initialise(random, false);
  }
}

Matrix Network::apply(MatrixView x) const {
  constexpr std::int64_t kNumbers = std::int64_t{1} << 20U;  // in one of two buffers
  const std::int64_t block = std::max<std::int64_t>(1, kNumbers / chain_.widest());
  Matrix y(x.rows, output_dim());
  parallel_ranges(x.rows, block, [&](std::int64_t begin, std::int64_t end) {
    chain_.apply(x.slice(begin, end), y.row(begin));
  });
  return y;
}

}  // namespace nearfar
