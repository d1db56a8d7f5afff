#include "nearfar/training/training_portrait.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "nearfar/core/product.h"
#include "nearfar/training/learned_weights.h"
#include "nearfar/training/training_curves.h"
#include "scratch.h"
#include "training/classes.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Trained {
  Model model;
  LearnHistory history;
  TrainingPortrait portrait;
};

Trained trained(const Dataset& data, const SideInformation& known, const LearnOptions& options) {
  Trained trained;
  LearnWatch watch;
  watch.history = &trained.history;
  trained.model = learn(data, known, options, watch);
  trained.portrait = training_portrait(trained.model, data, known, options, trained.history);
  return trained;
}

LearnOptions by_loss(const std::string& loss) {
  LearnOptions options;
  options.loss = loss;
  options.training.epochs = 7;
  return options;
}

// How far the images of a row and of the row with one feature moved by 1 are apart.
double moved(const Model& model, std::int64_t feature) {
  Matrix rows(2, model.input_dim);
  for (std::int64_t j = 0; j < rows.cols(); ++j) rows(0, j) = rows(1, j) = static_cast<float>(j) / 3;
  rows(1, feature) += 1;
  const Matrix images = model.apply(rows);
  double sum = 0;
  for (std::int64_t j = 0; j < images.cols(); ++j) {
    const double d = static_cast<double>(images(0, j)) - static_cast<double>(images(1, j));
    sum += d * d;
  }
  return std::sqrt(sum);
}

