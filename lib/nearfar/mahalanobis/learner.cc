#include "nearfar/mahalanobis/learner.h"

#include <array>

#include "nearfar/mahalanobis/closed_form.h"

namespace nearfar {
namespace {

// A map that depends on the rows alone, as a learner.
template <Matrix (*map)(MatrixView x, std::int64_t dim)>
LearnedMap of_rows(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  LearnedMap learned;
  learned.l = map(input.x, options.dim);
  return learned;
}

constexpr std::array<LearnerInfo, 3> kLearners{{
    {"identity",
     "the plain Euclidean distance, as a baseline",
     "",
     {},
     true,
     false,
     false,
     false,
     false,
     false,
     false,
     false,
     of_rows<identity_map>},
    {"covariance",
     "the inverse covariance of the data",
     "Mahalanobis 1936",
     {},
     true,
     false,
     false,
     false,
     false,
     false,
     false,
     false,
     of_rows<covariance_map>},
    {"pca",
     "the directions of largest variance",
     "Pearson 1901",
     {},
     true,
     false,
     false,
     false,
     false,
     false,
     false,
     false,
     of_rows<pca_map>},
}};

}  // namespace

std::span<const LearnerInfo> learners() { return kLearners; }

}  // namespace nearfar
