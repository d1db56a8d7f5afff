// JSON Lines: a pipe gives what a file gives; then the same bytes as a table of numbers.
#include "nearfar/io/jsonl.h"

#include "fuzz/records.h"

using namespace nearfar;
using namespace nearfar::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (size > InputFile::kMostInPipe) return 0;
  const InputFile file(bytes);
  const InputFile pipe(bytes, InputFile::Kind::pipe);
  const auto records = [](const InputFile& input) {
    return all_records([&] { return open_jsonl(std::make_unique<Source>(input.path())); });
  };
  require(records(file) == records(pipe), "a pipe gives what a file gives");
  TableOptions table;
  table.file = file.path();
  table.format = "jsonl";
  table.label = size % 2 == 0 ? "" : "1";
  read_as_table(table);
  return 0;
}
