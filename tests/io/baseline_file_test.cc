#include "nearfar/io/baseline_file.h"

#include <doctest/doctest.h>

#include <cmath>

#include "nearfar/core/hash.h"
#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Baseline sample() {
  Random random(1);
  Baseline baseline{
      "0.1.0", "query", "eval-retrieval; ties expected", "xxh3-128:00", "", {"a", "b\"\\\n", "\xC3\xB6"}, {}};
  BaselineMeasure hits{"hit@1", "1 if h(k) >= 1", 2.0 / 3, true, {1, std::nan(""), 0}, {}};
  BaselineMeasure eer{"eer", "where both errors are equal", 0.1, false, {}, {0.1, -0.0, 1e-300, 1.0 / 3}};
  baseline.measures = {hits, eer};
  return baseline;
}

// The text with another, and a checksum that fits again.
std::string resealed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  text.resize(text.rfind("\"checksum\""));
  const std::string checksum = hash_text(text);
  return text + "\"checksum\": \"" + checksum + "\"\n}\n";
}

int read(const std::string& text) {
  return kind_of([&] { (void)parse_baseline(text, "b.json"); });
}

}  // namespace

TEST_CASE("baseline file: comes back to the bit") {
  const Baseline before = sample();
  const Baseline after = parse_baseline(baseline_text(before), "b.json");
  CHECK(after.tool_version == before.tool_version);
  CHECK(after.unit == before.unit);
  CHECK(after.signature == before.signature);
  CHECK(after.fingerprint == before.fingerprint);
  CHECK(after.unit_ids == before.unit_ids);
  REQUIRE(after.measures.size() == 2);
  for (std::size_t m = 0; m < 2; ++m) {
    CHECK(after.measures[m].name == before.measures[m].name);
    CHECK(after.measures[m].definition == before.measures[m].definition);
    CHECK(after.measures[m].value == before.measures[m].value);
    CHECK(after.measures[m].higher_is_better == before.measures[m].higher_is_better);
    CHECK(after.measures[m].per_part == before.measures[m].per_part);
  }
  CHECK(after.measures[0].per_unit[0] == 1);
  CHECK(std::isnan(after.measures[0].per_unit[1]));
  CHECK(baseline_text(after) == baseline_text(before));
  const Scratch scratch;
  CHECK(read_baseline(scratch.file("b.json", baseline_text(before))).measures.size() == 2);
}

TEST_CASE("baseline file: cut anywhere it is refused") {
  const std::string text = baseline_text(sample());
  for (std::size_t size = 0; size < text.size(); ++size) CHECK(read(text.substr(0, size)) == kData);
  CHECK(read(text) == 0);
}

TEST_CASE("baseline file: any changed byte is refused") {
  const std::string text = baseline_text(sample());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(read(changed) == kData);
  }
  CHECK(read(text + " ") == kData);
}

TEST_CASE("baseline file: hostile contents under a fitting checksum are refused") {
  const std::string text = baseline_text(sample());
  CHECK(read(resealed(text, "\"unit\": \"query\"", "\"unit\": \"pair\"")) == 0);  // the helper works
  const std::pair<std::string, std::string> changes[] = {
      {"\"schema\": 1", "\"schema\": 2"},
      {"\"schema\": 1", "\"schema\": 0"},
      {"\"schema\": 1", "\"schema\": \"1\""},
      {"\"schema\": 1", "\"schema\": 1.5"},
      {"\"unit\": \"query\"", "\"unit\": 3"},
      {"\"unit\": \"query\"", "\"unit\": \"query\", \"unit\": \"query\""},
      {"\"unit\": \"query\",", ""},
      {"\"unit\": \"query\"", "\"unit\": \"query\", \"more\": 1"},
      {"\"value\": 0.1", "\"value\": null"},
      {"\"value\": 0.1", "\"value\": 1e999"},
      {"\"value\": 0.1", "\"value\": NaN"},
      {"\"value\": 0.1", "\"value\": \"0.1\""},
      {"[1,null,0]", "[1,null]"},
      {"[1,null,0]", "[1,null,0,0]"},
      {"[1,null,0]", "[1,[],0]"},
      {"[1,null,0]", "[1,\"\",0]"},
      {"[1,null,0]", "[]"},
      {"[1,null,0]", "{}"},
      {"[1,null,0]", "[1,null,0"},
      {"[\"a\",", "[\"\xC3\xB6\","},
      {"[\"a\",", "[1,"},
      {"[\"a\",", "[null,"},
      {"\"name\": \"eer\"", "\"name\": \"hit@1\""},
      {"\"higher_is_better\": true", "\"higher_is_better\": 1"},
      {"\"higher_is_better\": true, ", ""},
      {"\"higher_is_better\": true", "\"weight\": 1, \"higher_is_better\": true"},
      {"nearfar-baseline", "nearfar-model"},
      {"\"measures\": [", "\"measures\": [[],"},
  };
  for (const auto& change : changes) {
    const std::string from = change.first;
    const std::string to = change.second;
    CAPTURE(from);
    CAPTURE(to);
    if (from.find("higher_is_better\": true, ") != std::string::npos) {
      CHECK(read(resealed(text, "\"higher_is_better\": true,\n", "\n")) == kData);
    } else {
      CHECK(read(resealed(text, from, to)) == kData);
    }
  }
}

TEST_CASE("baseline file: other files are told apart in words") {
  for (const std::string text :
       {"", " \n", "[]", "a,b\n1,2\n", "{}", "{\"format\":\"nearfar-model\"}", "\xFF\xFE"}) {
    const auto error = error_of([&] { (void)parse_baseline(text, "b.json"); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::data);
    CHECK(contains(error->what(), "b.json"));
    CHECK(contains(error->what(), "baseline"));
  }
}

TEST_CASE("baseline file: what cannot be stored is refused when it is written") {
  Baseline bad = sample();
  bad.unit_ids[0] = "\xFF";
  CHECK(kind_of([&] { (void)baseline_text(bad); }) == kData);
  bad = sample();
  bad.measures[0].value = std::nan("");
  CHECK(kind_of([&] { (void)baseline_text(bad); }) == kData);
  bad = sample();
  bad.measures[1].per_part[0] = static_cast<double>(INFINITY);
  CHECK(kind_of([&] { (void)baseline_text(bad); }) == kData);
}
