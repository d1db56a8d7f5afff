#pragma once

#include <functional>

#include "nearfar/mahalanobis/learner.h"
#include "nearfar/network/network.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// The measure of the images of the validation rows under the network, every row against all others. Throws
/// Error (data) when no row has a relevant one, and Interrupted when `stop`, asked now and then, says so.
[[nodiscard]] double validate(const Network& network, const TrainingData& data, const LossTraining& options,
                              const std::function<bool()>& stop);

}  // namespace nearfar
