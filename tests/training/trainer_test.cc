#include "nearfar/training/trainer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "scratch.h"
#include "training/classes.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr int kNumerical = static_cast<int>(ErrorKind::numerical);

LossTraining with_loss(std::string_view loss, std::int64_t epochs, double rate = 0.01) {
  LossTraining training;
  training.loss = &loss_info(loss);
  training.distance = training.loss->distances.front();
  training.loss_options.reduction = training.loss->reduction;
  training.epochs = epochs;
  training.optimizer.learning_rate = rate;
  return training;
}

TrainedMap trained(const Dataset& data, const LossTraining& training, const Tuples* tuples = nullptr) {
  TrainingData rows;
  rows.x = data.features;
  rows.labels = &data.labels;
  rows.tuples = tuples;
  return train_with_loss(rows, training);
}

// The map that training starts from: a learning rate of 0 never leaves it.
Matrix start_of(const Dataset& data, LossTraining training) {
  training.epochs = 1;
  training.optimizer.learning_rate = 0;
  return trained(data, training).l;
}

double squared_image_distance(const std::vector<double>& l, const Matrix& x, std::int32_t a, std::int32_t b) {
  const auto d = static_cast<std::size_t>(x.cols());
  double squares = 0;
  for (std::size_t r = 0; r * d < l.size(); ++r) {
    double image = 0;
    for (std::size_t k = 0; k < d; ++k) {
      const auto column = static_cast<std::int64_t>(k);
      image += l[r * d + k] * (static_cast<double>(x(a, column)) - static_cast<double>(x(b, column)));
    }
    squares += image * image;
  }
  return squares;
}

}  // namespace

TEST_CASE("default_epochs: 30 passes, on small data 500 steps") {
  CHECK(default_epochs(1) == 500);
  CHECK(default_epochs(3) == 167);
  CHECK(default_epochs(16) == 32);
  CHECK(default_epochs(17) == 30);
  CHECK(default_epochs(1000000) == 30);
  const Dataset data = separable_data(100, 2, 2, 1);
  LossTraining training = with_loss("triplet", 0, 0.001);
  training.samples_per_class = 4;
  const TrainedMap map = trained(data, training);  // 13 batches an epoch
  CHECK(map.history.size() == 39);
  CHECK(map.history.back().epochs == 39);
  CHECK(map.history.back().steps == 507);
}

TEST_CASE("train_with_loss: starts at the identity or the principal directions, mean squared distance 2") {
  const Dataset data = separable_data(60, 5, 3, 2, 4);
  for (const std::int64_t dim : {0, 5, 2}) {
    LossTraining training = with_loss("triplet", 1);
    training.dim = dim;
    const Matrix l = start_of(data, training);
    REQUIRE(l.rows() == (dim == 0 ? 5 : dim));
    const std::vector<double> numbers(l.data(), l.data() + l.size());
    double sum = 0;
    for (std::int32_t a = 0; a < 60; ++a) {
      for (std::int32_t b = 0; b < 60; ++b) sum += squared_image_distance(numbers, data.features, a, b);
    }
    CHECK(sum / 3600 == doctest::Approx(2).epsilon(1e-4));
    if (dim == 2) {  // the first feature varies most by far
      CHECK(std::abs(l(0, 0)) > 10 * std::abs(l(0, 3)));
      CHECK(std::abs(l(0, 0)) > 10 * std::abs(l(1, 0)));
    } else {
      for (std::int64_t i = 0; i < 5; ++i) {
        for (std::int64_t j = 0; j < 5; ++j) CHECK(l(i, j) == (i == j ? l(0, 0) : 0.0F));
      }
    }
  }
}

TEST_CASE("train_with_loss: the first step goes down the gradient of the loss") {
  const Dataset data = separable_data(30, 3, 2, 3);
  const Tuples pairs = tuples_of(data.labels, TupleKind::pairs, 100, 4);
  LossTraining training = with_loss("contrastive-squared", 1, 0.001);
  training.distance = DistanceKind::euclidean;
  training.loss_options.neg_margin = 2;
  training.loss_options.reduction = Reduction::sum;
  training.batch_size = 1000;
  const Matrix start = start_of(data, training);
  const Matrix after = trained(data, training, &pairs).l;
  const auto loss = [&](const std::vector<double>& l) {
    double sum = 0;
    for (std::int64_t t = 0; t < pairs.size(); ++t) {
      const double squares = squared_image_distance(l, data.features, pairs[t][0], pairs[t][1]);
      sum += pairs.values[static_cast<std::size_t>(t)] != 0 ? squares : std::max(0.0, 4 - squares);
    }
    return sum;
  };
  const std::vector<double> at(start.data(), start.data() + start.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    std::vector<double> up = at;
    std::vector<double> down = at;
    up[i] += 1e-5;
    down[i] -= 1e-5;
    const double slope = (loss(up) - loss(down)) / 2e-5;
    REQUIRE(std::abs(slope) > 1e-2);
    // Adam's first step is the learning rate against the sign.
    const double moved = static_cast<double>(after.data()[i]) - at[i];
    CHECK(moved == doctest::Approx(slope > 0 ? -0.001 : 0.001).epsilon(1e-3));
  }
}

