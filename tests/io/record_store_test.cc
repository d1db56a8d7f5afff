#include "nearfar/io/record_store.h"

#include <doctest/doctest.h>

#include "nearfar/core/random.h"

using namespace nearfar;

TEST_CASE("records come back as they went in, small and larger than a chunk, with their line ends") {
  Random random(1);
  RecordStore store;
  std::vector<std::string> texts;
  std::vector<std::string> ends;
  for (std::size_t i = 0; i < 3000; ++i) {
    // Three megabytes and more in all, one record larger than any chunk.
    texts.emplace_back(i == 1500 ? std::size_t{3} << 20U : random.below(2000),
                       static_cast<char>('a' + i % 26));
    ends.emplace_back(i % 3 == 0 ? "\n" : i % 3 == 1 ? "\r\n" : "");
    Record record;
    const std::string file = texts.back() + ends.back();  // gone after the call
    record.text = std::string_view(file).substr(0, texts.back().size());
    record.line_end = std::string_view(file).substr(texts.back().size());
    store.add(record);
  }
  REQUIRE(store.size() == 3000);
  for (std::size_t i = 0; i < 3000; ++i) {
    CHECK(store.text(static_cast<std::int64_t>(i)) == texts[i]);
    CHECK(store.line_end(static_cast<std::int64_t>(i)) == ends[i]);
  }
}
