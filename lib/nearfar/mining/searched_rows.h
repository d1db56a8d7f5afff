#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "nearfar/mining/anchor_source.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar {

/// What is looked for, for every row.
struct RowSearch {
  SearchPlan plan;
  std::int64_t positives = 1;  ///< nearest, farthest or drawn ones; 0: all, where they are drawn
  std::int64_t negatives = 1;  ///< the nearest ones in the range of ranks
  RankRange ranks;             ///< everything, unless the plan is for the nearest negatives
  std::uint64_t seed = 0;      ///< of the positives drawn

  /// How many of the nearest negatives have to be known.
  [[nodiscard]] std::int64_t nearest_negatives() const {
    const std::int64_t last = ranks.from - 1 + negatives;
    return ranks.to == 0 ? last : std::min(last, ranks.to);
  }
};

/// Only the candidates that a strategy with a search plan can choose, found by exact neighbour search before
/// the first anchor is given out. The strategy sees fewer rows and chooses the same: the farthest or nearest
/// positives and the nearest negatives are among them, or for every positive that draw_positives() draws the
/// nearest negative beyond it. Memory: the answers, 8 bytes each. Two searches over all rows at most, and
/// where positives are drawn one for the anchors with a positive beyond which there is no negative.
class SearchedRows : public AnchorSource {
 public:
  SearchedRows(MatrixView x, const SimilarRows& similar, const Distance& distance, const RowSearch& search,
               const std::function<void(std::int64_t done, std::int64_t of)>& progress);
  void for_each(std::int64_t begin, std::int64_t end,
                const std::function<void(Anchor&&)>& use) const override;

 private:
  using Answers = std::vector<std::vector<Neighbor>>;

  [[nodiscard]] bool is_anchor(std::int64_t row) const;
  [[nodiscard]] NearestOptions among_negatives() const;
  void find_positives();
  void find_nearest_negatives();
  void find_negatives_beyond();
  void draw_first_positives();
  void draw_positives_again(const std::vector<std::int32_t>& rows);
  [[nodiscard]] Neighbor positive(std::int64_t row, std::int64_t i) const;

  MatrixView x_;
  const SimilarRows& similar_;
  const Distance& distance_;
  RowSearch search_;
  std::function<void(std::int64_t, std::int64_t)> progress_;
  Answers positives_;  // of each row, ascending by row
  Answers negatives_;  // the same
};

}  // namespace nearfar
