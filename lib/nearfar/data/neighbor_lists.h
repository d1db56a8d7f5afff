#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nearfar {

/// For every row of a data set some other rows, ascending, and how far they are.
struct NeighborLists {
  std::vector<std::size_t> begin;  ///< the list of row i is [begin[i], begin[i + 1]) of the two below
  std::vector<std::int32_t> rows;
  std::vector<float> distances;

  [[nodiscard]] std::span<const std::int32_t> rows_of(std::int64_t row) const { return part(rows, row); }
  [[nodiscard]] std::span<const float> distances_of(std::int64_t row) const { return part(distances, row); }

 private:
  template <class T>
  [[nodiscard]] std::span<const T> part(const std::vector<T>& all, std::int64_t row) const {
    const std::size_t first = begin[static_cast<std::size_t>(row)];
    return {all.data() + first, begin[static_cast<std::size_t>(row) + 1] - first};
  }
};

}  // namespace nearfar
