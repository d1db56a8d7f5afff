// Metric learning for kernel regression (Weinberger and Tesauro, AISTATS 2007): the leave-one-out error of
// the regression with a Gaussian kernel,
//   sum_i (y_i - sum_{j != i} p_ij y_j)^2,
// is made as small as it gets over L (soft_neighbors.h), by L-BFGS; the bandwidth is part of L.
// Where it starts: start.h.

#include <algorithm>
#include <array>
#include <numeric>

#include "nearfar/core/error.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/soft_neighbors.h"
#include "nearfar/mahalanobis/start.h"

namespace nearfar {
namespace {

constexpr std::array<LearnerOptionInfo, 3> kOptions{{
    {"max-iterations", "100"},
    {"tolerance", "1e-05"},
    {"init", "identity or pca"},
}};

LearnedMap learn_mlkr(const LearnerInput& input, const LearnerOptions& options,
                      const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {100, 1e-5});
  const auto [least, greatest] = std::minmax_element(input.targets.begin(), input.targets.end());
  if (*least == *greatest)
    data_error("all targets are the same, so there is nothing to predict", {},
               "is --target the right column?");
  // About their mean: the predictions are means, so it is no part of the problem.
  const auto n = static_cast<double>(input.targets.size());
  const double mean = std::accumulate(input.targets.begin(), input.targets.end(), 0.0) / n;
  std::vector<double> targets;
  double squares = 0;
  for (const double target : input.targets) {
    targets.push_back(target - mean);
    squares += targets.back() * targets.back();
  }
  const StartingMap start = starting_map_of_sample(kMlkrLearner, input, options);
  SoftNeighbors objective = SoftNeighbors::of_targets(input.x, targets);
  LearnedMap learned = minimise(objective, start, limits, options, progress);
  if (!learned.history.empty())
    learned.facts.emplace_back("r_squared", 1 - learned.history.back().objective / squares);
  return learned;
}

}  // namespace

const LearnerInfo kMlkrLearner{.name = "mlkr",
                               .meaning = "the number of a row is predicted from its neighbours, by a kernel",
                               .source = "Weinberger and Tesauro 2007",
                               .options = kOptions,
                               .from_targets = true,
                               .iterates = true,
                               .learn = learn_mlkr};

}  // namespace nearfar
