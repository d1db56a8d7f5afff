#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nearfar/mahalanobis/learner.h"

namespace nearfar {

/// The map that an iterative learner starts from: rows x cols, row-major.
struct StartingMap {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<double> l;
  bool scaled = false;             ///< learned before: to be taken as it is
  std::vector<std::string> notes;  ///< for people
};

/// The first of these that there is:
/// - the map of the state to resume;
/// - the map of --init;
/// - where --dim asks for no fewer dimensions than there are, the identity;
/// - for a learner from labels, where the class means differ in enough directions: the discriminant
///   directions, scaled so that the covariance within the classes is the identity;
/// - the principal directions.
/// Throws Error (data) for more dimensions than there are features, (usage) for a --dim that is not that of
/// --init.
[[nodiscard]] StartingMap starting_map(const LearnerInfo& learner, const LearnerInput& input,
                                       const LearnerOptions& options);
inline constexpr std::string_view kStartText = "identity; for fewer dimensions lda, else pca";

/// The same, but from 20,000 rows on, where an iteration takes long, without --init or a state to resume:
/// what the learner itself finds, with the same options, from a quarter of the rows, drawn by seed.
[[nodiscard]] StartingMap starting_map_of_sample(const LearnerInfo& learner, const LearnerInput& input,
                                                 const LearnerOptions& options);

}  // namespace nearfar
