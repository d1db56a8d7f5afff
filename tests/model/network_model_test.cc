// Models whose map is a network.
#include <doctest/doctest.h>

#include "model/sample_model.h"
#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/model/affine.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The text with a change in it and the right checksum.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = model_text(network_model());
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  const std::size_t seal = text.rfind("\"checksum\"");
  return text.substr(0, seal) + "\"checksum\": \"" + hash_text(text.substr(0, seal)) + "\"\n}\n";
}

}  // namespace

TEST_CASE("model: a network is written and read to the bit, and maps rows as before") {
  const Model model = network_model();
  const Model again = reread(model);
  CHECK(model_text(again) == model_text(model));
  REQUIRE(again.network);
  CHECK(again.network->text() == model.network->text());
  CHECK(same_bits(again.network->parameters().values(), model.network->parameters().values()));
  const Matrix x = random_rows(20, 3, 1);
  const Matrix images = model.apply(x);
  CHECK(images.cols() == 2);
  CHECK(same_bits(values(again.apply(x)), values(images)));
  CHECK(same_bits(values(images), values(model.network->apply(model.preprocessing.apply(x)))));
  CHECK(!affine_map(model).has_value());
  Model unit = model;
  unit.normalize = true;
  const Matrix scaled = unit.apply(x);
  for (std::int64_t n = 0; n < 20; ++n) {
    const double squares = static_cast<double>(scaled(n, 0)) * static_cast<double>(scaled(n, 0)) +
                           static_cast<double>(scaled(n, 1)) * static_cast<double>(scaled(n, 1));
    CHECK((squares == 0 || near(squares, 1, 1e-5)));
  }
}

TEST_CASE("model: what a file says of its network is held against its layers, before memory is taken") {
  for (const auto& change : std::vector<std::pair<std::string, std::string>>{
           {"linear 3, batchnorm", "linear 1048576, batchnorm"},
           {"linear 3, batchnorm", "linear 3,batchnorm"},
           {"linear 3, batchnorm", "conv 3 3, batchnorm"},
           {"\"input_shape\": [2]", "\"input_shape\": [1,1,2]"},
           {"\"input_shape\": [2]", "\"input_shape\": [1048576]"},
           {"\"shape\": [3,2]", "\"shape\": [2,3]"},
           {"\"1.weight\"", "\"1.weights\""},
           {"\"base64\": \"", "\"base64\": \"AAAA"}}) {
    CAPTURE(change.second);
    CHECK(kind_of([&] { (void)parse_model(changed(change.first, change.second), "m"); }) == kData);
  }
  const std::string nan = "AADAfwAAwH8AAMB/";  // three
  const std::string zeros = "AAAAAAAAAAAAAAAA";
  CHECK(kind_of([&] { (void)parse_model(changed("\"" + zeros + "\"", "\"" + nan + "\""), "m"); }) == kData);
}
