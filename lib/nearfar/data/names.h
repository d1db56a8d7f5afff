#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// Numbers 0, 1, ... for texts, in the order of their first appearance. Memory: each different text once, and
/// about 60 bytes. O(length) a call.
class NEARFAR_EXPORT NameTable {
 public:
  /// The number of a text, a new one if it has none yet.
  std::int32_t number(std::string_view name);
  [[nodiscard]] std::optional<std::int32_t> find(std::string_view name) const;
  /// Stays where it is as long as the table lives.
  [[nodiscard]] std::string_view name(std::int32_t number) const {
    return names_[static_cast<std::size_t>(number)];
  }
  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(names_.size()); }

 private:
  std::string_view keep(std::string_view name);

  std::unordered_map<std::string_view, std::int32_t> numbers_;
  std::vector<std::string_view> names_;
  std::vector<std::unique_ptr<char[]>> chunks_;  // the texts
  std::size_t room_ = 0;                         // left in the last chunk
  char* end_ = nullptr;                          // of what is used of it
};

}  // namespace nearfar
