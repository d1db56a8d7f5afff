// The arithmetic: products, distances, ranking, mining, training.
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "bench.h"
#include "nearfar/core/product.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/loss/loss_function.h"
#include "nearfar/metric/axioms.h"
#include "nearfar/mining/miner.h"
#include "nearfar/neighbors/distance_rows.h"
#include "nearfar/neighbors/nearest.h"
#include "nearfar/training/trainer.h"

namespace nearfar::bench {

void bench_product() {
  Labels labels;
  const Matrix a = clustered(3072, 512, 10, labels);
  Matrix out(3072, 3072);
  const double time = seconds([&] { multiply_abt(a, a, out.data(), out.cols()); });
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

// The search counts each pair once, 2 d operations; the product of the same rows is what it is held against.
void bench_neighbors() {
  for (const std::int64_t d : {128, 512}) {
    Labels labels;
    const Matrix x = clustered(30000, d, 5000, labels);
    const MatrixView part = x.view().slice(0, 3072);
    Matrix out(3072, 3072);
    const double product = seconds([&] { multiply_abt(part, part, out.data(), out.cols()); });
    const double product_rate = 2.0 * 3072 * 3072 * static_cast<double>(d) / product / 1e9;
    NearestOptions options;
    options.k = 10;
    options.allowed = [](std::int64_t q, std::int64_t g) { return q != g; };
    const double time =
        seconds([&] { nearest_neighbors(x, x, options, [](std::int64_t, std::span<const Neighbor>) {}); });
    const double rate = 30000.0 * 30000.0 * static_cast<double>(d) / time / 1e9;
    print(("10 neighbours, 30,000 x 30,000 x " + std::to_string(d)).c_str(), rate, "GFLOP/s", time);
    print("  of the product's rate in this run", 100 * rate / product_rate, "%", product);
  }
}

void bench_retrieval() {
  Labels labels;
  const Matrix x = clustered(10000, 128, 10, labels);
  RetrievalOptions options;
  options.measures = parse_measures("precision@1,r-precision,map@r");
  std::vector<std::int64_t> self(10000);
  std::iota(self.begin(), self.end(), std::int64_t{0});
  const RetrievalTask task{x, labels.codes, x, labels.codes, self};
  const double time = seconds([&] { (void)evaluate_retrieval(task, options); });
  print("retrieval 10,000 x 128, 10 classes, leave-one-out", 10000 / time, "queries/s", time);
}

void bench_mining() {
  Labels labels;
  const Matrix x = clustered(20000, 128, 10, labels);
  // By exact search, from all distances of each anchor, and by number.
  for (const auto& [strategy, max] : {std::pair("hard", 0), std::pair("semihard", 0), std::pair("margin", 0),
                                      std::pair("all", 1'000'000)}) {
    MiningOptions options;
    options.strategy = strategy;
    options.max = max;
    const double time = seconds([&] { (void)mine(x, labels, options, [](const MinedTuple&) {}); });
    print((std::string("mining 20,000 x 128, ") + strategy).c_str(), 20000 / time, "anchors/s", time);
  }
}

// Value and gradient of every loss for a batch of 160 x 128 rows, 10 classes x 16, or 80 pairs of them.
void bench_losses() {
  Labels labels;
  const Matrix x = clustered(160, 128, 10, labels);
  Tuples pairs{TupleKind::pairs, {}, {}};
  Tuples graded{TupleKind::graded_pairs, {}, {}};
  for (std::int32_t i = 0; i < 80; ++i) {
    for (Tuples* tuples : {&pairs, &graded}) {
      tuples->items.insert(tuples->items.end(), {2 * i, 2 * i + 1});
      tuples->values.push_back(static_cast<float>(i % 2));
    }
  }
  for (const LossInfo& loss : losses()) {
    const DistanceKind distance = loss.distances.front();
    LossFunction function({&loss, default_options(loss, distance), distance, 128, labels.classes(), 0});
    Supervision supervision;
    if (loss.from_labels) {
      supervision.labels = labels.codes;
    } else {
      supervision.tuples = loss.from_pairs ? &pairs : &graded;
    }
    constexpr int kBatches = 100;
    const double time = seconds([&] {
      for (int i = 0; i < kBatches; ++i) (void)function.evaluate(x, supervision);
    });
    print(("loss " + std::string(loss.name) + ", batch 160 x 128").c_str(), time / kBatches * 1e6, "us",
          time);
  }
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
      TrainingData rows;
      rows.x = x;
      rows.labels = &labels;
      const std::vector<EpochRecord> history = train_with_loss(rows, options).history;
      rates.push_back(2 * 16000 / (history.back().seconds - history.front().seconds));
    }
    std::sort(rates.begin(), rates.end());
    print(("training linear 784 -> 64, batch 160, " + std::string(loss.name)).c_str(), rates[2], "rows/s",
          32000 / rates[2]);
  }
}

}  // namespace nearfar::bench
