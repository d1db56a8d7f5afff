#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace nearfar {

/// How one number is stored in a matrix file.
struct ElementType {
  enum class Kind { boolean, signed_integer, unsigned_integer, floating };

  Kind kind = Kind::floating;
  std::size_t bytes = sizeof(float);  ///< 1, 2, 4 or 8; a floating one has 2, 4 or 8, a boolean 1
  bool big_endian = false;

  /// Whether the file holds the bits of a float in memory.
  [[nodiscard]] bool is_native_float() const;
  [[nodiscard]] bool is_byte() const { return kind == Kind::unsigned_integer && bytes == 1; }
};

/// Turns `count` stored numbers into floats, each rounded once to the nearest; returns how many were good
/// before the first NaN, infinity, number beyond float range, or boolean that is neither 0 nor 1. `out` may
/// be where the numbers are stored when the type is a native float. Time: count.
[[nodiscard]] std::size_t to_floats(const ElementType& type, const unsigned char* stored, std::size_t count,
                                    float* out);

/// A stored number of an integer type.
[[nodiscard]] std::int64_t to_integer(const ElementType& type, const unsigned char* stored);

/// What is wrong with a number that to_floats() stopped at: "NaN".
[[nodiscard]] std::string fault_of(const ElementType& type, const unsigned char* stored);

}  // namespace nearfar
