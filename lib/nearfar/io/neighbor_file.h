#pragma once

#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/neighbor_lists.h"

namespace nearfar {

/// Reads what find-neighbors writes: `query,neighbor,distance` (further columns, as `rank`, are not read;
/// rows in any order) in CSV, TSV or JSON Lines, with items by id, or by 1-based row number of the data file
/// where the data have no ids. A row that is its own neighbour is left out. Throws Error (data) with the line
/// of an item that the data do not have, a distance that is not a number, or a pair that stands there twice.
/// Memory: 24 bytes a line while reading, then 8.
[[nodiscard]] NEARFAR_EXPORT NeighborLists read_neighbors(const std::string& file, const Dataset& data,
                                                          std::vector<std::string>& notes);

}  // namespace nearfar
