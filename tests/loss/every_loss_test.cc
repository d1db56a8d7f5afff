// Every loss of the table x its distances x reductions x kinds of supervision: against the formulas of
// naive_loss.h, against central differences, in float against double, and what does not matter to any.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "data/several_labels.h"
#include "loss/naive_loss.h"
#include "nearfar/loss/loss_function.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr std::int64_t kRows = 11;
constexpr std::int64_t kCols = 4;
constexpr double kStep = 1e-6;  // of the central differences
constexpr Reduction kReductions[] = {Reduction::mean, Reduction::mean_nonzero, Reduction::sum};

// Settings under which some terms cost and some do not, for distances about as large as those of random rows.
std::vector<LossOptions> settings(const LossInfo& loss, DistanceKind kind) {
  const double usual = kind == DistanceKind::euclidean     ? 2.8
                       : kind == DistanceKind::sqeuclidean ? 8
                       : kind == DistanceKind::manhattan   ? 4.5
                                                           : 1;
  LossOptions options = default_options(loss, kind);
  std::vector<LossOptions> list{options};
  for (const LossOptionInfo& option : loss.options) {
    if (option.range == LossRange::distance)
      options.*option.number = usual * (option.name == "pos-margin" ? 0.6
                                        : option.name == "margin"   ? 0.2
                                                                    : 1.1);
    if (option.name == "temperature") options.temperature = 0.4;
    if (option.name == "beta" && option.range != LossRange::distance) options.beta = 7;
  }
  list.push_back(options);
  for (const LossOptionInfo& option : loss.options) {
    if (option.flag == nullptr) continue;
    options.*option.flag = true;
    list.push_back(options);
  }
  return list;
}

// use(loss, distance, way, options) for all of them.
template <class Use>
void for_each_setting(const BatchTruth& truth, Use use) {
  for (const LossInfo& loss : losses()) {
    for (const DistanceKind kind : loss.distances) {
      for (const BatchTruth::Way& way : truth.for_loss(loss)) {
        int setting = 0;
        for (LossOptions options : settings(loss, kind)) {
          for (const Reduction reduction : kReductions) {
            options.reduction = reduction;
            INFO(std::string(loss.name), " ", std::string(Distance(kind).info().name), " ", way.name, " ",
                 std::string(reduction_name(reduction)), ", setting ", setting);
            use(loss, kind, way.supervision, options);
          }
          ++setting;
        }
      }
    }
  }
}

LossGradient evaluate_in_float(const LossInfo& loss, const LossOptions& options, DistanceKind kind,
                               MatrixView x, const Supervision& supervision) {
  LossFunction function({&loss, options, kind, x.cols, 4, 0});
  const std::vector<double> own = flat(BatchTruth::own(loss, x.cols));
  for (std::size_t k = 0; k < own.size(); ++k) function.parameters()[k] = static_cast<float>(own[k]);
  return function.evaluate(x, supervision);
}

