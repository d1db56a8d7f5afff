#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace nearfar {

/// Characters that `bytes` bytes take (RFC 4648, with padding).
[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

/// The floats as little-endian bytes, in base64.
[[nodiscard]] std::string floats_to_base64(std::span<const float> values);

/// Reads them back; false where the text is not exactly those floats: another length, a character that is
/// none of base64's, bits set in the padding.
[[nodiscard]] bool floats_from_base64(std::string_view text, std::span<float> values);

}  // namespace nearfar
