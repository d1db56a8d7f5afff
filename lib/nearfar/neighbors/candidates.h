#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar {

/// Lists of the gallery rows that may still be among the k nearest of their query, by the bounds of Brackets.
/// Whatever the order in which rows are offered, the k that finish() gives are those of least
/// (key, row). Memory: lists x (k + max(16, k/2)) x 8 bytes. Different lists may be used by different threads
/// at a time.
class Candidates {
 public:
  Candidates(const Brackets& brackets, std::int64_t lists, std::int64_t k);

  /// A row whose key is surely above it need not be offered.
  [[nodiscard]] float threshold(std::int64_t list) const {
    return thresholds_[static_cast<std::size_t>(list)];
  }
  /// Offers gallery row g, closeness as Brackets gives it, to the list of query q. O(1) amortised.
  void offer(std::int64_t list, std::int64_t q, std::int64_t g, float closeness);
  /// The k best rows of the list, in the order of (key, row), with their exact distances.
  void finish(std::int64_t list, std::int64_t q, std::vector<Neighbor>& best);

 private:
  struct Candidate {
    float low;  // lower bound of the key
    std::int32_t row;
  };

  struct Measured {
    float distance;
    Candidate candidate;
  };

  Candidate* begin(std::int64_t list) { return entries_.data() + list * capacity_; }
  void shrink(std::int64_t list, std::int64_t q);
  std::vector<Measured>& measure(std::int64_t list, std::int64_t q);

  const Brackets& brackets_;
  std::int64_t k_;
  std::int64_t capacity_;
  std::vector<Candidate> entries_;
  std::vector<std::int32_t> sizes_;
  std::vector<float> thresholds_;
};

}  // namespace nearfar
