#include "nearfar/io/neighbor_file.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Rows 2, 3, 5 and 8 of a file of 9 rows.
Dataset sample(bool with_ids) {
  Dataset data;
  data.row_numbers = {2, 3, 5, 8};
  data.file_rows = 9;
  if (with_ids) data.ids = {"w", "x", "y", "1"};
  return data;
}

NeighborLists read(const std::string& text, bool with_ids = true, const std::string& name = "n.csv") {
  const Scratch scratch;
  std::vector<std::string> notes;
  return read_neighbors(scratch.file(name, text), sample(with_ids), notes);
}

std::string problem(const std::string& text, bool with_ids = true) {
  const auto error = error_of([&] { (void)read(text, with_ids); });
  if (!error) return "none";
  CHECK((error->kind() == ErrorKind::data));
  return std::to_string(error->place().line) + ":" + std::to_string(error->place().column) + " " +
         error->message();
}

std::string shown(const NeighborLists& lists) {
  std::string text;
  for (std::int64_t i = 0; i + 1 < std::ssize(lists.begin); ++i) {
    for (std::size_t n = 0; n < lists.rows_of(i).size(); ++n) {
      text += std::to_string(i) + ">" + std::to_string(lists.rows_of(i)[n]) + "=" +
              std::to_string(static_cast<int>(lists.distances_of(i)[n])) + " ";
    }
  }
  return text;
}

}  // namespace

TEST_CASE("neighbours: by id, in any order, each row's list ascending, itself left out") {
  const std::string text = "query,rank,neighbor,distance\ny,1,1,4\nw,1,w,0\nw,2,y,3\nw,3,x,-5\n";
  CHECK(shown(read(text)) == "0>1=-5 0>2=3 2>3=4 ");
  CHECK(read(text).begin == std::vector<std::size_t>{0, 2, 2, 3, 3});
}

TEST_CASE(
    "neighbours: by row number of the file where the data have no ids; further columns, tabs, JSON Lines") {
  CHECK(shown(read("distance,neighbor,note,query\n2,8,z,2\n", false)) == "0>3=2 ");
  CHECK(shown(read("query\tneighbor\tdistance\n3\t5\t1\n", false, "n.tsv")) == "1>2=1 ");
  CHECK(shown(read("{\"query\":\"x\",\"rank\":1,\"neighbor\":\"y\",\"distance\":7}\n", true, "n.jsonl")) ==
        "1>2=7 ");
}

TEST_CASE("neighbours: faults with their place") {
  CHECK(problem("query,rank,neighbour,distance\nw,1,x,2\n") ==
        "1:0 there is no column neighbor; the columns are query, rank, neighbour and distance");
  CHECK(problem("query,neighbor,distance\nw,x,2\nw,z,3\n") ==
        "3:3 there is no item 'z' in the data, or --where removed it");
  CHECK(problem("query,neighbor,distance\n4,2,2\n", false) == "2:1 row 4 was removed by --where");
  CHECK(problem("query,neighbor,distance\n10,2,2\n", false) == "2:1 there is no row 10; the data have 9");
  CHECK(problem("query,neighbor,distance\nw,x,far\n") == "2:5 expected a distance, found 'far'");
  CHECK(problem("query,neighbor,distance\nw,x,nan\n") == "2:5 expected a distance, found 'nan'");
  CHECK(problem("query,neighbor,distance\nw,x,1\nx,w,1\nw,x,1\n") ==
        "0:0 the neighbour 'x' of 'w' stands there twice, in the rows 1 and 3");
}
