#include "nearfar/io/lines.h"

#include <doctest/doctest.h>

#include "limits.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Each line as NUMBER:text<line end>.
std::string lines_of(Lines& lines) {
  std::string all;
  Lines::Line line;
  while (lines.next(line, true)) {
    all += std::to_string(line.number) + ":" + std::string(line.text) + "<";
    for (const char c : line.line_end) all += c == '\n' ? "n" : "r";
    all += ">";
  }
  return all + (lines.notes().empty() ? "" : "~");
}

}  // namespace

TEST_CASE("lines, their ends, and a remark when the last has none; from a file and a pipe") {
  const std::string mark = "\xEF\xBB\xBF";
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"\n", "1:<n>"},
      {"a\nb\n", "1:a<n>2:b<n>"},
      {"a\r\nb\r\n", "1:a<rn>2:b<rn>"},
      {"a\nb", "1:a<n>2:b<>~"},
      {"a\r", "1:a<r>~"},
      {"a\n\n\r\n", "1:a<n>2:<n>3:<rn>"},
      {mark + "a\n" + mark + "b\n", "1:a<n>2:" + mark + "b<n>"},
      {mark, ""}};
  const Scratch scratch;
  for (const auto& c : cases) {
    const std::string& text = c.first;
    CAPTURE(text);
    Lines from_file(std::make_unique<Source>(scratch.file("t", text)));
    CHECK(lines_of(from_file) == c.second);
    const Pipe pipe(text);
    Lines from_pipe(std::make_unique<Source>(pipe.name()));
    CHECK(lines_of(from_pipe) == c.second);
  }
}

TEST_CASE("lines longer than a block, whole; without filling, only those at hand") {
  const Scratch scratch;
  const std::string text(700'000, 'x');
  Lines lines(std::make_unique<Source>(scratch.file("t", text + "\ny\n" + text + "\n")));
  Lines::Line line;
  CHECK_FALSE(lines.next(line, false));
  REQUIRE(lines.next(line, true));
  CHECK(line.text == text);
  REQUIRE(lines.next(line, false));
  CHECK(line.text == "y");
  REQUIRE(lines.next(line, true));
  CHECK(line.text.size() == text.size());
  CHECK_FALSE(lines.next(line, true));
}