TEST_CASE("train_with_loss: the same bits for 1, 2 and 3 threads, and for the same seed only") {
  const Dataset data = separable_data(400, 24, 4, 5);
  const Tuples triplets = tuples_of(data.labels, TupleKind::triplets, 900, 6);
  const Tuples pairs = tuples_of(data.labels, TupleKind::pairs, 900, 6);
  struct Case {
    std::string_view loss;
    const Tuples* tuples;
    bool diagonal;
    bool normalize;
    std::int64_t dim;
  };
  const Case cases[] = {{"triplet", nullptr, false, false, 0},
                        {"triplet", &triplets, false, true, 8},
                        {"contrastive", nullptr, true, false, 0},
                        {"contrastive", &pairs, false, false, 3},
                        {"contrastive-squared", &pairs, true, true, 0}};
  for (const Case& c : cases) {
    LossTraining training = with_loss(c.loss, 3);
    training.map = c.diagonal ? MapKind::diagonal : MapKind::linear;
    training.normalize = c.normalize;
    training.dim = c.dim;
    const auto run = [&](int count) {
      const Threads threads(count);
      return trained(data, training, c.tuples);
    };
    const TrainedMap one = run(1);
    for (const int count : {1, 2, 3}) {
      const TrainedMap other = run(count);
      CHECK(same_bits(values(other.l), values(one.l)));
      for (std::size_t e = 0; e < 3; ++e) CHECK(other.history[e].loss == one.history[e].loss);
    }
    training.seed = 1;
    CHECK(!same_bits(values(run(1).l), values(one.l)));
  }
}

TEST_CASE("train_with_loss: every loss falls on separable data, from labels and from tuples") {
  const Dataset data = separable_data(150, 6, 3, 7, 1);
  const Tuples triplets = tuples_of(data.labels, TupleKind::triplets, 600, 8);
  const Tuples pairs = tuples_of(data.labels, TupleKind::pairs, 600, 8);
  for (const LossInfo& info : losses()) {
    for (const bool diagonal : {false, true}) {
      for (const Tuples* tuples : {static_cast<const Tuples*>(nullptr), &triplets, &pairs}) {
        const bool fits = tuples == nullptr     ? info.from_labels
                          : tuples == &triplets ? info.from_triplets
                                                : info.from_pairs;
        if (!fits) continue;
        CAPTURE(std::string(info.name));
        LossTraining training = with_loss(info.name, 60, 0.02);
        training.loss_options = default_options(info, training.distance);
        training.loss_options.reduction = Reduction::mean;
        training.map = diagonal ? MapKind::diagonal : MapKind::linear;
        training.samples_per_class = 10;
        const TrainedMap map = trained(data, training, tuples);
        // A sum of hinges can fall to 0, a logarithm of a sum over the batch cannot.
        const double part = info.reduction == Reduction::mean_nonzero ? 0.6 : 0.98;
        CHECK(map.history.back().loss < part * map.history.front().loss);
        if (training.distance == DistanceKind::cosine)
          continue;  // the classes differ in length, not in angle
        // The feature that tells the classes apart outweighs the noise.
        double weights[2] = {0, 0};
        for (std::int64_t r = 0; r < map.l.rows(); ++r) {
          for (std::int64_t j = 0; j < 6; ++j)
            weights[j == 0 ? 0 : 1] += std::abs(map.l(r, j)) / (j == 0 ? 1.0 : 5.0);
        }
        CHECK(weights[0] > 2 * weights[1]);
      }
    }
  }
}

TEST_CASE("train_with_loss: a diagonal map stays diagonal, to the bit") {
  const Dataset data = separable_data(100, 7, 2, 9);
  LossTraining training = with_loss("triplet", 10);
  training.map = MapKind::diagonal;
  const Matrix start = start_of(data, training);
  const Matrix l = trained(data, training).l;
  REQUIRE(l.rows() == 7);
  REQUIRE(l.cols() == 7);
  for (std::int64_t i = 0; i < 7; ++i) {
    for (std::int64_t j = 0; j < 7; ++j) {
      if (i == j) {
        CHECK(l(i, i) != start(i, i));
      } else {
        CHECK(same_bits(l(i, j), 0.0F));
      }
    }
  }
}

