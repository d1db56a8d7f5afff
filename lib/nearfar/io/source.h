#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

/// Bytes of a file or of standard input ("-"), read with read(2) in order; gzip data is unpacked on the way.
/// Errors are Error (io) with the file's name.
class NEARFAR_EXPORT Source {
 public:
  explicit Source(const std::string& file);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// The name for messages: the file's, or "standard input".
  [[nodiscard]] const std::string& name() const;
  /// Up to `size` bytes; 0 only at the end.
  std::size_t read(char* to, std::size_t size);
  /// The next bytes without taking them: `size` of them, or fewer at the end. `size` is at most 4096.
  std::string_view peek(std::size_t size);

  /// Bytes until the end, where that is known: in a regular file that is not packed.
  [[nodiscard]] std::optional<std::int64_t> remaining();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Throws Error (data): there is not one byte, or line, of data in the file.
[[noreturn]] NEARFAR_EXPORT void refuse_empty(const std::string& file);

/// All of a file. Throws Error (data) if it is larger than `limit` bytes.
[[nodiscard]] NEARFAR_EXPORT std::string read_all(Source& source, std::size_t limit);

}  // namespace nearfar
