#pragma once

#include "nearfar/training/training_portrait.h"

namespace nearfar {

/// How far the images of two rows go apart when one feature differs by 1: sqrt(M_jj) with M = A'A, for A the
/// linear map from the features as they come out of the preprocessing; where that mixes them (pca, whiten),
/// from the features as they go into its first step that does. Nothing for a network, nor where rows are
/// brought to length 1 between the two. O(R d).
[[nodiscard]] std::vector<double> feature_weights(const Model& model);

/// Singular values of L, descending, in double; nothing for a network or beyond 1,024 dimensions.
[[nodiscard]] std::vector<double> singular_values(const Model& model);

/// Adds the weights of features, by name or as an image, and the spectrum of a linear map.
void add_learned_weights(const Model& model, const Dataset& data, TrainingPortrait& portrait);

}  // namespace nearfar
