#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "model/sample_model.h"
#include "nearfar/core/hash.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

int outcome(const std::string& text, bool unsealed = false) {
  return kind_of([&] { (void)parse_model(text, "model.json", unsealed); });
}

// The text with one part exchanged, which must be there.
std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

std::string sealed_again(const std::string& text) {
  const std::size_t at = text.find("\"checksum\"");
  return text.substr(0, at) + "\"checksum\": \"" + hash_text(text.substr(0, at)) + "\"\n}\n";
}

struct Mutation {
  const char* from;
  const char* to;
};

// Every field missing, of a wrong type, out of range or not fitting the others.
const Mutation kMutations[] = {
    {"\"format\": \"nearfar-model\",", ""},
    {"\"nearfar-model\"", "\"nearfar-modem\""},
    {"\"nearfar-model\"", "7"},
    {"\"version\": 1,", ""},
    {"\"version\": 1", "\"version\": 0"},
    {"\"version\": 1", "\"version\": -1"},
    {"\"version\": 1", "\"version\": 1.0"},
    {"\"version\": 1", "\"version\": \"1\""},
    {"\"version\": 1", "\"version\": null"},
    {"\"version\": 1", "\"version\": 18446744073709551615"},
    {"\"version\": 1", "\"version\": 1e400"},
    {"\"version\": 1", "\"version\": 1, \"version\": 1"},
    {"\"tool_version\": \"0.1.0\",", ""},
    {"\"0.1.0\"", "0.1"},
    {"\"method\": \"linear\",", ""},
    {"\"linear\"", "[]"},
    {"\"method\"", "\"methods\""},
    {"\"preprocess\": \"standardize,pca:2\"", "\"preprocess\": 3"},
    {"\"lr\": \"0.01\"", "\"lr\": \"0.01\", \"loss\": \"x\""},
    {"\"lr\": \"0.01\"", "\"lr\": {\"a\": 1}"},
    {"\"options\": {", "\"options\": [], \"more\": {"},
    {"\"seed\": 7,", ""},
    {"\"seed\": 7", "\"seed\": -7"},
    {"\"seed\": 7", "\"seed\": 7.5"},
    {"\"seed\": 7", "\"seed\": 99999999999999999999"},
    {"\"input_dim\": 3,", ""},
    {"\"input_dim\": 3", "\"input_dim\": 0"},
    {"\"input_dim\": 3", "\"input_dim\": -3"},
    {"\"input_dim\": 3", "\"input_dim\": 4"},
    {"\"input_dim\": 3", "\"input_dim\": 2"},
    {"\"input_dim\": 3", "\"input_dim\": 1048576"},
    {"\"input_dim\": 3", "\"input_dim\": 9223372036854775807"},
    {"\"input_dim\": 3", "\"input_dim\": 18446744073709551615"},
    {"\"input_dim\": 3", "\"input_dim\": true"},
    {"\"output_dim\": 2,", ""},
    {"\"output_dim\": 2", "\"output_dim\": 3"},
    {"\"output_dim\": 2", "\"output_dim\": 0"},
    {"\"features\": [\"width\",", "\"features\": ["},
    {"\"features\": [\"width\"", "\"features\": [\"width\",\"depth\""},
    {"\"features\": [\"width\"", "\"features\": [5"},
    {"\"features\": [\"width\"",
     "\"features\": [\"gr\xC3\xB6\xC3\x9F"
     "e\""},
    {"\"features\": [\"width\"", "\"features\": \"width\", \"x\": [\"width\""},
    {"\"preprocessing\": [", "\"preprocessing\": [7,"},
    {"\"preprocessing\": [", "\"preprocessing\": [{},"},
    {"\"preprocessing\": [", "\"preprocessing\": [[],"},
    {"\"preprocessing\": [", "\"preprocessing\": null, \"x\": ["},
    {"\"step\": \"standardize\",", ""},
    {"\"step\": \"standardize\"", "\"step\": 5"},
    {"\"step\": \"standardize\"", "\"step\": \"standardise\""},
    {"\"step\": \"standardize\"", "\"step\": \"standardize\", \"exponent\": 2"},
    {"\"shift\": [1,2,3]", "\"shift\": [1,2]"},
    {"\"shift\": [1,2,3]", "\"shift\": [1,2,3,4]"},
    {"\"shift\": [1,2,3]", "\"shift\": [1,null,3]"},
    {"\"shift\": [1,2,3]", "\"shift\": [1,1e39,3]"},
    {"\"shift\": [1,2,3]", "\"shift\": [1,\"2\",3]"},
    {"\"shift\": [1,2,3]", "\"shift\": 1"},
    {"\"scale\": [0.5,0.25,4]", "\"scale\": [0.5]"},
    {"\"scale\": [0.5,0.25,4]", "\"scale\": [NaN,0.25,4]"},
    {"\"scale\": [0.5,0.25,4]", "\"scale\": [Infinity,0.25,4]"},
    {"[0,1,0]", "[0,1]"},
    {"[0,1,0]", "[0,1,0],[0,1,0]"},
    {"[0,1,0]", "[0,[1],0]"},
    {"\"projection\": [", "\"projection\": 1, \"x\": ["},
    {"\"pca:2\"", "\"pca:3\""},
    {"\"pca:2\"", "\"pca:two\""},
    {"\"pca:2\"", "\"pca\""},
    {"\"standardize\"", "\"standardize:2\""},
    {"\"standardize\"", "\"scale:x\""},
    {"\"standardize\"", "\"unit\""},
    {"[1.5,-0.1]", "[1.5]"},
    {"[1.5,-0.1]", "[1.5,-0.1,0]"},
    {"[1.5,-0.1]", "[1.5,-0.1],[1.5,-0.1]"},
    {"[1.5,-0.1]", "[1.5,1e999]"},
    {"[1.5,-0.1]", "[1.5,true]"},
    {"[1.5,-0.1]", "1.5"},
    {"\"L\": [", "\"L\": [], \"x\": ["},
    {"\"L\": [", "\"L\": {}, \"x\": ["},
    {"\"L\": [", "\"L\": [["},
    {"\"normalize\": false,", ""},
    {"\"normalize\": false", "\"normalize\": 0"},
    {"\"normalize\": false", "\"normalize\": \"false\""},
    {"\"distance\": \"euclidean\",", ""},
    {"\"euclidean\"", "\"euclid\""},
    {"\"euclidean\"", "\"mahalanobis\""},
    {"\"euclidean\"", "\"sqmahalanobis\""},
    {"\"euclidean\"", "\"\""},
    {"\"euclidean\"", "2"},
    {"\"threshold\": 0.75", "\"threshold\": \"0.75\""},
    {"\"threshold\": 0.75", "\"threshold\": null"},
    {"\"threshold\": 0.75", "\"threshold\": -1e40"},
    {"\"data_fingerprint\": ", "\"data_fingerprints\": "},
    {"\"data_fingerprint\": \"xxh3-128:00112233445566778899aabbccddeeff\"", "\"data_fingerprint\": 5"},
    {"\"rows\": 150", "\"rows\": \"150\""},
    {"\"rows\": 150", "\"rows\": [150]"},
    {"\"rows\": 150", "\"rows\": 1e40"},
    {"\"rows\": 150", "\"rows\": 150, \"rows\": 150"},
    {"\"training\": {", "\"training\": 5, \"x\": {"},
    {"\"training\": {", "\"trainings\": {"},
    {"\"checksum\": ", "\"extra\": 1, \"checksum\": "},
    {"{\n", "[\n"},
};

}  // namespace

