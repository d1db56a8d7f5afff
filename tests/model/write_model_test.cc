#include <doctest/doctest.h>

#include <bit>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/sample_model.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/version.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Any finite float, every exponent equally likely: subnormals too.
float any_float(Random& random) {
  for (;;) {
    const auto value = std::bit_cast<float>(random.next32());
    if (std::isfinite(value)) return value;
  }
}

}  // namespace

TEST_CASE("model_text: what is written is read back, all of it") {
  const Model model = sample_model();
  const Model again = reread(model);
  CHECK(again.tool_version == model.tool_version);
  CHECK(again.method == model.method);
  CHECK(again.options == model.options);
  CHECK(again.seed == model.seed);
  CHECK(again.feature_names == model.feature_names);
  CHECK(again.input_dim == 3);
  CHECK(again.output_dim() == 2);
  REQUIRE(again.preprocessing.steps.size() == 2);
  for (std::size_t s = 0; s < 2; ++s) {
    const PreprocessStep& step = again.preprocessing.steps[s];
    CHECK(step.name == model.preprocessing.steps[s].name);
    CHECK(step.shift == model.preprocessing.steps[s].shift);
    CHECK(step.scale == model.preprocessing.steps[s].scale);
    CHECK(same_bits(values(step.projection), values(model.preprocessing.steps[s].projection)));
    CHECK(!step.unit);
  }
  CHECK(same_bits(values(again.l), values(model.l)));
  CHECK(again.normalize == model.normalize);
  CHECK(again.distance == model.distance);
  CHECK(again.threshold == model.threshold);
  CHECK(again.fingerprint == model.fingerprint);
  CHECK(again.training == model.training);
  CHECK(model_text(again) == model_text(model));  // a model that is written once more keeps every byte
}

TEST_CASE("model_text: every fitted preprocessing step survives, as do absent parts") {
  const Matrix x = random_rows(30, 5, 1, 3);
  for (const std::string list : {"none", "center", "standardize", "minmax", "scale:255", "unit", "pca:2",
                                 "whiten:3", "standardize,pca:4,whiten:2,unit,scale:-0.5,center,minmax"}) {
    CAPTURE(list);
    Model model = tiny_model();
    model.input_dim = 5;
    model.preprocessing = fit_preprocessing(list, x);
    const std::int64_t d = model.preprocessing.output_dim(5);
    model.l = random_rows(2, d, 2);
    model.normalize = true;
    const Model again = reread(model);
    CHECK(same_bits(values(again.apply(x)), values(model.apply(x))));
    CHECK(model_text(again) == model_text(model));
  }
  const Model tiny = reread(tiny_model());
  CHECK(!tiny.threshold);
  CHECK(tiny.feature_names.empty());
  CHECK(tiny.options.empty());
  CHECK(tiny.training.empty());
}

TEST_CASE("model_text: floats come back to the bit, whatever their size") {
  Random random(3);
  Model model = sample_model();
  model.preprocessing.steps.clear();
  model.input_dim = 3;
  using Limits = std::numeric_limits<float>;
  model.l = Matrix(4000, 3);
  for (std::int64_t i = 0; i < model.l.size(); ++i) model.l.data()[i] = any_float(random);
  const std::vector<float> special = {0.0F,
                                      -0.0F,
                                      Limits::denorm_min(),
                                      -Limits::denorm_min(),
                                      Limits::min(),
                                      -Limits::min(),
                                      Limits::max(),
                                      Limits::lowest(),
                                      Limits::epsilon(),
                                      1.0F,
                                      -1.0F,
                                      16777216.0F,
                                      1e10F,
                                      9.2233720e18F,
                                      1.8446744e19F,
                                      1e20F,
                                      0.1F,
                                      1.0F / 3,
                                      123456789.0F,
                                      1e-40F};
  std::copy(special.begin(), special.end(), model.l.data());
  for (std::int64_t i = 0; i < 2000; ++i) {  // subnormals only
    model.l.data()[100 + i] = std::bit_cast<float>(static_cast<std::uint32_t>(random.below(1U << 23U)));
  }
  const Model again = reread(model);
  CHECK(same_bits(values(again.l), values(model.l)));
  for (const float value : special) {
    PreprocessStep step;
    step.name = "standardize";
    step.shift = {value, value, value};
    step.scale = step.shift;
    model.preprocessing.steps = {step};
    model.l = Matrix(1, 3);
    model.threshold = value;
    const Model once = reread(model);
    CHECK(same_bits(*once.threshold, value));
    CHECK(same_bits(once.preprocessing.steps[0].shift, step.shift));
    CHECK(same_bits(once.preprocessing.steps[0].scale, step.scale));
  }
}

