// usage: float_roundtrip [STEP]
// Writes every STEP-th of the 2^32 floats (all of them without STEP), compares the text with that of
// std::to_chars, and reads it back: the bits must be the same. Prints how many were wrong; exit status 1 if
// any was.
#include <atomic>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"

namespace {

using namespace nearfar;

bool is_right(std::uint32_t bits) {
  const auto value = std::bit_cast<float>(bits);
  if (!std::isfinite(value)) return true;
  char text[kNumberRoom];
  const std::string_view written(text, put_number(text, value));
  char expected[kNumberRoom];
  float back = 0;
  return written ==
             std::string_view(expected, std::to_chars(expected, expected + sizeof expected, value).ptr) &&
         parse_number(written, back) == NumberStatus::ok && std::bit_cast<std::uint32_t>(back) == bits;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<std::int64_t> step = argc > 1 ? parse_integer(argv[1]) : 1;
  if (!step || *step < 1 || argc > 2) {
    std::fprintf(stderr, "usage: float_roundtrip [STEP]\n");
    return 2;
  }
  constexpr std::int64_t kAll = std::int64_t{1} << 32U;
  constexpr std::int64_t kBlock = std::int64_t{1} << 20U;
  const std::int64_t count = (kAll + *step - 1) / *step;
  std::atomic<std::int64_t> wrong{0};
  parallel_ranges(count, kBlock, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto bits = static_cast<std::uint32_t>(i * *step);
      if (is_right(bits)) continue;
      if (++wrong <= 10) std::printf("wrong: 0x%08X\n", bits);
    }
  });
  std::printf("%lld floats written and read back, %lld wrong\n", static_cast<long long>(count),
              static_cast<long long>(wrong.load()));
  return wrong == 0 ? 0 : 1;
}
