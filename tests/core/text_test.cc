#include "nearfar/core/text.h"

#include <doctest/doctest.h>

#include <bit>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "nearfar/core/random.h"

using namespace nearfar;

namespace {

constexpr NumberStatus kOk = NumberStatus::ok;
constexpr NumberStatus kNot = NumberStatus::not_a_number;
constexpr NumberStatus kInfinite = NumberStatus::not_finite;
constexpr NumberStatus kRange = NumberStatus::out_of_range;

// The C library is the oracle: it rounds correctly in the locale "C".
void strto(const char* text, float& value) { value = std::strtof(text, nullptr); }
void strto(const char* text, double& value) { value = std::strtod(text, nullptr); }

template <class T>
bool same_bits(T a, T b) {
  return a == b && std::signbit(a) == std::signbit(b);
}

std::string random_decimal(Random& random) {
  std::string text = random.below(2) == 0 ? "-" : "";
  const std::uint64_t before = random.below(4);
  for (std::uint64_t i = 0; i < before; ++i) text += static_cast<char>('0' + random.below(10));
  if (before == 0 || random.below(2) == 0) {
    text += '.';
    const std::uint64_t after = 1 + random.below(25);
    for (std::uint64_t i = 0; i < after; ++i) text += static_cast<char>('0' + random.below(10));
  }
  if (random.below(3) > 0) text += "e" + std::to_string(static_cast<int>(random.below(100)) - 60);
  return text;
}

// Length of the shortest scientific form that reads back to `value`, found by trying every precision.
std::size_t shortest_scientific(float value) {
  for (int digits = 1; digits < 9; ++digits) {
    char text[64];
    const int length = std::snprintf(text, sizeof text, "%.*e", digits - 1, static_cast<double>(value));
    if (std::strtof(text, nullptr) == value) return static_cast<std::size_t>(length);
  }
  return 64;
}

}  // namespace

TEST_CASE("texts that are no finite numbers are told apart") {
  const std::pair<const char*, NumberStatus> cases[] = {
      {"0", kOk},
      {"-0", kOk},
      {"+5", kOk},
      {" 5", kOk},
      {"5\t ", kOk},
      {".5", kOk},
      {"5.", kOk},
      {"1e3", kOk},
      {"1E+3", kOk},
      {"-1.5e-3", kOk},
      {"007", kOk},
      {"", kNot},
      {" ", kNot},
      {"+", kNot},
      {"-", kNot},
      {".", kNot},
      {"e5", kNot},
      {"1e", kNot},
      {"1e+", kNot},
      {"++5", kNot},
      {"+-5", kNot},
      {"--5", kNot},
      {"+ 5", kNot},
      {"- 5", kNot},
      {"1 2", kNot},
      {"1,5", kNot},
      {"1.2.3", kNot},
      {"0x10", kNot},
      {"1_000", kNot},
      {"abc", kNot},
      {"5a", kNot},
      {"1f", kNot},
      {"5\n", kNot},
      {"\xC2\xA0"
       "5",
       kNot},
      {"nan", kInfinite},
      {"NaN", kInfinite},
      {"-nan", kInfinite},
      {"inf", kInfinite},
      {"+Inf", kInfinite},
      {"-Infinity", kInfinite},
      {"infin", kNot},
      {"1e39", kRange},
      {"-1e39", kRange},
      {"3.5e38", kRange},
      {"3.4e38", kOk},
      {"1e999999999999999999999", kRange},
      {"1e-999999999999999999999", kOk},
      {"0e999999999999999999999", kOk},
      {"-1e-50", kOk},
      {"1e-400", kOk},
      {"100000000000000000000000000000000000000000", kRange},
      {"0.00000000000000000000000000000000000000000000001", kOk},
  };
  for (const auto& [text, expected] : cases) {
    const std::string shown(text);  // a structured binding cannot be captured
    CAPTURE(shown);
    float value = 77;
    CHECK((parse_number(text, value) == expected));
    if (expected != kOk) {
      CHECK(value == 77);
      continue;
    }
    float oracle = 0;
    strto(text[0] == '+' ? text + 1 : text, oracle);
    CHECK(same_bits(value, oracle));
  }
  double wide = 0;
  CHECK((parse_number("1e308", wide) == kOk));
  CHECK((parse_number("1e309", wide) == kRange));
  CHECK((parse_number("-1e-5000", wide) == kOk));
  CHECK(same_bits(wide, -0.0));
}

TEST_CASE("random decimals read as the C library reads them") {
  Random random(1);
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = random_decimal(random);
    float narrow_oracle = 0;
    double wide_oracle = 0;
    strto(text.c_str(), narrow_oracle);
    strto(text.c_str(), wide_oracle);
    float narrow = 0;
    double wide = 0;
    const NumberStatus status = parse_number(text, narrow);
    const bool good =
        std::isinf(narrow_oracle) ? status == kRange : status == kOk && same_bits(narrow, narrow_oracle);
    const bool wide_good = parse_number(text, wide) == kOk && same_bits(wide, wide_oracle);
    if (!good || !wide_good) FAIL_CHECK(text);
  }
}

