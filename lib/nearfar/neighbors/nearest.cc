#include "nearfar/neighbors/nearest.h"

#include <algorithm>

#include "nearfar/neighbors/distance_rows.h"

namespace nearfar {

void nearest_neighbors(MatrixView queries, MatrixView gallery, const NearestOptions& options,
                       const std::function<void(std::int64_t, std::span<const Neighbor>)>& use) {
  std::vector<std::vector<Neighbor>> found(static_cast<std::size_t>(queries.rows));
  for_each_distance_row(
      queries, gallery, options.distance, [&](std::int64_t q, std::span<const float> distances) {
        std::vector<Neighbor>& list = found[static_cast<std::size_t>(q)];
        for (std::int64_t g = 0; g < gallery.rows; ++g) {
          if (!options.allowed || options.allowed(q, g)) {
            list.push_back({static_cast<std::int32_t>(g), distances[static_cast<std::size_t>(g)]});
          }
        }
        const auto end = list.begin() + std::min<std::int64_t>(options.k, std::ssize(list));
        std::partial_sort(list.begin(), end, list.end(), [&](const Neighbor& a, const Neighbor& b) {
          if (a.distance != b.distance) return (a.distance < b.distance) != options.farthest;
          return a.row < b.row;
        });
        list.erase(end, list.end());
      });
  for (std::int64_t q = 0; q < queries.rows; ++q) use(q, found[static_cast<std::size_t>(q)]);
}

std::vector<Neighbor> nearest_beyond(MatrixView queries, MatrixView gallery,
                                     std::span<const BeyondRequest> requests, const NearestOptions& options) {
  std::vector<Neighbor> answers;
  for (const BeyondRequest& request : requests) {
    Neighbor best;
    for (std::int64_t g = 0; g < gallery.rows; ++g) {
      if (options.allowed && !options.allowed(request.query, g)) continue;
      const float d = options.distance.between(queries.row(request.query), gallery.row(g), gallery.cols);
      if (d > request.bound && (best.row < 0 || d < best.distance)) best = {static_cast<std::int32_t>(g), d};
    }
    answers.push_back(best);
  }
  return answers;
}

}  // namespace nearfar
