#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nearfar/mahalanobis/learner.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// The state of a method with its own solver in a checkpoint file: read at the start, written as time passes
/// and at the end.
class SolverCheckpoint {
 public:
  explicit SolverCheckpoint(const CheckpointOptions& options) : options_(options) {}

  /// With CheckpointOptions::resume the state of the file, or nothing where there is no file yet; `note` is
  /// told which. `behind` gets the iterations that led there. Throws Error: data for a checkpoint of another
  /// run and for a number that is not finite, io.
  [[nodiscard]] std::optional<SolverState> read(std::vector<IterationRecord>& behind,
                                                const std::function<void(const std::string&)>& note) const;
  /// Writes the state, and the iterations that led there, if it is the last one, or
  /// CheckpointOptions::seconds have passed since the last time. Throws Error (io).
  void offer(const std::function<SolverState()>& state, const std::vector<IterationRecord>& behind,
             bool last);

 private:
  using Clock = std::chrono::steady_clock;

  const CheckpointOptions& options_;
  Clock::time_point written_ = Clock::now();
};

/// The iterations behind such a state.
[[nodiscard]] std::int64_t iterations_of(const SolverState& state);

}  // namespace nearfar
