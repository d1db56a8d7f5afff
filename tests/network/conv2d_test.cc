#include "nearfar/network/conv2d.h"

#include "network/layer_check.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Case {
  Shape input;
  std::int64_t channels, size, stride, pad;
  std::int64_t rows;

  [[nodiscard]] std::string text() const {
    return "conv " + std::to_string(channels) + " " + std::to_string(size) + " stride " +
           std::to_string(stride) + " pad " + std::to_string(pad);
  }
};

const Case kCases[] = {
    {Shape::image(1, 5, 5), 1, 1, 1, 0, 3},   {Shape::image(1, 6, 7), 4, 3, 1, 0, 5},
    {Shape::image(3, 5, 4), 2, 3, 1, 1, 4},   {Shape::image(2, 7, 8), 3, 3, 2, 0, 3},
    {Shape::image(2, 9, 6), 3, 4, 3, 3, 3},   {Shape::image(2, 3, 3), 2, 3, 1, 2, 6},
    {Shape::image(1, 28, 28), 3, 5, 1, 0, 4}, {Shape::image(1, 1, 9), 2, 1, 2, 0, 4},
    {Shape::image(2, 6, 5), 3, 2, 1, 1, 4},   {Shape::image(1, 3, 3), 2, 3, 1, 0, 2},
};

// The definition, with six loops.
std::vector<double> naive(Layers& layers, const Case& c, const Matrix& x) {
  const Shape& out = layers.chain.output();
  const std::span<float> w = layers.parameters.values(0);
  const std::span<float> b = layers.parameters.values(1);
  std::vector<double> y;
  for (std::int64_t n = 0; n < x.rows(); ++n) {
    const NaiveImage image{x.row(n), c.input};
    for (std::int64_t o = 0; o < out.channels; ++o) {
      for (std::int64_t i = 0; i < out.height; ++i) {
        for (std::int64_t j = 0; j < out.width; ++j) {
          double sum = static_cast<double>(b[static_cast<std::size_t>(o)]);
          std::size_t at = static_cast<std::size_t>(o * c.input.channels * c.size * c.size);
          for (std::int64_t channel = 0; channel < c.input.channels; ++channel) {
            for (std::int64_t k = 0; k < c.size; ++k) {
              for (std::int64_t l = 0; l < c.size; ++l) {
                sum += static_cast<double>(w[at++]) *
                       image(channel, i * c.stride + k - c.pad, j * c.stride + l - c.pad);
              }
            }
          }
          y.push_back(sum);
        }
      }
    }
  }
  return y;
}

}  // namespace

TEST_CASE("conv: as six naive loops, for strides, padding and channels; gradients by central differences") {
  for (const Case& c : kCases) {
    CAPTURE(c.text());
    Layers layers(c.input, c.text());
    const Matrix x = random_rows(c.rows, c.input.size(), 1);
    const std::vector<double> expected = naive(layers, c, x);
    check_equal(layers.apply(x), expected, 1e-5);
    check_equal(layers.forward(x), expected, 1e-5);
    check_gradients(layers, x, 0.05F, 5e-4);
  }
}

TEST_CASE(
    "conv: more images than one block, in parts and together, with any number of threads: the same bits") {
  for (const std::int64_t size : {2, 3}) {  // two ways to compute it
    const Case c{Shape::image(2, 7, 6), 5, size, 1, 1, 200};
    Layers layers(c.input, c.text());
    const Matrix x = random_rows(c.rows, c.input.size(), 2);
    const Matrix dy = random_rows(c.rows, layers.chain.output().size(), 3);
    check_equal(layers.apply(x), naive(layers, c, x), 1e-5);
    const Matrix whole = layers.apply(x);
    for (const std::int64_t row : {0, 15, 16, 23, 24, 25, 199}) {
      const Matrix one = layers.apply(Matrix::copy_of(x.view().slice(row, row + 1)));
      CHECK(same_bits(values(one), {whole.row(row), static_cast<std::size_t>(whole.cols())}));
    }
    std::vector<float> before;
    for (const int count : {1, 2, 3}) {
      const Threads threads(count);
      std::vector<float> bits;
      const Matrix y = layers.forward(x);
      const Matrix dx = layers.backward(x, dy);
      for (const std::span<const float> part :
           {values(y), values(dx), std::span<const float>(layers.parameters.gradients())}) {
        bits.insert(bits.end(), part.begin(), part.end());
      }
      if (!before.empty()) CHECK(same_bits(bits, before));
      before = bits;
    }
  }
}

TEST_CASE("conv: no images have no gradient") {
  for (const char* text : {"conv 3 3", "conv 3 2"}) {  // two ways to compute it
    Layers layers(Shape::image(2, 6, 6), text);
    const Matrix x = random_rows(3, 72, 5);
    static_cast<void>(layers.forward(x));
    static_cast<void>(layers.backward(x, random_rows(3, layers.chain.output().size(), 6)));
    const Matrix none(0, 72);
    CHECK(layers.forward(none).rows() == 0);
    static_cast<void>(layers.backward(none, Matrix(0, layers.chain.output().size())));
    for (const float value : layers.parameters.gradients()) CHECK(value == 0);
  }
}

TEST_CASE("conv: the gradient is summed in at most 32 parts of whole blocks") {
  for (const std::int64_t images : {0, 1, 15, 16, 17, 512, 513, 5000}) {
    for (const std::int64_t block : {1, 7, 16}) {
      const std::int64_t part = images_of_part(images, block);
      CHECK(part > 0);
      CHECK(part % block == 0);
      CHECK((images + part - 1) / part <= 32);
      if (images <= 32 * block) CHECK(part == block);
    }
  }
}

TEST_CASE("conv: starts with uniform numbers of variance 1 / (3 C K K), and biases at 0") {
  const Layers layers(Shape::image(20, 5, 5), "conv 200 3", false);
  const auto bound = static_cast<float>(1 / std::sqrt(180.0));
  double squares = 0;
  const std::span<const float> all = layers.parameters.values();
  for (std::size_t i = 0; i < 36000; ++i) {
    CHECK_MESSAGE(std::abs(all[i]) <= bound, i);
    squares += static_cast<double>(all[i]) * static_cast<double>(all[i]);
  }
  // The square of such a number has a deviation of 2 / sqrt(5) of its mean. Four standard errors.
  CHECK(squares / 36000 == doctest::Approx(1.0 / 540).epsilon(4 * 2 / std::sqrt(5.0 * 36000)));
  for (std::size_t i = 36000; i < all.size(); ++i) CHECK(all[i] == 0);
}
