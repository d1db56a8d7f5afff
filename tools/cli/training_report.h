#pragma once

#include <string>

#include "cli/console.h"
#include "nearfar/io/sink.h"
#include "nearfar/model/model.h"
#include "nearfar/training/learn.h"

namespace nearfar::cli {

/// What train-metric says while it learns: a progress line, and one JSON line an epoch or iteration into
/// `log`, if it is not null.
[[nodiscard]] LearnWatch watch_training(Console& console, Sink* log);

/// What came out, in one line: "nca: 150 rows, 4 -> 2 dimensions, converged after 12 iterations, ...".
[[nodiscard]] std::string summary_text(const Model& model, std::int64_t rows);

}  // namespace nearfar::cli