TEST_CASE("parse_model: every change of any one byte is refused as data") {
  const std::string good = model_text(tiny_model());
  CHECK(outcome(good) == 0);
  std::int64_t accepted = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    for (int byte = 0; byte < 256; ++byte) {
      bad[at] = static_cast<char>(byte);
      if (bad[at] != good[at] && outcome(bad) != kData) ++accepted;
    }
  }
  CHECK(accepted == 0);
  const std::string larger = model_text(sample_model());
  for (std::size_t at = 0; at < larger.size(); ++at) {
    for (unsigned flip = 1; flip < 256; flip *= 2) {
      std::string bad = larger;
      bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ flip);
      if (outcome(bad) != kData) ++accepted;
    }
  }
  CHECK(accepted == 0);
}

TEST_CASE("parse_model: every truncation, lost byte, doubled byte and addition is refused, sealed or not") {
  const std::string good = model_text(sample_model());
  std::int64_t accepted = 0;
  for (std::size_t size = 0; size < good.size(); ++size) {
    if (outcome(good.substr(0, size)) != kData) ++accepted;
    // Without the last newline the object is whole, and only the seal is broken.
    if (size + 1 < good.size() && outcome(good.substr(0, size), true) != kData) ++accepted;
    std::string less = good;
    less.erase(size, 1);
    if (outcome(less) != kData) ++accepted;
    std::string more = good;
    more.insert(size, 1, good[size]);
    if (outcome(more) != kData) ++accepted;
  }
  CHECK(accepted == 0);
  for (const std::string& tail : std::vector<std::string>{" ", "\n", "{}", std::string(1, '\0')})
    CHECK(outcome(good + tail) == kData);
  CHECK(outcome(" " + good) == kData);
  CHECK(outcome(good + good) == kData);
}

