#include "nearfar/io/csv.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "csv_cases.h"
#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Reading {
  std::string summary;  // as in CsvCase::expected
  std::string details;  // the records as they stand in the file, the places of all fields, remarks, the text
                        // of the error
};

std::string joined(const Record& record) {
  std::string text;
  for (const std::string_view field : record.fields) text += std::string(field) + "|";
  if (!text.empty()) text.pop_back();
  return text;
}

Reading read_csv(const std::string& file, char delimiter, bool header, std::size_t buffer_bytes) {
  Reading reading;
  try {
    CsvOptions options{delimiter, header, buffer_bytes};
    const std::unique_ptr<RecordReader> reader = open_csv(std::make_unique<Source>(file), options);
    for (const std::string& name : reader->header())
      reading.summary += (reading.summary.empty() ? "" : "|") + name;
    reading.details = std::string(reader->header_text());
    Record record;
    std::int64_t number = 0;
    while (reader->next(record)) {
      REQUIRE(record.number == ++number);
      reading.summary += ";" + std::to_string(record.line) + ":" + joined(record);
      reading.details += std::string(record.text) + "<" + std::string(record.line_end) + ">";
      for (std::size_t c = 0; c < record.fields.size(); ++c) {
        const Place place = reader->place(record, c);
        reading.details +=
            std::to_string(place.line) + ":" + std::to_string(place.column) + " " + place.source_line + "\n";
      }
    }
    if (!reader->notes().empty()) reading.summary += "~";
    for (const std::string& note : reader->notes()) reading.details += note;
  } catch (const Error& error) {
    const Place& place = error.place();
    reading.summary +=
        "! " + std::to_string(place.line) + ":" + std::to_string(place.column) + " " + error.message();
    reading.details += error.what();
    CHECK((error.kind() == ErrorKind::data));
    CHECK(place.file == file);
  }
  return reading;
}

constexpr std::size_t kLargeBuffer = 64 * 1024;

void check_all_buffers(const std::string& file, const Reading& expected, char delimiter, bool header) {
  for (std::size_t bytes = 1; bytes <= 64; ++bytes) {
    CAPTURE(bytes);
    const Reading reading = read_csv(file, delimiter, header, bytes);
    CHECK(reading.summary == expected.summary);
    CHECK(reading.details == expected.details);
  }
}

std::string random_field(Random& random) {
  static const std::string alphabet = "ab \",;\n\r\t0.5\xC3\xA4";
  std::string field;
  const std::uint64_t length = random.below(random.below(8) == 0 ? 70 : 6);
  for (std::uint64_t i = 0; i < length; ++i) field += alphabet[random.below(alphabet.size())];
  return field;
}

}  // namespace

TEST_CASE("every case is read as it should be, with buffers of any size") {
  REQUIRE(csv_cases().size() >= 200);
  const Scratch scratch;
  for (const CsvCase& c : csv_cases()) {
    CAPTURE(c.input);
    const std::string file = scratch.file("case.csv", c.input);
    const Reading large = read_csv(file, c.delimiter, c.header, kLargeBuffer);
    CHECK(large.summary == c.expected);
    check_all_buffers(file, large, c.delimiter, c.header);
  }
}

TEST_CASE("records keep their bytes: header, texts and line ends together are the file") {
  const Scratch scratch;
  for (const char* text : {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n\"x\r\ny\" , \"\n1,2",
                           "\"a\",b\r\n\"1\",\"2\"\r\n"}) {
    const std::string file = scratch.file("t.csv", text);
    std::string together;
    (void)error_of([&] {
      const std::unique_ptr<RecordReader> reader = open_csv(std::make_unique<Source>(file), {});
      together = reader->header_text();
      Record record;
      while (reader->next(record)) together += std::string(record.text) + std::string(record.line_end);
    });
    CHECK(std::string_view(text).starts_with(together));
    if (!contains(text, " , ")) CHECK(together == text);
  }
}

