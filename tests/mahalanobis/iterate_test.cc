#include "nearfar/mahalanobis/iterate.h"

#include <doctest/doctest.h>

#include <cmath>

#include "mahalanobis/learner_cases.h"
#include "mahalanobis/six_points.h"
#include "nearfar/core/error.h"
#include "nearfar/mahalanobis/lbfgs.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// sum_i i (x_i - i)^2, and a valley that bends.
double bowl(std::span<const double> x, std::span<double> gradient) {
  double value = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto n = static_cast<double>(i + 1);
    value += n * (x[i] - n) * (x[i] - n);
    gradient[i] = 2 * n * (x[i] - n);
  }
  return value;
}

double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  const double a = 1 - x[0];
  const double b = x[1] - x[0] * x[0];
  gradient[0] = -2 * a - 400 * x[0] * b;
  gradient[1] = 200 * b;
  return a * a + 100 * b * b;
}

// A kink at the minimum: 3 |x_0 - 1| + |x_1 + 2|.
double kinked(std::span<const double> x, std::span<double> gradient) {
  gradient[0] = x[0] > 1 ? 3 : -3;
  gradient[1] = x[1] > -2 ? 1 : -1;
  return 3 * std::abs(x[0] - 1) + std::abs(x[1] + 2);
}

class Broken final : public MapObjective {
 public:
  double evaluate(std::span<const double>, std::span<double> gradient) override {
    for (double& value : gradient) value = 1;
    return NAN;
  }
};

// The mean of |x - a_i|^4 over the first of the points a_i.
class Points final : public MapObjective {
 public:
  explicit Points(std::int64_t first) : first_(first) {}
  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    double value = 0;
    std::fill(gradient.begin(), gradient.end(), 0);
    for (std::int64_t i = 0; i < first_; ++i) {
      const double a = x[0] - std::sin(static_cast<double>(i));
      const double b = x[1] - std::cos(static_cast<double>(i * i));
      const double square = a * a + b * b;
      value += square * square / static_cast<double>(first_);
      gradient[0] += 4 * square * a / static_cast<double>(first_);
      gradient[1] += 4 * square * b / static_cast<double>(first_);
    }
    return value;
  }
  [[nodiscard]] std::int64_t terms() const override { return first_; }
  [[nodiscard]] bool complete() const override { return first_ == kPoints; }
  void use_terms(std::int64_t terms) override { first_ = std::min(terms, kPoints); }

  static constexpr std::int64_t kPoints = 300;

 private:
  std::int64_t first_;
};

}  // namespace

TEST_CASE("lbfgs: a bowl, a bent valley, a kink") {
  Lbfgs a({0, 0, 0, 0, 0}, bowl);
  while (a.step(bowl) && a.iteration < 60) {
  }
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(a.x[i] == doctest::Approx(static_cast<double>(i + 1)).epsilon(1e-7));
  Lbfgs b({-1.2, 1}, rosenbrock);
  double before = b.value;
  while (b.step(rosenbrock) && b.iteration < 100) {
    CHECK(b.value < before);
    before = b.value;
  }
  CHECK(b.x[0] == doctest::Approx(1).epsilon(1e-5));
  CHECK(b.x[1] == doctest::Approx(1).epsilon(1e-5));
  Lbfgs c({7, 9}, kinked);
  while (c.step(kinked) && c.iteration < 100) {
  }
  CHECK(c.value < 1e-3);
}

TEST_CASE("lbfgs: at a minimum there is no step, and nothing moves") {
  Lbfgs solver({1, 2, 3}, bowl);
  CHECK(solver.value == 0);
  CHECK(!solver.step(bowl));
  CHECK(solver.x == std::vector<double>{1, 2, 3});
  CHECK(solver.iteration == 0);
}