TEST_CASE("parse_model: a reformatted file is refused with the advice that opens it") {
  const std::string good = model_text(sample_model());
  for (const int indent : {-1, 2, 4}) {
    const std::string other = nlohmann::ordered_json::parse(good).dump(indent);
    const auto error = error_of([&] { (void)parse_model(other, "model.json"); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::data);
    CHECK(contains(error->message(), "checksum"));
    CHECK(contains(error->advice(), "--unsealed"));
    CHECK(model_text(parse_model(other, "model.json", true)) == good);
  }
  std::string crlf = good;
  for (std::size_t at = crlf.find('\n'); at != std::string::npos; at = crlf.find('\n', at + 2))
    crlf.insert(at, "\r");
  CHECK(outcome(crlf) == kData);
  CHECK(outcome(crlf, true) == 0);
}

TEST_CASE("parse_model: unsealed takes an edited value, and a missing checksum") {
  const std::string good = model_text(sample_model());
  const std::string edited = with(good, "[1.5,-0.1]", "[1.75,-0.1]");
  CHECK(outcome(edited) == kData);
  CHECK(parse_model(edited, "model.json", true).l(0, 0) == 1.75F);
  const std::string bare = good.substr(0, good.find(",\n  \"checksum\"")) + "\n}\n";
  const auto error = error_of([&] { (void)parse_model(bare, "model.json"); });
  REQUIRE(error);
  CHECK(contains(error->message(), "no checksum"));
  CHECK(contains(error->advice(), "--unsealed"));
  CHECK(outcome(bare, true) == 0);
  CHECK(outcome(with(good, "\"threshold\": 0.75,", ""), true) == 0);  // the one field that may be absent
}

TEST_CASE("parse_model: unsealed still checks every field, and so does a valid seal over nonsense") {
  const std::string good = model_text(sample_model());
  CHECK(outcome(good, true) == 0);
  for (const Mutation& mutation : kMutations) {
    CAPTURE(std::string(mutation.from));
    CAPTURE(std::string(mutation.to));
    const std::string bad = with(good, mutation.from, mutation.to);
    CHECK(outcome(bad, true) == kData);
    if (bad.find("\"checksum\"") != std::string::npos) CHECK(outcome(sealed_again(bad)) == kData);
  }
  static_assert(std::size(kMutations) > 80);
}

TEST_CASE("parse_model: a newer version, an unknown field and a repeated key are told in words") {
  const std::string good = model_text(sample_model());
  const auto says = [&](const std::string& text, std::string_view part) {
    const auto error = error_of([&] { (void)parse_model(text, "model.json"); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::data);
    CHECK(error->place().file == "model.json");
    CHECK_MESSAGE(contains(error->what(), part), error->what());
  };
  // A newer file may have other fields: its version is told, not them, sealed or not.
  const std::string newer = with(with(good, "\"version\": 1", "\"version\": 2"), "\"method\"", "\"methods\"");
  says(newer, "format version 2");
  says(sealed_again(newer), "newer nearfar");
  says(sealed_again(with(good, "\"method\"", "\"colour\": 1, \"method\"")), "'colour'");
  says(sealed_again(with(good, "\"step\": \"pca:2\"", "\"step\": \"pca:2\", \"power\": 2")), "'power'");
  says(sealed_again(with(good, "\"seed\": 7", "\"seed\": 7, \"seed\": 8")), "'seed' appears twice");
  says(sealed_again(with(good, "\"seed\": 7,", "")), "'seed' is missing");
}

TEST_CASE("parse_model: what is no model is said to be none") {
  const auto is_none = [&](const std::string& text, std::string_view part) {
    for (const bool unsealed : {false, true}) {
      const auto error = error_of([&] { (void)parse_model(text, "data", unsealed); });
      REQUIRE(error);
      CHECK(error->kind() == ErrorKind::data);
      CHECK_MESSAGE(contains(error->what(), part), error->what());
    }
  };
  is_none("", "empty");
  is_none(" \n\t\r\n", "empty");
  is_none("a,b,species\n1,2,setosa\n", "not a nearfar model");
  is_none("[1,2,3]", "not a nearfar model");
  is_none("{}", "not a nearfar model");
  is_none("{\"id\":\"a\",\"f1\":0.5}\n", "not a nearfar model");
  is_none("{\"format\": \"onnx\"}", "not a nearfar model");
  is_none("{\"id\":1}\n{\"id\":2}\n", "not a whole JSON object");  // JSON Lines
  is_none(std::string("\x93NUMPY\x01\0v\0", 10), "not a nearfar model");
  is_none(std::string("{\0}", 3), "not a whole JSON object");
  is_none("{\"format\": \"nearfar-model\xFF\"}", "not a whole JSON object");
}

TEST_CASE("parse_model: nesting and repetition without end are refused at once") {
  for (const std::string open : {"[", "{\"a\":"}) {
    std::string deep = "{\"format\": \"nearfar-model\", \"L\": ";
    for (int i = 0; i < 200000; ++i) deep += open;
    CHECK(outcome(deep) == kData);
    CHECK(outcome(deep, true) == kData);
  }
  std::string wide = "{\"format\": \"nearfar-model\"";
  for (int i = 0; i < 200000; ++i) wide += ", \"k" + std::to_string(i) + "\": 1";
  CHECK(outcome(wide + "}", true) == kData);
  // A claim of a million columns with a million rows takes no memory.
  std::string claim = with(model_text(tiny_model()), "\"input_dim\": 1", "\"input_dim\": 1048576");
  std::string rows = "\"L\": [0";
  for (int i = 0; i < 1000000; ++i) rows += ",0";
  CHECK(outcome(with(claim, "\"L\": [", rows + "], \"x\": ["), true) == kData);
}
