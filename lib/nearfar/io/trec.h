#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/qrels.h"
#include "nearfar/io/sink.h"

namespace nearfar {

/// Reads `query iteration item grade`, a judgement a line; the iteration is not read. Grades are whole
/// numbers up to a million; a negative one means unjudged, and is left out. The items get their numbers in
/// `items`. Throws Error (data) with line and column for another number of fields, a grade that is no such
/// number and a pair of query and item that stands there twice, and for a file without a line. Memory: 16
/// bytes a line and the names.
[[nodiscard]] NEARFAR_EXPORT Qrels read_qrels(const std::string& file, NameTable& items,
                                              std::vector<std::string>& notes);

/// Reads `query Q0 item rank score tag`; what stands behind the score is not needed, but for being there, and
/// Q0 and rank are not read: the score decides. Throws Error (data) like read_qrels, and for a score that is
/// not a finite number. Memory: 24 bytes a line and the names.
[[nodiscard]] NEARFAR_EXPORT Run read_run(const std::string& file, NameTable& items,
                                          std::vector<std::string>& notes);

/// Writes a run.
class NEARFAR_EXPORT RunWriter {
 public:
  RunWriter(Sink& sink, std::string tag) : sink_(sink), tag_(std::move(tag)) {}
  /// Throws Error (data) for a name that is empty or has white space, which a run cannot hold.
  void write(std::string_view query, std::span<const std::string_view> items, std::span<const float> scores);

 private:
  Sink& sink_;
  std::string tag_;
  std::string text_;
};

}  // namespace nearfar
