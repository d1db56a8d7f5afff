#include "nearfar/model/base64.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace nearfar {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they are in memory");

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t d = 0; d < kDigits.size(); ++d)
    values[static_cast<unsigned char>(kDigits[d])] = static_cast<std::int8_t>(d);
  return values;
}();

}  // namespace

std::string floats_to_base64(std::span<const float> values) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(values.data());
  const std::size_t size = values.size_bytes();
  std::string text;
  text.reserve(base64_size(size));
  for (std::size_t at = 0; at < size; at += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8U | (at + k < size ? bytes[at + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += at + k > size ? '=' : kDigits[group >> (18 - 6 * k) & 63U];
  }
  return text;
}

bool floats_from_base64(std::string_view text, std::span<float> values) {
  auto* bytes = reinterpret_cast<unsigned char*>(values.data());
  const std::size_t size = values.size_bytes();
  if (text.size() != base64_size(size)) return false;
  for (std::size_t at = 0, from = 0; at < size; at += 3, from += 4) {
    std::uint32_t group = 0;
    const std::size_t here = std::min<std::size_t>(3, size - at);
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = k > here;
      const std::int8_t digit = kValues[static_cast<unsigned char>(text[from + k])];
      if (padding ? text[from + k] != '=' : digit < 0) return false;
      group = group << 6U | (padding ? 0U : static_cast<std::uint32_t>(digit));
    }
    for (std::size_t k = 0; k < 3; ++k) {
      const auto byte = static_cast<unsigned char>(group >> (16 - 8 * k) & 255U);
      if (k < here) {
        bytes[at + k] = byte;
      } else if (byte != 0) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace nearfar
