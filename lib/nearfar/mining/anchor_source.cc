#include "nearfar/mining/anchor_source.h"

#include "nearfar/core/parallel.h"
#include "nearfar/core/sort_by_float.h"
#include "nearfar/neighbors/distance_rows.h"

namespace nearfar {
namespace {

struct Negative {
  float distance;
  std::int32_t row;
};

}  // namespace

void order_negatives(Anchor& anchor, const RankRange& ranks) {
  std::vector<Negative> negatives(anchor.negatives.size());
  for (std::size_t n = 0; n < negatives.size(); ++n)
    negatives[n] = {anchor.d_an[n] + 0.0F, anchor.negatives[n]};  // -0 becomes 0
  sort_by_float(negatives, [](const Negative& negative) { return negative.distance; });
  const auto first = static_cast<std::size_t>(ranks.from - 1);
  const std::size_t last =
      ranks.to == 0 ? negatives.size() : std::min(negatives.size(), static_cast<std::size_t>(ranks.to));
  const std::size_t count = first < last ? last - first : 0;
  anchor.negatives.resize(count);
  anchor.d_an.resize(count);
  for (std::size_t n = 0; n < count; ++n) {
    anchor.negatives[n] = negatives[first + n].row;
    anchor.d_an[n] = negatives[first + n].distance;
  }
}

AllRows::AllRows(MatrixView x, const SimilarRows& similar, const Distance& distance, RankRange ranks,
                 bool in_row_order)
    : x_(x), similar_(similar), distance_(distance), ranks_(ranks), in_row_order_(in_row_order) {}

void AllRows::for_each(std::int64_t begin, std::int64_t end, const std::function<void(Anchor&&)>& use) const {
  for_each_distance_row(x_.slice(begin, end), x_, distance_,
                        [&](std::int64_t q, std::span<const float> distances) {
                          const std::int64_t row = begin + q;
                          if (!similar_.is_known(row)) return;
                          std::vector<std::int32_t> scratch;
                          const std::span<const std::int32_t> similar = similar_.similar_to(row, scratch);
                          Anchor anchor;
                          anchor.row = static_cast<std::int32_t>(row);
                          anchor.positives.reserve(similar.size());
                          anchor.negatives.reserve(similar_.known().size() - similar.size());
                          auto next_similar = similar.begin();
                          for (const std::int32_t other : similar_.known()) {
                            const float d = distances[static_cast<std::size_t>(other)];
                            if (next_similar == similar.end() || *next_similar != other) {
                              anchor.negatives.push_back(other);
                              anchor.d_an.push_back(d);
                              continue;
                            }
                            ++next_similar;
                            if (other == row) continue;
                            anchor.positives.push_back(other);
                            anchor.d_ap.push_back(d);
                          }
                          if (!in_row_order_) order_negatives(anchor, ranks_);
                          use(std::move(anchor));
                        });
}

ListedRows::ListedRows(const NeighborLists& lists, const SimilarRows& similar, RankRange ranks)
    : lists_(lists), similar_(similar), ranks_(ranks) {}

void ListedRows::for_each(std::int64_t begin, std::int64_t end,
                          const std::function<void(Anchor&&)>& use) const {
  parallel_blocks(end - begin, [&](std::int64_t i) {
    const std::int64_t row = begin + i;
    if (!similar_.is_known(row)) return;
    Anchor anchor;
    anchor.row = static_cast<std::int32_t>(row);
    const std::span<const std::int32_t> rows = lists_.rows_of(row);
    const std::span<const float> distances = lists_.distances_of(row);
    for (std::size_t n = 0; n < rows.size(); ++n) {
      if (rows[n] == row || !similar_.is_known(rows[n])) continue;
      const bool positive = similar_.similar(row, rows[n]);
      (positive ? anchor.positives : anchor.negatives).push_back(rows[n]);
      (positive ? anchor.d_ap : anchor.d_an).push_back(distances[n]);
    }
    order_negatives(anchor, ranks_);
    use(std::move(anchor));
  });
}

}  // namespace nearfar
