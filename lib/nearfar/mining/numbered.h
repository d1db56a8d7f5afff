#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/mining/miner.h"
#include "nearfar/mining/similar_rows.h"

namespace nearfar {

/// The tuples of each row when any of them will do: they are counted and numbered, so some can be drawn
/// without a list of all.
class NumberedTuples {
 public:
  virtual ~NumberedTuples() = default;
  [[nodiscard]] virtual std::int64_t count(std::int64_t row) const = 0;
  /// Appends the tuples of a row that have these numbers, ascending from 0 to below count(row).
  virtual void make(std::int64_t row, std::span<const std::uint64_t> numbers,
                    std::vector<MinedTuple>& tuples) const = 0;
  /// Appends `limit` tuples of a row, or all if there are no more, every set equally likely.
  virtual void draw(std::int64_t row, std::int64_t limit, Random& random,
                    std::vector<MinedTuple>& tuples) const;
};

/// Distances of two rows; 0 for rows without columns.
class RowDistance {
 public:
  RowDistance(MatrixView x, const Distance& distance) : x_(x), distance_(distance) {}
  [[nodiscard]] float operator()(std::int64_t a, std::int64_t b) const {
    return x_.cols == 0 ? 0.0F : distance_.between(x_.row(a), x_.row(b), x_.cols);
  }

 private:
  MatrixView x_;
  const Distance& distance_;
};

/// Triplets in the order of (anchor, positive, negative).
class NumberedTriplets : public NumberedTuples {
 public:
  NumberedTriplets(const SimilarRows& similar, RowDistance distance)
      : similar_(similar), distance_(distance) {}
  [[nodiscard]] std::int64_t count(std::int64_t row) const override;
  void make(std::int64_t row, std::span<const std::uint64_t> numbers,
            std::vector<MinedTuple>& tuples) const override;

 private:
  const SimilarRows& similar_;
  RowDistance distance_;
};

/// Unordered pairs of the rows in a list; each is numbered with the one of them that comes first.
class NumberedPairs : public NumberedTuples {
 public:
  [[nodiscard]] std::int64_t count(std::int64_t row) const override;
  void make(std::int64_t row, std::span<const std::uint64_t> numbers,
            std::vector<MinedTuple>& tuples) const override;

 protected:
  /// `rows` ascending, of `all_rows`.
  NumberedPairs(std::int64_t all_rows, std::span<const std::int32_t> rows, RowDistance distance);
  [[nodiscard]] virtual float value(std::int32_t a, std::int32_t b) const = 0;
  void add(std::int64_t row, std::int32_t other, std::vector<MinedTuple>& tuples) const;

 private:
  std::span<const std::int32_t> rows_;
  std::vector<std::int64_t> place_;  // of each row in rows_, or -1
  RowDistance distance_;
};

/// Pairs of rows of known class, 1 similar, 0 dissimilar. draw() gives `limit` pairs of either sort with
/// other rows, before or behind.
class LabelledPairs : public NumberedPairs {
 public:
  LabelledPairs(const SimilarRows& similar, RowDistance distance);
  void draw(std::int64_t row, std::int64_t limit, Random& random,
            std::vector<MinedTuple>& tuples) const override;

 private:
  [[nodiscard]] float value(std::int32_t a, std::int32_t b) const override;
  const SimilarRows& similar_;
};

/// Pairs of rows with the targets t, valued 1 - |t_a - t_b| / (greatest - least). draw() gives pairs with
/// `limit` other rows, before or behind.
class GradedPairs : public NumberedPairs {
 public:
  /// `rows` is 0, 1, ...; the targets are not all equal.
  GradedPairs(std::span<const std::int32_t> rows, std::span<const double> targets, RowDistance distance);
  void draw(std::int64_t row, std::int64_t limit, Random& random,
            std::vector<MinedTuple>& tuples) const override;

 private:
  [[nodiscard]] float value(std::int32_t a, std::int32_t b) const override;
  std::span<const double> targets_;
  double range_;
};

/// `max` of the tuples of all rows, every set of that many equally likely (all of them if there are no more):
/// the numbers of those of each row. Throws Error (data) if there are 2^63 tuples or more.
class DrawnNumbers {
 public:
  DrawnNumbers(const NumberedTuples& tuples, std::int64_t rows, std::int64_t max, Random& random);
  [[nodiscard]] std::span<const std::uint64_t> of(std::int64_t row) const;
  /// Tuples that there are.
  [[nodiscard]] std::int64_t total() const { return total_; }

 private:
  std::vector<std::uint64_t> numbers_;
  std::vector<std::size_t> begin_;  // of each row in numbers_
  std::int64_t total_ = 0;
};

}  // namespace nearfar
