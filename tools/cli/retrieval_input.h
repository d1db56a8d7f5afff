#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/data_options.h"
#include "cli/gallery_options.h"
#include "nearfar/evaluation/measures.h"
#include "nearfar/evaluation/outcome.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/retrieval_outcome.h"

namespace nearfar::cli {

/// What eval-retrieval measures, and on what: everything but intervals, gates and reports.
struct RetrievalInput {
  DataOptions data;
  SpaceOptions space;
  GalleryOptions gallery;
  std::string qrels;  ///< judgements in place of classes
  std::string run;    ///< a ranking in place of vectors
  std::string save_run;
  std::string measures;  ///< "": the default of the mode; so the next two
  std::string ties;
  std::string no_relevant;
  std::string missing_queries{missing_queries_name(MissingQueryPolicy::zero)};
  std::string gain{gain_name(Gain::linear)};
  std::int64_t min_grade = 1;
  std::optional<std::int64_t> depth;
  std::string average{average_name(Average::micro)};
  std::vector<std::string> by;
  std::string cluster;
  std::optional<std::int64_t> expect_queries;
  std::optional<std::int64_t> expect_gallery;
  bool portrait = false;  ///< not an option: whether a page will be made of the outcome

  void add_to(Command& command);
  /// The names of the numbers that evaluate() will give: measures and counts. Throws Error (usage) for every
  /// name and combination of options that is wrong; no file is read.
  [[nodiscard]] std::vector<std::string> check(const Command& command) const;
  /// Reads and measures. Throws Error (usage, data, io).
  [[nodiscard]] Outcome evaluate(Console& console, std::uint64_t seed) const;

 private:
  [[nodiscard]] RetrievalOptions options() const;
  [[nodiscard]] Outcome evaluate_rows(Console& console, std::uint64_t seed) const;
  [[nodiscard]] Outcome evaluate_run_file(Console& console) const;
  /// Checks the counts that were expected, and adds the policies that every mode has.
  [[nodiscard]] Outcome finish(RetrievalResult result, const RetrievalOptions& options) const;
};

}  // namespace nearfar::cli
