#pragma once

#include <sys/stat.h>

#include <string>

namespace nearfar {

/// A new file beside a target, which either takes its place in one step or disappears: with the object, or
/// before a signal ends the process (end_tidily_on_signals in sink.h). Failures are Error (io), in whose
/// message the file is called `name`.
class TemporaryFile {
 public:
  /// With the mode and, where this process may give it away, the owner of `old`, the status of the file at
  /// `target`; null: there is none, and the umask decides.
  TemporaryFile(const std::string& target, const std::string& name, const struct stat* old);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// Open for writing; closed by this object.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// Brings all bytes to the disk, closes and renames. If only the folder cannot be synced, that is an error
  /// although the target is the new file.
  void replace_target();

 private:
  std::string target_;
  std::string name_;
  std::string path_;  // "" when it has become the target
  int descriptor_ = -1;
};

/// Removes those of all that are open; only calls async-signal-safe functions.
void remove_temporary_files() noexcept;

}  // namespace nearfar
