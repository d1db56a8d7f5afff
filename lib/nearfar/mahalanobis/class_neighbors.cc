#include "nearfar/mahalanobis/class_neighbors.h"

#include "nearfar/core/error.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar {

std::int64_t neighbors_of(const LearnerOptions& options, std::int64_t fallback) {
  const std::int64_t k = options.neighbors.value_or(fallback);
  if (k < 1)
    usage_error("--neighbors " + std::to_string(k) + ": expected 1 or more", "for example --neighbors 3");
  return k;
}

RowPairList genuine_neighbors(MatrixView x, const Labels& labels, std::int64_t k) {
  NearestOptions search;
  search.k = k;
  search.allowed = [](std::int64_t q, std::int64_t g) { return q != g; };
  RowPairList pairs;
  for (const std::vector<std::int64_t>& rows : rows_by_class(labels)) {
    Matrix own;
    own.reserve(std::ssize(rows), x.cols);
    for (const std::int64_t row : rows) own.append(x.slice(row, row + 1));
    nearest_neighbors(own, own, search, [&](std::int64_t q, std::span<const Neighbor> found) {
      for (const Neighbor& one : found)
        pairs.emplace_back(rows[static_cast<std::size_t>(q)], rows[static_cast<std::size_t>(one.row)]);
    });
  }
  return pairs;
}

RowPairList impostor_neighbors(MatrixView x, const Labels& labels, std::int64_t k) {
  NearestOptions search;
  search.k = k;
  search.allowed = [&](std::int64_t q, std::int64_t g) {
    return labels.codes[static_cast<std::size_t>(q)] != labels.codes[static_cast<std::size_t>(g)];
  };
  RowPairList pairs;
  nearest_neighbors(x, x, search, [&](std::int64_t q, std::span<const Neighbor> found) {
    for (const Neighbor& one : found) pairs.emplace_back(q, one.row);
  });
  return pairs;
}

}  // namespace nearfar
