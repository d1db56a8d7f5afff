#include "nearfar/core/error.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

namespace nearfar {
namespace {

// A long line is shown as a window around the fault: at most this many bytes.
constexpr std::size_t kWindow = 100;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Control bytes are never sent to a terminal, and a message stays on its line.
char printable(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c; }

std::string excerpt_with_caret(const Place& place) {
  const std::string& line = place.source_line;
  std::size_t at = place.column > 0 ? static_cast<std::size_t>(place.column - 1) : 0;
  if (at > line.size()) at = line.size();
  std::size_t from = at > kWindow / 2 ? at - kWindow / 2 : 0;
  while (from > 0 && continues_character(line[from])) --from;
  std::size_t to = from + kWindow < line.size() ? from + kWindow : line.size();
  while (to < line.size() && continues_character(line[to])) ++to;
  std::string shown = from > 0 ? "..." : "";
  std::string caret(shown.size(), ' ');
  for (std::size_t i = from; i < to; ++i) {
    const char c = line[i];
    shown += printable(c);
    if (i < at && !continues_character(c)) caret += ' ';
  }
  if (to < line.size()) shown += "...";
  std::string text = "\n  " + shown;
  if (place.column > 0) text += "\n  " + caret + "^";
  return text;
}

std::string compose(const std::string& message, const Place& place, const std::string& advice) {
  std::string text;
  if (!place.file.empty()) {
    text += place.file;
    if (place.line > 0) text += ":" + std::to_string(place.line);
    if (place.line > 0 && place.column > 0) text += ":" + std::to_string(place.column);
    text += ": ";
  }
  text += message;
  std::transform(text.begin(), text.end(), text.begin(), printable);
  if (!place.source_line.empty()) text += excerpt_with_caret(place);
  if (!advice.empty()) {
    text += "\n  ";
    std::transform(advice.begin(), advice.end(), std::back_inserter(text), printable);
  }
  return text;
}

// What to do about a failed system call; "" where its own text says all.
std::string_view cure_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return "check the name; mkdir -p makes a folder that is missing";
    case EACCES:
    case EPERM:
      return "ls -l shows who may read and write it";
    case EISDIR:
      return "name a file in that folder";
    case ELOOP:
      return "its links lead in a circle; name another file";
    case ENOSPC:
    case EDQUOT:
      return "free some space there (df shows it), or write elsewhere";
    case EFBIG:
      return "ulimit -f shows the limit, ulimit -f unlimited lifts it";
    case EROFS:
      return "write elsewhere";
    case EMFILE:
    case ENFILE:
      return "ulimit -n shows the limit of open files";
    default:
      return "";
  }
}

}  // namespace

Error::Error(ErrorKind kind, std::string message, Place place, std::string advice)
    : std::runtime_error(compose(message, place, advice)),
      kind_(kind),
      message_(std::move(message)),
      place_(std::move(place)),
      advice_(std::move(advice)) {}

void usage_error(std::string message, std::string advice) {
  throw Error(ErrorKind::usage, std::move(message), {}, std::move(advice));
}

void data_error(std::string message, Place place, std::string advice) {
  throw Error(ErrorKind::data, std::move(message), std::move(place), std::move(advice));
}

void numerical_error(std::string message, std::string advice) {
  throw Error(ErrorKind::numerical, std::move(message), {}, std::move(advice));
}

void io_error(const std::string& file, std::string_view what, int error_number, const std::string& advice) {
  Place place;
  place.file = file;
  throw Error(ErrorKind::io, std::string(what) + ": " + std::generic_category().message(error_number), place,
              advice.empty() ? std::string(cure_of(error_number)) : advice);
}

}  // namespace nearfar
