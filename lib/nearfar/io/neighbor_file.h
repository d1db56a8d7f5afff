#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/neighbor_lists.h"
#include "nearfar/io/format.h"
#include "nearfar/io/sink.h"

namespace nearfar {

/// Reads what find-neighbors writes: `query,neighbor,distance` (further columns, as `rank`, are not read;
/// rows in any order) in CSV, TSV or JSON Lines, with items by id, or by 1-based row number of the data file
/// where the data have no ids. A row that is its own neighbour is left out. Throws Error (data) with the line
/// of an item that the data do not have, a distance that is not a number, or a pair that stands there twice.
/// Memory: 24 bytes a line while reading, then 8.
[[nodiscard]] NEARFAR_EXPORT NeighborLists read_neighbors(const std::string& file, const Dataset& data,
                                                          std::vector<std::string>& notes);

/// Writes `query,rank,neighbor,distance` (CSV, TSV or JSON Lines), ranks from 1; items by id, or by 1-based
/// row number of their file where it has no ids.
class NEARFAR_EXPORT NeighborWriter {
 public:
  /// Writes the header at once. Throws Error (usage) for a matrix format.
  NeighborWriter(Sink& sink, const Dataset& queries, const Dataset& gallery, Format format);
  /// The neighbours of a query, nearest first.
  void write(std::int64_t query, std::span<const std::int32_t> rows, std::span<const float> distances);

 private:
  void append_item(const Dataset& data, std::int64_t row);

  Sink& sink_;
  const Dataset& queries_;
  const Dataset& gallery_;
  Format format_;
  std::string text_;
};

}  // namespace nearfar
