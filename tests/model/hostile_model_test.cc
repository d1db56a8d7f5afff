// Models with a checksum that is right over contents that are not: every field is given every kind of wrong
// value.
#include <doctest/doctest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "model/sample_model.h"
#include "nearfar/core/hash.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;
using Json = nlohmann::ordered_json;

namespace {

std::string sealed(const Json& model) {
  const std::string text = model.dump(2) + "\n";
  const std::size_t at = text.rfind("\"checksum\"");
  if (at == std::string::npos) return text;
  return text.substr(0, at) + "\"checksum\": \"" + hash_text(text.substr(0, at)) + "\"\n}\n";
}

// Where the values of a document are, itself left out.
std::vector<Json::json_pointer> places_of(const Json& model) {
  std::vector<Json::json_pointer> places;
  const Json leaves = model.flatten();
  for (const auto& item : leaves.items()) {
    for (Json::json_pointer place(item.key()); !place.empty(); place = place.parent_pointer()) {
      if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
    }
  }
  return places;
}

enum class Outcome { refused, accepted, wrong };

// Refused as data, or accepted as a model that is written and read again unchanged and maps rows or refuses
// them.
Outcome outcome_of(const std::string& text) {
  std::optional<Model> model;
  const int kind = kind_of([&] { model = parse_model(text, "model.json"); });
  if (kind == kData) return Outcome::refused;
  if (kind != 0) return Outcome::wrong;
  const std::string written = model_text(*model);
  if (model_text(parse_model(written, "model.json")) != written) return Outcome::wrong;
  const int mapped = kind_of([&] { (void)model->apply(random_rows(3, model->input_dim, 1)); });
  return mapped == 0 || mapped == kData ? Outcome::accepted : Outcome::wrong;
}

bool same_type(const Json& a, const Json& b) { return a.is_number() ? b.is_number() : a.type() == b.type(); }

}  // namespace

TEST_CASE("parse_model: every value exchanged for each kind of wrong one") {
  Model model;
  SUBCASE("a matrix") { model = sample_model(); }
  SUBCASE("a network") { model = network_model(); }
  const Json good = Json::parse(model_text(model));
  CHECK(outcome_of(sealed(good)) == Outcome::accepted);
  const std::vector<Json> others{nullptr,
                                 true,
                                 false,
                                 0,
                                 -1,
                                 0.5,
                                 1e39,
                                 -1e308,
                                 std::numeric_limits<std::int64_t>::max(),
                                 std::numeric_limits<std::int64_t>::min(),
                                 std::numeric_limits<std::uint64_t>::max(),
                                 "",
                                 "x",
                                 "NaN",
                                 std::string(70'000, 'y'),
                                 Json::array(),
                                 Json::object(),
                                 {1},
                                 {1, 2, 3, 4},
                                 {{1, 2}, {3}},
                                 {"a", 1},
                                 {1, "a"},
                                 {{"a", 1}}};
  std::int64_t changes = 0;
  std::int64_t refused = 0;
  for (const Json::json_pointer& place : places_of(good)) {
    if (place.to_string() == "/checksum") continue;
    for (const Json& other : others) {
      Json bad = good;
      bad[place] = other;
      ++changes;
      const Outcome outcome = outcome_of(sealed(bad));
      const std::string context = place.to_string() + " = " + other.dump().substr(0, 60);
      CHECK_MESSAGE(outcome != Outcome::wrong, context);
      if (outcome == Outcome::refused) ++refused;
      // Another text or number may do where any would; another type never does.
      if (!same_type(good[place], other)) CHECK_MESSAGE(outcome == Outcome::refused, context);
    }
  }
  CHECK(changes > 1000);
  CHECK(refused > changes * 8 / 10);
}

TEST_CASE("parse_model: every value left out, doubled, renamed or emptied") {
  Model model;
  SUBCASE("a matrix") { model = sample_model(); }
  SUBCASE("a network") { model = network_model(); }
  const Json good = Json::parse(model_text(model));
  std::int64_t changes = 0;
  const auto check = [&](const Json& bad, const std::string& context, bool may_be_good) {
    ++changes;
    const Outcome outcome = outcome_of(sealed(bad));
    CHECK_MESSAGE(outcome != Outcome::wrong, context);
    if (!may_be_good) CHECK_MESSAGE(outcome == Outcome::refused, context);
  };
  for (const Json::json_pointer& place : places_of(good)) {
    const std::string name = place.to_string();
    if (name == "/checksum") continue;
    const bool is_free =
        name == "/threshold" || name.starts_with("/options/") || name.starts_with("/training/");
    const bool is_first_step =
        name == "/preprocessing/0";  // another number of standardizing steps fits as well
    Json bad = good;
    Json& parent = bad[place.parent_pointer()];
    if (parent.is_array()) {
      const auto index = static_cast<std::ptrdiff_t>(std::stoul(place.back()));
      parent.erase(parent.begin() + index);
      check(bad, name + " left out", is_first_step);
      bad = good;
      Json& again = bad[place.parent_pointer()];
      again.insert(again.begin() + index, Json(good[place]));
      check(bad, name + " doubled", is_first_step);
    } else {
      parent.erase(place.back());
      check(bad, name + " left out", is_free);
      bad = good;
      Json renamed = Json::object();
      for (const auto& item : good[place.parent_pointer()].items())
        renamed[item.key() == place.back() ? item.key() + "s" : item.key()] = item.value();
      bad[place.parent_pointer()] = renamed;
      check(bad, name + " renamed", is_free && name != "/threshold");
    }
    if (good[place].is_structured()) {
      bad = good;
      bad[place].clear();
      check(bad, name + " emptied", name == "/options" || name == "/training" || name == "/features");
    }
  }
  CHECK(changes > 100);
}

TEST_CASE("parse_model: what has no end takes neither time nor memory") {
  const auto start = std::chrono::steady_clock::now();
  const auto refused = [](const std::string& values) {
    CHECK(kind_of([&] {
            (void)parse_model("{\"format\": \"nearfar-model\", \"L\": [" + values, "m", true);
          }) == kData);
  };
  const auto repeated = [](const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
  };
  for (const std::string open : {"[", "{\"a\":", "[[],", "[1,[", "{\"a\":[{"})
    refused(repeated(open, 100'000));
  // A parser that looks back at what an array already holds takes minutes for these.
  for (const std::string item : {"{},", "[],", "[[]],", "{\"a\":{}},", "\"\",", "0,", "1e-3,", "null,"})
    refused(repeated(item, 1'000'000) + "0]}");
  refused("\"" + std::string(10'000'000, 'x') + "\"]}");
  refused(repeated("[0],", 5'000'000) + "[0]]}");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes(1));
}
