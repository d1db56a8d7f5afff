#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "iris.h"
#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "mahalanobis/six_points.h"
#include "nearfar/core/error.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/lmnn_objective.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Naive {
  double value = 0;
  std::int64_t active = 0;
  std::vector<double> gradient;
};

// The k nearest rows of the same class, ties to the lower row.
std::vector<std::vector<std::int64_t>> naive_targets(const Matrix& x, const Codes& y, std::int64_t k) {
  const std::vector<double> identity = identity_of(x.cols());
  std::vector<std::vector<std::int64_t>> targets(y.size());
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    std::vector<std::pair<double, std::int64_t>> others;
    for (std::int64_t j = 0; j < x.rows(); ++j) {
      if (j != i && y[static_cast<std::size_t>(j)] == y[static_cast<std::size_t>(i)])
        others.emplace_back(naive_squared(x, identity, i, j), j);
    }
    std::sort(others.begin(), others.end());
    for (std::size_t t = 0; t < others.size() && t < static_cast<std::size_t>(k); ++t)
      targets[static_cast<std::size_t>(i)].push_back(others[t].second);
  }
  return targets;
}

// The triple loop of the definition.
Naive naive_lmnn(const Matrix& x, const Codes& y, std::int64_t k, double w, const std::vector<double>& l) {
  Naive naive;
  naive.gradient.resize(l.size());
  const auto targets = naive_targets(x, y, k);
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (const std::int64_t j : targets[static_cast<std::size_t>(i)]) {
      const double pulled = naive_squared(x, l, i, j);
      naive.value += (1 - w) * pulled;
      add_pair(x, l, i, j, 1 - w, naive.gradient);
      for (std::int64_t m = 0; m < x.rows(); ++m) {
        if (y[static_cast<std::size_t>(m)] == y[static_cast<std::size_t>(i)]) continue;
        const double hinge = 1 + pulled - naive_squared(x, l, i, m);
        if (hinge <= 0) continue;
        ++naive.active;
        naive.value += w * hinge;
        add_pair(x, l, i, j, w, naive.gradient);
        add_pair(x, l, i, m, -w, naive.gradient);
      }
    }
  }
  return naive;
}

// Three classes that overlap; every class has rows of one more, so the classes do not stand together.
struct Overlapping {
  Matrix x;
  Codes y;
};

Overlapping overlapping(std::int64_t n, std::int64_t d, std::uint64_t seed, std::int32_t classes = 3) {
  Overlapping data{random_rows(n, d, seed), {}};
  Random random(seed + 17);
  for (std::int64_t i = 0; i < n; ++i) {
    data.y.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(classes))));
    data.x(i, 0) += static_cast<float>(data.y.back());
  }
  return data;
}

LearnedMap learn_lmnn(const Matrix& x, const Codes& y, const LearnerOptions& options = {},
                      const IterationProgress& progress = {}) {
  const Labels labels = labels_of(y);
  LearnerInput input;
  input.x = x;
  input.labels = &labels;
  return kLmnnLearner.learn(input, options, progress);
}

}  // namespace

TEST_CASE("lmnn: target neighbours of six points, the tie to the lower row") {
  const Matrix x = six_points();
  CHECK(LmnnObjective(x, kSixClasses, 1, 0.5).targets() == Codes{1, 0, 1, 4, 3, 4});
}

TEST_CASE("lmnn: objective, active triplets and gradient of six points") {
  LmnnObjective objective(six_points(), kSixClasses, 1, 0.6);
  std::vector<double> gradient(4);
  CHECK(objective.evaluate(identity_of(2), gradient) == doctest::Approx(14.064).epsilon(1e-7));
  CHECK(objective.active() == 14);
  CHECK(gradient[0] == doctest::Approx(-0.672).epsilon(1e-7));
  CHECK(gradient[1] == doctest::Approx(0));
  CHECK(gradient[2] == doctest::Approx(0));
  CHECK(gradient[3] == doctest::Approx(12).epsilon(1e-7));
}

TEST_CASE("lmnn: four points on a line") {
  const Matrix x = rows_of({{0}, {1}, {2}, {3}});
  std::vector<double> gradient(1);
  CHECK(LmnnObjective(x, Codes{1, 1, 0, 0}, 1, 0.5).evaluate(identity_of(1), gradient) == doctest::Approx(3));
  CHECK(LmnnObjective(x, Codes{1, 0, 0, 1}, 1, 0.5).evaluate(identity_of(1), gradient) ==
        doctest::Approx(26));
}