// The largest difference of `got` from the central differences of value().
template <class Value>
double gradient_error(DoubleRows& rows, const DoubleRows& got, Value value) {
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < rows[i].size(); ++k) {
      const double at = rows[i][k];
      rows[i][k] = at + kStep;
      const double above = value();
      rows[i][k] = at - kStep;
      const double below = value();
      rows[i][k] = at;
      worst = std::max(worst, std::abs((above - below) / (2 * kStep) - got[i][k]));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("every loss: value and counts are those of the formula") {
  const BatchTruth truth = random_truth(kRows, 1);
  const DoubleRows x = in_double(random_rows(kRows, kCols, 2));
  for_each_setting(truth, [&](const LossInfo& loss, DistanceKind kind, const Supervision& supervision,
                              const LossOptions& options) {
    const DoubleRows own = BatchTruth::own(loss, kCols);
    const NaiveLoss expected = naive_loss(loss.name, options, kind, x, supervision, own);
    const DoubleGradient got = evaluate_in_double(loss, options, kind, x, supervision, own);
    CHECK(near(got.loss.value, expected.value, 1e-10, 1e-14));
    CHECK(got.loss.terms == expected.terms);
    CHECK(got.loss.active == expected.active);
  });
}

TEST_CASE("every loss: the gradient, by rows and by own weights, is that of central differences") {
  const BatchTruth truth = random_truth(kRows, 1);
  for_each_setting(truth, [&](const LossInfo& loss, DistanceKind kind, const Supervision& supervision,
                              const LossOptions& options) {
    if (loss.name == "circle") return;  // its gradient holds weights constant: in circle_test.cc
    DoubleRows x = in_double(random_rows(kRows, kCols, 2));
    DoubleRows own = BatchTruth::own(loss, kCols);
    const auto value = [&] {
      return evaluate_in_double(loss, options, kind, x, supervision, own).loss.value;
    };
    const DoubleGradient got = evaluate_in_double(loss, options, kind, x, supervision, own);
    CHECK(largest(got.gradient) > 0);
    CHECK(gradient_error(x, got.gradient, value) < 2e-6 * std::max(1.0, largest(got.gradient)));
    if (own.empty()) return;
    DoubleRows by_own = own;
    std::size_t k = 0;
    for (auto& row : by_own) {
      for (double& entry : row) entry = got.own_gradient[k++];
    }
    CHECK(largest(by_own) > 0);
    CHECK(gradient_error(own, by_own, value) < 2e-6 * std::max(1.0, largest(by_own)));
  });
}

TEST_CASE("every loss: in float as in double, to 1e-5") {
  const BatchTruth truth = random_truth(40, 3);
  const Matrix x = random_rows(40, 24, 4);
  for_each_setting(truth, [&](const LossInfo& loss, DistanceKind kind, const Supervision& supervision,
                              const LossOptions& options) {
    DoubleRows own = BatchTruth::own(loss, 24);
    for (auto& row : own) {
      for (double& value : row) value = static_cast<double>(static_cast<float>(value));
    }
    const DoubleGradient exact = evaluate_in_double(loss, options, kind, in_double(x), supervision, own);
    const LossGradient got = evaluate_in_float(loss, options, kind, x, supervision);
    CHECK(near(got.loss.value, exact.loss.value, 1e-5, 1e-9));
    double worst = 0;
    const std::vector<double> gradient = flat(exact.gradient);
    for (std::size_t k = 0; k < gradient.size(); ++k)
      worst = std::max(worst, std::abs(gradient[k] - static_cast<double>(got.gradient.data()[k])));
    CHECK(worst <= 1e-5 * largest(exact.gradient));
  });
}

TEST_CASE("every loss: the order of rows and of tuples does not matter") {
  const BatchTruth truth = random_truth(kRows, 2);
  const DoubleRows x = in_double(random_rows(kRows, kCols, 3));
  std::vector<std::int32_t> to(kRows);  // row i goes to row to[i]
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<std::int32_t>(i);
  Random random(4);
  random.shuffle(std::span<std::int32_t>(to));

  BatchTruth moved = truth;
  DoubleRows moved_x = x;
  for (std::size_t i = 0; i < x.size(); ++i) {
    moved.labels[static_cast<std::size_t>(to[i])] = truth.labels[i];
    moved_x[static_cast<std::size_t>(to[i])] = x[i];
  }
  // Two statements about one pair must keep their order: the last one holds. So only the rows move there.
  for (Tuples* tuples : {&moved.pairs, &moved.triplets, &moved.graded}) {
    for (std::int32_t& item : tuples->items) item = to[static_cast<std::size_t>(item)];
  }
  for (const LossInfo& loss : losses()) {
    for (const DistanceKind kind : loss.distances) {
      const auto ways = truth.for_loss(loss);
      const auto moved_ways = moved.for_loss(loss);
      const DoubleRows own = BatchTruth::own(loss, kCols);
      for (std::size_t w = 0; w < ways.size(); ++w) {
        const LossOptions options = settings(loss, kind)[1];
        if (loss.name == "n-pairs" && ways[w].name == "labels") continue;  // takes the first rows of a class
        const DoubleGradient before = evaluate_in_double(loss, options, kind, x, ways[w].supervision, own);
        const DoubleGradient after =
            evaluate_in_double(loss, options, kind, moved_x, moved_ways[w].supervision, own);
        INFO(std::string(loss.name), " ", ways[w].name);
        CHECK(near(before.loss.value, after.loss.value, 1e-12));
        CHECK(before.loss.active == after.loss.active);
        double worst = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
          for (std::size_t k = 0; k < x[i].size(); ++k) {
            const double there = after.gradient[static_cast<std::size_t>(to[i])][k];
            worst = std::max(worst, std::abs(before.gradient[i][k] - there));
          }
        }
        CHECK(worst <= 1e-11 * largest(before.gradient));
      }
    }
  }
}

