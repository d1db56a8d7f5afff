// Methods with their own solver that are stopped and go on from their checkpoint.
#include "nearfar/training/solver_checkpoint.h"

#include <doctest/doctest.h>

#include <cmath>

#include "nearfar/core/parallel.h"
#include "nearfar/model/model_file.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/learn.h"
#include "scratch.h"
#include "training/classes.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("learn: a method with its own solver, stopped after any iteration and gone on: the same model") {
  const Scratch scratch;
  const Dataset train = separable_data(90, 6, 3, 31, 0.7);
  const Dataset valid = separable_data(45, 6, 3, 32, 0.7);
  std::vector<double> targets;
  for (std::int64_t i = 0; i < train.rows(); ++i) targets.push_back(static_cast<double>(i % 7));
  int methods_seen = 0;
  for (const LearnerInfo& learner : learners()) {
    if (!learner.iterates) continue;
    ++methods_seen;
    CAPTURE(learner.name);
    SideInformation known;
    known.valid = &valid;
    if (learner.from_targets) known.targets = targets;
    LearnOptions options;
    options.method = learner.name;
    options.preprocess = "standardize";
    options.learner.max_iterations = 12;
    if (learner.name == "sdml") options.learner.tolerance = 1e-14;  // it ends after two sweeps else
    LearnHistory whole_history;
    LearnWatch recorded;
    recorded.history = &whole_history;
    const std::string whole = model_text(learn(train, known, options, recorded));
    REQUIRE(whole_history.iterations.size() > 3);
    for (const int every : {1, 3}) {
      options.checkpoint.file = scratch.path(std::string(learner.name) + std::to_string(every));
      options.checkpoint.resume = true;
      options.checkpoint.seconds = 1000;
      std::string text;
      std::int64_t seen = 0;  // iterations, which are told one after the other through all starts
      int starts = 0;
      for (bool stopped = true; stopped; ++starts) {
        REQUIRE(starts < 50);
        const Threads threads(1 + starts % 3);
        int asked = 0;
        LearnHistory history;
        LearnWatch watch;
        watch.history = &history;
        watch.training.stop = [&] { return ++asked >= every; };
        watch.training.begin = [&](std::int64_t iterations) { CHECK(iterations == seen); };
        watch.iteration = [&](const IterationRecord& record) {
          ++seen;
          CHECK(record.iteration == seen);
        };
        try {
          text = model_text(learn(train, known, options, watch));
          stopped = false;
          // Nothing of the way is lost.
          REQUIRE(history.iterations.size() == whole_history.iterations.size());
          for (std::size_t i = 0; i < history.iterations.size(); ++i) {
            CHECK(history.iterations[i].iteration == whole_history.iterations[i].iteration);
            CHECK(history.iterations[i].objective == whole_history.iterations[i].objective);
            CHECK(history.iterations[i].active == whole_history.iterations[i].active);
            CHECK(history.iterations[i].gradient_norm == whole_history.iterations[i].gradient_norm);
            CHECK(history.iterations[i].terms == whole_history.iterations[i].terms);
            CHECK(history.iterations[i].gap == whole_history.iterations[i].gap);
          }
        } catch (const TrainingStopped&) {
        }
      }
      CHECK(starts > (every == 1 ? 3 : 1));
      CHECK(text == whole);
      // What the end has written is the end: nothing is left to do.
      LearnWatch watch;
      watch.iteration = [](const IterationRecord&) { FAIL("an iteration after the last"); };
      CHECK(model_text(learn(train, known, options, watch)) == whole);
    }
  }
  CHECK(methods_seen >= 9);
}

TEST_CASE("solver checkpoint: written when it is time, and at the end") {
  const Scratch scratch;
  CheckpointOptions options;
  options.file = scratch.path("state");
  options.seconds = 1000;
  SolverCheckpoint checkpoint(options);
  const auto state = [](double iteration) {
    return [iteration] { return SolverState{{{"iteration", {iteration}}, {"map", {1, 2}}}}; };
  };
  const std::vector<IterationRecord> behind{{1, 0.5, -1, 3, 4096, 0.125, 0}, {2, 0.25, 7, -1, -1, -1, 0}};
  checkpoint.offer(state(3), behind, false);
  CHECK(!read_checkpoint(options.file));
  checkpoint.offer(state(4), behind, true);
  std::vector<IterationRecord> known;
  CHECK(!checkpoint.read(known, {}));  // not asked to go on
  CHECK(known.empty());
  options.resume = true;
  const std::optional<SolverState> found = SolverCheckpoint(options).read(known, {});
  REQUIRE(found);
  CHECK(found->arrays.size() == 2);
  REQUIRE(known.size() == 2);
  CHECK(known[1].iteration == 2);
  CHECK(known[1].objective == 0.25);
  CHECK(known[1].active == 7);
  CHECK(known[0].gradient_norm == 3);
  CHECK(known[0].terms == 4096);
  CHECK(known[1].terms == -1);
  CHECK(known[0].gap == 0.125);
  CHECK(known[1].gap == -1);
  CHECK(iterations_of(*found) == 4);
  CHECK(found->get("map") == std::vector<double>{1, 2});
  options.seconds = 0;
  SolverCheckpoint(options).offer(state(5), behind, false);
  CHECK(iterations_of(*SolverCheckpoint(options).read(known, {})) == 5);
  // A file whose checksum fits may still hold what no iteration is.
  Checkpoint odd = *read_checkpoint(options.file);
  const std::vector<std::vector<double>> none{{1, 2, 3},
                                              {1e300, 0, -1, 0, -1, -1},
                                              {1, 0, -2, 0, -1, -1},
                                              {1, 0, -1, 0, -2, -1},
                                              {1, NAN, -1, 0, -1, -1}};
  for (const std::vector<double>& numbers : none) {
    for (Checkpoint::Array& array : odd.arrays) {
      if (array.name == "history") array.values = numbers;
    }
    write_checkpoint(odd, options.file);
    CHECK(kind_of([&] { (void)SolverCheckpoint(options).read(known, {}); }) == kData);
  }
  for (const double number : {static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    SolverCheckpoint(options).offer(
        [&] {
          return SolverState{{{"iteration", {5}}, {"map", {1, number}}}};
        },
        {}, true);
    CHECK(kind_of([&] { (void)SolverCheckpoint(options).read(known, {}); }) == kData);
  }
  options.identity = {{"the data", "other"}};
  CHECK(kind_of([&] { (void)SolverCheckpoint(options).read(known, {}); }) == kData);
}
