// Training that is stopped and goes on, networks and maps alike.
#include <doctest/doctest.h>

#include "nearfar/network/network.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/trainer.h"
#include "scratch.h"
#include "training/classes.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

LossTraining training_of(MapKind map, std::string network = {}) {
  LossTraining training;
  training.loss = &loss_info("triplet");
  training.distance = training.loss->distances.front();
  training.loss_options = default_options(*training.loss, training.distance);
  training.map = map;
  training.network = std::move(network);
  training.epochs = 6;
  training.samples_per_class = 6;
  training.batch_size = 40;
  training.optimizer.learning_rate = 0.01;
  training.schedule = parse_schedule("warmup:3,cosine");
  return training;
}

std::vector<float> numbers_of(const TrainedMap& map) {
  if (map.network)
    return {map.network->parameters().values().begin(), map.network->parameters().values().end()};
  return {map.l.data(), map.l.data() + map.l.size()};
}

struct Sample {
  Dataset train = separable_data(90, 8, 3, 21, 0.5);
  Dataset valid = separable_data(45, 8, 3, 22, 0.5);
  Tuples triplets = tuples_of(train.labels, TupleKind::triplets, 200, 23);

  [[nodiscard]] TrainingData data(bool from_tuples, bool with_valid) const {
    TrainingData rows;
    rows.x = train.features;
    rows.labels = &train.labels;
    if (from_tuples) rows.tuples = &triplets;
    if (with_valid) {
      rows.valid_x = valid.features;
      rows.valid_labels = &valid.labels;
    }
    return rows;
  }
};

}  // namespace

TEST_CASE(
    "train_with_loss: stopped after any step and gone on, with another number of threads: the same bits") {
  const Scratch scratch;
  const Sample rows;
  struct Case {
    MapKind map;
    std::string network;
    bool from_tuples;
    bool valid;
  };
  const Case cases[] = {{MapKind::linear, "", false, false},
                        {MapKind::diagonal, "", true, true},
                        {MapKind::network, "linear 12, batchnorm, relu, dropout 0.3, linear 5", false, true},
                        {MapKind::network, "linear 12, gelu, linear 5", true, false}};
  for (const Case& c : cases) {
    CAPTURE(c.network);
    LossTraining training = training_of(c.map, c.network);
    if (c.valid) {
      training.select = parse_measure("map@r");
      training.patience = 4;
    }
    const TrainingData data = rows.data(c.from_tuples, c.valid);
    const TrainedMap whole = train_with_loss(data, training);
    for (const int every : {1, 2, 5, 13}) {
      CheckpointOptions checkpoint;
      checkpoint.file = scratch.path("run-" + std::to_string(every));
      checkpoint.identity = {{"a", "b"}};
      checkpoint.resume = true;
      TrainedMap map;
      int starts = 0;
      for (map.stopped = true; map.stopped; ++starts) {
        REQUIRE(starts < 500);
        const Threads threads(1 + starts % 3);
        int asked = 0;
        TrainingWatch watch;
        watch.stop = [&] { return ++asked > every + starts / 4; };  // a measurement asks several times
        map = train_with_loss(data, training, watch, checkpoint);
      }
      CHECK(starts > 1);
      CHECK(same_bits(numbers_of(map), numbers_of(whole)));
      REQUIRE(map.history.size() == whole.history.size());
      for (std::size_t e = 0; e < map.history.size(); ++e) {
        CHECK(map.history[e].loss == whole.history[e].loss);
        CHECK(map.history[e].active == whole.history[e].active);
        CHECK(map.history[e].valid == whole.history[e].valid);
      }
      CHECK(map.best_epoch == whole.best_epoch);
      std::filesystem::remove(checkpoint.file);
    }
  }
}

