#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/data/dataset.h"

namespace nearfar {

/// Which rows are similar to a row and which are not, by their labels: lists of the similar ones, and the
/// i-th positive or negative without a list of the negatives. Rows of unknown class are neither.
class SimilarRows {
 public:
  /// Keeps a reference to the labels. O(rows), and for rows with several labels O(similar rows of each code).
  explicit SimilarRows(const Labels& labels);

  [[nodiscard]] const Labels& labels() const { return labels_; }
  /// The rows of known class, ascending.
  [[nodiscard]] std::span<const std::int32_t> known() const { return known_; }
  [[nodiscard]] bool is_known(std::int64_t row) const { return code(row) != Labels::kUnknown; }
  [[nodiscard]] bool similar(std::int64_t a, std::int64_t b) const {
    return labels_.similar(code(a), code(b));
  }

  /// Other rows that are similar to a known one.
  [[nodiscard]] std::int64_t positives(std::int64_t row) const { return similar_count(row) - 1; }
  /// Known rows that are not.
  [[nodiscard]] std::int64_t negatives(std::int64_t row) const {
    return static_cast<std::int64_t>(known_.size()) - similar_count(row);
  }
  /// The rows that are similar to a known one, itself included, ascending. The list is kept here, or in
  /// `scratch` where rows have several labels.
  [[nodiscard]] std::span<const std::int32_t> similar_to(std::int64_t row,
                                                         std::vector<std::int32_t>& scratch) const;
  /// The i-th positive and the i-th negative of a row, ascending from 0, by what similar_to() gives for it.
  /// O(log similar rows).
  [[nodiscard]] std::int32_t positive(std::int64_t row, std::span<const std::int32_t> similar,
                                      std::int64_t i) const;
  [[nodiscard]] std::int32_t negative(std::span<const std::int32_t> similar, std::int64_t i) const;

 private:
  [[nodiscard]] std::int32_t code(std::int64_t row) const {
    return labels_.codes[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] std::int64_t similar_count(std::int64_t row) const {
    return similar_counts_[static_cast<std::size_t>(code(row))];
  }
  void similar_to_code(std::int32_t code, std::vector<std::int32_t>& rows) const;

  const Labels& labels_;
  std::vector<std::int32_t> known_;
  std::vector<std::int32_t> known_before_;       // of each row: known rows above it
  std::vector<std::vector<std::int32_t>> rows_;  // with each label; where rows have one, of each code
  std::vector<std::int64_t> similar_counts_;     // of each code
};

}  // namespace nearfar
