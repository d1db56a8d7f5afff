#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"

namespace nearfar {

/// Rows of one batch, and the tuples between them when the supervision is tuples (items are places in
/// `rows`).
struct Batch {
  std::vector<std::int64_t> rows;
  Tuples tuples;
};

/// P x K batches from class labels: `classes_per_batch` classes (those with at least two rows; all of them if
/// there are fewer) times up to `samples_per_class` different rows of each. An epoch has as many batches as
/// it takes for their number of rows to reach the number of usable rows; classes and the rows of a class come
/// round in shuffled order. Where a row may have several labels each label is a class, a row counts for
/// each of its labels, and one that is drawn for two of them is in the batch once. A function of (seed,
/// epoch) alone. Throws Error (data) when fewer than two classes have two rows, or every two rows share a
/// label.
class ClassSampler {
 public:
  ClassSampler(const Labels& labels, std::int64_t classes_per_batch, std::int64_t samples_per_class,
               std::uint64_t seed);
  [[nodiscard]] std::vector<Batch> epoch(std::int64_t epoch) const;

 private:
  std::vector<std::vector<std::int64_t>> classes_;  // those with at least two rows
  std::int64_t classes_per_batch_;
  std::int64_t samples_per_class_;
  std::uint64_t seed_;
};

/// Batches of `batch_size` tuples in shuffled order, every tuple once an epoch. A function of (seed, epoch)
/// alone.
class TupleSampler {
 public:
  TupleSampler(const Tuples& tuples, std::int64_t batch_size, std::uint64_t seed);
  [[nodiscard]] std::vector<Batch> epoch(std::int64_t epoch) const;

 private:
  const Tuples& tuples_;
  std::int64_t batch_size_;
  std::uint64_t seed_;
};

}  // namespace nearfar
