#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// Records of a file, kept as they stand. Memory: their text and 16 bytes each.
class NEARFAR_EXPORT RecordStore {
 public:
  void add(const Record& record);
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(records_.size()); }
  [[nodiscard]] std::string_view text(std::int64_t i) const;
  [[nodiscard]] std::string_view line_end(std::int64_t i) const;

 private:
  struct Kept {
    const char* text;
    std::uint32_t size;      // of the text
    std::uint32_t line_end;  // 0, 1 or 2 bytes behind it
  };
  std::vector<std::string> chunks_;  // never grown beyond their capacity, so that texts stay where they are
  std::vector<Kept> records_;
};

}  // namespace nearfar
