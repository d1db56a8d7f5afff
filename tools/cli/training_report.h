#pragma once

#include <memory>
#include <string>

#include "cli/console.h"
#include "nearfar/io/sink.h"
#include "nearfar/model/model.h"
#include "nearfar/training/learn.h"

namespace nearfar::cli {

/// --log: one JSON line an epoch or iteration, in a file that can be watched. A training that goes on from a
/// checkpoint goes on with its log, cut back to the lines that the checkpoint has seen.
class TrainingLog {
 public:
  /// "" for no log; nothing is opened yet where `resumes`. `unit`: what a line is of, its first key.
  TrainingLog(std::string file, bool resumes, std::string unit);
  /// Cuts the file back to the lines of `count` epochs or iterations and goes on behind them. Throws Error
  /// (data) when it does not hold them.
  void go_on_after(std::int64_t count);
  void write(const std::string& line);
  void close();

 private:
  std::string file_;
  std::string unit_;
  std::unique_ptr<Sink> sink_;
};

/// What train-metric says while it learns: a progress line, and what goes into the log.
[[nodiscard]] LearnWatch watch_training(Console& console, TrainingLog& log);

/// What came out, in one line: "nca: 150 rows, 4 -> 2 dimensions, converged after 12 iterations, ...".
[[nodiscard]] std::string summary_text(const Model& model, std::int64_t rows);

}  // namespace nearfar::cli
