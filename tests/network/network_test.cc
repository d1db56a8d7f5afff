#include "nearfar/network/network.h"

#include "network/layer_check.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

const char* const kCnn =
    "conv 4 3 pad 1, batchnorm, relu, maxpool 2, residual (conv 4 3 pad 1, gelu, conv 4 3 pad 1), dropout "
    "0.2, "
    "avgpool 2, flatten, linear 9, layernorm, tanh, linear 5, normalize";

Network cnn(std::uint64_t seed = 1) {
  Network network(Shape::image(2, 8, 8), kCnn);
  network.initialise(seed);
  return network;
}

std::string refusal(const Shape& input, const std::string& text) {
  const auto error = error_of([&] { Network network(input, text); });
  if (!error) return "accepted";
  return error->kind() == ErrorKind::usage ? error->what() : "another kind";
}

}  // namespace

TEST_CASE("Network: gradients through many layers by central differences") {
  Layers layers(Shape::image(2, 8, 8), kCnn);
  check_gradients(layers, random_rows(6, 128, 2), 1e-3F, 0.1);  // float rounding through twelve layers
  Layers smooth(Shape::vector(6),
                "linear 8, tanh, residual (linear 8, layernorm, tanh, linear 8), gelu, linear 3");
  check_gradients(smooth, random_rows(10, 6, 3), 0.01F, 2e-3);
}

TEST_CASE("Network: a residual block starts as the identity, and only its last layer of weights at 0") {
  for (const std::string text :
       {"residual (linear 12, relu, linear 7)", "residual (linear 7, batchnorm, dropout 0.5)",
        "residual (residual (linear 7), linear 9, relu, linear 7)"}) {
    Network network(Shape::vector(7), text);
    network.initialise(3);
    const Matrix x = random_rows(20, 7, 4);
    CHECK(same_bits(values(network.apply(x)), values(x)));
    const std::span<float> first = network.parameters().values(0);
    const bool has_weights = std::any_of(first.begin(), first.end(), [](float w) { return w != 0; });
    CHECK(has_weights == (text.find("residual (residual") != 0));
  }
}

TEST_CASE("Network: the image of a row does not depend on the others, nor on threads") {
  const Network network = cnn();
  const Matrix x = random_rows(700, 128, 5);
  const Matrix whole = network.apply(x);
  CHECK(whole.cols() == 5);
  for (const std::int64_t row : {0, 1, 350, 699}) {
    const Matrix one = network.apply(x.view().slice(row, row + 1));
    CHECK(same_bits(values(one), {whole.row(row), 5}));
  }
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    CHECK(same_bits(values(network.apply(x)), values(whole)));
  }
}

TEST_CASE("Network: training gives the same bits for 1, 2 and 3 threads, and after a batch of another size") {
  const Matrix x = random_rows(50, 128, 6);
  const Matrix small = random_rows(3, 128, 7);
  const Matrix dy = random_rows(50, 5, 8);
  std::vector<float> before;
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    Network network(Shape::image(2, 8, 8), "conv 4 3, relu, maxpool 2, flatten, linear 5");
    network.initialise(1);
    if (count == 3) {
      static_cast<void>(network.forward(small, {}));
      network.backward(random_rows(3, 5, 9));
    }
    static_cast<void>(network.forward(x, {}));
    network.backward(dy);
    network.backward(dy);  // overwrites, adds nothing
    const std::span<float> gradients = network.parameters().gradients();
    const std::vector<float> bits(gradients.begin(), gradients.end());
    if (!before.empty()) CHECK(same_bits(bits, before));
    before = bits;
  }
}

TEST_CASE("Network: the first values are a function of the seed") {
  const Network one = cnn(1);
  CHECK(same_bits(one.parameters().values(), cnn(1).parameters().values()));
  CHECK(!same_bits(one.parameters().values(), cnn(2).parameters().values()));
}

TEST_CASE("Network: the text form is written in one way") {
  Network network(Shape::image(1, 9, 9),
                  " conv  4 3 ,relu,\n residual( conv 4 3 pad 1 ,relu ) ,flatten,linear 3");
  CHECK(network.text() == "conv 4 3, relu, residual (conv 4 3 pad 1, relu), flatten, linear 3");
  CHECK(network.output_dim() == 3);
  CHECK(Network(Shape::image(1, 9, 9), network.text()).text() == network.text());
  // Every kind of layer that the table lists is known to the parser.
  for (const LayerInfo& info : layer_table()) CHECK(!info.meaning.empty());
}

TEST_CASE("Network: the layer that does not fit is named, with the cure") {
  const Shape image = Shape::image(1, 8, 8);
  CHECK(contains(refusal(image, "conv 4 3, relu, conv 4 9"),
                 "layer 3 (conv 4 9): a window of 9 x 9 does not fit into the image of 4x6x6"));
  CHECK(contains(refusal(image, "conv 4 3, linear 3"), "layer 2 (linear 3): it needs a vector"));
  CHECK(contains(refusal(image, "conv 4 3, linear 3"), "put flatten before it"));
  CHECK(contains(refusal(Shape::vector(8), "relu, conv 4 3"), "layer 2 (conv 4 3): it needs an image"));
  CHECK(contains(refusal(image, "flatten, maxpool 2"), "layer 2 (maxpool 2)"));
  CHECK(contains(refusal(image, "maxpool 9"), "does not fit into the image of 1x8x8"));
  CHECK(
      contains(refusal(image, "residual (conv 2 3 pad 1)"), "must keep the shape, and makes 2x8x8 of 1x8x8"));
  CHECK(contains(refusal(image, "residual (relu, conv 1 9)"),
                 "layer 1 (residual (relu, conv 1 9)), layer 2 (conv 1 9)"));
  CHECK(contains(refusal(image, "con 4 3"), "did you mean 'conv'"));
  for (const std::string text : {"",
                                 ",",
                                 "relu,",
                                 "relu relu",
                                 "conv",
                                 "conv 4",
                                 "conv 4 3 stride",
                                 "conv 4 3 pad 1 pad 1",
                                 "conv 4 3 step 1",
                                 "conv 0 3",
                                 "conv 4 3 stride 0",
                                 "conv 4 3 pad 3",
                                 "conv 4 3 pad -1",
                                 "conv 1e3 3",
                                 "conv 99999999999999999999 3",
                                 "linear",
                                 "flatten, linear 0",
                                 "flatten, linear 3 bias",
                                 "relu 2",
                                 "dropout",
                                 "dropout 1",
                                 "dropout -0.1",
                                 "dropout nan",
                                 "residual",
                                 "residual ()",
                                 "residual (relu",
                                 "residual (relu))",
                                 "maxpool 2 2",
                                 "diagonal"}) {
    CAPTURE(text);
    const std::string why = refusal(image, text);
    CHECK(why != "accepted");
    CHECK(why != "another kind");
  }
}

TEST_CASE("Network: what would take all memory is refused before any is taken") {
  const Shape image = Shape::image(1 << 10, 1 << 7, 1 << 7);
  for (const std::string text : {"conv 1048576 1024 pad 1023", "conv 1048576 1", "flatten, linear 1048576",
                                 "conv 1024 127 pad 63, conv 1024 127 pad 63"}) {
    CAPTURE(text);
    const std::string why = refusal(image, text);
    CHECK(why != "accepted");
    CHECK(contains(why, "layer "));
  }
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += "residual (";
  CHECK(contains(refusal(image, deep), "nested deeper"));
  std::string many = "relu";
  for (int i = 0; i < 2000; ++i) many += ", relu";
  CHECK(contains(refusal(image, many), "more than 1000 layers"));
}
