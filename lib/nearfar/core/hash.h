#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nearfar {

/// XXH3-128 of a sequence of byte strings; their lengths count, so that "ab","c" differs from "a","bc".
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void add(std::string_view bytes);
  /// "xxh3-128:" and 32 hexadecimal digits.
  [[nodiscard]] std::string text() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};
/// XXH3-128 of one byte string (without a length).
[[nodiscard]] Hash128 hash_bytes(std::string_view bytes);
/// The same in the form of Hasher::text().
[[nodiscard]] std::string hash_text(std::string_view bytes);

}  // namespace nearfar
