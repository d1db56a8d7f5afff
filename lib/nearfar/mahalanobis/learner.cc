#include "nearfar/mahalanobis/learner.h"

#include <algorithm>
#include <array>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/mahalanobis/closed_form.h"
#include "nearfar/mahalanobis/learners.h"

namespace nearfar {
namespace {

constexpr std::array<LearnerOptionMeaning, 9> kOptions{{
    {"neighbors", "K", "how many of the nearest rows of its class a row is compared with"},
    {"push-weight", "X",
     "weight, from 0 to 1, of pushing other classes away; the rest pulls the own together"},
    {"prior", "NAME", "the metric that the learned one stays near"},
    {"regularization", "X", "weight of what keeps the metric simple against what the data say"},
    {"constraints", "N", "pairs, or the like, drawn from the labels"},
    {"max-iterations", "N", "stop after so many iterations"},
    {"tolerance", "X",
     "converged when what is minimised changes by less, or is proven to be as near to its minimum, relative "
     "to its size"},
    {"diagonal", "", "one weight a feature in place of a full metric"},
    {"init", "MODEL", "start from the map of this model"},
}};

}  // namespace

const std::vector<double>& SolverState::get(std::string_view name) const {
  for (const auto& [own, values] : arrays) {
    if (own == name) return values;
  }
  data_error("the state of the iterations has no '" + std::string(name) + "'", {}, kStartAnew);
}

std::span<const LearnerOptionMeaning> learner_options() { return kOptions; }

bool LearnerInfo::has_option(std::string_view option) const {
  return std::any_of(options.begin(), options.end(),
                     [&](const LearnerOptionInfo& own) { return own.name == option; });
}

std::span<const LearnerInfo> learners() {
  static const std::vector<LearnerInfo> kLearners{
      // From the rows alone.
      kIdentityLearner,
      kCovarianceLearner,
      kPcaLearner,
      // In closed form.
      kLdaLearner,
      kRcaLearner,
      kLfdaLearner,
      kDmlmjLearner,
      kGmmlLearner,
      kKissmeLearner,
      // By iteration, from labels or targets.
      kNcaLearner,
      kLmnnLearner,
      kMlkrLearner,
      kNcmLearner,
      // By iteration, from pairs and other tuples.
      kItmlLearner,
      kMmcLearner,
      kLsmlLearner,
      kScmlLearner,
      kSdmlLearner,
  };
  return kLearners;
}

}  // namespace nearfar