TEST_CASE("any float is written so that the same bits are read back") {
  Random random(2);
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) {
    const auto value = std::bit_cast<float>(random.next32());
    if (!std::isfinite(value)) continue;
    text.clear();
    append_number(text, value);
    float back = 0;
    if (parse_number(text, back) != kOk || !same_bits(value, back)) FAIL_CHECK(text);
  }
  for (int i = 0; i < 100'000; ++i) {
    const auto value = std::bit_cast<double>(random.next64());
    double back = 0;
    if (std::isfinite(value) && (parse_number(number_text(value), back) != kOk || !same_bits(value, back))) {
      FAIL_CHECK(number_text(value));
    }
  }
}

TEST_CASE("the shortest scientific form is no shorter than what is written") {
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<float>(random.next32());
    if (!std::isfinite(value)) continue;
    if (number_text(value).size() > shortest_scientific(value)) FAIL_CHECK(number_text(value));
  }
  CHECK(number_text(0.1F) == "0.1");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(-0.0F) == "-0");
  CHECK(number_text(16777216.0F) == "16777216");
  CHECK(number_text(std::numeric_limits<float>::denorm_min()) == "1e-45");
}

TEST_CASE("a locale with a decimal comma changes nothing") {
  const char* found = nullptr;
  for (const char* name :
       {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "it_IT.UTF-8", "de_DE"}) {
    found = std::setlocale(LC_ALL, name);  // NOLINT(concurrency-mt-unsafe)
    if (found != nullptr) break;
  }
  if (found == nullptr) {
    MESSAGE("skipped: no locale with a decimal comma is installed");
    return;
  }
  double value = 0;
  CHECK((parse_number("1.5", value) == kOk));
  CHECK(value == 1.5);
  CHECK((parse_number("1,5", value) == kNot));
  CHECK(number_text(1.5) == "1.5");
  CHECK(number_text(1e7F) == "1e+07");
  std::setlocale(LC_ALL, "C");  // NOLINT(concurrency-mt-unsafe)
}

TEST_CASE("integers are whole, decimal and within 64 bits") {
  CHECK(parse_integer("12") == 12);
  CHECK(parse_integer(" +12 ") == 12);
  CHECK(parse_integer("-12") == -12);
  CHECK(parse_integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(parse_integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  for (const char* text :
       {"", " ", "+", "-", "1.0", "1e3", "0x1", "12a", "+-1", "1 2", "9223372036854775808"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(parse_integer(text));
  }
}

TEST_CASE("small helpers on text") {
  CHECK(split_text("", ',') == std::vector<std::string>{""});
  CHECK(split_text("a,,b,", ',') == std::vector<std::string>{"a", "", "b", ""});
  CHECK(trimmed(" \t a b\t ") == "a b");
  CHECK(trimmed(" \t").empty());
  CHECK(listed(std::vector<std::string>{}).empty());
  CHECK(listed(std::vector<std::string>{"a"}) == "a");
  CHECK(listed(std::vector<std::string>{"a", "b"}) == "a and b");
  CHECK(listed(std::vector<std::string>{"a", "b", "c"}) == "a, b and c");
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1797) == "1,797");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(grouped(-999) == "-999");
  CHECK(grouped(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
}

TEST_CASE("edit distance counts insertions, deletions, substitutions and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("abcd", "abdc") == 1);
  CHECK(edit_distance("ca", "abc") == 3);  // optimal string alignment: a swapped pair is not edited again
  CHECK(edit_distance("label", "lable") == 1);
}

TEST_CASE("a name is proposed only when it is near") {
  const std::vector<std::string> names{"euclidean", "sqeuclidean", "manhattan", "cosine", "id"};
  CHECK(closest_name("euclidian", names) == "euclidean");
  CHECK(closest_name("cosin", names) == "cosine");
  CHECK(closest_name("manh", names) == "manhattan");
  CHECK(closest_name("ld", names) == "id");
  CHECK(closest_name("jaccard", names).empty());
  CHECK(closest_name("", names).empty());
  CHECK(did_you_mean("cosime", names) == " (did you mean 'cosine'?)");
  CHECK(did_you_mean("xyz", names).empty());
}

TEST_CASE("utf8_length: characters, not bytes") {
  CHECK(utf8_length("") == 0);
  CHECK(utf8_length("abc") == 3);
  CHECK(utf8_length("\xC3\xB6\xC3\x9F") == 2);               // two letters of two bytes
  CHECK(utf8_length("a\xE2\x82\xAC\xF0\x9F\x98\x80") == 3);  // of one, three and four
}

TEST_CASE("has_decimal_comma: a number but for its comma") {
  for (const char* text : {"0,5", "-12,25", "1,5e3", ",5"}) {
    CAPTURE(text);
    CHECK(has_decimal_comma(text));
  }
  for (const char* text : {"", ",", "0.5", "5", "1,2,3", "1.234,5", "a,b", "1,b", "0, 5"}) {
    CAPTURE(text);
    CHECK(!has_decimal_comma(text));
  }
}