TEST_CASE("train_with_loss: a checkpoint of another run, or with counts that lie, is refused") {
  const Scratch scratch;
  const Sample rows;
  const LossTraining training = training_of(MapKind::network, "linear 5");
  const TrainingData data = rows.data(false, false);
  CheckpointOptions checkpoint;
  checkpoint.file = scratch.path("run");
  checkpoint.identity = {{"--lr", "1"}};
  checkpoint.resume = true;
  (void)train_with_loss(data, training, {}, checkpoint);
  checkpoint.identity = {{"--lr", "2"}};
  CHECK(kind_of([&] { (void)train_with_loss(data, training, {}, checkpoint); }) == kData);
  checkpoint.identity = {{"--lr", "1"}};
  const Checkpoint good = *read_checkpoint(checkpoint.file);
  for (const Checkpoint::Array& array : good.arrays) {
    Checkpoint bad = good;
    std::erase_if(bad.arrays, [&](const Checkpoint::Array& a) { return a.name == array.name; });
    write_checkpoint(bad, checkpoint.file);
    CAPTURE(array.name);
    CHECK(kind_of([&] { (void)train_with_loss(data, training, {}, checkpoint); }) == kData);
  }
  for (std::size_t at = 0; at < 3; ++at) {
    Checkpoint bad = good;
    for (Checkpoint::Array& array : bad.arrays) {
      if (array.name == "counts") std::get<std::vector<std::int64_t>>(array.values)[at] = -1;
    }
    write_checkpoint(bad, checkpoint.file);
    CHECK(kind_of([&] { (void)train_with_loss(data, training, {}, checkpoint); }) == kData);
  }
}

TEST_CASE("train_with_loss: a batch in parts gives the training of the whole one, dropout and all") {
  const Sample rows;
  LossTraining training = training_of(MapKind::network, "linear 12, layernorm, relu, dropout 0.3, linear 5");
  training.epochs = 2;
  training.optimizer.kind = OptimizerKind::sgd;  // adam makes steps of the rounding where a gradient is 0
  const TrainingData data = rows.data(false, false);
  const std::vector<float> whole = numbers_of(train_with_loss(data, training));
  const std::vector<float> start = [&] {
    LossTraining still = training;
    still.optimizer.learning_rate = 0;
    return numbers_of(train_with_loss(data, still));
  }();
  for (const std::int64_t parts : {2, 3, 18, 1000}) {
    training.accumulate = parts;
    const std::vector<float> other = numbers_of(train_with_loss(data, training));
    double moved = 0;
    double apart = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      moved = std::max(moved, std::abs(static_cast<double>(whole[i] - start[i])));
      apart = std::max(apart, std::abs(static_cast<double>(whole[i] - other[i])));
    }
    CHECK(moved > 0.01);
    CHECK(apart < 1e-3 * moved);
  }
  training.network = "linear 12, batchnorm, linear 5";
  CHECK(kind_of([&] { (void)train_with_loss(data, training); }) == kUsage);
}

TEST_CASE("train_with_loss: the best epoch on the validation rows is kept, and patience ends the rest") {
  const Sample rows;
  LossTraining training = training_of(MapKind::network, "linear 16, relu, linear 4");
  training.select = parse_measure("map@r");
  training.epochs = 40;
  training.patience = 3;
  const TrainedMap map = train_with_loss(rows.data(false, true), training);
  REQUIRE(map.best_epoch > 0);
  for (const EpochRecord& record : map.history) {
    REQUIRE(record.valid);
    const double best = *map.history[static_cast<std::size_t>(map.best_epoch - 1)].valid;
    CHECK(*record.valid <= best);
    if (record.epoch < map.best_epoch) CHECK(*record.valid < best);
  }
  const auto epochs = static_cast<std::int64_t>(map.history.size());
  CHECK((epochs == 40 || epochs == map.best_epoch + 3));
  // The epoch that was kept is what a training of that length would have given.
  training.patience = 0;
  training.select.reset();
  training.schedule = {};
  LossTraining again = training;
  again.select = parse_measure("map@r");
  const TrainedMap kept = train_with_loss(rows.data(false, true), again);
  training.epochs = kept.best_epoch;
  CHECK(same_bits(numbers_of(kept), numbers_of(train_with_loss(rows.data(false, false), training))));
}

TEST_CASE("train_with_loss: starts from the weights of another training, of the same layers only") {
  const Sample rows;
  const TrainingData data = rows.data(false, false);
  LossTraining training = training_of(MapKind::network, "linear 16, relu, linear 4");
  const TrainedMap first = train_with_loss(data, training);
  training.optimizer.learning_rate = 0;
  training.epochs = 1;
  CHECK(same_bits(numbers_of(train_with_loss(data, training, {}, {}, &first)), numbers_of(first)));
  training.network = "linear 17, relu, linear 4";
  CHECK(kind_of([&] { (void)train_with_loss(data, training, {}, {}, &first); }) == kData);
  training.map = MapKind::linear;
  CHECK(kind_of([&] { (void)train_with_loss(data, training, {}, {}, &first); }) == kData);
}