TEST_CASE("lmnn: the gradient is that of central differences") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const auto [x, y] = overlapping(60, 4, seed);
    LmnnObjective objective(x, y, 3, 0.3 + 0.1 * static_cast<double>(seed));
    for (const std::int64_t r : {1, 2, 4}) {
      const Matrix random = random_rows(r, 4, seed + 100, 0.7);
      const std::vector<double> l(random.data(), random.data() + random.size());
      std::vector<double> gradient(l.size());
      (void)objective.evaluate(l, gradient);
      CHECK(relative_difference(gradient, numerical_gradient(objective, l, 1e-6)) < 1e-5);
    }
  }
}

TEST_CASE("lmnn: equals the triple loop at every iteration, while the active triplets change") {
  for (const std::int64_t dim : {4, 2}) {
    const auto [x, y] = overlapping(250, 4, 3);
    LmnnObjective objective(x, y, 3, 0.5);
    std::vector<double> start(static_cast<std::size_t>(dim * 4));
    for (std::int64_t i = 0; i < dim; ++i) start[static_cast<std::size_t>(i * 5)] = 3;
    std::int64_t fewest = 1 << 30;
    std::int64_t most = 0;
    std::int64_t evaluations = 0;
    class Watched final : public MapObjective {
     public:
      Watched(LmnnObjective& fast,
              std::function<void(const std::vector<double>&, double, const std::vector<double>&)> see)
          : fast_(fast), see_(std::move(see)) {}
      double evaluate(std::span<const double> l, std::span<double> gradient) override {
        const double value = fast_.evaluate(l, gradient);
        see_({l.begin(), l.end()}, value, {gradient.begin(), gradient.end()});
        return value;
      }

     private:
      LmnnObjective& fast_;
      std::function<void(const std::vector<double>&, double, const std::vector<double>&)> see_;
    };
    const Overlapping data{x, y};
    Watched watched(objective,
                    [&](const std::vector<double>& l, double value, const std::vector<double>& gradient) {
                      const Naive naive = naive_lmnn(data.x, data.y, 3, 0.5, l);
                      CHECK(value == doctest::Approx(naive.value).epsilon(1e-12));
                      CHECK(objective.active() == naive.active);
                      CHECK(relative_difference(gradient, naive.gradient) < 1e-9);
                      fewest = std::min(fewest, naive.active);
                      most = std::max(most, naive.active);
                      ++evaluations;
                    });
    const LearnedMap learned = minimise(watched, {dim, 4, start, false, {}}, {60, 1e-9}, {}, {});
    CHECK(learned.history.size() > 10);
    CHECK(most > fewest + 100);
    CHECK(objective.searches() > 1);            // the working set was left ...
    CHECK(objective.searches() < evaluations);  // ... and kept
  }
}

TEST_CASE("lmnn: rows that all are impostors of each other") {  // every pair is in the working set
  const auto [x, y] = overlapping(500, 3, 8, 25);
  std::vector<double> l = identity_of(3);
  for (double& value : l) value *= 1e-3;
  LmnnObjective objective(x, y, 2, 0.5);
  std::vector<double> gradient(l.size());
  const double value = objective.evaluate(l, gradient);
  const Naive naive = naive_lmnn(x, y, 2, 0.5, l);
  CHECK(value == doctest::Approx(naive.value).epsilon(1e-12));
  CHECK(objective.active() == naive.active);
  CHECK(relative_difference(gradient, naive.gradient) < 1e-10);
}

TEST_CASE("lmnn: the push weight weights the push") {
  const auto [x, y] = overlapping(80, 3, 5);
  const std::vector<double> l = identity_of(3);
  std::vector<double> pull(l.size());
  std::vector<double> push(l.size());
  LmnnObjective only_pull(x, y, 3, 0);
  LmnnObjective only_push(x, y, 3, 1);
  const double pulled = only_pull.evaluate(l, pull);
  CHECK(pulled == doctest::Approx(80 * 3 * only_pull.mean_target_distance(l)));
  const double pushed = only_push.evaluate(l, push);
  LmnnObjective mixed(x, y, 3, 0.25);
  std::vector<double> gradient(l.size());
  CHECK(mixed.evaluate(l, gradient) == doctest::Approx(0.75 * pulled + 0.25 * pushed));
}

