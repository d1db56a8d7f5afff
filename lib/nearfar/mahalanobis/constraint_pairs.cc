#include "nearfar/mahalanobis/constraint_pairs.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"

namespace nearfar {
namespace {

using Pair = RowPairs::value_type;

// The pairs of a sort, counted and numbered: those of the rows in the order of their classes, `own(i)` of
// them with the i-th row as the first. The numbers are drawn, no pair is listed.
template <class Own, class Make>
RowPairs drawn(std::size_t rows, std::int64_t count, Random random, Own own, Make make) {
  std::vector<std::uint64_t> before{0};  // pairs of the rows before
  for (std::size_t i = 0; i < rows; ++i) before.push_back(before.back() + own(i));
  std::vector<std::uint64_t> numbers = random.sample(before.back(), static_cast<std::uint64_t>(count));
  random.shuffle(std::span(numbers));
  RowPairs pairs;
  for (const std::uint64_t number : numbers) {
    const auto row =
        static_cast<std::size_t>(std::upper_bound(before.begin(), before.end(), number) - before.begin() - 1);
    pairs.push_back(make(row, static_cast<std::size_t>(number - before[row])));
  }
  return pairs;
}

ConstraintPairs from_labels(const Labels& labels, const LearnerOptions& options) {
  std::vector<std::int32_t> rows;       // in the order of their classes
  std::vector<std::size_t> class_ends;  // of the class of each of them
  std::int64_t classes = 0;
  for (const std::vector<std::int64_t>& members : rows_by_class(labels)) {
    rows.insert(rows.end(), members.begin(), members.end());
    class_ends.resize(rows.size(), rows.size());
    classes += members.empty() ? 0 : 1;
  }
  const std::int64_t count = options.constraints.value_or(20 * classes * classes);
  if (count < 1)
    usage_error("--constraints " + std::to_string(count) + ": expected 1 or more",
                "for example --constraints 1000");
  ConstraintPairs pairs;
  // With the later rows of the class, and with all rows of later classes.
  pairs.similar = drawn(
      rows.size(), count, Random(options.seed, RandomPurpose::mining, 0),
      [&](std::size_t i) { return class_ends[i] - i - 1; },
      [&](std::size_t i, std::size_t number) { return Pair(rows[i], rows[i + 1 + number]); });
  pairs.dissimilar = drawn(
      rows.size(), count, Random(options.seed, RandomPurpose::mining, 1),
      [&](std::size_t i) { return rows.size() - class_ends[i]; },
      [&](std::size_t i, std::size_t number) { return Pair(rows[i], rows[class_ends[i] + number]); });
  return pairs;
}

ConstraintPairs from_tuples(const Tuples& tuples) {
  ConstraintPairs pairs;
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    const auto items = tuples[t];
    (tuples.values[static_cast<std::size_t>(t)] > 0 ? pairs.similar : pairs.dissimilar)
        .emplace_back(items[0], items[1]);
  }
  return pairs;
}

}  // namespace

ConstraintPairs constraint_pairs(const LearnerInput& input, const LearnerOptions& options) {
  ConstraintPairs pairs =
      input.tuples != nullptr ? from_tuples(*input.tuples) : from_labels(*input.labels, options);
  const auto equal = [&](const Pair& pair) {
    const float* a = input.x.row(pair.first);
    return std::equal(a, a + input.x.cols, input.x.row(pair.second));
  };
  pairs.identical += static_cast<std::int64_t>(std::erase_if(pairs.similar, equal));
  pairs.identical += static_cast<std::int64_t>(std::erase_if(pairs.dissimilar, equal));
  if (pairs.similar.empty()) {
    data_error("there is no similar pair of rows that differ, so nothing to bring together", {},
               "a class needs two rows, or a pair similar = 1");
  }
  if (pairs.dissimilar.empty()) {
    data_error("there is no dissimilar pair of rows that differ, so nothing to hold apart", {},
               "at least two classes are needed, or a pair similar = 0");
  }
  return pairs;
}

}  // namespace nearfar
