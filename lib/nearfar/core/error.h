#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

/// What went wrong, by who has to act. The value is the exit status of a command that stops with it.
enum class ErrorKind {
  usage = 2,         ///< unknown, conflicting or inapplicable option; unknown measure or loss name
  data = 3,          ///< input data, tuples or model refused, or a comparison that cannot be made
  io = 4,            ///< reading or writing failed
  numerical = 5,     ///< divergence; a matrix that is not positive definite and not repairable
  inconclusive = 6,  ///< a statistical gate is undecided and the user asked for an error
  internal = 70      ///< a bug in nearfar
};

/// Where in the input the fault is. Zero or empty parts are unknown and are not printed.
struct Place {
  std::string file;         ///< name as the user gave it; "standard input" for a pipe
  std::int64_t line = 0;    ///< 1-based
  std::int64_t column = 0;  ///< 1-based, in bytes
  std::string source_line;  ///< the line itself, when the file has lines
};

/// The only exception type nearfar throws on purpose. `what()` is the whole text for a person:
/// "FILE:LINE:COLUMN: message", the line with a caret, and one line of advice; parts that are unknown are
/// left out.
class NEARFAR_EXPORT Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string message, Place place = {}, std::string advice = {});

  [[nodiscard]] ErrorKind kind() const { return kind_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const std::string& advice() const { return advice_; }

 private:
  ErrorKind kind_;
  std::string message_;
  Place place_;
  std::string advice_;
};

/// Shorthands: throw an Error of the kind in the name. The advice is no option: every refusal says what to
/// type next, an option, a value that would do, the command that makes what is missing. It names only options
/// of the command at hand, or the command beside them.
[[noreturn]] NEARFAR_EXPORT void usage_error(std::string message, std::string advice);
[[noreturn]] NEARFAR_EXPORT void data_error(std::string message, Place place, std::string advice);
[[noreturn]] NEARFAR_EXPORT void numerical_error(std::string message, std::string advice);
/// For a failed system call: adds the text of `error_number` (an errno value), and what is to be done about
/// it unless `advice` says so.
[[noreturn]] NEARFAR_EXPORT void io_error(const std::string& file, std::string_view what, int error_number,
                                          const std::string& advice = {});

}  // namespace nearfar
