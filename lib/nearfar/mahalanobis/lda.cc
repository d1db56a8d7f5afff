// Linear discriminant analysis (Fisher 1936; Rao 1948, J. R. Stat. Soc. B 10).
//
// The rows v of L maximise the scatter of the class means against that within the classes, v'S_b v / v'S_w v:
//   S_b v = w S_w v,  v'S_w v = 1,
// so that the spread within the classes has length 1 in every direction of the image. At most (classes - 1)
// directions have w > 0; by default all of them are kept, in the order of w. O(n d^2 + d^3).

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scatters.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

LearnedMap lda(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  const double rho = shrinkage_of(options, kShrinkage);
  const GroupScatters scatters = group_scatters(input.x, input.labels->codes);
  if (scatters.groups < 2)
    data_error("lda needs two classes or more; all rows have the same label", {}, kTwoClasses);
  const Directions directions =
      directions_between(RowSpan(input.x), scatters.between, scatters.within, rho,
                         "the rows of each class are all the same, so lda has no spread to measure the "
                         "classes against");
  const std::int64_t separating = positive_count(directions.values);
  return closed_form_result(
      map_of_rows(directions.rows, checked_dim(options.dim, separating, separating,
                                               "directions that tell the means of the classes apart")));
}

}  // namespace

const LearnerInfo kLdaLearner{.name = "lda",
                              .meaning = "directions that spread class means most against the classes",
                              .source = "Fisher 1936; Rao 1948",
                              .options = kShrinkageAlone,
                              .from_labels = true,
                              .learn = lda};

}  // namespace nearfar
