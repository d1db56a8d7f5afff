#pragma once

#include "nearfar/mahalanobis/learner.h"

namespace nearfar {

/// The rows of the table of learners that stand in a file of the learner's name, which tells the objective
/// and the source.

extern const LearnerInfo kLdaLearner;
extern const LearnerInfo kRcaLearner;
extern const LearnerInfo kLfdaLearner;
extern const LearnerInfo kDmlmjLearner;
extern const LearnerInfo kGmmlLearner;
extern const LearnerInfo kKissmeLearner;
extern const LearnerInfo kItmlLearner;
extern const LearnerInfo kMmcLearner;
extern const LearnerInfo kLsmlLearner;
extern const LearnerInfo kScmlLearner;
extern const LearnerInfo kSdmlLearner;

extern const LearnerInfo kNcaLearner;
extern const LearnerInfo kLmnnLearner;
extern const LearnerInfo kMlkrLearner;
extern const LearnerInfo kNcmLearner;

}  // namespace nearfar
