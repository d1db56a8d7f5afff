#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

class TemporaryFile;

/// Where a command writes: a file or standard output ("-").
///
/// A regular file is replaced atomically: bytes go to a temporary file beside it, and close() syncs it, gives
/// it the old file's mode (and owner, where allowed) and renames it over the old one (a symbolic link is
/// followed, not replaced). Without close() the target stays as it was. Anything else that exists
/// (/dev/stdout, a FIFO) is written directly. Every failure is Error (io).
class NEARFAR_EXPORT Sink {
 public:
  enum class Mode {
    replace,  ///< as above
    append,   ///< a regular file is gone on with behind its end
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
  [[nodiscard]] bool seekable() const { return temporary_ != nullptr; }
  /// Replaces bytes already written, from `offset` on.
  void overwrite(std::int64_t offset, std::string_view bytes);
  /// Completes the file. To be called exactly once; nothing may be written after it.
  void close();

 private:
  void write_through(std::string_view bytes);

  std::string name_;
  std::unique_ptr<TemporaryFile> temporary_;  // null when written directly
  int descriptor_ = -1;
  std::string buffer_;
};

/// From now on a signal that ends the process (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGPIPE) first
/// removes the temporary files of all open sinks, and a file-size limit is a failing write. Signals that are
/// ignored stay so. For a program's main function.
NEARFAR_EXPORT void end_tidily_on_signals();

}  // namespace nearfar
