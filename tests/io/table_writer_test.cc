#include "nearfar/io/table_writer.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstring>
#include <thread>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "nearfar/io/table.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Texts = std::vector<std::string>;

Matrix random_vectors(std::int64_t rows, std::int64_t cols) {
  Random random(1);
  Matrix vectors(rows, cols);
  for (std::int64_t i = 0; i < vectors.size(); ++i) vectors.data()[i] = static_cast<float>(random.normal());
  return vectors;
}

void write_table(const std::string& file, const TableLayout& layout, const std::vector<const Texts*>& columns,
                 const Matrix& vectors) {
  Sink sink(file);
  const std::unique_ptr<TableWriter> writer = open_table_writer(sink, layout);
  writer->write(columns, vectors);
  writer->finish();
  sink.close();
}

}  // namespace

TEST_CASE("the text of each format") {
  const Scratch scratch;
  Matrix vectors(2, 2);
  vectors(0, 0) = 0.1F;
  vectors(0, 1) = -0.0F;
  vectors(1, 0) = 1e-10F;
  vectors(1, 1) = 16777216;
  const Texts ids{"a,b", "c\"d"};
  const Texts kinds{"x\ty", ""};
  TableLayout layout{Format::csv, ',', {"id", "the,kind"}, 2, -1};
  write_table(scratch.path("t"), layout, {&ids, &kinds}, vectors);
  CHECK(bytes_of(scratch.path("t")) ==
        "id,\"the,kind\",e1,e2\n\"a,b\",x\ty,0.1,-0\n\"c\"\"d\",,1e-10,16777216\n");
  layout.format = Format::tsv;
  layout.delimiter = '\t';
  write_table(scratch.path("t"), layout, {&ids, &kinds}, vectors);
  CHECK(bytes_of(scratch.path("t")) ==
        "id\tthe,kind\te1\te2\na,b\t\"x\ty\"\t0.1\t-0\n\"c\"\"d\"\t\t1e-10\t16777216\n");
  layout.format = Format::jsonl;
  write_table(scratch.path("t"), layout, {&ids, &kinds}, vectors);
  CHECK(bytes_of(scratch.path("t")) ==
        "{\"id\":\"a,b\",\"the,kind\":\"x\\ty\",\"vector\":[0.1,-0]}\n"
        "{\"id\":\"c\\\"d\",\"the,kind\":\"\",\"vector\":[1e-10,16777216]}\n");
  layout = {Format::csv, ',', {}, 2, -1};
  write_table(scratch.path("t"), layout, {}, vectors);
  CHECK(bytes_of(scratch.path("t")) == "e1,e2\n0.1,-0\n1e-10,16777216\n");
}

TEST_CASE("what is written is read back bit by bit, and is the same for any number of threads") {
  const Scratch scratch;
  const Matrix vectors = random_vectors(1000, 7);
  Texts ids;
  for (int i = 0; i < 1000; ++i) ids.push_back("row " + std::to_string(i));
  for (const Format format : {Format::csv, Format::tsv, Format::jsonl, Format::npy}) {
    std::string one_thread;
    for (const int count : {1, 2, 3}) {
      set_threads(count);
      TableOptions options;
      options.file = scratch.path("t" + std::string(format_info(format).extensions.substr(0, 4)));
      options.format = format_info(format).name;
      write_table(options.file, {format, delimiter_of(format, ""), {"id"}, 7, -1}, {&ids}, vectors);
      if (count == 1) one_thread = bytes_of(options.file);
      CHECK(bytes_of(options.file) == one_thread);
      Texts notes;
      const Dataset back = read_table(options, notes);
      REQUIRE(back.rows() == 1000);
      const bool same_bits =  // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison)
          std::memcmp(back.features.data(), vectors.data(), 7000 * sizeof(float)) == 0;
      CHECK(same_bits);
      if (format != Format::npy) CHECK(back.ids == ids);
    }
  }
  set_threads(0);
}

TEST_CASE("npy on a pipe is written with the right number of rows, known before or not") {
  const Scratch scratch;
  const Matrix vectors = random_vectors(5, 3);
  write_table(scratch.path("file.npy"), {Format::npy, ',', {}, 3, -1}, {}, vectors);
  const std::string fifo = scratch.path("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  for (const std::int64_t rows : {-1, 5}) {
    std::string received;
    std::thread reader([&] { received = bytes_of(fifo); });
    write_table(fifo, {Format::npy, ',', {}, 3, rows}, {}, vectors);
    reader.join();
    CHECK(received == bytes_of(scratch.path("file.npy")));
  }
}

TEST_CASE("npy without any row has its columns all the same") {
  const Scratch scratch;
  for (const char* target : {"file", "fifo"}) {
    const std::string file = scratch.path(target);
    std::string received;
    std::thread reader;
    if (std::string(target) == "fifo") {
      REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
      reader = std::thread([&] { received = bytes_of(file); });
    }
    Sink sink(file);
    const std::unique_ptr<TableWriter> writer = open_table_writer(sink, {Format::npy, ',', {}, 3, -1});
    writer->finish();
    sink.close();
    if (reader.joinable()) reader.join();
    CHECK(contains(reader.joinable() || std::string(target) == "fifo" ? received : bytes_of(file),
                   "'shape': (0, 3)"));
  }
}
