#pragma once

#include "nearfar/network/network.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// The network that a training begins with, its weights set: one layer for L or the weights of the features,
/// or the layers that the options name; a last `normalize` where the map has one. Throws Error (data, usage)
/// as train_with_loss says.
[[nodiscard]] Network starting_network(MatrixView x, const LossTraining& options, const TrainedMap* start);

/// L of a trained network of MapKind::linear or diagonal.
[[nodiscard]] Matrix linear_map_of(Network& network, const LossTraining& options);

/// The trained layers without the last `normalize`.
[[nodiscard]] std::shared_ptr<const Network> layers_of(const Network& network, const LossTraining& options);

}  // namespace nearfar
