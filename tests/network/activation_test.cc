#include "nearfar/network/activation.h"

#include "network/layer_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("activations: their formulas, and gradients by central differences away from the bend") {
  const auto phi = [](double x) { return 0.5 * (1 + std::erf(x / std::sqrt(2.0))); };
  Matrix x = random_rows(50, 9, 1, 2);
  for (std::int64_t i = 0; i < x.size(); ++i) {
    if (std::abs(x.data()[i]) < 0.05F) x.data()[i] = 0.5F;
  }
  for (const ActivationInfo& info : activations()) {
    CAPTURE(std::string(info.name));
    std::vector<double> expected;
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const auto at = static_cast<double>(x.data()[i]);
      expected.push_back(info.name == "relu"         ? std::max(0.0, at)
                         : info.name == "leaky-relu" ? std::max(0.01 * at, at)
                         : info.name == "tanh"       ? std::tanh(at)
                                                     : at * phi(at));
    }
    Layers layers(Shape::vector(9), info.name);
    check_equal(layers.apply(x), expected, 1e-6);
    check_gradients(layers, x, 0.01F, 2e-3);
    // Behind another layer it takes the place of its input.
    Layers two(Shape::vector(9), "linear 6, " + std::string(info.name) + ", linear 4");
    check_gradients(two, random_rows(20, 9, 2), 0.002F, 5e-2);
  }
}