TEST_CASE("lmnn: the map has the same bits for any number of threads, and descends") {
  const auto [x, y] = overlapping(700, 5, 4);
  std::vector<float> first;
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    std::vector<IterationRecord> seen;
    const LearnedMap learned =
        learn_lmnn(x, y, {}, [&](const IterationRecord& record) { seen.push_back(record); });
    CHECK(learned.convergence == Convergence::converged);
    REQUIRE(seen.size() > 3);
    for (std::size_t i = 1; i < seen.size(); ++i) {
      CHECK(seen[i].iteration == seen[i - 1].iteration + 1);
      CHECK(seen[i].objective < seen[i - 1].objective);
      CHECK(seen[i].active >= 0);
    }
    if (first.empty()) first.assign(learned.l.data(), learned.l.data() + learned.l.size());
    CHECK(same_bits(first, values(learned.l)));
  }
}

TEST_CASE("lmnn: class separation of iris") {
  const Dataset data = iris();
  LearnerOptions options;
  options.neighbors = 5;
  CHECK(class_separation(learn_lmnn(data.features, data.labels.codes, options).l, data) < 0.25);
}

TEST_CASE("lmnn: constant columns, copies of rows, fewer rows than columns, small classes, one column") {
  auto [x, y] = overlapping(40, 3, 6);
  for (std::int64_t i = 0; i < 40; ++i) x(i, 1) = 5;
  for (std::int64_t i = 20; i < 40; ++i) std::copy_n(x.row(i - 20), 3, x.row(i));
  y[0] = 3;  // a class of one row
  y[1] = 4;  // a class of two
  y[2] = 4;
  const LearnedMap copies = learn_lmnn(x, y);
  for (const float value : values(copies.l)) CHECK(std::isfinite(value));

  const auto wide = overlapping(12, 30, 7);
  const LearnedMap few = learn_lmnn(wide.x, wide.y);
  CHECK(few.l.rows() == 30);
  for (const float value : values(few.l)) CHECK(std::isfinite(value));

  const auto narrow = overlapping(50, 1, 7);
  CHECK(learn_lmnn(narrow.x, narrow.y).l.size() == 1);

  Matrix same(10, 2);  // nothing to tell apart, but nothing breaks
  const LearnedMap equal = learn_lmnn(same, {0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
  for (const float value : values(equal.l)) CHECK(std::isfinite(value));
}

TEST_CASE("lmnn: what it cannot learn from is refused") {
  const Matrix x = random_rows(6, 2, 1);
  CHECK(kind_of([&] { (void)learn_lmnn(x, {0, 0, 0, 0, 0, 0}); }) == kData);
  CHECK(kind_of([&] { (void)learn_lmnn(x, {0, 1, 2, 3, 4, 5}); }) == kData);
  const auto with = [&](auto change) {
    LearnerOptions options;
    change(options);
    return kind_of([&] { (void)learn_lmnn(x, {0, 0, 0, 1, 1, 1}, options); });
  };
  CHECK(with([](LearnerOptions&) {}) == 0);
  CHECK(with([](LearnerOptions& o) { o.push_weight = 1.5; }) == kUsage);
  CHECK(with([](LearnerOptions& o) { o.push_weight = -0.5; }) == kUsage);
  CHECK(with([](LearnerOptions& o) { o.push_weight = NAN; }) == kUsage);
  CHECK(with([](LearnerOptions& o) { o.tolerance = -1; }) == kUsage);
  CHECK(with([](LearnerOptions& o) { o.dim = 3; }) == kData);
  CHECK(with([](LearnerOptions& o) { o.init = random_rows(2, 2, 1), o.dim = 1; }) == kUsage);
}

TEST_CASE("lmnn: stops at the limit, and goes on from a map") {
  const auto [x, y] = overlapping(300, 4, 9);
  LearnerOptions options;
  options.max_iterations = 3;
  const LearnedMap first = learn_lmnn(x, y, options);
  CHECK(first.convergence == Convergence::stopped);
  CHECK(first.history.size() == 3);
  options.init = first.l;
  const LearnedMap second = learn_lmnn(x, y, options);
  CHECK(second.history.front().objective < first.history.back().objective);
  options.max_iterations = 0;
  CHECK(same_bits(values(learn_lmnn(x, y, options).l), values(first.l)));
}
