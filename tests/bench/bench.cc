// What the hot loops reach, beside the machine's own matrix product in the same run. `./build.sh bench
// [NAME]`.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/core/random.h"
#include "nearfar/core/version.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/table.h"
#include "nearfar/io/table_writer.h"
#include "nearfar/metric/axioms.h"
#include "nearfar/mining/miner.h"
#include "nearfar/neighbors/distance_rows.h"
#include "nearfar/training/trainer.h"

namespace {

using namespace nearfar;

// The median of five runs after one that is not counted.
double seconds(const std::function<void()>& work) {
  std::vector<double> times;
  for (int run = 0; run < 6; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    if (run > 0)
      times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times[2];
}

void print(const char* what, double value, const char* unit, double time) {
  std::printf("%-58s %10.1f %-10s %8.3f s\n", what, value, unit, time);
}

// Rows around the centre of their class.
Matrix clustered(std::int64_t rows, std::int64_t d, std::int64_t classes, Labels& labels) {
  Matrix x(rows, d);
  Matrix centres(classes, d);
  Random random(1);
  for (std::int64_t i = 0; i < centres.size(); ++i) centres.data()[i] = static_cast<float>(random.normal());
  labels = Labels{};
  for (std::int64_t c = 0; c < classes; ++c) labels.names.push_back(std::to_string(c));
  for (std::int64_t i = 0; i < rows; ++i) {
    labels.codes.push_back(static_cast<std::int32_t>(i % classes));
    for (std::int64_t j = 0; j < d; ++j)
      x(i, j) = centres(i % classes, j) + 0.7F * static_cast<float>(random.normal());
  }
  return x;
}

void bench_product() {
  Labels labels;
  const Matrix a = clustered(3072, 512, 10, labels);
  const double time = seconds([&] { (void)multiply_abt(a, a); });
  print("matrix product 3072 x 512 x 3072", 2.0 * 3072 * 3072 * 512 / time / 1e9, "GFLOP/s", time);
}

void bench_distances() {
  Labels labels;
  const Matrix x = clustered(6000, 128, 10, labels);
  const double time =
      seconds([&] { for_each_distance_row(x, x, Distance(), [](std::int64_t, std::span<const float>) {}); });
  print("euclidean distances 6,000 x 6,000 x 128", 3.0 * 6000 * 6000 * 128 / time / 1e9, "GFLOP/s", time);
}

// Every distance, one row against many, on one thread.
void bench_kernels() {
  Labels labels;
  Matrix x = clustered(2000, 128, 10, labels);
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = std::abs(x.data()[i]);
  std::vector<double> identity(128 * 128);
  for (std::size_t k = 0; k < 128; ++k) identity[k * 128 + k] = 1;
  std::vector<float> out(2000);
  for (const DistanceInfo& info : distances()) {
    const Distance distance = info.needs_matrix       ? Distance(info.kind, identity, 128)
                              : info.argument.empty() ? Distance(info.kind)
                                                      : Distance::minkowski(3);
    constexpr std::int64_t kQueries = 100;
    const double time = seconds([&] {
      for (std::int64_t q = 0; q < kQueries; ++q) distance.to_rows(x.row(q), x, out.data());
    });
    print((distance.name() + ", 128 coordinates, one thread").c_str(), kQueries * 2000 / time / 1e6,
          "M pairs/s", time);
  }
}

void bench_axioms() {
  Labels labels;
  const Matrix x = clustered(10000, 64, 10, labels);
  AxiomSubject subject;
  subject.rows = x;
  for (const char* name : {"euclidean", "cosine", "minkowski:2.5"}) {
    subject.distance = parse_distance(name);
    const double time = seconds([&] { (void)check_axioms(subject, {}); });
    print((std::string("axioms of ") + name + ", 10,000 x 64").c_str(), 1e6 / time, "triples/s", time);
  }
}

void bench_retrieval() {
  Labels labels;
  const Matrix x = clustered(10000, 128, 10, labels);
  RetrievalOptions options;
  options.measures = parse_measures("precision@1,r-precision,map@r");
  const RetrievalTask task{x, labels.codes, x, labels.codes, {}};
  const double time = seconds([&] { (void)evaluate_retrieval(task, options); });
  print("retrieval 10,000 x 128, 10 classes", 10000 / time, "queries/s", time);
}

void bench_mining() {
  Labels labels;
  const Matrix x = clustered(6000, 128, 10, labels);
  MiningOptions options;
  options.strategy = "semihard";
  const double time = seconds([&] { (void)mine(x, labels, options, [](const MinedTuple&) {}); });
  print("semihard triplets 6,000 x 128, 5 an anchor", 6000 / time, "anchors/s", time);
}

void bench_training() {
  Labels labels;
  const Matrix x = clustered(16000, 784, 10, labels);
  for (const LossInfo& loss : losses()) {
    LossTraining options;
    options.loss = &loss;
    options.loss_options.reduction = loss.reduction;
    options.dim = 64;
    options.epochs = 3;
    // The first epoch's record holds the start (principal directions) too; the two after it are training
    // alone.
    std::vector<double> rates;
    for (int run = 0; run < 5; ++run) {
      const std::vector<EpochRecord> history = train_with_loss(x, labels, nullptr, options, {}).history;
      rates.push_back(2 * 16000 / (history.back().seconds - history.front().seconds));
    }
    std::sort(rates.begin(), rates.end());
    print(("training linear 784 -> 64, batch 160, " + std::string(loss.name)).c_str(), rates[2], "rows/s",
          32000 / rates[2]);
  }
}

void bench_csv() {
  Labels labels;
  const Matrix x = clustered(20000, 128, 10, labels);
  const std::string file = "/tmp/nearfar-bench.csv";
  const double write = seconds([&] {
    Sink sink(file);
    TableLayout layout;
    layout.dims = x.cols();
    open_table_writer(sink, layout)->write({}, x);
    sink.close();
  });
  TableOptions options;
  options.file = file;
  std::vector<std::string> notes;
  double bytes = 0;
  Source source(file);
  std::string buffer(1 << 20, '\0');
  while (const std::size_t got = source.read(buffer.data(), buffer.size())) bytes += static_cast<double>(got);
  const double read = seconds([&] { (void)read_table(options, notes); });
  print("CSV to matrix, 20,000 x 128 (one thread)", bytes / read / 1e6, "MB/s", read);
  print("matrix to CSV, with fsync", bytes / write / 1e6, "MB/s", write);
  std::remove(file.c_str());
}

struct Bench {
  std::string_view name;
  void (*run)();
};
constexpr Bench kBenches[] = {{"product", bench_product},     {"distances", bench_distances},
                              {"kernels", bench_kernels},     {"axioms", bench_axioms},
                              {"retrieval", bench_retrieval}, {"mining", bench_mining},
                              {"training", bench_training},   {"csv", bench_csv}};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view only = argc > 1 ? argv[1] : "";
  std::printf("nearfar %s, %s, %d threads; median of 5\n", std::string(version()).c_str(),
              std::string(instruction_set()).c_str(), threads());
  for (const Bench& bench : kBenches) {
    if (only.empty() || bench.name == only) bench.run();
  }
  return 0;
}
