// Every loss of the table x its distances x reductions x kinds of supervision, against the formulas of
// naive_loss.h.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "data/several_labels.h"
#include "loss/naive_loss.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr std::int64_t kRows = 11;
constexpr std::int64_t kCols = 4;
constexpr double kStep = 1e-6;       // of the central differences
constexpr double kClearance = 5e-5;  // no kink is nearer than this to any term: a step moves one by less
constexpr Reduction kReductions[] = {Reduction::mean, Reduction::mean_nonzero, Reduction::sum};

bool has_option(const LossInfo& loss, std::string_view name) {
  return std::any_of(loss.options.begin(), loss.options.end(),
                     [&](const auto& option) { return option.name == name; });
}

// Settings under which some terms cost and some do not, for distances about as large as those of random rows.
std::vector<LossOptions> settings(const LossInfo& loss, DistanceKind kind) {
  const double usual = kind == DistanceKind::euclidean     ? 2.8
                       : kind == DistanceKind::sqeuclidean ? 8
                       : kind == DistanceKind::manhattan   ? 4.5
                                                           : 1;
  LossOptions options{.pos_margin = 0.6 * usual, .neg_margin = 1.1 * usual, .margin = 0.2 * usual};
  std::vector<LossOptions> list{options};
  if (has_option(loss, "smooth")) {
    options.smooth = true;
    list.push_back(options);
  }
  if (has_option(loss, "swap")) {
    options.swap = true;
    list.push_back(options);
    options.smooth = false;
    list.push_back(options);
  }
  list.push_back(LossOptions{});  // the defaults
  return list;
}

// The gradient by central differences of the naive loss, against `got`: the largest difference.
double gradient_error(const LossInfo& loss, const LossOptions& options, DistanceKind kind, const Matrix& x,
                      const Supervision& supervision, const Matrix& got) {
  DoubleRows rows = in_double(x);
  double worst = 0;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (std::int64_t k = 0; k < x.cols(); ++k) {
      double& value = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
      const double at = value;
      value = at + kStep;
      const double above = naive_loss(loss.name, options, kind, rows, supervision).value;
      value = at - kStep;
      const double below = naive_loss(loss.name, options, kind, rows, supervision).value;
      value = at;
      worst = std::max(worst, std::abs((above - below) / (2 * kStep) - static_cast<double>(got(i, k))));
    }
  }
  return worst;
}

// Random rows whose terms all keep clear of kinks.
Matrix clear_rows(const LossInfo& loss, const LossOptions& options, DistanceKind kind,
                  const Supervision& supervision) {
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    Matrix x = random_rows(kRows, kCols, seed);
    if (naive_loss(loss.name, options, kind, in_double(x), supervision).clearance > kClearance) return x;
  }
  FAIL("no batch without a kink");
  return {};
}

}  // namespace

TEST_CASE("every loss: value, counts and gradient are those of the formula") {
  const BatchTruth truth = random_truth(kRows, 1);
  for (const LossInfo& loss : losses()) {
    for (const DistanceKind kind : loss.distances) {
      for (const BatchTruth::Way& way : truth.for_loss(loss)) {
        bool partly_active = false;
        for (LossOptions options : settings(loss, kind)) {
          for (const Reduction reduction : kReductions) {
            options.reduction = reduction;
            const Matrix x = clear_rows(loss, options, kind, way.supervision);
            const NaiveLoss expected = naive_loss(loss.name, options, kind, in_double(x), way.supervision);
            const LossGradient got = evaluate_loss(loss, options, kind, x, way.supervision);
            INFO(std::string(loss.name), " ", std::string(distances()[static_cast<std::size_t>(kind)].name),
                 " ", way.name, " ", std::string(reduction_name(reduction)), " smooth ", options.smooth,
                 " swap ", options.swap);
            CHECK(near(got.loss.value, expected.value, 1e-12));
            CHECK(got.loss.terms == expected.terms);
            CHECK(got.loss.active == expected.active);
            CHECK(got.gradient.rows() == kRows);
            CHECK(got.gradient.cols() == kCols);
            CHECK(largest(got.gradient) > 0);
            CHECK(gradient_error(loss, options, kind, x, way.supervision, got.gradient) <
                  1e-6 * largest(got.gradient));
            partly_active = partly_active || (expected.active > 0 && expected.active < expected.terms);
          }
        }
        CHECK(partly_active);
      }
    }
  }
}