TEST_CASE("train_with_loss: history and progress tell the same, epoch by epoch") {
  const Dataset data = separable_data(90, 3, 3, 10);
  LossTraining training = with_loss("triplet", 5, 0.02);
  training.classes_per_batch = 2;
  training.samples_per_class = 5;
  std::vector<EpochRecord> told;
  TrainingData rows;
  rows.x = data.features;
  rows.labels = &data.labels;
  TrainingWatch watch;
  watch.epoch = [&](const EpochRecord& record) { told.push_back(record); };
  const TrainedMap map = train_with_loss(rows, training, watch);
  REQUIRE(told.size() == 5);
  REQUIRE(map.history.size() == 5);
  for (std::size_t e = 0; e < 5; ++e) {
    CHECK(told[e].epoch == static_cast<std::int64_t>(e) + 1);
    CHECK(told[e].epochs == 5);
    CHECK(told[e].steps == 9 * (static_cast<std::int64_t>(e) + 1));  // 90 rows, 10 a batch
    CHECK(told[e].learning_rate == 0.02);
    CHECK(told[e].loss == map.history[e].loss);
    CHECK(told[e].active >= 0);
    CHECK(told[e].active <= 1);
    CHECK(told[e].seconds >= 0);
  }
}

TEST_CASE("train_with_loss: rows of unknown class change nothing but the scale of the start") {
  Dataset data = separable_data(80, 3, 2, 11);
  Dataset known = data;
  for (std::int64_t i = 0; i < 20; ++i) {  // copies of known rows, so that the spread is not far off
    data.features.append(data.features.view().slice(i, i + 1));
    data.labels.codes.push_back(Labels::kUnknown);
  }
  const LossTraining training = with_loss("triplet", 3);
  CHECK(trained(data, training).history.back().steps == trained(known, training).history.back().steps);
}

TEST_CASE("train_with_loss: rows are alike by any label they share, not by equal sets of labels") {
  const Dataset single = separable_data(40, 3, 2, 14);
  Dataset several = single;
  std::vector<std::string> fields;  // class c has the label c alone, or c and another one
  for (std::int64_t i = 0; i < 40; ++i)
    fields.push_back("c" + std::to_string(i % 2) + (i % 4 < 2 ? "" : ";d" + std::to_string(i % 2)));
  several.labels = encode_labels(fields, {";", {}});
  REQUIRE(several.labels.classes() == 4);
  LossTraining training = with_loss("triplet", 1);
  training.samples_per_class = 20;  // the first batch holds every row
  const double loss = trained(single, training).history.front().loss;
  REQUIRE(loss > 0);
  training.classes_per_batch = 4;
  CHECK(trained(several, training).history.front().loss == doctest::Approx(loss).epsilon(0.05));
  several.labels.sets = {{0}, {1}, {2}, {3}};  // as if equal sets were needed
  several.labels.label_names = several.labels.names;
  CHECK(trained(several, training).history.front().loss > 1.3 * loss);
}

TEST_CASE("train_with_loss: divergence is a numerical error with advice, never a map") {
  const Dataset data = separable_data(60, 4, 2, 12);
  for (const std::string_view loss : {"triplet", "contrastive", "contrastive-squared"}) {
    LossTraining training = with_loss(loss, 50, 3e38);
    training.loss_options.margin = 1e6;
    training.loss_options.neg_margin = 1e6;
    const auto error = error_of([&] { (void)trained(data, training); });
    REQUIRE(error);
    CHECK(static_cast<int>(error->kind()) == kNumerical);
    CHECK(contains(error->advice(), "--lr"));
  }
}

TEST_CASE("train_with_loss: where there is nothing to learn from it says so") {
  const Dataset data = separable_data(60, 4, 2, 13);
  LossTraining training = with_loss("triplet", 1);
  training.dim = 5;
  CHECK(kind_of([&] { (void)trained(data, training); }) == kData);
  training.dim = 0;
  const Tuples none;
  TrainingData rows;
  rows.x = data.features;
  rows.labels = &data.labels;
  rows.tuples = &none;
  CHECK(kind_of([&] { (void)resolve_epochs(rows, training); }) == kData);
  Dataset equal = data;
  equal.features = Matrix(60, 4);
  CHECK(kind_of([&] { (void)trained(equal, training); }) == kData);
  Dataset one_class = separable_data(60, 4, 1, 14);
  CHECK(kind_of([&] { (void)trained(one_class, training); }) == kData);
}
