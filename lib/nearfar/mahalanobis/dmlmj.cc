// Distance metric learning through maximisation of the Jeffrey divergence (Nguyen, Morell, De Baets, Pattern
// Recognition 64, 2017).
//
// S and D are the mean of (x - y)(x - y)' over the --neighbors nearest rows y of x's own class and of other
// classes (Euclidean). The Jeffrey divergence of the Gaussians of the two kinds of differences in the image
// is greatest for the solutions of
//   D v = w S v,  v'S v = 1,  in the order of w + 1/w   (section 3.3).
// By default all are kept, so M = S^(-1). --regularization shrinks S before. O(n^2 d + d^3).

#include <algorithm>
#include <numeric>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/mahalanobis/class_neighbors.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scatters.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

Dense mean_scatter(MatrixView x, const std::vector<RowPairList::value_type>& pairs) {
  const Dense sum = difference_scatter(x, std::ssize(pairs),
                                       [&](std::int64_t t) { return pairs[static_cast<std::size_t>(t)]; });
  return weighted_sum(1 / static_cast<double>(pairs.size()), sum, 0, sum);
}

// Rows in the order of w + 1/w, descending; of equal ones the first.
Dense by_divergence(const Directions& directions) {
  std::vector<std::size_t> order(directions.values.size());
  std::iota(order.begin(), order.end(), 0);
  const auto divergence = [&](std::size_t i) { return directions.values[i] + 1 / directions.values[i]; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return divergence(a) > divergence(b); });
  Dense rows(directions.rows.rows, directions.rows.cols);
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const auto from = static_cast<std::int64_t>(order[static_cast<std::size_t>(i)]);
    std::copy_n(directions.rows.row(from), rows.cols, rows.row(i));
  }
  return rows;
}

LearnedMap dmlmj(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  const double rho = shrinkage_of(options, kShrinkage);
  const std::int64_t k = neighbors_of(options, 3);
  const RowPairList genuine = genuine_neighbors(input.x, *input.labels, k);
  if (genuine.empty())
    data_error("dmlmj needs a class of two rows or more; every row is alone in its class", {}, kTwoClasses);
  const RowPairList impostors = impostor_neighbors(input.x, *input.labels, k);
  if (impostors.empty())
    data_error("dmlmj needs two classes or more; all rows have the same label", {}, kTwoClasses);
  const Directions directions =
      directions_between(RowSpan(input.x), mean_scatter(input.x, impostors), mean_scatter(input.x, genuine),
                         rho, "the nearest rows of each class are all the same, so dmlmj has no spread");
  const std::int64_t most = directions.rows.rows;
  return closed_form_result(
      map_of_rows(by_divergence(directions), checked_dim(options.dim, most, most, "dimensions of the data")));
}

constexpr LearnerOptionInfo kOptions[] = {{"neighbors", "3"}, kShrinkageOption};

}  // namespace

const LearnerInfo kDmlmjLearner{.name = "dmlmj",
                                .meaning =
                                    "directions in which near rows of other classes differ most from those "
                                    "of the own class",
                                .source = "Nguyen et al. 2017",
                                .options = kOptions,
                                .from_labels = true,
                                .learn = dmlmj};

}  // namespace nearfar
