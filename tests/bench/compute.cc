// The arithmetic: products, distances, ranking, mining, training.
#include <algorithm>
#include <string>
#include <vector>

#include "bench.h"
#include "nearfar/core/product.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/mining/miner.h"
#include "nearfar/neighbors/distance_rows.h"
#include "nearfar/training/trainer.h"

namespace nearfar::bench {

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

}  // namespace nearfar::bench
