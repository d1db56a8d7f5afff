#pragma once

#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/columns.h"
#include "nearfar/data/scored_tuples.h"
#include "nearfar/io/tuple_columns.h"

namespace nearfar {

/// How to read a table of scored tuples; the members are the options of the same names.
struct ScoredTableOptions {
  std::string file = "-";
  std::string format = "auto";
  std::string delimiter;
  std::vector<Condition> where;
  std::string where_option = "--where";  ///< its name in messages
  TupleExtras extras;
  bool probability = false;  ///< the column probability is read where there is one
  bool same = false;         ///< so is the column same
};

/// Reads a table as score-pairs writes it, told apart by its header: pairs with `similar` or `similarity` and
/// `distance` (or `score`: larger is nearer, read as a negated distance); triplets, or quadruplets where the
/// items are called a, b, c, d, with `d_ap` and `d_an`. Further columns may stand anywhere.
///
/// Parsed on all threads; memory 8 bytes a pair, and what TupleExtras says. Throws Error (data) for a header
/// without those columns, with the nearest names; with its place for a field that is not a finite number, a
/// `similar` that is not 1 or 0 and a `probability` outside 0 to 1; and where no tuple is left.
[[nodiscard]] NEARFAR_EXPORT ScoredTuples read_scored_table(const ScoredTableOptions& options,
                                                            std::vector<std::string>& notes);

}  // namespace nearfar
