#pragma once

#include <string>

#include "nearfar/training/training_portrait.h"

namespace nearfar {

// What a training went through, as a page shows it.

/// How it ended: in closed form, converged, at its limit, or with the best epoch kept.
[[nodiscard]] TrainingEnd training_end(const Model& model, const LearnHistory& history,
                                       std::int64_t patience);

/// Over epochs the loss, the measure of `select` with the best epoch marked, the active share and the
/// learning rate; over iterations the objective, the norm of the gradient and the active constraints, where
/// the solver has them. Each curve has a point for every epoch or iteration that is known.
[[nodiscard]] std::vector<Chart> training_curves(const LearnHistory& history, const std::string& select);

/// The same in numbers: every row up to 100 of them, else so many evenly spaced ones and the best and last.
[[nodiscard]] NumberTable training_records(const LearnHistory& history, const std::string& select);

}  // namespace nearfar
