#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

/// Tells whether two evaluations were made on the same items: a hash of a set of facts, such as ("query", id,
/// label), that does not depend on the order in which they are added. A fact added twice counts twice.
class NEARFAR_EXPORT Fingerprint {
 public:
  /// O(length of the fact).
  void add(std::initializer_list<std::string_view> fact);
  /// "xxh3-128:" and 32 hexadecimal digits.
  [[nodiscard]] std::string text() const;

 private:
  std::uint64_t facts_ = 0;
  std::uint64_t low_ = 0;  // sums of the halves of the facts' hashes, modulo 2^64
  std::uint64_t high_ = 0;
  std::string buffer_;
};

}  // namespace nearfar