TEST_CASE("every loss: the same bits for 1, 2 and 3 threads") {
  const BatchTruth truth = random_truth(90, 5);
  const Matrix x = random_rows(90, 6, 6);
  for (const LossInfo& loss : losses()) {
    for (const DistanceKind kind : loss.distances) {
      for (const BatchTruth::Way& way : truth.for_loss(loss)) {
        std::vector<LossGradient> runs;
        for (const int count : {1, 2, 3}) {
          const Threads use(count);
          runs.push_back(evaluate_in_float(loss, default_options(loss, kind), kind, x, way.supervision));
        }
        INFO(std::string(loss.name), " ", way.name);
        for (const LossGradient& run : runs) {
          CHECK(run.loss.value == runs[0].loss.value);
          CHECK(same_bits(values(run.gradient), values(runs[0].gradient)));
        }
      }
    }
  }
}

TEST_CASE("every loss: rows with several labels cost what the tuples cost that the labels mean") {
  const LabelSets sets = [] {
    LabelSets drawn = random_label_sets(40, 5, 3, 7);
    std::erase_if(drawn, [](const auto& set) { return set.empty(); });
    drawn.resize(kRows);
    return drawn;
  }();
  const Labels labels = encode_sets(sets);
  REQUIRE(labels.several());
  Tuples pairs{TupleKind::pairs, {}, {}};
  Tuples triplets{TupleKind::triplets, {}, {}};
  const auto alike = [&](std::int32_t i, std::int32_t j) {
    return share(sets[static_cast<std::size_t>(i)], sets[static_cast<std::size_t>(j)]);
  };
  for (std::int32_t i = 0; i < kRows; ++i) {
    for (std::int32_t j = 0; j < kRows; ++j) {
      if (i < j) {
        pairs.items.insert(pairs.items.end(), {i, j});
        pairs.values.push_back(alike(i, j) ? 1 : 0);
      }
      for (std::int32_t k = 0; k < kRows; ++k) {
        if (i != j && alike(i, j) && !alike(i, k)) triplets.items.insert(triplets.items.end(), {i, j, k});
      }
    }
  }
  Supervision by_labels;
  by_labels.labels = labels.codes;
  by_labels.sets = &labels;
  const DoubleRows x = in_double(random_rows(kRows, kCols, 12));
  for (const LossInfo& loss : losses()) {
    if (!loss.from_labels || loss.own == OwnWeights::class_vectors) continue;
    if (!loss.from_pairs && !loss.from_triplets) continue;
    if (loss.name == "snr-contrastive" || loss.name == "n-pairs") continue;  // labels mean other pairs there
    Supervision by_tuples;
    by_tuples.tuples = loss.from_pairs ? &pairs : &triplets;
    const DoubleRows own = BatchTruth::own(loss, kCols);
    for (const DistanceKind kind : loss.distances) {
      for (LossOptions options : settings(loss, kind)) {
        options.symmetric = true;
        const DoubleGradient got = evaluate_in_double(loss, options, kind, x, by_labels, own);
        const DoubleGradient expected = evaluate_in_double(loss, options, kind, x, by_tuples, own);
        INFO(std::string(loss.name));
        CHECK(got.loss.terms == expected.loss.terms);
        CHECK(near(got.loss.value, expected.loss.value, 1e-12));
        CHECK(got.loss.value > 0);
        double worst = 0;
        for (std::size_t k = 0; k < flat(got.gradient).size(); ++k)
          worst = std::max(worst, std::abs(flat(got.gradient)[k] - flat(expected.gradient)[k]));
        CHECK(worst < 1e-12 * std::max(1.0, largest(expected.gradient)));
      }
    }
  }
}

TEST_CASE("infonce is supcon where each anchor has one positive") {
  const std::vector<std::int32_t> labels{0, 1, 2, 0, 1, 2};
  const DoubleRows x = in_double(random_rows(6, kCols, 5));
  LossOptions options;
  options.reduction = Reduction::mean;
  options.temperature = 0.2;
  const DoubleGradient one =
      evaluate_in_double(loss_info("infonce"), options, DistanceKind::cosine, x, {labels});
  const DoubleGradient other =
      evaluate_in_double(loss_info("supcon"), options, DistanceKind::cosine, x, {labels});
  CHECK(near(one.loss.value, other.loss.value, 1e-12));
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t k = 0; k < x[i].size(); ++k)
      CHECK(near(one.gradient[i][k], other.gradient[i][k], 1e-9, 1e-14));
  }
}
