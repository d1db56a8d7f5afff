// CSV: the size of the reads changes nothing; then the same bytes as a table of numbers.
#include "nearfar/io/csv.h"

#include "fuzz/records.h"

using namespace nearfar;
using namespace nearfar::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input(data, size);
  const InputFile file(input.bytes);
  CsvOptions options;
  options.header = (input.choice & 1U) == 0;
  options.delimiter = ",;\t|"[(input.choice >> 1U) & 3U];
  const auto records = [&](std::size_t buffer_bytes) {
    options.buffer_bytes = buffer_bytes;
    return all_records([&] { return open_csv(std::make_unique<Source>(file.path()), options); });
  };
  // Damaged gzip data may end the reading before the records in front of the damage are given.
  const bool is_packed = input.bytes.starts_with("\x1f\x8b");
  require(records(1 + (input.choice >> 3U)) == records(64 * 1024) || is_packed,
          "the size of the reads changes nothing");
  TableOptions table;
  table.file = file.path();
  table.format = "csv";
  table.delimiter = options.delimiter;
  table.header = options.header;
  table.label = (input.choice & 8U) == 0 ? "" : "1";
  read_as_table(table);
  return 0;
}
