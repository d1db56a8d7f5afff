#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/training/checkpoint.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// Everything beside the numbers of network, loss and optimizers that the next step of a training depends on.
struct Progress {
  std::int64_t epoch = 1;
  std::int64_t batch = 0;  ///< of the epoch, the next one; their number: the epoch is to be measured
  std::int64_t steps = 0;
  std::int64_t terms = 0;  ///< of the epoch so far, as the two below
  std::int64_t active = 0;
  double loss = 0;
  double first_loss = 0;  ///< of the untrained map on the first batch
  std::int64_t best_epoch = 0;
  double best_value = 0;
  std::vector<float> best;  ///< the numbers of the network at that epoch
  std::vector<EpochRecord> history;

  /// Share of the epoch's pairs or triplets so far with a positive loss.
  [[nodiscard]] double active_share() const {
    return terms > 0 ? static_cast<double>(active) / static_cast<double>(terms) : 0;
  }
  void save(Checkpoint& checkpoint) const;
  /// Throws Error (data) for a checkpoint whose arrays do not fit.
  void restore(const Checkpoint& checkpoint);
};

}  // namespace nearfar
