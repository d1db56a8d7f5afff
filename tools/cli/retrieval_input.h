#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/data_options.h"
#include "cli/gallery_options.h"
#include "nearfar/evaluation/measures.h"
#include "nearfar/evaluation/outcome.h"

namespace nearfar::cli {

/// What eval-retrieval measures, and on what: everything but intervals, gates and reports.
struct RetrievalInput {
  DataOptions data;
  SpaceOptions space;
  GalleryOptions gallery;
  std::string measures{kDefaultMeasures};
  std::string ties = "expected";
  std::string no_relevant = "skip";
  std::vector<std::string> by;
  std::string cluster;
  std::int64_t expect_queries = -1;
  std::int64_t expect_gallery = -1;

  void add_to(Command& command);
  /// The names of the numbers that evaluate() will give: measures and counts. Throws Error (usage) for every
  /// name and combination of options that is wrong; no file is read.
  [[nodiscard]] std::vector<std::string> check() const;
  /// Reads and measures. Throws Error (usage, data, io).
  [[nodiscard]] Outcome evaluate(Console& console) const;
};

}  // namespace nearfar::cli
