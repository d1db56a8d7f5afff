#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/outcome.h"
#include "nearfar/evaluation/portrait.h"
#include "nearfar/evaluation/retrieval_task.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// What names and shows the rows in a portrait. Called on the calling thread.
struct PortraitSource {
  std::function<std::string(std::int64_t q)> query_name;
  std::function<std::string(std::int64_t g)> gallery_name;
  std::function<std::optional<Thumbnail>(std::int64_t q)> query_picture;  ///< may be empty
  std::function<std::optional<Thumbnail>(std::int64_t g)> gallery_picture;
};

/// A portrait of the embedding that was measured. Curves, confusion, distances and projection are of samples
/// drawn by `seed` (at most 1,000 queries, 20,000 pairs of each kind, 1,500 rows), which their notes say; the
/// table of classes and the worst queries are of all. Time: ranks of 1,000 queries; memory: O(sample x d)
/// beside what count_ranks takes.
[[nodiscard]] NEARFAR_EXPORT Portrait retrieval_portrait(const RetrievalTask& task, const Outcome& outcome,
                                                         const Distance& distance,
                                                         const PortraitSource& source, std::uint64_t seed);

}  // namespace nearfar
