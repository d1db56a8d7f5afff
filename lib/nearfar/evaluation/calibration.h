#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/labels.h"
#include "nearfar/evaluation/verification.h"

namespace nearfar {

/// What a threshold is chosen for.
struct Calibration {
  enum class Goal { accuracy, f1, far };
  Goal goal = Goal::accuracy;
  double limit = 0;  ///< of far
};

/// Reads accuracy, f1 or far:X with X from 0 to 1. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT Calibration parse_calibration(std::string_view text);

/// The threshold with the largest accuracy or f1, or the largest share of similar pairs accepted at a share
/// of dissimilar ones of at most the limit; the strictest of equal ones. `counts` as in Verification. Throws
/// Error (data), with `where` in front, unless pairs of both kinds are taken.
[[nodiscard]] NEARFAR_EXPORT OperatingPoint calibrate(const Verification& pairs,
                                                      const Calibration& calibration, std::string_view where,
                                                      std::span<const std::uint32_t> counts = {});

/// For each fold the threshold chosen on all pairs of the other folds. Throws Error (data) for fewer than two
/// folds, and where the other folds have pairs of one kind only. O(pairs x folds).
[[nodiscard]] NEARFAR_EXPORT std::vector<OperatingPoint> calibrate_on_other_folds(
    const Verification& pairs, const Calibration& calibration, const Labels& folds);

}  // namespace nearfar
