#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/rank_block.h"
#include "nearfar/neighbors/rank_count.h"

namespace nearfar {

/// The counts of one query. Its relevant items are boundaries on the line of keys; every other candidate
/// falls between two of them or, rarely, on one.
class Boundaries {
 public:
  void list(const Brackets& brackets, const RankOptions& options, std::int64_t q);

  /// Measures the relevant rows below `g1` that are not yet measured; `few` is room for kRankFew rows.
  void measure(std::int64_t g1, Matrix& few);

  /// After measure() of all rows.
  void sort();

  [[nodiscard]] bool any() const { return !items_.empty(); }
  [[nodiscard]] std::int64_t relevant() const { return std::ssize(relevant_); }

  /// Boundaries that an average bracket among them holds: where there are many, measuring every candidate is
  /// cheaper than bracketing it first.
  [[nodiscard]] double crowding() const;

  /// Before the first count(): whether closeness will be exact, or as brackets have it.
  void begin(bool exact);

  /// Counts the candidates [g0, g0 + count), whose closeness is overwritten where a row is not to be counted.
  /// `few` is room for kRankFew rows.
  void count(float* closeness, std::int64_t g0, std::int64_t count, Matrix& few);

  void finish(std::vector<RankGroup>& groups) const;

 private:
  struct Item {
    float distance;
    std::int32_t row;       // of the one relevant item, when ties go by row
    std::int32_t relevant;  // items at this distance
  };
  struct Pending {
    std::int32_t row;
    std::size_t below;  // boundaries that are surely nearer
  };

  void sort_items();

  [[nodiscard]] double widest() const {
    return static_cast<double>(brackets_->query().gap[static_cast<std::size_t>(q_)]) +
           static_cast<double>(brackets_->widest_gap());
  }

  // The line of keys in buckets of equal width, the last one open above, the first below. Monotone.
  [[nodiscard]] std::int32_t bucket(float low) const {
    return static_cast<std::int32_t>(std::min(std::max((low - base_) * per_key_, 0.0F), last_));
  }

  // Of every bucket: how many boundaries lie below all bounds that fall into it.
  void fill_table();

  // A candidate near a boundary, or beyond more of them than count() looks at; the first `b` are surely
  // nearer.
  void count_closely(std::int32_t g, float low, std::size_t b, Matrix& few);

  // Measures the candidates whose rows stand in `few`, and places them.
  void place_pending(const Matrix& few);

  // A candidate at a known distance; the first `b` boundaries are surely nearer.
  void place(std::int32_t g, float distance, std::size_t b);

  const Brackets* brackets_ = nullptr;
  bool by_row_ = false;
  bool exact_ = false;
  std::int64_t q_ = 0;
  std::vector<std::int32_t> relevant_;
  std::vector<std::int32_t> excluded_;
  std::vector<std::int32_t> left_out_;  // both, ascending
  std::size_t next_ = 0;
  std::vector<float> measured_;   // distances of relevant_
  std::vector<Item> items_;       // boundaries, ascending
  std::vector<Pending> pending_;  // candidates to be measured
  std::vector<double> keys_;
  std::vector<float> surely_below_;    // of every boundary: a bound above this is above the boundary
  std::vector<float> maybe_at_;        // an upper bound below this is below the boundary
  std::vector<std::int32_t> between_;  // other candidates between boundary b - 1 and b
  std::vector<std::int32_t> on_;       // other candidates at the distance of boundary b
  std::vector<std::uint32_t> table_;
  float base_ = 0;
  float per_key_ = 0;
  float last_ = 0;
};

}  // namespace nearfar
