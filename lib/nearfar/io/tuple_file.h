#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/columns.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"
#include "nearfar/io/format.h"
#include "nearfar/io/sink.h"

namespace nearfar {

/// Reads pairs, graded pairs, triplets or quadruplets, told apart by the header (INTERFACE: `a,b,similar`,
/// `a,b,similarity`, `anchor,positive,negative`, `a,b,c,d`, or the same with row_ before each item for
/// 1-based row numbers of the data file), and resolves the items to rows of `data`. Throws Error (data) with
/// the line of an item that the data do not have or that a filter removed.
[[nodiscard]] NEARFAR_EXPORT Tuples read_tuples(const std::string& file, const std::vector<Condition>& where,
                                                const Dataset& data, std::vector<std::string>& notes);

/// Writes a tuple file (CSV, TSV or JSON Lines): ids where the data have them, else 1-based row numbers of
/// the file.
class NEARFAR_EXPORT TupleWriter {
 public:
  /// `extra` names number columns behind the tuple's own ("d_ap", "d_an"). Throws Error (usage) for a matrix
  /// format.
  TupleWriter(Sink& sink, TupleKind kind, const Dataset& data, Format format, std::vector<std::string> extra);
  /// `items`: 0-based rows of the data; `numbers`: the value of a pair, then the extra columns.
  void write(std::span<const std::int32_t> items, std::span<const float> numbers);

 private:
  Sink& sink_;
  const Dataset& data_;
  Format format_;
  std::vector<std::string> columns_;
};

}  // namespace nearfar