bool names(const TrainingPortrait& portrait, const std::string& fact, const std::string& value) {
  for (const auto& [name, text] : portrait.facts) {
    if (name == fact && text.find(value) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("training portrait: a curve has a point for every epoch, and the best one is marked") {
  const Dataset train = separable_data(90, 5, 3, 2, 0.7);
  const Dataset valid = separable_data(40, 5, 3, 5, 0.7);
  SideInformation known;
  known.valid = &valid;
  LearnOptions options = by_loss("triplet");
  options.training.select = parse_measure("map@r");
  const Trained run = trained(train, known, options);
  REQUIRE(run.history.epochs.size() == 7);
  REQUIRE(run.portrait.curves.size() == 4);
  std::int64_t best = 0;
  for (const auto& [name, value] : run.model.training) {
    if (name == "best_epoch") best = static_cast<std::int64_t>(value);
  }
  REQUIRE(best > 0);
  for (std::size_t c = 0; c < 4; ++c) {
    const Chart& chart = run.portrait.curves[c];
    CAPTURE(chart.title);
    REQUIRE(chart.curves.size() == 1);
    REQUIRE(chart.curves[0].y.size() == 7);
    REQUIRE(chart.mark);
    CHECK(chart.mark->x == static_cast<double>(best));
    CHECK(chart.note.empty());
    for (std::size_t e = 0; e < 7; ++e) {
      const EpochRecord& epoch = run.history.epochs[e];
      const double values[] = {epoch.loss, *epoch.valid, epoch.active, epoch.learning_rate};
      CHECK(chart.curves[0].x[e] == static_cast<double>(e + 1));
      CHECK(chart.curves[0].y[e] == values[c]);
      CHECK(run.portrait.records.rows[e][c + 1] == values[c]);
    }
  }
  CHECK(run.portrait.records.head[2] == "map@r");
  CHECK(run.portrait.end.word == "epoch " + std::to_string(best) + " kept");
  CHECK(run.portrait.gains.size() == 2);
  CHECK(run.portrait.gains[1].held_out);
  CHECK(names(run.portrait, "learned from", "90 rows in 3 classes"));
  CHECK(names(run.portrait, "validation", "40 rows"));
  CHECK(names(run.portrait, "options", "margin 0.2"));
}

TEST_CASE("training portrait: iterations of a solver, and none of a closed form") {
  const Dataset train = separable_data(90, 5, 3, 2, 0.7);
  LearnOptions options;
  options.method = "lmnn";
  options.learner.max_iterations = 4;
  options.learner.tolerance = 0;
  Trained run = trained(train, {}, options);
  REQUIRE(run.history.iterations.size() == 4);
  REQUIRE(run.portrait.curves.size() == 3);
  CHECK(run.portrait.curves[1].y_axis == YAxis::powers);
  for (const Chart& chart : run.portrait.curves) REQUIRE(chart.curves[0].y.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(run.portrait.curves[0].curves[0].y[i] == run.history.iterations[i].objective);
    CHECK(run.portrait.curves[1].curves[0].y[i] == run.history.iterations[i].gradient_norm);
    CHECK(run.portrait.curves[2].curves[0].y[i] == static_cast<double>(run.history.iterations[i].active));
  }
  CHECK(run.portrait.end.at_limit);
  CHECK(run.portrait.end.word == "stopped");
  // The gains are those that learn() has told the model of.
  REQUIRE(run.portrait.gains.size() == 1);
  for (const auto& [name, value] : run.model.training) {
    if (name == "knn_accuracy@3") CHECK(run.portrait.gains[0].maps[0].accuracy == value);
  }
  // What an older checkpoint has not kept is said.
  run.history.iterations.erase(run.history.iterations.begin(), run.history.iterations.begin() + 2);
  CHECK(training_curves(run.history, "")[0].note.find("From iteration 3 on") == 0);

  options.method = "lda";
  options.learner = {};
  const Trained closed = trained(train, {}, options);
  CHECK(closed.portrait.curves.empty());
  CHECK(closed.portrait.records.rows.empty());
  CHECK(closed.portrait.end.word == "solved");
}

TEST_CASE("training curves: numbers that are not finite, which a checkpoint may hold, are left out") {
  LearnHistory history;
  const double infinite = std::numeric_limits<double>::infinity();
  history.iterations = {{1, -infinite, -1, infinite}, {2, 0.5, -1, infinite}};
  const std::vector<Chart> charts = training_curves(history, "");
  REQUIRE(charts.size() == 1);
  CHECK(charts[0].title == "Objective");
  CHECK(charts[0].curves[0].y == std::vector<double>{0.5});
}

TEST_CASE("training records: many epochs are thinned, and the best and the last stay") {
  LearnHistory history;
  for (std::int64_t e = 1; e <= 950; ++e) {
    EpochRecord record;
    record.epoch = e;
    record.valid = e == 333 ? 0.9 : 0.5;
    history.epochs.push_back(record);
  }
  const NumberTable table = training_records(history, "map@r");
  CHECK(table.rows.size() == 97);  // every tenth from 1, 333 and 950
  CHECK(table.note.find("97 of 950 epochs") == 0);
  CHECK(table.rows.back()[0] == 950);
  int best = 0;
  for (const auto& row : table.rows) best += row[0] == 333 ? 1 : 0;
  CHECK(best == 1);
  CHECK(training_curves(history, "map@r")[0].curves[0].x.size() == 950);

  Model model;
  model.options = {{"select", "map@r"}};
  CHECK(training_end(model, history, 0).word == "epoch 333 kept");
  CHECK(training_end(model, history, 0).sentence.find("map@r 0.9") != std::string::npos);
  CHECK(training_end(model, history, 618).sentence.find("without") == std::string::npos);
  CHECK(training_end(model, history, 617).sentence.find("ended by 617 epochs without a better one") !=
        std::string::npos);
}

TEST_CASE("feature weights: how far the images move with the feature, through any preprocessing") {
  const Dataset train = separable_data(90, 5, 3, 2, 0.7);
  for (const std::string preprocess : {"none", "pca:3", "center,pca:4", "whiten:4,pca:3", "whiten:5"}) {
    CAPTURE(preprocess);
    LearnOptions options;
    options.method = "lda";
    options.preprocess = preprocess;
    const Model model = learn(train, {}, options, {});
    const std::vector<double> weights = feature_weights(model);
    REQUIRE(weights.size() == 5);
    for (std::int64_t j = 0; j < 5; ++j)
      CHECK(weights[static_cast<std::size_t>(j)] == doctest::Approx(moved(model, j)).epsilon(1e-4));
  }
  // In the unit after steps that leave features apart: the standard deviation.
  LearnOptions options;
  options.method = "lda";
  options.preprocess = "standardize";
  const Model model = learn(train, {}, options, {});
  const std::vector<double> weights = feature_weights(model);
  for (std::int64_t j = 0; j < 5; ++j) {
    const auto scale = static_cast<double>(model.preprocessing.steps[0].scale[static_cast<std::size_t>(j)]);
    CHECK(weights[static_cast<std::size_t>(j)] * scale == doctest::Approx(moved(model, j)).epsilon(1e-4));
  }
  // Rows of length 1 before the mixing step are no unit of features, after elementwise steps they are.
  options.preprocess = "pca:3,unit";
  CHECK(feature_weights(learn(train, {}, options, {})).empty());
  options.preprocess = "standardize,unit";
  CHECK(feature_weights(learn(train, {}, options, {})).size() == 5);
}

TEST_CASE("singular values: of a map that is known") {
  Model model;
  model.l = Matrix(2, 3);
  std::fill_n(model.l.data(), 6, 0.0F);
  model.l(0, 1) = 3;
  model.l(1, 2) = -4;
  const std::vector<double> values = singular_values(model);
  REQUIRE(values.size() == 2);
  CHECK(values[0] == doctest::Approx(4));
  CHECK(values[1] == doctest::Approx(3));
}

TEST_CASE("weights: twenty features by name, and images by place") {
  Dataset train = separable_data(80, 24, 2, 7);
  LearnOptions options;
  options.method = "lda";
  options.preprocess = "standardize";
  Trained run = trained(train, {}, options);
  REQUIRE(run.portrait.weights);
  CHECK(run.portrait.weights->rows.size() == 20);
  CHECK(run.portrait.weights->rows[0].name == "f1");  // the only one that tells the classes apart
  CHECK(run.portrait.weights->note.find("The strongest 20 of 24") == 0);
  CHECK(!run.portrait.pixels);

  train.row_sizes = {4, 6};
  run = trained(train, {}, options);
  REQUIRE(run.portrait.pixels);
  CHECK(!run.portrait.weights);
  CHECK(run.portrait.pixels->height == 4);
  CHECK(run.portrait.pixels->width == 6);
  const std::vector<double> weights = feature_weights(run.model);
  for (std::size_t p = 0; p < 24; ++p) CHECK(run.portrait.pixels->values[p] == doctest::Approx(weights[p]));
  // The channels of a pixel together.
  train.row_sizes = {3, 4, 2};
  run = trained(train, {}, options);
  REQUIRE(run.portrait.pixels->values.size() == 8);
  const std::vector<double> again = feature_weights(run.model);
  CHECK(run.portrait.pixels->values[5] == doctest::Approx(std::hypot(again[5], again[13], again[21])));
}

TEST_CASE("spaces: the same rows before and after, a sample where there are many") {
  const Dataset train = separable_data(1700, 4, 12, 3, 0.3);
  const Dataset valid = separable_data(60, 4, 3, 5, 0.7);
  LearnOptions options;
  options.method = "lda";
  Trained run = trained(train, {}, options);
  REQUIRE(run.portrait.spaces.size() == 2);
  for (const Projection& space : run.portrait.spaces) {
    CHECK(space.x.size() == 1500);
    CHECK(space.of_class == run.portrait.spaces[0].of_class);
    CHECK(space.classes.size() == 10);
    CHECK(space.note.find("A sample of 1,500 of 1,700 training rows.") == 0);
    CHECK(space.note.find("10 largest of 12 classes") != std::string::npos);
  }
  SideInformation known;
  known.valid = &valid;
  run = trained(train, known, options);
  CHECK(run.portrait.spaces[0].x.size() == 60);
  CHECK(run.portrait.spaces[1].note == "All 60 validation rows.");
}

TEST_CASE("spaces: distances of tuples before and after") {
  Dataset train = separable_data(60, 4, 3, 3);
  const Tuples triplets = tuples_of(train.labels, TupleKind::triplets, 300, 8);
  const Tuples pairs = tuples_of(train.labels, TupleKind::pairs, 300, 8);
  Tuples graded = pairs;
  graded.kind = TupleKind::graded_pairs;
  for (std::size_t t = 0; t < graded.values.size(); ++t) graded.values[t] += static_cast<float>(t % 5) / 10;
  train.labels = {};
  for (const Tuples* tuples : {&triplets, &pairs}) {
    const Trained run = trained(train, tuples, by_loss("contrastive"));
    CHECK(run.portrait.gains.empty());
    CHECK(run.portrait.spaces[0].classes.empty());
    REQUIRE(run.portrait.distances.size() == 2);
    for (const Histogram& histogram : run.portrait.distances) {
      REQUIRE(histogram.series.size() == 2);
      for (const Histogram::Series& series : histogram.series) {
        double sum = 0;
        for (const double share : series.shares) sum += share;
        CHECK(sum == doctest::Approx(1));
      }
    }
    CHECK(names(run.portrait, "learned from", "300 " + std::string(tuple_kind(tuples->kind).name)));
  }
  const Trained run = trained(train, &graded, by_loss("cosent"));
  CHECK(run.portrait.distances.empty());
  REQUIRE(run.portrait.grades.size() == 2);
  const Scatter& after = run.portrait.grades[1];
  REQUIRE(after.x.size() == 300);
  const Matrix images = run.model.apply(train.features);
  const Distance distance = parse_distance(run.model.distance);
  for (std::int64_t t = 0; t < 300; ++t) {
    const auto at = static_cast<std::size_t>(t);
    CHECK(after.x[at] == static_cast<double>(graded.values[at]));
    CHECK(after.y[at] ==
          doctest::Approx(static_cast<double>(distance.between(images.row(graded[t][0]),
                                                               images.row(graded[t][1]), images.cols())))
              .epsilon(1e-4));
  }
  CHECK(after.note.find("Spearman") != std::string::npos);
}

TEST_CASE("spaces: rows of a regression in the colours of fifths") {
  Dataset train = separable_data(52, 4, 3, 3);
  train.labels = {};
  std::vector<double> targets;
  for (int i = 0; i < 52; ++i) targets.push_back((i * 37) % 52);
  SideInformation known;
  known.targets = targets;
  LearnOptions options;
  options.method = "mlkr";
  options.learner.max_iterations = 3;
  const Trained run = trained(train, known, options);
  REQUIRE(run.portrait.spaces.size() == 2);
  for (const Projection& space : run.portrait.spaces) {
    CHECK(space.classes ==
          std::vector<std::string>{"0 to 9", "10 to 19", "20 to 30", "31 to 40", "41 to 51"});
    for (std::size_t i = 0; i < 52; ++i) {
      const int expected = targets[i] < 10   ? 0
                           : targets[i] < 20 ? 1
                           : targets[i] < 31 ? 2
                           : targets[i] < 41 ? 3
                                             : 4;
      CHECK(space.of_class[i] == expected);
    }
  }
}