TEST_CASE("minimise: an objective that is no number is a numerical failure") {
  Broken broken;
  const auto error = error_of([&] { (void)minimise(broken, {1, 2, {1, 1}, false, {}}, {10, 1e-5}, {}, {}); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::numerical);
}

TEST_CASE("minimise: a part of the terms first, all of them at the end, and the same from any state") {
  const StartingMap start{1, 2, {3, -4}, false, {}};
  const IterationLimits limits{100, 1e-12};
  LearnerOptions options;
  std::vector<SolverState> states;
  options.checkpoint = [&](const std::function<SolverState()>& state, bool) { states.push_back(state()); };
  Points growing(10);
  const LearnedMap grown = minimise(growing, start, limits, options, {});
  CHECK(grown.convergence == Convergence::converged);
  CHECK(growing.complete());
  std::vector<std::int64_t> stages;
  for (const IterationRecord& record : grown.history) {
    if (stages.empty() || stages.back() != record.terms) stages.push_back(record.terms);
  }
  CHECK(stages == std::vector<std::int64_t>{10, 40, 160, 300});
  Points whole(Points::kPoints);
  const LearnedMap at_once = minimise(whole, start, limits, {}, {});
  CHECK(grown.history.back().objective == doctest::Approx(at_once.history.back().objective).epsilon(1e-9));
  options.checkpoint = {};
  for (const SolverState& state : states) {
    options.resume = &state;
    Points again(10);
    const LearnedMap rest = minimise(again, start, limits, options, {});
    CHECK(same_bits(values(rest.l), values(grown.l)));
    CHECK(rest.history.back().objective == grown.history.back().objective);
    CHECK(rest.history.back().terms == grown.history.back().terms);
  }
  // Where the limit comes first it says so.
  Points cut(10);
  const LearnedMap stopped = minimise(cut, start, {2, 1e-12}, {}, {});
  CHECK(stopped.convergence == Convergence::stopped);
  REQUIRE(stopped.notes.size() == 1);
  CHECK(stopped.notes[0].find("10 rows") != std::string::npos);
}

TEST_CASE("every learner that iterates: from a state between two iterations it goes on with the same bits") {
  const LabelledRows data = labelled_rows(150, 5, 4, 2, 0.7);
  const std::vector<double> targets(data.labels.codes.begin(), data.labels.codes.end());
  int resuming = 0;
  for (const LearnerInfo& learner : learners()) {
    if (!learner.iterates || learner.name == "sdml") continue;  // that is there too soon: sdml_test.cc
    ++resuming;
    INFO(std::string(learner.name));
    LearnerInput input;
    input.x = data.x;
    input.labels = &data.labels;
    if (learner.from_targets) input.targets = targets;
    LearnerOptions options;
    options.dim = learner.has_option("prior") || learner.has_option("diagonal") ? 0 : 3;
    std::vector<SolverState> states;
    std::vector<bool> ends;
    options.checkpoint = [&](const std::function<SolverState()>& state, bool last) {
      states.push_back(state());
      ends.push_back(last);
    };
    const LearnedMap whole = learner.learn(input, options, {});
    REQUIRE(states.size() > 10);
    CHECK(std::count(ends.begin(), ends.end(), true) == 1);
    CHECK(ends.back());
    for (const std::size_t at : {std::size_t{0}, std::size_t{5}, std::size_t{9}, states.size() - 1}) {
      LearnerOptions again;
      again.dim = options.dim;
      again.resume = &states[at];
      const LearnedMap rest = learner.learn(input, again, {});
      CHECK(same_bits(values(rest.l), values(whole.l)));
      CHECK(rest.convergence == whole.convergence);
      CHECK(rest.facts == whole.facts);
      const std::size_t reached = std::min(at, whole.history.size() - 1);
      REQUIRE(rest.history.size() == whole.history.size() - reached);
      for (std::size_t i = 0; i < rest.history.size(); ++i) {
        const IterationRecord& before = whole.history[reached + i];
        CHECK(rest.history[i].iteration == before.iteration);
        CHECK(rest.history[i].objective == before.objective);
        CHECK(rest.history[i].active == before.active);
        CHECK(rest.history[i].gradient_norm == before.gradient_norm);
        CHECK(rest.history[i].terms == before.terms);
        CHECK(rest.history[i].gap == before.gap);
      }
    }
    SolverState other = states[3];
    other.arrays[1].second.pop_back();
    LearnerOptions again;
    again.resume = &other;
    CHECK(kind_of([&] { (void)learner.learn(input, again, {}); }) == kData);
    // Counts that are none.
    const std::vector<std::pair<std::string, std::size_t>> counts{
        {"iteration", 0}, {"last", 1}, {"last", 3}, {"terms", 0}};
    for (const auto& count : counts) {
      for (const double none : {0.5, -2.0, 1e300, std::nan("")}) {
        SolverState odd = states[3];
        const auto array = std::find_if(odd.arrays.begin(), odd.arrays.end(),
                                        [&](const auto& each) { return each.first == count.first; });
        if (array == odd.arrays.end()) continue;
        array->second[count.second] = none;
        again.resume = &odd;
        CHECK(kind_of([&] { (void)learner.learn(input, again, {}); }) == kData);
      }
    }
    // At a limit, and stopped from outside: the last state is shown.
    states.clear();
    options.max_iterations = 4;
    const LearnedMap cut = learner.learn(input, options, {});
    CHECK(cut.convergence == Convergence::stopped);
    REQUIRE(states.size() == 4);
    again.resume = &states.back();
    again.max_iterations = 4;
    again.dim = options.dim;
    const LearnedMap same = learner.learn(input, again, {});
    CHECK(same_bits(values(same.l), values(cut.l)));
    CHECK(same.history.back().objective == cut.history.back().objective);
    states.clear();
    ends.clear();
    int asked = 0;
    options.stop = [&] { return ++asked == 2; };
    CHECK_THROWS_AS((void)learner.learn(input, options, {}), Interrupted);
    CHECK(states.size() == 2);
    CHECK(ends == std::vector<bool>{false, true});
  }
  CHECK(resuming == 8);
}
