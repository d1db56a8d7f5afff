// Local Fisher discriminant analysis (Sugiyama: "Dimensionality reduction of multimodal labeled data by local
// Fisher discriminant analysis", JMLR 8, 2007).
//
// Within a class rows i, j have the affinity A_ij = exp(-|x_i - x_j|^2 / (s_i s_j)), s_i the distance of x_i
// from its --neighbors-th nearest row of the class (from the farthest where there are fewer). With G_c = 1/2
// sum_{ij in c} A_ij (x_i - x_j)(x_i - x_j)' the local scatters (eqs. 8 to 11) are
//   S_lw = sum_c G_c / n_c,
//   S_lb = S_t + sum_c ((1/n - 1/n_c) G_c - n_c/n S_c)
// where S_t and S_c are the plain scatters of all rows and of a class. L has the rows sqrt(w) v of the
// solutions of  S_lb v = w S_lw v, v'S_lw v = 1,  in the order of w: a direction counts by how well it
// separates (section 3.2.1). --regularization shrinks S_lw before. O(sum_c n_c^2 d + d^3), memory for 256
// rows of affinities a thread.

#include <algorithm>
#include <cmath>
#include <vector>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/class_neighbors.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scatters.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

constexpr std::int64_t kBlock = 256;

// The rows of one class about their mean.
class LocalClass {
 public:
  LocalClass(MatrixView x, const std::vector<std::int64_t>& rows)
      : x_(std::ssize(rows), x.cols), squares_(rows.size()), scale_(rows.size()) {
    std::vector<double> mean(static_cast<std::size_t>(x.cols));
    for (const std::int64_t row : rows) {
      for (std::int64_t j = 0; j < x.cols; ++j)
        mean[static_cast<std::size_t>(j)] +=
            static_cast<double>(x.row(row)[j]) / static_cast<double>(rows.size());
    }
    for (std::int64_t i = 0; i < x_.rows; ++i) {
      for (std::int64_t j = 0; j < x.cols; ++j) {
        const double value = static_cast<double>(x.row(rows[static_cast<std::size_t>(i)])[j]) -
                             mean[static_cast<std::size_t>(j)];
        x_(i, j) = value;
        squares_[static_cast<std::size_t>(i)] += value * value;
      }
    }
    transposed_ = transposed(x_);
  }

  // G_c = X' (diag(A 1) - A) X.
  Dense local_scatter(std::int64_t neighbors) {
    find_scales(std::min(neighbors, x_.rows - 1));
    std::vector<Dense> parts(static_cast<std::size_t>((x_.rows + kBlock - 1) / kBlock));
    parallel_ranges(x_.rows, kBlock, [&](std::int64_t begin, std::int64_t end) {
      parts[static_cast<std::size_t>(begin / kBlock)] = scatter_of(begin, end);
    });
    Dense sum(x_.cols, x_.cols);
    for (const Dense& part : parts) sum = weighted_sum(1, sum, 1, part);
    // Half of the sum of A_ij (..)(..)' is symmetric but for rounding.
    return weighted_sum(0.5, sum, 0.5, transposed(sum));
  }

 private:
  [[nodiscard]] Dense slice(std::int64_t begin, std::int64_t end) const {
    Dense part(end - begin, x_.cols);
    std::copy(x_.row(begin), x_.row(begin) + (end - begin) * x_.cols, part.values.begin());
    return part;
  }

  // |x_i - x_j|^2 of the rows [begin, end) and all; what rounding leaves of 0 is 0.
  [[nodiscard]] Dense squared_distances(std::int64_t begin, std::int64_t end) const {
    Dense squared = multiply(slice(begin, end), transposed_);
    for (std::int64_t i = 0; i < squared.rows; ++i) {
      const double own = squares_[static_cast<std::size_t>(begin + i)];
      for (std::int64_t j = 0; j < squared.cols; ++j) {
        const double both = own + squares_[static_cast<std::size_t>(j)];
        const double value = both - 2 * squared(i, j);
        squared(i, j) = value > 1e-13 * both ? value : 0;
      }
    }
    return squared;
  }

