#include "nearfar/core/put_decimal.h"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "nearfar/core/text.h"

using namespace nearfar;

namespace {

float from_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

}  // namespace

TEST_CASE("the text is that of std::to_chars, for floats from 1e-5 to 1e7 and beyond") {
  std::int64_t answers = 0;
  std::int64_t wrong = 0;
  std::int64_t all = 0;
  for (std::uint32_t bits = bits_of(1e-6F); bits < bits_of(1e8F); bits += 211) {
    for (const float value : {from_bits(bits), -from_bits(bits)}) {
      ++all;
      char expected[64];
      const char* expected_end = std::to_chars(expected, expected + sizeof expected, value).ptr;
      char text[kNumberRoom];
      const char* end = put_short_decimal(text, value);
      if (end == nullptr) continue;
      ++answers;
      wrong += std::string_view(text, end) == std::string_view(expected, expected_end) ? 0 : 1;
    }
  }
  CHECK(wrong == 0);
  CHECK(answers > all / 2);
}

TEST_CASE("neighbours of powers of ten and of two, and round numbers") {
  std::int64_t wrong = 0;
  const auto check = [&](float value) {
    char expected[64];
    const char* expected_end = std::to_chars(expected, expected + sizeof expected, value).ptr;
    char text[kNumberRoom];
    const char* end = put_short_decimal(text, value);
    if (end != nullptr && std::string_view(text, end) != std::string_view(expected, expected_end)) ++wrong;
  };
  for (int e = -140; e < 128; ++e) {
    for (std::uint32_t near = 0; near < 200; ++near)
      check(from_bits(bits_of(std::ldexp(1.0F, e)) + near - 100));
  }
  for (int e = -6; e < 9; ++e) {
    const auto power = static_cast<float>(std::pow(10.0, e));
    for (std::uint32_t near = 0; near < 200; ++near) check(from_bits(bits_of(power) + near - 100));
    for (int digits = 1; digits < 10000; ++digits) check(static_cast<float>(digits) * power);
  }
  CHECK(wrong == 0);
}

TEST_CASE("what is not for the short cut is declined") {
  for (const float value :
       {0.0F, -0.0F, INFINITY, -INFINITY, NAN, 1e-6F, 1e7F, 3e38F, 1e-45F, 100000.0F, 1e-5F}) {
    char text[kNumberRoom];
    CHECK(put_short_decimal(text, value) == nullptr);
  }
}

TEST_CASE("every float that is written reads back to the same bits: two million, over all exponents") {
  std::int64_t wrong = 0;
  constexpr std::uint32_t kStep = 2141;  // a prime: 2^32 / 2141 is about 2 million
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32U; bits += kStep) {
    const float value = from_bits(static_cast<std::uint32_t>(bits));
    if (!std::isfinite(value)) continue;
    char text[kNumberRoom];
    float back = 0;
    const NumberStatus status = parse_number({text, put_number(text, value)}, back);
    wrong += status == NumberStatus::ok && bits_of(back) == bits ? 0 : 1;
  }
  CHECK(wrong == 0);
}