TEST_CASE("model_text: seeds, counts and texts come back") {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1} << 53U, ~std::uint64_t{0}}) {
    Model model = tiny_model();
    model.seed = seed;
    CHECK(reread(model).seed == seed);
  }
  Model model = tiny_model();
  model.training = {
      {"rows", 100000001.0}, {"steps", 9007199254740991.0}, {"last_epoch_loss", static_cast<double>(0.1F)}};
  CHECK(reread(model).training == model.training);  // counts to the last digit
  for (const std::string text :
       {"", "\"", "\\", "\n\t\x01", "\xE4\xB8\xAD\xF0\x9F\x98\x80", "</script>", "a,b"}) {
    model.feature_names = {text};
    model.method = text;
    model.options = {{text, text}};
    const Model again = reread(model);
    CHECK(again.feature_names == model.feature_names);
    CHECK(again.method == text);
    CHECK(again.options == model.options);
  }
}

TEST_CASE("model_text: JSON with the contract's fields in their order, checksum last") {
  const std::string text = model_text(sample_model());
  const auto json = nlohmann::ordered_json::parse(text);
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  CHECK(keys == std::vector<std::string>{"format", "version", "tool_version", "method", "options", "seed",
                                         "input_dim", "output_dim", "features", "preprocessing", "L",
                                         "normalize", "distance", "threshold", "data_fingerprint", "training",
                                         "checksum"});
  CHECK(json["format"] == "nearfar-model");
  CHECK(json["L"].size() == 2);
  CHECK(json["L"][0].size() == 2);
  CHECK(json["L"][0][0] == 1.5);
  CHECK(text.find("[1.5,-0.1]") != std::string::npos);  // shortest form
  const std::size_t at = text.find("\"checksum\"");
  CHECK(json["checksum"] == hash_text(text.substr(0, at)));
  CHECK(text.ends_with("\n}\n"));
}

TEST_CASE("model_text: a function of the model alone: no time, no path, no host, no thread count") {
  const std::string text = model_text(sample_model());
  for (const int count : {1, 3}) {
    const Threads threads(count);
    CHECK(model_text(sample_model()) == text);
  }
  CHECK(text.find('/') == std::string::npos);
  for (const char* word : {"time", "date", "host", "thread", "second", "20"}) {
    CAPTURE(word);
    CHECK(text.find(word) == std::string::npos);
  }
  Model nameless = tiny_model();
  nameless.tool_version.clear();
  CHECK(reread(nameless).tool_version == version());
}

TEST_CASE("read_model: from a file, errors with the file's name") {
  const Scratch scratch;
  const std::string path = scratch.file("model.json", model_text(sample_model()));
  CHECK(same_bits(values(read_model(path).l), values(sample_model().l)));
  const auto missing = error_of([&] { (void)read_model(scratch.path("none.json")); });
  REQUIRE(missing);
  CHECK(missing->kind() == ErrorKind::io);
  CHECK(contains(missing->what(), "none.json"));
  const std::string cut = scratch.file("cut.json", model_text(sample_model()).substr(0, 300));
  const auto error = error_of([&] { (void)read_model(cut); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::data);
  CHECK(contains(error->what(), "cut.json"));
  CHECK(error->place().line > 1);
}
