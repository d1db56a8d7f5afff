#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

/// Where a command writes: a file or standard output ("-").
///
/// A regular file is replaced atomically: bytes go to a temporary file beside it, and close() syncs it, gives
/// it the old file's mode and renames it over the old one (a symbolic link is followed, not replaced).
/// Without close() the target stays as it was. Anything else that exists (/dev/stdout, a FIFO) is written
/// directly. Every failure is Error (io).
class NEARFAR_EXPORT Sink {
 public:
  enum class Mode {
    replace,  ///< as above
    follow    ///< a regular file is written in place, so that it can be watched and is kept whatever happens:
              ///< for logs
  };
  explicit Sink(const std::string& file, Mode mode = Mode::replace);
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  void write(std::string_view bytes);
  /// Hands on what is buffered now.
  void flush();
  /// Whether overwrite() works: the bytes go to a regular file.
  [[nodiscard]] bool seekable() const { return !temporary_.empty(); }
  /// Replaces bytes already written, from `offset` on.
  void overwrite(std::int64_t offset, std::string_view bytes);
  /// Completes the file. To be called exactly once; nothing may be written after it.
  void close();

 private:
  void write_through(const char* data, std::size_t size);

  std::string name_;
  std::string target_;     // with symbolic links resolved
  std::string temporary_;  // "" when written directly
  int descriptor_ = -1;
  std::string buffer_;
};

/// Removes the temporary files of all open sinks; only calls async-signal-safe functions.
NEARFAR_EXPORT void remove_temporary_files() noexcept;

}  // namespace nearfar
