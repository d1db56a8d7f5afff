#include <doctest/doctest.h>

#include "nearfar/network/diagonal.h"
#include "nearfar/network/layer.h"
#include "nearfar/network/linear.h"
#include "nearfar/network/normalize.h"
#include "network/gradient_check.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Network chain() {
  Network network;
  network.add(std::make_unique<Diagonal>(std::vector<float>{1, -0.5F, 2, 0.7F}));
  network.add(std::make_unique<Linear>(random_rows(5, 4, 1)));
  network.add(std::make_unique<Linear>(random_rows(3, 5, 2)));
  network.add(std::make_unique<Normalize>(3));
  return network;
}

}  // namespace

TEST_CASE("Network: forward is the layers one after the other") {
  Network network = chain();
  CHECK(network.output_dim() == 3);
  REQUIRE(network.layers().size() == 4);
  const Matrix x = random_rows(8, 4, 3);
  Matrix expected = x;
  for (const Layer* layer : network.layers()) expected = layer->forward(expected);
  CHECK(same_bits(values(network.forward(x)), values(expected)));
  CHECK(same_bits(values(network.forward(x)), values(expected)));  // and keeps nothing of the call before
}

TEST_CASE("Network: backward gives every layer the derivative by its parameters") {
  Network network = chain();
  const Matrix x = random_rows(8, 4, 4);
  const Matrix dy = random_rows(8, 3, 5);
  const auto loss = [&] { return weighted_sum(network.forward(x), dy); };
  static_cast<void>(loss());
  network.backward(dy);
  for (Layer* layer : network.layers()) {
    const std::vector<float> gradient(layer->gradients().begin(), layer->gradients().end());
    CHECK(gradient_error(layer->parameters(), gradient, loss, 0.003F) < 1e-3);
  }
}

TEST_CASE(
    "Network: a smaller batch after a larger one, and backward twice, give the gradients of the last batch") {
  Network network = chain();
  const Matrix large = random_rows(30, 4, 6);
  const Matrix small = random_rows(2, 4, 7);
  const Matrix dy_large = random_rows(30, 3, 8);
  const Matrix dy = random_rows(2, 3, 9);
  static_cast<void>(network.forward(large));
  network.backward(dy_large);
  static_cast<void>(network.forward(small));
  network.backward(dy);
  network.backward(dy);

  Network fresh = chain();
  static_cast<void>(fresh.forward(small));
  fresh.backward(dy);
  for (std::size_t l = 0; l < 4; ++l) {
    CHECK(same_bits(network.layers()[l]->gradients(), fresh.layers()[l]->gradients()));
  }
}

TEST_CASE("Network: the same bits for 1, 2 and 3 threads") {
  const Matrix x = random_rows(500, 4, 10);
  const Matrix dy = random_rows(500, 3, 11);
  std::vector<std::vector<float>> runs;
  for (const int count : {1, 2, 3}) {
    const Threads use(count);
    Network network = chain();
    const Matrix& y = network.forward(x);
    std::vector<float> bits(values(y).begin(), values(y).end());
    network.backward(dy);
    for (Layer* layer : network.layers()) {
      bits.insert(bits.end(), layer->gradients().begin(), layer->gradients().end());
    }
    runs.push_back(bits);
  }
  CHECK(same_bits(runs[0], runs[1]));
  CHECK(same_bits(runs[0], runs[2]));
}
