#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/command.h"

namespace nearfar::cli {

/// What a command says on standard error: the only place that knows about terminals.
class Console {
 public:
  explicit Console(const Command& command);
  /// A line for the user, unless --quiet.
  void note(const std::string& text);
  void notes(const std::vector<std::string>& texts);
  /// An error, whatever --quiet says; the command's name is red where colour is wanted.
  void error(const std::string& text);
  /// A line only with --verbose.
  void detail(const std::string& text);
  /// A line as it stands, whatever --quiet says: for programs that read standard error.
  void plain(const std::string& text);
  /// Replaces the progress line, ten times a second at most; only on a terminal, or with --progress always.
  void progress(const std::string& text);
  /// Removes the progress line; off a terminal, prints the last one if it was held back.
  void finish_progress();

 private:
  void line(const std::string& text);

  std::string name_;
  bool quiet_;
  bool verbose_;
  bool shows_progress_;
  bool on_terminal_;
  bool colour_;
  bool line_open_ = false;
  std::string held_back_;
  std::chrono::steady_clock::time_point last_progress_;
};

}  // namespace nearfar::cli
