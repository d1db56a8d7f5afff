#include "cli/console.h"

#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace nearfar::cli {
namespace {

void write_error_stream(const std::string& text) {
  // Standard error may be closed or full; there is nowhere left to say so.
  const char* data = text.data();
  std::size_t size = text.size();
  while (size > 0) {
    const ssize_t written = ::write(STDERR_FILENO, data, size);
    if (written <= 0) return;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

// The value of an environment variable, "" without one.
std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr ? value : "";
}

}  // namespace

Console::Console(const Command& command)
    : name_(command.name),
      quiet_(command.common.quiet),
      verbose_(command.common.verbose),
      on_terminal_(::isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb") {
  // no-color.org: NO_COLOR counts when it is not empty.
  colour_ = command.common.color == "always" ||
            (command.common.color == "auto" && on_terminal_ && environment("NO_COLOR").empty());
  shows_progress_ =
      !quiet_ && command.common.progress != "never" && (on_terminal_ || command.common.progress == "always");
}

void Console::note(const std::string& text) {
  if (!quiet_) line(text);
}

void Console::error(const std::string& text) {
  finish_progress();
  const std::string name = colour_ ? "\033[1;31m" + name_ + ":\033[0m " : name_ + ": ";
  write_error_stream(name + text + "\n");
}

void Console::plain(const std::string& text) {
  finish_progress();
  write_error_stream(text + "\n");
}

void Console::notes(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) note(text);
}

void Console::detail(const std::string& text) {
  if (verbose_) line(text);
}

void Console::progress(const std::string& text) {
  if (!shows_progress_) return;
  const auto now = std::chrono::steady_clock::now();
  held_back_ = text;
  if (now - last_progress_ < std::chrono::milliseconds(100)) return;
  held_back_.clear();
  last_progress_ = now;
  if (!on_terminal_) {
    line(text);
    return;
  }
  write_error_stream("\r\033[K" + text);
  line_open_ = true;
}

void Console::finish_progress() {
  if (line_open_) write_error_stream("\r\033[K");
  line_open_ = false;
  if (on_terminal_ || held_back_.empty()) return;
  const std::string last = std::exchange(held_back_, {});
  line(last);
}

void Console::line(const std::string& text_in) {
  finish_progress();
  std::string text = text_in;  // names from the data may hold control bytes, which no terminal should get
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  write_error_stream(name_ + ": " + text + "\n");
}

}  // namespace nearfar::cli
