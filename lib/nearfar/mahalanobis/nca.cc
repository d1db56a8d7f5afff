// Neighbourhood component analysis (Goldberger, Roweis, Hinton, Salakhutdinov, "Neighbourhood components
// analysis", NIPS 2004): the expected number of rows that choose a row of their own class,
//   sum_i sum_{j: y_j = y_i} p_ij,
// is made as large as it gets over L (soft_neighbors.h), by L-BFGS. The objective in the log is its negative.
// Where it starts: start.h.

#include <array>

#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/soft_neighbors.h"
#include "nearfar/mahalanobis/start.h"

namespace nearfar {
namespace {

constexpr std::array<LearnerOptionInfo, 3> kOptions{{
    {"max-iterations", "100"},
    {"tolerance", "1e-05"},
    {"init", kStartText},
}};

LearnedMap learn_nca(const LearnerInput& input, const LearnerOptions& options,
                     const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {100, 1e-5});
  const StartingMap start = starting_map(kNcaLearner, input, options);
  SoftNeighbors objective = SoftNeighbors::of_classes(input.x, input.labels->codes);
  return minimise(objective, start, limits, options, progress);
}

}  // namespace

const LearnerInfo kNcaLearner{.name = "nca",
                              .meaning = "rows choose neighbours at random, near ones sooner: of their class",
                              .source = "Goldberger et al. 2004",
                              .options = kOptions,
                              .from_labels = true,
                              .iterates = true,
                              .resumes = true,
                              .learn = learn_nca};

}  // namespace nearfar
