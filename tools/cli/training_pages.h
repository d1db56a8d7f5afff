#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "nearfar/io/sink.h"
#include "nearfar/report/training_report.h"

namespace nearfar::cli {

/// --write of train-metric: what a training looks like, in files that are opened before it begins.
class TrainingPages {
 public:
  [[nodiscard]] Option option();
  /// Refuses (usage) what is no FORMAT:FILE and a format that is not there.
  void check() const;
  [[nodiscard]] bool wanted() const { return !values_.empty(); }
  /// Throws Error (io) for a file that cannot be written.
  void open();
  void write(const TrainingPortrait& portrait);
  /// Completes the files.
  void close();

 private:
  std::vector<std::string> values_;
  std::vector<std::pair<const TrainingReportFormat*, std::unique_ptr<Sink>>> pages_;
};

}  // namespace nearfar::cli
