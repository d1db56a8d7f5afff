#pragma once

namespace nearfar {

struct LearnerInfo;

/// Large margin nearest neighbours: the objective of lmnn_objective.h minimised over L by L-BFGS.
///
/// It starts at the identity, or at the principal directions for fewer dimensions, scaled so that a row is
/// on average at the squared distance 1 from its target neighbours: the unit margin then is as wide as they
/// are far. --init is taken as it is.
extern const LearnerInfo kLmnnLearner;

}  // namespace nearfar
