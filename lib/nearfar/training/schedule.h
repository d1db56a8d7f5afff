#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

/// How the learning rate changes in training: a factor for every step.
struct Schedule {
  enum class Kind { constant, cosine, step };

  std::int64_t warm_up = 0;  ///< steps in which the factor rises to its full size
  Kind kind = Kind::constant;
  std::int64_t every = 1;  ///< step: epochs between two drops
  double drop = 0.1;       ///< step: the factor of one

  /// Of step `step` (from 0) of `steps` in all, in epoch `epoch` (from 1). Warm-up: (step + 1) / warm_up of
  /// what follows. constant: 1. cosine: (1 + cos(pi t)) / 2, where t goes from 0 after the warm-up to 1 at
  /// the end (Loshchilov, Hutter 2017, arXiv:1608.03983). step: drop ^ floor((epoch - 1) / every).
  [[nodiscard]] NEARFAR_EXPORT double factor(std::int64_t step, std::int64_t steps, std::int64_t epoch) const;
  /// As parse_schedule() reads it.
  [[nodiscard]] NEARFAR_EXPORT std::string text() const;
};

/// Reads "constant", "cosine", "step:EPOCHS" or "step:EPOCHS:FACTOR", with "warmup:STEPS" before or alone,
/// and a comma between. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT Schedule parse_schedule(std::string_view text);

}  // namespace nearfar
