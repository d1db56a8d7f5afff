#pragma once

#include "nearfar/training/learn.h"

namespace nearfar {

/// What the methods that are trained by a loss (linear, diagonal, mlp, cnn) make of the options.

/// The training that the options ask for, with every default filled in, for rows of `features` numbers after
/// the preprocessing (0: not known yet). Throws Error (usage) for options that
/// the loss does not have, a distance it is not defined for, a margin out of the distance's range.
[[nodiscard]] LossTraining resolve_loss(const LearnOptions& options, std::int64_t features = 0);
/// Throws Error (usage) when the loss cannot learn from what is there.
void check_loss_supervision(const LossInfo& loss, const Dataset& data, const SideInformation& supervision);
/// For a method without a loss: throws Error (usage) for an option of losses that was given.
void refuse_loss_options(const LearnOptions& options);
/// Learns from the rows `x` of `data` after the preprocessing, and puts the map, the options that took part
/// and how the training went into the model.
void learn_with_loss(MatrixView x, const Dataset& data, const SideInformation& supervision,
                     const LearnOptions& options, const LearnWatch& watch, Model& model);

}  // namespace nearfar
