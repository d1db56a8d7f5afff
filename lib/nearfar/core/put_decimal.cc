#include "nearfar/core/put_decimal.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "nearfar/core/powers_of_ten.h"

namespace nearfar {
namespace {

// The shortest digits of a number: digits * 10^-places, with nine digits, the last `zeros` of them 0.
struct Shortest {
  std::uint32_t digits = 0;
  int places = 0;
  int zeros = 0;
};

// Whether x > 0, known to 1e-7, is so near to a whole number that it cannot be told on which side.
bool is_nearly_whole(double x) {
  const double behind_point = x - static_cast<double>(static_cast<std::uint32_t>(x));
  return behind_point < 1e-6 || behind_point > 1 - 1e-6;
}

// The numbers that read back to `value` lie between the middles to its neighbours. Scaled by 10^places, so
// that `value` is in [10^8, 10^9), they span 6 to 120: the shortest of them is the one with the most zeros at
// its end, and of those the nearest. What is scaled stays below 2^30 and is rounded once or twice, so it is
// wrong by less than 1e-6 / 4. For `value` from 1e-5 to 1e7; false where that error could matter.
bool find_shortest(float value, Shortest& shortest) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const double exact = value;
  // 2^e <= value < 2^(e + 1) gives floor(log10 value) or one less; log10 2 = 1233 / 4096.
  const int e = static_cast<int>(bits >> 23U) - 127;
  int places = 8 - (e * 1233 >> 12);
  places -= exact * kPowersOfTen[static_cast<std::size_t>(places)] >= 1e9 ? 1 : 0;
  const double power = kPowersOfTen[static_cast<std::size_t>(places)];
  const double low = 0.5 * (exact + static_cast<double>(std::bit_cast<float>(bits - 1))) * power;
  const double high = 0.5 * (exact + static_cast<double>(std::bit_cast<float>(bits + 1))) * power;

  auto below = static_cast<std::uint32_t>(low);  // the last whole number below the range
  auto last = static_cast<std::uint32_t>(high);  // the last one in it
  std::uint32_t unit = 1;
  int zeros = 0;
  while (last / 10 > below / 10) {
    last /= 10;
    below /= 10;
    unit *= 10;
    ++zeros;
  }
  const double nearest = exact * power / unit + 0.5;
  if (is_nearly_whole(low) || is_nearly_whole(high) || is_nearly_whole(nearest)) return false;
  shortest.digits = std::clamp(static_cast<std::uint32_t>(nearest), below + 1, last) * unit;
  shortest.places = places;
  shortest.zeros = zeros;
  return shortest.digits < 1000000000;
}

constexpr std::array<char, 200> kPairsOfDigits = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void put_nine_digits(char* to, std::uint32_t number) {
  for (char* pair = to + 7; pair > to; pair -= 2, number /= 100)
    std::memcpy(pair, kPairsOfDigits.data() + static_cast<std::size_t>(2) * (number % 100), 2);
  *to = static_cast<char>('0' + number);
}

}  // namespace

char* put_short_decimal(char* to, float value) {
  const float magnitude = std::abs(value);
  Shortest shortest;
  if (!(magnitude >= 1e-5F && magnitude < 1e7F) || !find_shortest(magnitude, shortest)) return nullptr;

  // "0.0012", "12.34", "1200": of this form and "1.2e-03" the shorter is written, this one when they are
  // equal.
  const int count = 9 - shortest.zeros;
  const int before = 9 - shortest.places;  // digits before the point; below 1: less that many zeros behind it
  const int plain = before <= 0 ? 2 - before + count : std::max(before, count + (count > before ? 1 : 0));
  if (plain > count + (count > 1 ? 5 : 4)) return nullptr;

  *to = '-';
  to += value < 0 ? 1 : 0;
  char digits[24];
  put_nine_digits(digits, shortest.digits);
  constexpr std::size_t kCopied = 10;  // always, for speed; only `plain` characters count
  if (before <= 0) {
    std::memcpy(to, "0.000000", 8);
    std::memcpy(to + 2 - before, digits, kCopied);
  } else {
    std::memcpy(to, digits, kCopied);
    std::memcpy(to + before + 1, digits + before, kCopied);
    to[before] = '.';
    if (count <= before) return to + before;
  }
  return to + plain;
}

}  // namespace nearfar
