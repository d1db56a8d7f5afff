#include "nearfar/core/parse_decimal.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "nearfar/core/powers_of_ten.h"

namespace nearfar {
namespace {

static_assert(std::endian::native == std::endian::little, "the first character is in the lowest byte");

// Eight characters at a time, each in a byte of a 64-bit word.

constexpr std::uint64_t repeated(unsigned char byte) { return 0x0101010101010101U * byte; }

std::uint64_t load_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Not 0 if a byte is above 9.
std::uint64_t not_digits(std::uint64_t word) {
  return (word | (word + repeated(0x80 - 10))) & repeated(0x80);
}

// The number whose digits, 0 to 9, are the bytes of the word, the first in the lowest byte: neighbours are
// joined to pairs, then to fours, then to eight.
std::uint64_t join_digits(std::uint64_t word) {
  word = word * 10 + (word >> 8U);
  constexpr std::uint64_t kPairs = 0x000000FF000000FF;
  constexpr std::uint64_t kFirst = 100 + (std::uint64_t{1000000} << 32U);
  constexpr std::uint64_t kSecond = 1 + (std::uint64_t{10000} << 32U);
  return ((word & kPairs) * kFirst + ((word >> 16U) & kPairs) * kSecond) >> 32U;
}

// Shifts by twice `half` bits, where a shift by 64 leaves nothing.
std::uint64_t shift_up(std::uint64_t word, unsigned half) { return word << half << half; }

// The bytes of two words that hold the last k of 16 characters.
struct LastBytes {
  std::uint64_t high = 0;  // of characters 0 to 7
  std::uint64_t low = 0;   // of characters 8 to 15
};
constexpr std::array<LastBytes, 16> kLastBytes = [] {
  std::array<LastBytes, 16> masks{};
  for (unsigned k = 1; k < masks.size(); ++k) {
    masks[k].low = k >= 8 ? ~std::uint64_t{0} : ~std::uint64_t{0} << 8 * (8 - k);
    masks[k].high = k <= 8 ? 0 : ~std::uint64_t{0} << 8 * (16 - k);
  }
  return masks;
}();

struct Digits {
  std::uint64_t number = 0;  // all digits, without the point
  unsigned behind = 0;       // digits behind the point
};

// 8 to 16 characters with a point among the first eight. The loads stay inside them: the words overlap.
bool read_digits(const char* text, std::size_t size, Digits& digits) {
  const std::uint64_t first = load_word(text);
  const std::uint64_t last = load_word(text + size - 8);
  const std::uint64_t differs = first ^ repeated('.');
  const std::uint64_t points = (differs - repeated(1)) & ~differs & repeated(0x80);  // the lowest is right
  if (points == 0) return false;
  const auto before = static_cast<unsigned>(std::countr_zero(points)) / 8;
  const auto length = static_cast<unsigned>(size);
  const unsigned behind = length - 1 - before;

  constexpr std::uint64_t kZeros = repeated('0');
  const std::uint64_t whole = shift_up(first ^ kZeros, 4 * (8 - before));
  const std::uint64_t high = (shift_up(first, 4 * (16 - length)) ^ kZeros) & kLastBytes[behind].high;
  const std::uint64_t low = (last ^ kZeros) & kLastBytes[behind].low;
  if ((not_digits(whole) | not_digits(high) | not_digits(low)) != 0) return false;
  digits.number = join_digits(whole) * kWholePowersOfTen[behind] + join_digits(high) * kWholePowersOfTen[8] +
                  join_digits(low);
  digits.behind = behind;
  return true;
}

// Up to 7 characters.
bool read_few_digits(const char* text, std::size_t size, Digits& digits) {
  std::size_t point = size;
  for (std::size_t i = 0; i < size; ++i) {
    const auto digit = static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0';
    if (digit <= 9) {
      digits.number = digits.number * 10 + digit;
    } else if (text[i] == '.' && point == size) {
      point = i;
    } else {
      return false;
    }
  }
  digits.behind = static_cast<unsigned>(point == size ? 0 : size - 1 - point);
  return size > (point == size ? 0U : 1U);  // a digit at least
}

}  // namespace

// number / 10^behind, both exact in double, is rounded once to double and once to float. The second rounding
// goes the same way as that of the exact value, unless the double is the very middle of two floats.
bool parse_short_decimal(std::string_view text, float& value) {
  const bool negative = !text.empty() && text[0] == '-';
  const char* digits_begin = text.data() + (negative ? 1 : 0);
  const std::size_t size = text.size() - (negative ? 1 : 0);
  Digits digits;
  const bool read = size < 8     ? read_few_digits(digits_begin, size, digits)
                    : size <= 16 ? read_digits(digits_begin, size, digits)
                                 : false;
  if (!read) return false;
  const double nearest = static_cast<double>(digits.number) / kPowersOfTen[digits.behind];
  constexpr std::uint64_t kBelowFloat = (std::uint64_t{1} << 29U) - 1;  // bits that a float does not have
  constexpr std::uint64_t kMiddle = std::uint64_t{1} << 28U;
  if ((std::bit_cast<std::uint64_t>(nearest) & kBelowFloat) == kMiddle) return false;
  const auto rounded = static_cast<float>(nearest);
  value = negative ? -rounded : rounded;
  return true;
}

}  // namespace nearfar
