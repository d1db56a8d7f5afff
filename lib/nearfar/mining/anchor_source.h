#pragma once

#include <cstdint>
#include <functional>

#include "nearfar/data/neighbor_lists.h"
#include "nearfar/mining/anchor.h"
#include "nearfar/mining/miner.h"
#include "nearfar/mining/similar_rows.h"

namespace nearfar {

/// Where the anchors of a data set come from, with their candidates and the distances to them.
class AnchorSource {
 public:
  virtual ~AnchorSource() = default;
  /// use(anchor) once for every row of [begin, end) that is of known class, on all threads, in no fixed
  /// order.
  virtual void for_each(std::int64_t begin, std::int64_t end,
                        const std::function<void(Anchor&&)>& use) const = 0;
};

/// Puts the negatives, which must be ascending by row, into the order of (distance, row) and keeps those in
/// the range. O(n).
void order_negatives(Anchor& anchor, const RankRange& ranks);

/// All rows of known class are candidates. Memory for one anchor a thread: O(rows). O(rows dims) operations
/// an anchor.
class AllRows : public AnchorSource {
 public:
  /// Keeps views and references. With `in_row_order` the negatives stay ascending by row (and `ranks` is not
  /// looked at).
  AllRows(MatrixView x, const SimilarRows& similar, const Distance& distance, RankRange ranks,
          bool in_row_order);
  void for_each(std::int64_t begin, std::int64_t end,
                const std::function<void(Anchor&&)>& use) const override;

 private:
  MatrixView x_;
  const SimilarRows& similar_;
  const Distance& distance_;
  RankRange ranks_;
  bool in_row_order_;
};

/// The rows that a list names for each anchor, with the distances that stand there.
class ListedRows : public AnchorSource {
 public:
  ListedRows(const NeighborLists& lists, const SimilarRows& similar, RankRange ranks);
  void for_each(std::int64_t begin, std::int64_t end,
                const std::function<void(Anchor&&)>& use) const override;

 private:
  const NeighborLists& lists_;
  const SimilarRows& similar_;
  RankRange ranks_;
};

}  // namespace nearfar
