#include "nearfar/io/jsonl.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct JsonCase {
  std::string input;
  std::string
      expected;  // columns; records with their line; "~" for a remark; "!" LINE and a part of the message
};

std::string read_jsonl(const std::string& file, std::string* problem = nullptr) {
  std::string summary;
  try {
    const std::unique_ptr<RecordReader> reader = open_jsonl(std::make_unique<Source>(file));
    for (const std::string& name : reader->header()) summary += (summary.empty() ? "" : "|") + name;
    Record record;
    std::int64_t number = 0;
    while (reader->next(record)) {
      CHECK(record.number == ++number);
      summary += ";" + std::to_string(record.line) + ":";
      for (std::size_t i = 0; i < record.fields.size(); ++i)
        summary += (i > 0 ? "|" : "") + std::string(record.fields[i]);
    }
    if (!reader->notes().empty()) summary += "~";
  } catch (const Error& error) {
    CHECK((error.kind() == ErrorKind::data));
    summary += "! " + std::to_string(error.place().line) + ":" + std::to_string(error.place().column);
    if (problem != nullptr) *problem = error.message();
  }
  return summary;
}

}  // namespace

TEST_CASE("objects become records") {
  const JsonCase cases[] = {
      {R"({"id":"a","f":0.5})"
       "\n"
       R"({"id":"b","f":-1e3})"
       "\n",
       "id|f;1:a|0.5;2:b|-1e3"},
      {R"({"f":0.5,"id":"a"})"
       "\r\n"
       R"({"id":"b","f":1})"
       "\r\n",
       "f|id;1:0.5|a;2:1|b"},
      {R"({"id":1,"vector":[1,2.50,-3e-2]})"
       "\n"
       R"({"vector":[4,5,6],"id":2})"
       "\n",
       "id|e1|e2|e3;1:1|1|2.50|-3e-2;2:2|4|5|6"},
      {R"({"a":1})", "a;1:1~"},
      {"\n  \n"
       R"({"a":1})"
       "\n\n"
       R"({"a":2})"
       "\n",
       "a;3:1;5:2"},
      {"\xEF\xBB\xBF"
       R"({"a":1})"
       "\n",
       "a;1:1"},
      {R"( { "a" : true , "b" : null } )"
       "\n",
       "a|b;1:true|"},
      {R"({"a":"x\"\\\n\u00e4"})"
       "\n",
       "a;1:x\"\\\n\xC3\xA4"},
      {R"({"a":18446744073709551615,"b":123456789012345678901234567890})"
       "\n",
       "a|b;1:18446744073709551615|123456789012345678901234567890"},
      {R"({"a":0.1000000000000000055})"
       "\n",
       "a;1:0.1000000000000000055"},
  };
  const Scratch scratch;
  for (const JsonCase& c : cases) {
    CAPTURE(c.input);
    CHECK(read_jsonl(scratch.file("t.jsonl", c.input)) == c.expected);
  }
}

TEST_CASE("what is not a table of flat objects is refused with its place") {
  const JsonCase cases[] = {
      {"", "! 0:0"},
      {"\n\n", "! 0:0"},
      {"a,b\n1,2\n", "! 1:1"},
      {"{\"a\":1}\n{\"a\":\n", "a;1:1! 2:6"},
      {"{\"a\":1}\n{\"a\":2} x\n", "a;1:1! 2:9"},
      {"{\"a\":1}{\"a\":2}\n", "! 1:8"},
      {"{\"a\":1,}\n", "! 1:8"},
      {"{\"a\":1}\n[1]\n", "a;1:1! 2:1"},
      {"{\"a\":1}\n3\n", "a;1:1! 2:1"},
      {"{\"a\":{\"b\":1}}\n", "! 1:6"},
      {"{\"a\":[1],\"b\":[2]}\n", "! 1:10"},
      {"{\"a\":[[1]]}\n", "! 1:7"},
      {"{\"a\":[\"x\"]}\n", "! 1:7"},
      {"{\"a\":1,\"a\":2}\n", "! 1:8"},
      {"{\"e1\":1,\"v\":[2]}\n", "! 1:9"},
      {"{\"a\":1}\n{\"a\":1,\"a\":2}\n", "a;1:1! 2:8"},
      {"{\"a\":1}\n{\"a\":1,\"b\":2}\n", "a;1:1! 2:8"},
      {"{\"a\":1,\"b\":2}\n{\"a\":1}\n", "a|b;1:1|2! 2:1"},
      {"{\"v\":[1,2]}\n{\"v\":[1,2,3]}\n", "e1|e2;1:1|2! 2:2"},
      {"{\"v\":[1,2]}\n{\"v\":[1]}\n", "e1|e2;1:1|2! 2:2"},
      {"{\"a\":NaN}\n", "! 1:6"},
      {"{\"a\":\"\xFF\"}\n", "! 1:7"},
  };
  const Scratch scratch;
  for (const JsonCase& c : cases) {
    CAPTURE(c.input);
    const std::string summary = read_jsonl(scratch.file("t.jsonl", c.input));
    CHECK(summary == c.expected);
  }
}

TEST_CASE("messages are in our words, deep nesting is refused at once") {
  const Scratch scratch;
  std::string problem;
  (void)read_jsonl(scratch.file("t.jsonl", "{\"a\":1e400}\n"), &problem);
  CHECK_FALSE(contains(problem, "json.exception"));
  (void)read_jsonl(scratch.file("t.jsonl", "{\"a\":" + std::string(100'000, '[')), &problem);
  CHECK(contains(problem, "nested deeper than 512"));
  (void)read_jsonl(scratch.file("t.jsonl", "{\"v\":[1]}\n{\"v\":[1,2]}\n"), &problem);
  CHECK(problem == "a vector of 2 numbers; the first row has 1");
}

TEST_CASE("lines longer than the buffer, and places of keys") {
  const Scratch scratch;
  const std::string text(700'000, 'x');
  const std::string file =
      scratch.file("t.jsonl", "{\"a\":\"" + text + "\",\"b\":1}\n{\"a\":\"y\",\"b\":2}\n");
  const std::unique_ptr<RecordReader> reader = open_jsonl(std::make_unique<Source>(file));
  Record record;
  REQUIRE(reader->next(record));
  CHECK(record.fields[0] == text);
  REQUIRE(reader->next(record));
  CHECK(record.text == "{\"a\":\"y\",\"b\":2}");
  CHECK(record.line_end == "\n");
  CHECK(reader->place(record, 1).line == 2);
  CHECK(reader->place(record, 1).column == 14);
}

TEST_CASE("strings are written as JSON, bytes that are not UTF-8 as U+FFFD") {
  const std::pair<std::string, std::string> cases[] = {{"", "\"\""},
                                                       {"a", "\"a\""},
                                                       {"a\"b\\", R"("a\"b\\")"},
                                                       {"\n\x01", R"("\n\u0001")"},
                                                       {"\xC3\xA4", "\"\xC3\xA4\""},
                                                       {"\xFFx", "\"\xEF\xBF\xBDx\""}};
  for (const auto& [text, expected] : cases) {
    std::string out;
    append_json_string(out, text);
    CHECK(out == expected);
  }
}
