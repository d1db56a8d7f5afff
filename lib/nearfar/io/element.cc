#include "nearfar/io/element.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "nearfar/core/rows.h"

namespace nearfar {
namespace {

static_assert(std::endian::native == std::endian::little,
              "matrix files are read and written on little-endian machines only");

// IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits.
float half_to_float(std::uint16_t bits) {
  const int exponent = (bits >> 10U) & 31U;
  const int fraction = bits & 1023U;
  float value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else {
    value = exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                          : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  }
  return (bits & 0x8000U) != 0 ? -value : value;
}

template <class T>
T load(const unsigned char* stored, bool big_endian) {
  unsigned char copy[sizeof(T)];
  std::memcpy(copy, stored, sizeof(T));
  if (big_endian) std::reverse(copy, copy + sizeof(T));
  T value;
  std::memcpy(&value, copy, sizeof(T));
  return value;
}

std::size_t finite_prefix(const float* values, std::size_t count) {
  if (all_finite(std::span(values, count))) return count;
  std::size_t good = 0;
  while (std::isfinite(values[good])) ++good;
  return good;
}

template <class T>
std::size_t convert(const unsigned char* stored, std::size_t count, bool big_endian, float* out) {
  if (big_endian) {
    for (std::size_t i = 0; i < count; ++i)
      out[i] = static_cast<float>(load<T>(stored + i * sizeof(T), true));
  } else {
    for (std::size_t i = 0; i < count; ++i)
      out[i] = static_cast<float>(load<T>(stored + i * sizeof(T), false));
  }
  return finite_prefix(out, count);
}

std::size_t convert_halves(const unsigned char* stored, std::size_t count, bool big_endian, float* out) {
  for (std::size_t i = 0; i < count; ++i)
    out[i] = half_to_float(load<std::uint16_t>(stored + i * sizeof(std::uint16_t), big_endian));
  return finite_prefix(out, count);
}

std::size_t convert_booleans(const unsigned char* stored, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    if (stored[i] > 1) return i;
    out[i] = stored[i];
  }
  return count;
}

}  // namespace

bool ElementType::is_native_float() const {
  return kind == Kind::floating && bytes == sizeof(float) && !big_endian;
}

std::size_t to_floats(const ElementType& type, const unsigned char* stored, std::size_t count, float* out) {
  const bool big = type.big_endian;
  switch (type.kind) {
    case ElementType::Kind::boolean:
      return convert_booleans(stored, count, out);
    case ElementType::Kind::floating:
      if (type.bytes == 2) return convert_halves(stored, count, big, out);
      if (type.bytes == 8) return convert<double>(stored, count, big, out);
      if (big) return convert<float>(stored, count, true, out);
      if (static_cast<const void*>(stored) != out) std::memcpy(out, stored, count * sizeof(float));
      return finite_prefix(out, count);
    case ElementType::Kind::signed_integer:
      if (type.bytes == 1) return convert<std::int8_t>(stored, count, big, out);
      if (type.bytes == 2) return convert<std::int16_t>(stored, count, big, out);
      if (type.bytes == 4) return convert<std::int32_t>(stored, count, big, out);
      return convert<std::int64_t>(stored, count, big, out);
    case ElementType::Kind::unsigned_integer:
      break;
  }
  if (type.bytes == 1) return convert<std::uint8_t>(stored, count, big, out);
  if (type.bytes == 2) return convert<std::uint16_t>(stored, count, big, out);
  if (type.bytes == 4) return convert<std::uint32_t>(stored, count, big, out);
  return convert<std::uint64_t>(stored, count, big, out);
}

std::int64_t to_integer(const ElementType& type, const unsigned char* stored) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < type.bytes; ++i)
    value = value << 8U | stored[type.big_endian ? i : type.bytes - 1 - i];
  const std::size_t unused = 64 - 8 * type.bytes;
  if (type.kind != ElementType::Kind::signed_integer) return static_cast<std::int64_t>(value);
  return static_cast<std::int64_t>(value << unused) >> unused;  // copies the sign bit
}

std::string fault_of(const ElementType& type, const unsigned char* stored) {
  if (type.kind == ElementType::Kind::boolean) return "a boolean that is neither 0 nor 1";
  const double value = type.bytes == 8   ? load<double>(stored, type.big_endian)
                       : type.bytes == 4 ? load<float>(stored, type.big_endian)
                                         : half_to_float(load<std::uint16_t>(stored, type.big_endian));
  return std::isnan(value) ? "NaN" : std::isinf(value) ? "infinity" : "a value beyond float range";
}

}  // namespace nearfar
