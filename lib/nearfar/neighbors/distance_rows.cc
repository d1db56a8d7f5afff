#include "nearfar/neighbors/distance_rows.h"

#include <algorithm>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"

namespace nearfar {

void for_each_distance_row(MatrixView queries, MatrixView gallery, const Distance& distance,
                           const std::function<void(std::int64_t, std::span<const float>)>& use) {
  if (queries.cols != gallery.cols) {
    throw Error(ErrorKind::internal, "distances between rows of different lengths");
  }
  constexpr std::int64_t kQueries = 8;             // share each gallery tile that is in the cache
  constexpr std::int64_t kTileBytes = 256 * 1024;  // of the second-level cache
  const std::int64_t tile =
      std::max<std::int64_t>(16, kTileBytes / (std::max<std::int64_t>(gallery.cols, 1) * 4));
  parallel_ranges(queries.rows, kQueries, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> block(static_cast<std::size_t>((end - begin) * gallery.rows));
    const auto row_of = [&](std::int64_t q) { return block.data() + (q - begin) * gallery.rows; };
    for (std::int64_t g = 0; g < gallery.rows; g += tile) {
      const MatrixView part = gallery.slice(g, std::min(gallery.rows, g + tile));
      for (std::int64_t q = begin; q < end; ++q) distance.to_rows(queries.row(q), part, row_of(q) + g);
    }
    for (std::int64_t q = begin; q < end; ++q) use(q, {row_of(q), static_cast<std::size_t>(gallery.rows)});
  });
}

}  // namespace nearfar