  void find_scales(std::int64_t rank) {
    parallel_ranges(x_.rows, kBlock, [&](std::int64_t begin, std::int64_t end) {
      Dense squared = squared_distances(begin, end);
      for (std::int64_t i = 0; i < squared.rows; ++i) {
        double* row = squared.row(i);  // of rank 0: the row itself
        std::nth_element(row, row + rank, row + squared.cols);
        scale_[static_cast<std::size_t>(begin + i)] = std::sqrt(row[rank]);
      }
    });
  }

  // The part of the rows [begin, end): sum over them of x_i y_i' with y_i = (A 1)_i x_i - (A X)_i.
  [[nodiscard]] Dense scatter_of(std::int64_t begin, std::int64_t end) const {
    Dense affinity = squared_distances(begin, end);
    std::vector<double> degree(static_cast<std::size_t>(end - begin));
    for (std::int64_t i = 0; i < affinity.rows; ++i) {
      const double own = scale_[static_cast<std::size_t>(begin + i)];
      for (std::int64_t j = 0; j < affinity.cols; ++j) {
        const double scale = own * scale_[static_cast<std::size_t>(j)];
        // A row with so many duplicates is near to them alone.
        affinity(i, j) = scale > 0 ? std::exp(-affinity(i, j) / scale) : 0;
        degree[static_cast<std::size_t>(i)] += affinity(i, j);
      }
    }
    Dense y = multiply(affinity, x_);
    const Dense own = slice(begin, end);
    for (std::int64_t i = 0; i < y.rows; ++i) {
      for (std::int64_t j = 0; j < y.cols; ++j)
        y(i, j) = degree[static_cast<std::size_t>(i)] * own(i, j) - y(i, j);
    }
    return multiply(transposed(own), y);
  }

  Dense x_;
  Dense transposed_;
  std::vector<double> squares_;
  std::vector<double> scale_;
};

void add(Dense& sum, double weight, const Dense& term) { sum = weighted_sum(1, sum, weight, term); }

LearnedMap lfda(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  const double rho = shrinkage_of(options, kShrinkage);
  const std::int64_t neighbors = neighbors_of(options, 7);
  const GroupScatters scatters = group_scatters(input.x, input.labels->codes);
  if (scatters.groups < 2)
    data_error("lfda needs two classes or more; all rows have the same label", {}, kTwoClasses);
  const auto n = static_cast<double>(input.x.rows);
  const PairScatters pairs = pair_scatters(input);
  Dense within(input.x.cols, input.x.cols);
  Dense between = weighted_sum(1, scatters.within, 1, scatters.between);
  add(between, -pairs.similar_pairs / n, pairs.similar);  // sum_c n_c S_c / n
  for (const std::vector<std::int64_t>& rows : rows_by_class(*input.labels)) {
    const auto size = static_cast<double>(rows.size());
    const Dense local = LocalClass(input.x, rows).local_scatter(neighbors);
    add(within, 1 / size, local);
    add(between, 1 / n - 1 / size, local);
  }
  Directions directions = directions_between(
      RowSpan(input.x), between, within, rho,
      "the near rows of each class are all the same, so lfda has no spread to measure against");
  for (std::int64_t i = 0; i < directions.rows.rows; ++i) {
    const double root = std::sqrt(std::max(0.0, directions.values[static_cast<std::size_t>(i)]));
    for (std::int64_t j = 0; j < directions.rows.cols; ++j) directions.rows(i, j) *= root;
  }
  const std::int64_t most = positive_count(directions.values);
  return closed_form_result(map_of_rows(
      directions.rows, checked_dim(options.dim, most, most, "directions that tell the classes apart")));
}

constexpr LearnerOptionInfo kOptions[] = {{"neighbors", "7"}, kShrinkageOption};

}  // namespace

const LearnerInfo kLfdaLearner{.name = "lfda",
                               .meaning = "directions that spread classes most against near rows of a class",
                               .source = "Sugiyama 2007",
                               .options = kOptions,
                               .from_labels = true,
                               .learn = lfda};

}  // namespace nearfar