TEST_CASE("every loss: the order of rows and of tuples does not matter") {
  const BatchTruth truth = random_truth(kRows, 2);
  const Matrix x = random_rows(kRows, kCols, 3);
  std::vector<std::int32_t> to(kRows);  // row i goes to row to[i]
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<std::int32_t>(i);
  Random random(4);
  random.shuffle(std::span<std::int32_t>(to));

  BatchTruth moved = truth;
  Matrix moved_x(kRows, kCols);
  for (std::int64_t i = 0; i < kRows; ++i) {
    const auto place = static_cast<std::size_t>(to[static_cast<std::size_t>(i)]);
    moved.labels[place] = truth.labels[static_cast<std::size_t>(i)] + 7;  // only equality of labels counts
    std::copy_n(x.row(i), kCols, moved_x.row(static_cast<std::int64_t>(place)));
  }
  const auto reversed = [&](Tuples& tuples, std::size_t items) {
    std::vector<std::int32_t> back;
    for (std::size_t t = tuples.items.size() / items; t > 0; --t) {
      for (std::size_t k = 0; k < items; ++k) {
        back.push_back(to[static_cast<std::size_t>(tuples.items[(t - 1) * items + k])]);
      }
    }
    tuples.items = back;
    std::reverse(tuples.values.begin(), tuples.values.end());
  };
  reversed(moved.pairs, 2);
  reversed(moved.triplets, 3);

  for (const LossInfo& loss : losses()) {
    for (const DistanceKind kind : loss.distances) {
      const auto ways = truth.for_loss(loss);
      const auto moved_ways = moved.for_loss(loss);
      for (std::size_t w = 0; w < ways.size(); ++w) {
        const LossOptions options = settings(loss, kind).front();
        const LossGradient before = evaluate_loss(loss, options, kind, x, ways[w].supervision);
        const LossGradient after = evaluate_loss(loss, options, kind, moved_x, moved_ways[w].supervision);
        INFO(std::string(loss.name), " ", ways[w].name);
        CHECK(near(before.loss.value, after.loss.value, 1e-12));
        CHECK(before.loss.active == after.loss.active);
        double worst = 0;
        for (std::int64_t i = 0; i < kRows; ++i) {
          for (std::int64_t k = 0; k < kCols; ++k) {
            const float there = after.gradient(to[static_cast<std::size_t>(i)], k);
            worst = std::max(worst, std::abs(static_cast<double>(before.gradient(i, k) - there)));
          }
        }
        CHECK(worst < 1e-6 * largest(before.gradient));
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
          runs.push_back(evaluate_loss(loss, {}, kind, x, way.supervision));
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
  const Matrix x = random_rows(kRows, kCols, 12);
  for (const LossInfo& loss : losses()) {
    if (!loss.from_labels) continue;
    Supervision by_tuples;
    by_tuples.tuples = loss.from_pairs ? &pairs : &triplets;
    for (const DistanceKind kind : loss.distances) {
      for (const LossOptions& options : settings(loss, kind)) {
        const LossGradient got = evaluate_loss(loss, options, kind, x, by_labels);
        const LossGradient expected = evaluate_loss(loss, options, kind, x, by_tuples);
        INFO(std::string(loss.name));
        CHECK(got.loss.terms == expected.loss.terms);
        CHECK(near(got.loss.value, expected.loss.value, 1e-12));
        CHECK(got.loss.value > 0);
        CHECK(same_bits(values(got.gradient), values(expected.gradient)));
      }
    }
  }
}
