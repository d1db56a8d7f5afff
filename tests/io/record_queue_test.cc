#include "nearfar/io/record_queue.h"

#include <doctest/doctest.h>

#include "nearfar/core/parallel.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/table.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Rows 1 to `rows` of a number, a text with a comma, and a part; about 30 bytes each.
std::string many_rows(std::int64_t rows) {
  std::string text = "x,name,part\n";
  for (std::int64_t i = 1; i <= rows; ++i) {
    text += std::to_string(i) + ".25,\"row, " + std::to_string(i) + "\"," + (i % 3 == 0 ? "test" : "train") +
            "\n";
  }
  return text;
}

RecordQueue queue_of(const std::string& file) {
  return RecordQueue(open_csv(std::make_unique<Source>(file), {}));
}

// Sets the number of threads for a scope.
struct Threads {
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(0); }
};

}  // namespace

TEST_CASE("the first record is seen without being taken; records come in order") {
  const Scratch scratch;
  RecordQueue queue = queue_of(scratch.file("t.csv", many_rows(3)));
  REQUIRE(queue.first() != nullptr);
  CHECK(queue.first()->fields[1] == "row, 1");
  CHECK(queue.ahead() == 3);
  CHECK(queue.next()->number == 1);
  CHECK(queue.next()->number == 2);
  CHECK(queue.ahead() == 1);
  CHECK(queue.take(1, [](const Record&, std::size_t) {})[0].fields[0] == "3.25");
  CHECK(queue.ahead() == 0);
  CHECK(queue.first() == nullptr);
  CHECK(queue.next() == nullptr);
}

TEST_CASE("every record of a batch is split and visited once, with its number among them") {
  const Scratch scratch;
  const Threads threads(4);
  RecordQueue queue = queue_of(scratch.file("t.csv", many_rows(40'000)));
  std::int64_t before = 0;
  while (const std::size_t count = queue.ahead()) {
    std::vector<std::int64_t> seen(count);
    const std::span<const Record> records = queue.take(count, [&](const Record& record, std::size_t i) {
      REQUIRE(record.fields.size() == 3);
      seen[i] += record.number;
    });
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(seen[i] == before + static_cast<std::int64_t>(i) + 1);
      CHECK(records[i].fields[1] == "row, " + std::to_string(seen[i]));
    }
    before += static_cast<std::int64_t>(count);
  }
  CHECK(before == 40'000);
}

TEST_CASE("a table is the same for any number of threads, and so is its error") {
  const Scratch scratch;
  const std::string good = scratch.file("good.csv", many_rows(40'000));
  // Bad fields far apart, in different pieces: the first is told.
  std::string text = many_rows(40'000);
  for (const char* row : {"\n39001.25", "\n12346.25", "\n30001.25"})
    text.replace(text.find(row) + 1, 3, "bad");
  const std::string bad = scratch.file("bad.csv", text);
  Dataset expected;
  std::string error;
  for (const int count : {1, 2, 3, 8}) {
    const Threads threads(count);
    TableOptions options;
    options.file = good;
    options.where = {{"part", "train", true}};
    options.keep = "name";
    std::vector<std::string> notes;
    const Dataset data = read_table(options, notes);
    options.file = bad;
    const auto failed = error_of([&] { (void)read_table(options, notes); });
    REQUIRE(failed);
    if (count == 1) {
      expected = data;
      error = failed->what();
      CHECK(data.rows() == 26'667);
      CHECK(data.features(26'666, 0) == 40000.25F);
      CHECK(data.columns[0].values[26'666] == "row, 40000");
      CHECK(failed->place().line == 12'347);
    }
    CHECK(failed->what() == error);
    CHECK(data.row_numbers == expected.row_numbers);
    CHECK(data.columns[0].values == expected.columns[0].values);
    REQUIRE(data.features.size() == expected.features.size());
    std::int64_t different = 0;
    for (std::int64_t i = 0; i < data.features.size(); ++i)
      different += data.features.data()[i] == expected.features.data()[i] ? 0 : 1;
    CHECK(different == 0);
  }
}
