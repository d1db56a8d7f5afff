#pragma once

#include "nearfar/training/learn.h"

namespace nearfar {

/// What the methods that are trained by a loss (linear, diagonal, mlp, cnn) make of the options.

/// The training that the options ask for, with every default filled in, for rows of `features` numbers after
/// the preprocessing (0: not known yet). Throws Error (usage) for options that
/// the loss does not have, a distance it is not defined for, a margin out of the distance's range.
[[nodiscard]] LossTraining resolve_loss(const LearnOptions& options, std::int64_t features = 0);
/// Multiplies the margins that the options leave open by LossTraining::unit; a line for the user about each.
std::vector<std::string> scale_margins(const LearnOptions& options, LossTraining& training);
/// Throws Error (usage) when the loss cannot learn from what is there.
void check_loss_supervision(const LearnOptions& options, const LossTraining& training, const Dataset& data,
                            const SideInformation& supervision);
/// Graded pairs as the loss needs them, where it needs cosines (cosine-mse): those of --similarity-range on
/// [0, 1]. Throws Error (data) for a value outside the range. Nothing for the other losses.
[[nodiscard]] std::optional<Tuples> tuples_in_range(const LossInfo& loss, const LearnOptions& options,
                                                    const Tuples* tuples);
/// For a method without a loss: throws Error (usage) for an option of losses that was given.
void refuse_loss_options(const LearnOptions& options);
/// Writes every option of loss and miner that took part into the model.
void record_loss_options(Model& model, const LossTraining& training);

}  // namespace nearfar
