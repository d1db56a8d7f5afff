#include "nearfar/core/error.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "scratch.h"

using namespace nearfar;
using nearfar::testing::contains;
using nearfar::testing::error_of;

namespace {

std::string text_of(const std::string& message, const Place& place, const std::string& advice = {}) {
  return Error(ErrorKind::data, message, place, advice).what();
}

}  // namespace

TEST_CASE("the value of a kind is the exit status") {
  CHECK(static_cast<int>(ErrorKind::usage) == 2);
  CHECK(static_cast<int>(ErrorKind::data) == 3);
  CHECK(static_cast<int>(ErrorKind::io) == 4);
  CHECK(static_cast<int>(ErrorKind::numerical) == 5);
  CHECK(static_cast<int>(ErrorKind::inconclusive) == 6);
  CHECK(static_cast<int>(ErrorKind::internal) == 70);
}

TEST_CASE("what() holds the parts that are known, and no others") {
  CHECK(text_of("m", {}) == "m");
  CHECK(text_of("m", {"f.csv", 0, 0, {}}) == "f.csv: m");
  CHECK(text_of("m", {"f.csv", 3, 0, {}}) == "f.csv:3: m");
  CHECK(text_of("m", {"f.csv", 3, 7, {}}) == "f.csv:3:7: m");
  CHECK(text_of("m", {"f.csv", 0, 7, {}}) == "f.csv: m");
  CHECK(text_of("m", {}, "do this") == "m\n  do this");
  CHECK(text_of("m", {"f", 1, 3, "a,b"}, "do this") == "f:1:3: m\n  a,b\n    ^\n  do this");
  CHECK(text_of("m", {"f", 1, 0, "a,b"}) == "f:1: m\n  a,b");
}

TEST_CASE("the caret counts characters, not bytes, and stays on the line") {
  CHECK(text_of("m", {"f", 1, 4, "\xC3\xA4,b"}) == "f:1:4: m\n  \xC3\xA4,b\n    ^");
  CHECK(text_of("m", {"f", 1, 99, "ab"}) == "f:1:99: m\n  ab\n    ^");
}

TEST_CASE("control bytes never reach the terminal") {
  const std::string text = text_of("found 'a\x1B[31m\nb'", {"f", 1, 2, "x\x1B[2J\ty\x7F"}, "advice");
  CHECK_FALSE(contains(text, "\x1B"));
  CHECK_FALSE(contains(text, "\x7F"));
  CHECK(text.substr(0, text.find('\n')) == "f:1:2: found 'a [31m b'");
}

TEST_CASE("a long line is shown as a window around the fault") {
  std::string line(1000, 'a');
  line[499] = 'X';
  const std::string text = text_of("m", {"f", 1, 500, line});
  const std::size_t shown = text.find('\n') + 3;
  const std::size_t caret = text.find('\n', shown) + 3;
  const std::string window = text.substr(shown, caret - 3 - shown);
  CHECK(window.size() < 120);
  CHECK(window.starts_with("..."));
  CHECK(window.ends_with("..."));
  CHECK(window[text.find('^', caret) - caret] == 'X');
}

TEST_CASE("the window does not cut a character of several bytes") {
  std::string line;
  for (int i = 0; i < 300; ++i) line += "\xE2\x82\xAC";
  for (std::int64_t column = 1; column <= 900; column += 7) {
    const std::string text = text_of("m", {"f", 1, column, line});
    const std::size_t shown = text.find('\n') + 3;
    std::string window = text.substr(shown, text.find('\n', shown) - shown);
    if (window.starts_with("...")) window.erase(0, 3);
    if (window.ends_with("...")) window.erase(window.size() - 3);
    CHECK(window.size() % 3 == 0);
    CHECK(window.starts_with("\xE2"));
  }
}

TEST_CASE("the shorthands throw their kind with message, place and advice") {
  const auto usage = error_of([] { usage_error("u", "a"); });
  REQUIRE(usage);
  CHECK(usage->kind() == ErrorKind::usage);
  CHECK(usage->message() == "u");
  CHECK(usage->advice() == "a");
  const auto data = error_of([] { data_error("d", {"f", 2, 3, "line"}, "a"); });
  REQUIRE(data);
  CHECK(data->kind() == ErrorKind::data);
  CHECK(data->place().file == "f");
  CHECK(data->place().line == 2);
  CHECK(data->place().column == 3);
  CHECK(data->place().source_line == "line");
  const auto numerical = error_of([] { numerical_error("n", "a"); });
  REQUIRE(numerical);
  CHECK(numerical->kind() == ErrorKind::numerical);
  const auto io = error_of([] { io_error("f", "cannot open", ENOENT); });
  REQUIRE(io);
  CHECK(io->kind() == ErrorKind::io);
  CHECK(io->message() == "cannot open: No such file or directory");
  CHECK(contains(io->advice(), "mkdir -p"));
  const auto advised = error_of([] { io_error("f", "cannot open", ENOENT, "it is called g"); });
  REQUIRE(advised);
  CHECK(std::string(advised->what()) == "f: cannot open: No such file or directory\n  it is called g");
}
