// Reading and writing files. What is written is not synced: that would measure the disk.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/io/format.h"
#include "nearfar/io/matrix_writer.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/table.h"
#include "nearfar/io/table_writer.h"

namespace nearfar::bench {
namespace {

// A file under /tmp, removed at the end of the scope.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string name) : path_("/tmp/nearfar-bench-" + std::move(name)) {}
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] double megabytes() const {
    return static_cast<double>(std::filesystem::file_size(path_)) / 1e6;
  }

 private:
  std::string path_;
};

Matrix rows_of(std::int64_t rows, std::int64_t d) {
  Labels labels;
  return clustered(rows, d, 10, labels);
}

void write_csv(const std::string& file, MatrixView x) {
  Sink sink(file, Sink::Mode::follow);
  TableLayout layout;
  layout.dims = x.cols;
  const std::unique_ptr<TableWriter> writer = open_table_writer(sink, layout);
  writer->write({}, x);
  writer->finish();
  sink.close();
}

// As cat does it: the bytes come and go through one buffer.
void read_through(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw std::runtime_error("cannot open " + file);
  std::vector<char> buffer(std::size_t{128} << 10U);
  while (::read(descriptor, buffer.data(), buffer.size()) > 0) {
  }
  ::close(descriptor);
}

std::string with_threads(const char* what) {
  return std::string(what) + (threads() == 1 ? ", 1 thread" : ", all threads");
}

}  // namespace

void bench_csv() {
  const Matrix x = rows_of(20000, 128);
  const TemporaryFile file("table.csv");
  TableOptions options;
  options.file = file.path();
  for (const int count : {1, 0}) {
    set_threads(count);
    const double write = seconds([&] { write_csv(file.path(), x); });
    const double read = seconds([&] {
      std::vector<std::string> notes;
      (void)read_table(options, notes);
    });
    print(with_threads("CSV to matrix, 20,000 x 128").c_str(), file.megabytes() / read, "MB/s", read);
    print(with_threads("matrix to CSV, 20,000 x 128").c_str(), file.megabytes() / write, "MB/s", write);
  }
}

void bench_npy() {
  const TemporaryFile file("matrix.npy");
  {
    const Matrix x = rows_of(20000, 128);
    constexpr std::int64_t kTimes = 20;
    Sink sink(file.path(), Sink::Mode::follow);
    const std::unique_ptr<MatrixWriter> writer =
        open_matrix_writer(sink, Format::npy, kTimes * x.rows(), x.cols());
    for (std::int64_t i = 0; i < kTimes; ++i) writer->write(x);
    writer->finish();
    sink.close();
  }
  const double cat = seconds([&] { read_through(file.path()); });
  print("npy of 400,000 x 128, its bytes alone, as cat reads them", file.megabytes() / cat, "MB/s", cat);
  const double rows = seconds([&] {
    TableOptions options;
    options.file = file.path();
    TableReader reader(options);
    Dataset block;
    while (reader.read_some(block)) {
    }
  });
  print("the same as blocks of rows, checked", file.megabytes() / rows, "MB/s", rows);
}

void bench_embed() {
  const TemporaryFile in("in.csv");
  const TemporaryFile out("out.csv");
  write_csv(in.path(), rows_of(50000, 128));
  const Matrix l = rows_of(32, 128);
  for (const int count : {1, 0}) {
    set_threads(count);
    const double time = seconds([&] {
      TableOptions options;
      options.file = in.path();
      TableReader reader(options);
      Sink sink(out.path(), Sink::Mode::follow);
      TableLayout layout;
      layout.dims = l.rows();
      const std::unique_ptr<TableWriter> writer = open_table_writer(sink, layout);
      Dataset block;
      while (reader.read_some(block)) writer->write({}, multiply_abt(block.features, l));
      writer->finish();
      sink.close();
    });
    print(with_threads("CSV mapped from 128 to 32 columns to CSV").c_str(), in.megabytes() / time,
          "MB/s of input", time);
  }
}

}  // namespace nearfar::bench
