#include "nearfar/io/json_text.h"

#include <doctest/doctest.h>

#include <optional>

#include "json_cases.h"
#include "limits.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The offset and text of the fault, or nothing.
std::optional<JsonFault> fault_of(const std::string& text) {
  try {
    JsonText json(text);
    json.skip_value();
    json.finish();
  } catch (const JsonFault& fault) {
    return fault;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("every valid text is accepted, every invalid one refused where it goes wrong") {
  for (const std::string& text : valid_json()) {
    CAPTURE(text);
    const std::optional<JsonFault> fault = fault_of(text);
    if (fault) FAIL_CHECK("refused at " << fault->at << ": " << fault->what);
  }
  for (const auto& [written, at] : invalid_json()) {
    const std::string& text = written;  // a structured binding cannot be captured
    CAPTURE(text);
    const std::optional<JsonFault> fault = fault_of(text);
    REQUIRE(fault);
    CHECK(fault->at == at);
    CHECK_FALSE(fault->what.empty());
  }
}

TEST_CASE("a text that is cut anywhere is refused") {
  const std::string text = R"({"a":[1.5e3,true,null,"x\u00e4\ud834\udd1e"],"b":{"c":[]}})";
  REQUIRE_FALSE(fault_of(text));
  for (std::size_t kept = 0; kept < text.size(); ++kept) {
    CAPTURE(kept);
    CHECK(fault_of(text.substr(0, kept)));
  }
}

TEST_CASE("strings stand for their characters") {
  const std::pair<const char*, std::string> cases[] = {
      {R"("")", ""},
      {R"("abc")", "abc"},
      {R"("a\"b\\c\/d")", "a\"b\\c/d"},
      {R"("\b\f\n\r\t")", "\b\f\n\r\t"},
      {R"("\u0041\u00e4\u20AC")", "A\xC3\xA4\xE2\x82\xAC"},
      {R"("\ud834\udd1e")", "\xF0\x9D\x84\x9E"},
      {R"("\u0000x")", std::string("\0x", 2)},
      {R"("x\u007f\u0080\u07ff\u0800\uffff")", "x\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"}};
  for (const auto& [written, expected] : cases) {
    const std::string text(written);
    CAPTURE(text);
    JsonText json(text);
    std::vector<char> room;
    room.reserve(64);
    CHECK((json.kind() == JsonText::Kind::string));
    CHECK(json.string(room) == expected);
  }
}

TEST_CASE("100,000 nested arrays are refused in less than a second and 64 MB") {
  for (const char* opening : {"[", "{\"a\":", "[{\"a\":"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += opening;
    const Taken taken;
    const std::optional<JsonFault> fault = fault_of(text);
    CHECK(taken.seconds() < 1);
    CHECK(taken.megabytes() < 64);
    REQUIRE(fault);
    CHECK(fault->what.starts_with("values nested deeper"));
  }
}
