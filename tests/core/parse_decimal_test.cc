#include "nearfar/core/parse_decimal.h"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "nearfar/core/random.h"

using namespace nearfar;

namespace {

// Whether the short cut declined or gave the bits that std::from_chars gives; counts the answers.
bool agrees(const std::string& text, std::int64_t& answers) {
  float value = 0;
  if (!parse_short_decimal(text, value)) return true;
  ++answers;
  float expected = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), expected);
  return error == std::errc{} && end == text.data() + text.size() &&
         std::bit_cast<std::uint32_t>(expected) == std::bit_cast<std::uint32_t>(value);
}

std::string random_digits(Random& random, std::uint64_t size) {
  std::string text;
  for (std::uint64_t i = 0; i < size; ++i) text += static_cast<char>('0' + random.below(10));
  return text;
}

// The decimal text of the middle of a float and the next one, which has at most 25 bits.
std::string middle(float value) {
  const double next = std::nextafter(value, INFINITY);
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, (value + next) / 2, std::chars_format::fixed).ptr};
}

}  // namespace

TEST_CASE("the bits are those of std::from_chars, for a million random texts of every length") {
  Random random(1);
  std::int64_t answers = 0;
  std::int64_t wrong = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    std::string text = random_digits(random, 1 + random.below(17));
    if (random.below(8) > 0) text.insert(random.below(text.size() + 1), ".");
    if (random.below(2) > 0) text.insert(0, "-");
    wrong += agrees(text, answers) ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK(answers > 600'000);
}

TEST_CASE("middles of neighbouring floats, and the texts just below and above them") {
  Random random(2);
  std::int64_t answers = 0;
  std::int64_t wrong = 0;
  std::int64_t declined = 0;
  for (int i = 0; i < 200'000; ++i) {
    const auto bits = static_cast<std::uint32_t>(random.below(std::bit_cast<std::uint32_t>(1e7F)));
    std::string text = middle(std::bit_cast<float>(bits % 4 == 0 ? bits & 0xFFFF0000U : bits));
    if (text.size() > 16) text.resize(16);
    const std::int64_t before = answers;
    wrong += agrees(text, answers) ? 0 : 1;
    declined += answers == before ? 1 : 0;
    for (const char digit : {'0', '4', '5', '9'}) {
      text.back() = digit;
      wrong += agrees(text, answers) ? 0 : 1;
    }
  }
  // 8388608.5, 8388609.5, ... and 16777217, 16777219, ... are middles, written in full.
  for (std::int64_t whole = 8'388'608; whole < 8'488'608; ++whole) {
    wrong += agrees(std::to_string(whole) + ".5", answers) ? 0 : 1;
    wrong += agrees(std::to_string(2 * whole + 1) + ".0", answers) ? 0 : 1;
    wrong += agrees(std::to_string(whole) + ".500000001", answers) ? 0 : 1;
    wrong += agrees(std::to_string(whole) + ".499999999", answers) ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK(answers > 500'000);
  CHECK(declined > 100);
}

TEST_CASE("what is no short decimal is declined, and the value left alone") {
  for (const char* text : {"",
                           "-",
                           ".",
                           "-.",
                           "+1",
                           " 1",
                           "1 ",
                           "1e3",
                           "1.5e-3",
                           "1.2.3",
                           "0.12345.78",
                           "..1234567",
                           "1,5",
                           "nan",
                           "inf",
                           "0x10",
                           "--1",
                           "1234567a.5",
                           "0.1234567a",
                           "0.12345678901234567",
                           "12345678",
                           "1/2",
                           "1:2",
                           "0.000000/",
                           "0.000000:",
                           "\xFF.1234567",
                           "1.\x80\x80\x80\x80\x80\x80\x80"}) {
    INFO(std::string(text));
    float value = 7;
    CHECK_FALSE(parse_short_decimal(text, value));
    CHECK(value == 7);
  }
}

TEST_CASE("digits and a point are read") {
  const std::pair<const char*, float> cases[] = {{"0", 0.0F},
                                                 {"7", 7.0F},
                                                 {"5.", 5.0F},
                                                 {".5", 0.5F},
                                                 {"-.5", -0.5F},
                                                 {"007", 7.0F},
                                                 {"-12.5", -12.5F},
                                                 {"1234567", 1234567},
                                                 {"0.53414345", 0.53414345F},
                                                 {"1234567.", 1234567},
                                                 {".1234567", .1234567F},
                                                 {"-1234567.12345678", -1234567.125F}};
  for (const auto& [written, expected] : cases) {
    const std::string text(written);  // a structured binding cannot be captured
    CAPTURE(text);
    float value = 0;
    CHECK(parse_short_decimal(text, value));
    CHECK(value == expected);
  }
  float zero = 1;
  CHECK(parse_short_decimal("-0.000000000", zero));
  CHECK(std::signbit(zero));
}
