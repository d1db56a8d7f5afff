#pragma once

#include "nearfar/network/network.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// The network that a training begins with, its weights set: one layer for L or the weights of the features,
/// or the layers that the options name; a last `normalize` where the map has one. Throws Error (data, usage)
/// as train_with_loss says.
[[nodiscard]] Network starting_network(MatrixView x, const LossTraining& options, const TrainedMap* start);

/// What a margin of 1 stands for, so that margins mean the same on every data set: the root mean squared
/// euclidean distance between the images of two rows before the first step (its square for sqeuclidean), over
/// 1,024 rows at most, spread evenly; to three digits. 1 for L, whose own scale sees to it, where the outputs
/// have length 1, and for a distance that no scale changes. O(one forward pass). Throws Error as
/// starting_network().
[[nodiscard]] double starting_unit(MatrixView x, const LossTraining& options);

/// Where a trained threshold starts: at the root mean squared distance between the images of two rows before
/// the first step (its square for sqeuclidean), which is `unit` for a network and sqrt(2) for L; at 1, half
/// of the longest distance, between outputs of length 1.
[[nodiscard]] double starting_threshold(const LossTraining& options);

/// The factor that brings Adam's usual learning rate to what suits L, R x d, when tuples teach it:
/// 250 / (d sqrt(R)), at most 1. A step moves every number of L by about the rate, so an output by the rate
/// times d, and outputs begin at about 1 / sqrt(R): with a fixed rate the first steps on a wide map replace
/// what was there, and a few tuples do not know better. 1 for other maps, for labels, for sgd, and for
/// distances that no scale changes.
[[nodiscard]] double wide_map_factor(const LossTraining& options, std::int64_t features, bool from_tuples);

/// L of a trained network of MapKind::linear or diagonal.
[[nodiscard]] Matrix linear_map_of(Network& network, const LossTraining& options);

/// The trained layers without the last `normalize`.
[[nodiscard]] std::shared_ptr<const Network> layers_of(const Network& network, const LossTraining& options);

}  // namespace nearfar