TEST_CASE("places count lines inside quoted fields") {
  const Scratch scratch;
  const std::string file = scratch.file("t.csv", "a,b,c\n\"x\ny\",2,\"p\nq\nr\"\nu,v,w\n");
  const std::unique_ptr<RecordReader> reader = open_csv(std::make_unique<Source>(file), {});
  Record record;
  REQUIRE(reader->next(record));
  const Place expected[] = {{file, 2, 1, "\"x"}, {file, 3, 4, "y\",2,\"p"}, {file, 3, 6, "y\",2,\"p"}};
  for (std::size_t c = 0; c < 3; ++c) {
    const Place place = reader->place(record, c);
    CHECK(place.file == expected[c].file);
    CHECK(place.line == expected[c].line);
    CHECK(place.column == expected[c].column);
    CHECK(place.source_line == expected[c].source_line);
  }
  REQUIRE(reader->next(record));
  CHECK(reader->place(record, 2).line == 6);
  CHECK(reader->place(record, 2).column == 5);
}

TEST_CASE("the text of an error shows the line with a caret") {
  const Scratch scratch;
  const std::string file = scratch.file("t.csv", "a,b\n1,\"x\ny\"z,2\n");
  const auto error = error_of([&] {
    Record record;
    (void)open_csv(std::make_unique<Source>(file), {})->next(record);
  });
  REQUIRE(error);
  CHECK(std::string(error->what()) ==
        file + ":3:3: text after the closing quote of a field\n  y\"z,2\n    ^\n  " +
            "a quote inside a quoted field is written twice");
}

TEST_CASE("what append_csv_field writes is read back") {
  const Scratch scratch;
  Random random(1);
  for (int repeat = 0; repeat < 60; ++repeat) {
    const char delimiter = repeat % 2 == 0 ? ',' : '\t';
    const auto columns = static_cast<std::size_t>(2 + random.below(5));
    std::vector<std::string> fields;
    std::string text;
    for (std::size_t i = 0; i < columns * 20; ++i) {
      fields.push_back(random_field(random));
      append_csv_field(text, fields.back(), delimiter);
      text += (i + 1) % columns == 0 ? '\n' : delimiter;
    }
    const std::string file = scratch.file("t.csv", text);
    for (const std::size_t bytes : std::initializer_list<std::size_t>{1, 7, 64, 65536}) {
      const std::unique_ptr<RecordReader> reader =
          open_csv(std::make_unique<Source>(file), {delimiter, false, bytes});
      Record record;
      std::size_t next = 0;
      while (reader->next(record)) {
        for (const std::string_view field : record.fields) CHECK(field == fields.at(next++));
      }
      CHECK(next == fields.size());
    }
  }
}

TEST_CASE("only fields that need quotes get them") {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},           {"a b", "a b"},         {"a;b", "a;b"},
      {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""}, {"a\nb", "\"a\nb\""},
      {"a\r", "\"a\r\""}};
  for (const auto& [field, expected] : cases) {
    std::string out;
    append_csv_field(out, field, ',');
    CHECK(out == expected);
  }
}

TEST_CASE("a quote that is never closed is found in linear time, from a pipe too") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  constexpr std::size_t kSize = 24U << 20U;
  std::thread producer([&] {
    const std::string chunk(4096, 'x');
    bool open = ::write(ends[1], "a,b\n1,\"", 7) == 7;
    for (std::size_t sent = 0; open && sent < kSize; sent += chunk.size())
      open = ::write(ends[1], chunk.data(), chunk.size()) > 0;
    ::close(ends[1]);
  });
  const auto start = std::chrono::steady_clock::now();
  const Reading reading = read_csv("/dev/fd/" + std::to_string(ends[0]), ',', true, 256UL * 1024);
  producer.join();
  ::close(ends[0]);
  CHECK(reading.summary == "a|b! 2:3 a quoted field that starts here is never closed");
  CHECK(reading.details.size() < 1000);
  CHECK(std::chrono::steady_clock::now() - start <
        std::chrono::seconds(10));  // rescanning at every read took minutes
}
