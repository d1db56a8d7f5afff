#pragma once

#include "nearfar/training/training_portrait.h"

namespace nearfar {

/// Adds the same rows as they were before (after the preprocessing) and as the model maps them, each on its
/// two directions of largest variance, and the distances of the training tuples in both spaces: the ways to
/// see what a map has changed.
void add_learned_spaces(const Model& model, const Dataset& data, const SideInformation& supervision,
                        TrainingPortrait& portrait);

}  // namespace nearfar
