// Relevant component analysis (Bar-Hillel, Hertz, Shental, Weinshall: "Learning a Mahalanobis metric from
// equivalence constraints", JMLR 6, 2005).
//
// With the chunks c of rows known to be alike (classes, when labels are given) and their means m_c:
//   C = 1/n sum_c sum_{x in c} (x - m_c)(x - m_c)',   M = C^(-1),
// (eq. 1). For fewer dimensions the projection of section 3.2 comes first, which keeps the largest total
// scatter against that within the chunks: T v = w C v, v'C v = 1, in the order of w; all of its rows together
// give C^(-1). Rows in no chunk are left out. O(n d^2 + d^3).

#include "nearfar/core/error.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scatters.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

Matrix rows_in_chunks(MatrixView x, std::span<const std::int32_t> chunks) {
  Matrix rows;
  for (std::int64_t i = 0; i < x.rows; ++i) {
    if (chunks[static_cast<std::size_t>(i)] >= 0) rows.append(x.slice(i, i + 1));
  }
  return rows;
}

LearnedMap rca(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  const double rho = shrinkage_of(options, kShrinkage);
  const std::span<const std::int32_t> chunks =
      input.chunks.empty() ? std::span<const std::int32_t>(input.labels->codes) : input.chunks;
  GroupScatters scatters = group_scatters(input.x, chunks);
  if (scatters.several == 0)
    data_error("rca needs a chunk or class of two rows or more; every row is alone", {},
               "is --label, or --chunks, the right column?");
  const double scale = 1 / static_cast<double>(scatters.rows);
  const Dense within = weighted_sum(scale, scatters.within, 0, scatters.within);
  const Dense total = weighted_sum(scale, scatters.within, scale, scatters.between);
  const Directions directions =
      directions_between(RowSpan(rows_in_chunks(input.x, chunks)), total, within, rho,
                         "the rows of each chunk or class are all the same, so rca has no spread to remove");
  const std::int64_t most = directions.rows.rows;
  return closed_form_result(
      map_of_rows(directions.rows, checked_dim(options.dim, most, most, "dimensions of the data")));
}

}  // namespace

const LearnerInfo kRcaLearner{.name = "rca",
                              .meaning = "the inverse of the covariance within chunks of alike rows",
                              .source = "Bar-Hillel et al. 2005",
                              .options = kShrinkageAlone,
                              .from_labels = true,
                              .from_chunks = true,
                              .learn = rca};

}  // namespace nearfar
