#include "nearfar/model/base64.h"

#include <doctest/doctest.h>

#include <bit>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("base64: known texts, and every float comes back to the bit") {
  // 1.0F is 00 00 80 3F in memory; RFC 4648 by hand.
  CHECK(floats_to_base64(std::vector<float>{1.0F}) == "AACAPw==");
  CHECK(floats_to_base64(std::vector<float>{1.0F, 1.0F}) == "AACAPwAAgD8=");
  CHECK(floats_to_base64(std::vector<float>{1.0F, 1.0F, 1.0F}) == "AACAPwAAgD8AAIA/");
  CHECK(floats_to_base64({}).empty());
  Random random(1);
  for (std::size_t count = 0; count < 50; ++count) {
    std::vector<float> numbers;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(std::bit_cast<float>(random.next32()));
    const std::string text = floats_to_base64(numbers);
    CHECK(text.size() == base64_size(count * sizeof(float)));
    std::vector<float> again(count);
    REQUIRE(floats_from_base64(text, again));
    CHECK(same_bits(again, numbers));
  }
}

TEST_CASE("base64: anything that is not exactly those floats is refused") {
  std::vector<float> one(1);
  for (const std::string_view text :
       {"", "AACAPw=", "AACAPw", "AACAPw===", "AACAPwAA",
        "AACAP===", "AACAPx==", "AAC PA==", "AAC\nPA==", "AACAPw=A", "====AAAA", "AAC-Pw=="}) {
    CAPTURE(std::string(text));
    CHECK(!floats_from_base64(text, one));
  }
  CHECK(floats_from_base64("AACAPw==", one));
  CHECK(!floats_from_base64("", one));
  CHECK(floats_from_base64("", {}));
}
