#pragma once

#include "nearfar/training/learn.h"

namespace nearfar {

/// What the methods with their own solver make of the options.

/// Throws Error (usage) for an option that the learner does not have.
void check_learner_options(const LearnerInfo& learner, const LearnerOptions& options);
/// Throws Error (usage) when the learner cannot learn from what is there, with what it takes.
void check_learner_supervision(const LearnerInfo& learner, const Dataset& data,
                               const SideInformation& supervision);
/// Learns from the rows `x` of `data` after the preprocessing, and puts the map, the options that took part
/// and how the iterations ended into the model. Rows of unknown class are left out where it learns from
/// labels.
void learn_with_solver(const LearnerInfo& learner, MatrixView x, const Dataset& data,
                       const SideInformation& supervision, const LearnOptions& options,
                       const LearnWatch& watch, Model& model);

}  // namespace nearfar
