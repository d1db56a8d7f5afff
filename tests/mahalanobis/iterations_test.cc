#include "nearfar/mahalanobis/iterations.h"

#include <doctest/doctest.h>

#include <vector>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Takes some steps and is then where there is none to take.
class Steps final : public IterativeSolver {
 public:
  explicit Steps(std::int64_t steps) : steps_(steps) {}
  [[nodiscard]] IterationOutcome iterate(std::int64_t number) override {
    if (number > steps_) return {{}, true, false};
    return {IterationRecord{.iteration = number, .objective = static_cast<double>(10 - number)}, false,
            false};
  }
  [[nodiscard]] SolverState state() const override { return {}; }

 private:
  std::int64_t steps_;
};

}  // namespace

TEST_CASE("iterations: a run that ends before its first step, and one after two, can be gone on with") {
  for (const std::int64_t steps : {0, 2}) {
    Steps solver(steps);
    SolverState last;
    LearnerOptions options;
    options.checkpoint = [&](const std::function<SolverState()>& state, bool) { last = state(); };
    const LearnedMap whole = run_iterations(solver, {10, 1e-5}, options, {});
    CHECK((whole.convergence == Convergence::converged));
    CHECK(std::ssize(whole.history) == steps);
    LearnerOptions again;
    again.resume = &last;
    const LearnedMap rest = run_iterations(solver, {10, 1e-5}, again, {});
    CHECK((rest.convergence == Convergence::converged));
    CHECK(rest.history.size() == (steps == 0 ? 0U : 1U));  // the one that was reached
    if (steps > 0) CHECK(rest.history[0].objective == 8);
  }
}

TEST_CASE(
    "iterations: the limit, and a solver that is stuck, are no convergence; a state must have its size") {
  Steps solver(20);
  CHECK((run_iterations(solver, {10, 1e-5}, {}, {}).convergence == Convergence::stopped));
  SolverState last;
  LearnerOptions options;
  options.checkpoint = [&](const std::function<SolverState()>& state, bool) { last = state(); };
  CHECK(run_iterations(solver, {3, 1e-5}, options, {}).history.size() == 3);
  for (auto& [name, values] : last.arrays) {
    if (name == "last") values.clear();
  }
  LearnerOptions again;
  again.resume = &last;
  CHECK(kind_of([&] { (void)run_iterations(solver, {10, 1e-5}, again, {}); }) == kData);
}
