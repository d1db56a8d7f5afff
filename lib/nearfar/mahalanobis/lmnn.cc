// Large margin nearest neighbours (Weinberger and Saul 2009): the objective of lmnn_objective.h minimised
// over L by L-BFGS.
//
// It starts at the identity, or at the principal directions for fewer dimensions, scaled so that a row is on
// average at the squared distance 1 from its target neighbours: the unit margin then is as wide as they are
// far.
// --init is taken as it is.

#include <array>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/lmnn_objective.h"
#include "nearfar/mahalanobis/start.h"

namespace nearfar {
namespace {

constexpr std::array<LearnerOptionInfo, 5> kOptions{{
    {"neighbors", "3"},
    {"push-weight", "0.5"},
    {"max-iterations", "1000"},
    {"tolerance", "1e-05"},
    {"init", kStartText},
}};

LearnedMap learn_lmnn(const LearnerInput& input, const LearnerOptions& options,
                      const IterationProgress& progress) {
  const double push_weight = options.push_weight.value_or(0.5);
  if (!(push_weight >= 0 && push_weight <= 1))
    usage_error("--push-weight " + number_text(push_weight) + ": expected a number from 0 to 1",
                "for example --push-weight 0.5");
  const IterationLimits limits = limits_of(options, {1000, 1e-5});
  StartingMap start = starting_map_of_sample(kLmnnLearner, input, options);
  LmnnObjective objective(input.x, input.labels->codes, options.neighbors.value_or(3), push_weight);
  if (!start.scaled) {
    const double mean = objective.mean_target_distance(start.l);
    if (mean > 0) {
      for (double& value : start.l) value /= std::sqrt(mean);
    }
  }
  return minimise(objective, start, limits, options, progress);
}

}  // namespace

const LearnerInfo kLmnnLearner{
    .name = "lmnn",
    .meaning = "keep the nearest rows of a class closer than all others, by a margin",
    .source = "Weinberger and Saul 2009",
    .options = kOptions,
    .from_labels = true,
    .iterates = true,
    .learn = learn_lmnn};

}  // namespace nearfar
