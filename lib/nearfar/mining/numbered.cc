#include "nearfar/mining/numbered.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"

namespace nearfar {

void NumberedTuples::draw(std::int64_t row, std::int64_t limit, Random& random,
                          std::vector<MinedTuple>& tuples) const {
  const std::int64_t all = count(row);
  if (all == 0) return;
  make(row, random.sample(static_cast<std::uint64_t>(all), static_cast<std::uint64_t>(limit)), tuples);
}

std::int64_t NumberedTriplets::count(std::int64_t row) const {
  return similar_.is_known(row) ? similar_.positives(row) * similar_.negatives(row) : 0;
}

// Triplet t of a row with N negatives is (positive t / N, negative t % N).
void NumberedTriplets::make(std::int64_t row, std::span<const std::uint64_t> numbers,
                            std::vector<MinedTuple>& tuples) const {
  if (numbers.empty()) return;
  std::vector<std::int32_t> scratch;
  const std::span<const std::int32_t> similar = similar_.similar_to(row, scratch);
  const std::int64_t negatives = similar_.negatives(row);
  for (const std::uint64_t number : numbers) {
    const auto t = static_cast<std::int64_t>(number);
    MinedTuple tuple;
    tuple.anchor = static_cast<std::int32_t>(row);
    tuple.other = similar_.positive(row, similar, t / negatives);
    tuple.negative = similar_.negative(similar, t % negatives);
    tuple.d_ap = distance_(row, tuple.other);
    tuple.d_an = distance_(row, tuple.negative);
    tuples.push_back(tuple);
  }
}

NumberedPairs::NumberedPairs(std::int64_t all_rows, std::span<const std::int32_t> rows, RowDistance distance)
    : rows_(rows), place_(static_cast<std::size_t>(all_rows), -1), distance_(distance) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    place_[static_cast<std::size_t>(rows[i])] = static_cast<std::int64_t>(i);
}

std::int64_t NumberedPairs::count(std::int64_t row) const {
  const std::int64_t place = place_[static_cast<std::size_t>(row)];
  return place < 0 ? 0 : std::ssize(rows_) - 1 - place;
}

void NumberedPairs::make(std::int64_t row, std::span<const std::uint64_t> numbers,
                         std::vector<MinedTuple>& tuples) const {
  const auto next = static_cast<std::size_t>(place_[static_cast<std::size_t>(row)] + 1);
  for (const std::uint64_t number : numbers) add(row, rows_[next + number], tuples);
}

void NumberedPairs::add(std::int64_t row, std::int32_t other, std::vector<MinedTuple>& tuples) const {
  MinedTuple tuple;
  tuple.anchor = static_cast<std::int32_t>(row);
  tuple.other = other;
  tuple.value = value(tuple.anchor, other);
  tuple.d_ap = distance_(row, other);
  tuples.push_back(tuple);
}

LabelledPairs::LabelledPairs(const SimilarRows& similar, RowDistance distance)
    : NumberedPairs(std::ssize(similar.labels().codes), similar.known(), distance), similar_(similar) {}

float LabelledPairs::value(std::int32_t a, std::int32_t b) const {
  return similar_.similar(a, b) ? 1.0F : 0.0F;
}

void LabelledPairs::draw(std::int64_t row, std::int64_t limit, Random& random,
                         std::vector<MinedTuple>& tuples) const {
  if (!similar_.is_known(row)) return;
  std::vector<std::int32_t> scratch;
  const std::span<const std::int32_t> similar = similar_.similar_to(row, scratch);
  const auto numbers = [&](std::int64_t of) {
    return random.sample(static_cast<std::uint64_t>(of), static_cast<std::uint64_t>(limit));
  };
  for (const std::uint64_t i : numbers(similar_.positives(row)))
    add(row, similar_.positive(row, similar, static_cast<std::int64_t>(i)), tuples);
  for (const std::uint64_t i : numbers(similar_.negatives(row)))
    add(row, similar_.negative(similar, static_cast<std::int64_t>(i)), tuples);
}

GradedPairs::GradedPairs(std::span<const std::int32_t> rows, std::span<const double> targets,
                         RowDistance distance)
    : NumberedPairs(std::ssize(rows), rows, distance), targets_(targets) {
  const auto [least, greatest] = std::minmax_element(targets.begin(), targets.end());
  range_ = *greatest - *least;
}

float GradedPairs::value(std::int32_t a, std::int32_t b) const {
  const double difference = targets_[static_cast<std::size_t>(a)] - targets_[static_cast<std::size_t>(b)];
  return static_cast<float>(1 - std::abs(difference) / range_);
}

void GradedPairs::draw(std::int64_t row, std::int64_t limit, Random& random,
                       std::vector<MinedTuple>& tuples) const {
  for (const std::uint64_t i : random.sample(targets_.size() - 1, static_cast<std::uint64_t>(limit))) {
    const auto other = static_cast<std::int32_t>(i);
    add(row, other < row ? other : other + 1, tuples);
  }
}

DrawnNumbers::DrawnNumbers(const NumberedTuples& tuples, std::int64_t rows, std::int64_t max,
                           Random& random) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t count = tuples.count(row);
    if (count > std::numeric_limits<std::int64_t>::max() - total_) {
      data_error("there are 2^63 tuples or more, too many to draw from", {},
                 "--strategy random draws some for each anchor; --max then draws of those");
    }
    total_ += count;
  }
  numbers_ = random.sample(static_cast<std::uint64_t>(total_), static_cast<std::uint64_t>(max));
  std::uint64_t first = 0;  // number of the row's first tuple among all
  std::size_t at = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    begin_.push_back(at);
    const std::uint64_t next = first + static_cast<std::uint64_t>(tuples.count(row));
    for (; at < numbers_.size() && numbers_[at] < next; ++at) numbers_[at] -= first;
    first = next;
  }
  begin_.push_back(at);
}

std::span<const std::uint64_t> DrawnNumbers::of(std::int64_t row) const {
  const std::size_t begin = begin_[static_cast<std::size_t>(row)];
  return {numbers_.data() + begin, begin_[static_cast<std::size_t>(row) + 1] - begin};
}

}  // namespace nearfar
