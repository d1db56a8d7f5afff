#include "nearfar/network/conv3x3.h"

#include "network/layer_check.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Case {
  Shape input;
  std::int64_t channels, pad, rows;
};

// Even and odd sizes, more rows than one block, and more tiles than one product.
const Case kCases[] = {
    {Shape::image(1, 4, 4), 1, 0, 3},   {Shape::image(2, 7, 6), 3, 1, 37}, {Shape::image(3, 5, 9), 2, 2, 16},
    {Shape::image(2, 15, 14), 5, 1, 5}, {Shape::image(1, 4, 5), 2, 0, 1},
};

// The two gradients of `layers` for the images x and dLoss/dy.
std::vector<float> gradients_of(Layers& layers, const Matrix& x, const Matrix& dy) {
  const Matrix dx = layers.backward(x, dy);
  std::vector<float> all(values(dx).begin(), values(dx).end());
  const std::span<const float> of_weights = layers.parameters.gradients();
  all.insert(all.end(), of_weights.begin(), of_weights.end());
  return all;
}

}  // namespace

TEST_CASE("conv and maxpool as one layer: the numbers and gradients of the two, with and without relu") {
  for (const Case& c : kCases) {
    const std::string conv = "conv " + std::to_string(c.channels) + " 3 pad " + std::to_string(c.pad);
    CAPTURE(conv);
    for (const std::string middle : {"", ", relu"}) {
      Layers fused(c.input, conv + middle + ", maxpool 2");
      REQUIRE(dynamic_cast<const Conv3x3&>(*fused.chain.layers()[0]).pools());
      // One after the other, each in a chain of its own, so that nothing is fused.
      Layers first(c.input, conv);
      REQUIRE(!dynamic_cast<const Conv3x3&>(*first.chain.layers()[0]).pools());
      const Shape convolved = first.chain.output();
      Layers second(convolved, middle.empty() ? "maxpool 2" : "relu, maxpool 2");
      for (const bool equal_numbers : {false, true}) {
        Matrix x = random_rows(c.rows, c.input.size(), 1);
        if (equal_numbers) std::fill_n(x.data(), x.size(), 0.5F);  // the first of them gets the gradient
        const Matrix between = first.forward(x);
        const Matrix expected = second.forward(between);
        CHECK(same_bits(values(fused.forward(x)), values(expected)));
        CHECK(same_bits(values(fused.apply(x)), values(expected)));
        const Matrix dy = random_rows(c.rows, fused.chain.output().size(), 2);
        const std::vector<float> wanted = gradients_of(first, x, second.backward(between, dy));
        const std::vector<float> found = gradients_of(fused, x, dy);
        REQUIRE(found.size() == wanted.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
          if (!near(static_cast<double>(found[i]), static_cast<double>(wanted[i]), 1e-5, 1e-5))
            FAIL("gradient " << i << ": " << found[i] << ", expected " << wanted[i]);
        }
      }
    }
  }
}

TEST_CASE(
    "only maxpool 2 behind a conv of 3 x 3 and stride 1 becomes one with it, and every layer keeps its "
    "number") {
  const Shape image = Shape::image(2, 9, 9);
  for (const char* text :
       {"conv 3 3, maxpool 3", "conv 3 3, maxpool 2 stride 1", "conv 3 3, avgpool 2",
        "conv 3 3, tanh, maxpool 2", "conv 3 3, relu, relu, maxpool 2", "conv 3 3, relu"}) {
    CAPTURE(text);
    CHECK(!dynamic_cast<const Conv3x3&>(*Layers(image, text).chain.layers()[0]).pools());
  }
  const Layers layers(image, "conv 3 3, relu, maxpool 2, flatten, linear 4");
  REQUIRE(layers.chain.layers().size() == 5);
  CHECK(layers.parameters.tensors()[2].name == "5.weight");
}

TEST_CASE("a pooling conv: gradients by central differences; the same bits for any number of threads") {
  Layers layers(Shape::image(2, 7, 6), "conv 3 3 pad 1, maxpool 2");
  const Matrix x = random_rows(40, 84, 3);
  const Matrix dy = random_rows(40, 27, 4);
  std::vector<float> before;
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    const Matrix y = layers.forward(x);
    std::vector<float> bits = gradients_of(layers, x, dy);
    bits.insert(bits.end(), values(y).begin(), values(y).end());
    if (!before.empty()) CHECK(same_bits(bits, before));
    before = bits;
  }
  for (const std::int64_t row : {0, 15, 16, 39}) {
    const Matrix one = layers.apply(Matrix::copy_of(x.view().slice(row, row + 1)));
    CHECK(same_bits(values(one), {layers.apply(x).row(row), 27}));
  }
  Matrix few = integer_rows(2, 84, 5, 1000);  // far apart, so that no step changes an order
  for (std::int64_t i = 0; i < few.size(); ++i) few.data()[i] /= 10;
  check_gradients(layers, few, 0.01F, 2e-2);
}

TEST_CASE("conv: the gradient of many rows is the sum of those of a few at a time") {
  for (const std::string text :
       {"conv 3 3, relu, maxpool 2", "conv 3 2 stride 2"}) {  // two ways to compute it
    CAPTURE(text);
    Layers layers(Shape::image(2, 5, 4), text);
    const std::int64_t outputs = layers.chain.output().size();
    const std::int64_t rows = text.find("stride") == std::string::npos ? 1300 : 13000;  // many blocks of 170
    const Matrix x = random_rows(rows, 40, 6);
    const Matrix dy = random_rows(rows, outputs, 7);
    std::vector<double> sums(layers.parameters.gradients().size());
    for (std::int64_t begin = 0; begin < x.rows(); begin += 13) {
      const Matrix few = Matrix::copy_of(x.view().slice(begin, begin + 13));
      static_cast<void>(layers.forward(few));
      static_cast<void>(layers.backward(few, Matrix::copy_of(dy.view().slice(begin, begin + 13))));
      for (std::size_t k = 0; k < sums.size(); ++k)
        sums[k] += static_cast<double>(layers.parameters.gradients()[k]);
    }
    static_cast<void>(layers.forward(x));
    static_cast<void>(layers.backward(x, dy));
    for (std::size_t k = 0; k < sums.size(); ++k)
      CHECK(near(static_cast<double>(layers.parameters.gradients()[k]), sums[k], 1e-4, 1e-3));
  }
}
