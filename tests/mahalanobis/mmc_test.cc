#include <doctest/doctest.h>

#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

LearnerOptions from_tenth_of_identity() {
  LearnerOptions options;
  options.tolerance = 0.01;
  options.init = Matrix(4, 4);
  for (std::int64_t j = 0; j < 4; ++j) options.init(j, j) = static_cast<float>(std::sqrt(0.1));
  return options;
}

}  // namespace

TEST_CASE("mmc: the published metric of iris, from all 11,175 pairs") {
  const Dataset data = iris();
  const Tuples pairs = all_pairs(data.labels);
  REQUIRE(pairs.size() == 11175);
  const LearnedMap learned = learn_from_tuples(kMmcLearner, data.features, pairs, from_tenth_of_identity());
  CHECK(learned.convergence == Convergence::converged);
  const Square m = gram(learned.l);
  const double expected[4][4] = {{0.000514, 0.000868, -0.001195, -0.001703},
                                 {0, 0.001468, -0.002021, -0.002879},
                                 {0, 0, 0.002782, 0.003964},
                                 {0, 0, 0, 0.005648}};
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = a; b < 4; ++b) CHECK(std::abs(m[a][b] - expected[a][b]) < 6e-7);
  }
  CHECK(class_separation(learned.l, data) < 0.15);
}

TEST_CASE("mmc: the published weights of iris") {
  const Dataset data = iris();
  LearnerOptions options;
  options.diagonal = true;
  const LearnedMap learned = learn_from_tuples(kMmcLearner, data.features, all_pairs(data.labels), options);
  const Square m = gram(learned.l);
  const double expected[4] = {0, 0, 1.210220, 1.228596};
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 4; ++b) CHECK(std::abs(m[a][b] - (a == b ? expected[a] : 0)) < 1e-6);
  }
}

TEST_CASE("mmc: the similar pairs stay within their sum, and the dissimilar ones end farther apart") {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const LabelledRows data = labelled_rows(40, 4, 3, seed);
    const LearnedMap learned = learn_from_labels(kMmcLearner, data.x, data.labels);
    REQUIRE(learned.history.size() > 1);
    for (std::size_t i = 1; i < learned.history.size(); ++i)
      CHECK(learned.history[i].objective >= learned.history[i - 1].objective);
  }
}

TEST_CASE("mmc: one weight a feature, each step lower than the one before") {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const LabelledRows data = labelled_rows(30, 3, 2, seed);
    LearnerOptions options;
    options.diagonal = true;
    const LearnedMap learned = learn_from_labels(kMmcLearner, data.x, data.labels, options);
    for (std::size_t i = 1; i < learned.history.size(); ++i)
      CHECK(learned.history[i].objective < learned.history[i - 1].objective);
    // Either it says that it has converged, or that it could not.
    CHECK((learned.convergence == Convergence::converged) == learned.notes.empty());
    const Square m = gram(learned.l);
    for (std::size_t a = 0; a < 3; ++a) {
      for (std::size_t b = 0; b < 3; ++b) CHECK((a == b ? m[a][b] >= 0 : m[a][b] == 0));
    }
  }
}

TEST_CASE("mmc: one weight a feature, from any state it goes on with the same bits") {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const LabelledRows data = labelled_rows(30, 3, 2, seed);
    LearnerOptions options;
    options.diagonal = true;
    options.tolerance = 1e-12;
    std::vector<SolverState> states;
    options.checkpoint = [&](const std::function<SolverState()>& state, bool) { states.push_back(state()); };
    const LearnedMap whole = learn_from_labels(kMmcLearner, data.x, data.labels, options);
    REQUIRE(!states.empty());
    options.checkpoint = {};
    for (const SolverState& state : states) {
      options.resume = &state;
      const LearnedMap rest = learn_from_labels(kMmcLearner, data.x, data.labels, options);
      CHECK(same_bits(values(rest.l), values(whole.l)));
      CHECK(rest.convergence == whole.convergence);
      CHECK(rest.notes == whole.notes);
      CHECK(rest.history.back().objective == whole.history.back().objective);
    }
  }
}
