#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/io/source.h"

namespace nearfar {

/// A line longer than this is refused: it would be held whole.
inline constexpr std::size_t kLongestRecord = std::size_t{256} << 20U;

/// The lines of a text, read in blocks; a byte-order mark at its start is skipped.
class Lines {
 public:
  explicit Lines(std::unique_ptr<Source> source) : source_(std::move(source)) {}

  struct Line {
    std::string_view text;      ///< without its line end
    std::string_view line_end;  ///< "\n", "\r\n", or "" (or "\r") at the end of the file
    std::int64_t number = 0;    ///< 1-based
  };
  /// False at the end. The views are valid until the next call with `may_fill`; without it, false too when
  /// the line is not whole in the buffer.
  bool next(Line& line, bool may_fill);
  [[nodiscard]] const std::string& name() const { return source_->name(); }
  /// Says it when the last line had no newline; complete after the end.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  bool fill();

  std::unique_ptr<Source> source_;
  std::vector<std::string> notes_;
  std::string buffer_;
  std::size_t position_ = 0;  // of the next line
  std::size_t searched_ = 0;  // no line feed between position_ and here
  std::size_t filled_ = 0;
  bool ended_ = false;
  std::int64_t number_ = 0;
};

}  // namespace nearfar
