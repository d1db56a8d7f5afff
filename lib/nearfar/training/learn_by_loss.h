#pragma once

#include "nearfar/training/learn.h"

namespace nearfar {

/// Learns from the rows `x` of `data` after the preprocessing, and puts the map, the options that took part
/// and how the training went into the model. Throws Error as learn() does, and TrainingStopped.
void learn_by_loss(MatrixView x, const Dataset& data, const SideInformation& supervision,
                   const LearnOptions& options, const LearnWatch& watch, Model& model);

}  // namespace nearfar
