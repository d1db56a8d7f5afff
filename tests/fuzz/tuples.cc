// Tuple files and lists of neighbours: every item that is read is a row of the data.
#include "fuzz/target.h"
#include "nearfar/io/neighbor_file.h"
#include "nearfar/io/tuple_file.h"

using namespace nearfar;
using namespace nearfar::fuzz;

namespace {

// Eight rows; of the file's nine the fifth was filtered out.
Dataset eight_rows(bool with_ids) {
  Dataset data;
  data.features = Matrix(8, 1);
  data.file_rows = 9;
  for (std::int64_t row = 1; row <= data.file_rows; ++row) {
    if (row == 5) continue;
    data.row_numbers.push_back(row);
    if (with_ids) data.ids.emplace_back(1, static_cast<char>('a' + row - 1));
  }
  return data;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input(data, size);
  const Dataset rows = eight_rows((input.choice & 1U) == 0);
  const InputFile file(input.bytes);
  std::vector<std::string> notes;
  accepted([&] {
    const Tuples tuples = read_tuples(file.path(), {}, rows, notes);
    for (const std::int32_t item : tuples.items) require(item >= 0 && item < rows.rows(), "an item is a row");
  });
  accepted([&] { static_cast<void>(read_neighbors(file.path(), rows, notes)); });
  return 0;
}
