#include "nearfar/evaluation/hardest_tuples.h"

#include <algorithm>
#include <cstdint>
#include <functional>

#include "nearfar/core/text.h"
#include "nearfar/evaluation/tied_order.h"

namespace nearfar {
namespace {

constexpr std::size_t kShown = 10;

// The tuple with its items as they are named, which stand apart by tabs, and their pictures.
TupleTable::Row row_of(const ScoredTuples& tuples, std::size_t u, const ItemPicture& picture) {
  if (tuples.ids.empty())
    return {std::string(tuple_kind(tuples.kind).one) + " " + std::to_string(u + 1), {}, {}};
  const std::vector<std::string> items = split_text(tuples.ids[u], '\t');
  TupleTable::Row row;
  for (std::size_t place = 0; place < items.size(); ++place) {
    row.name += (place == 0 ? "" : ", ") + items[place];
    if (!picture) continue;
    if (std::optional<Thumbnail> found = picture(place, items[place]))
      row.pictures.push_back(*std::move(found));
  }
  return row;
}

// Those of the tuples asked for with the largest badness.
std::vector<std::size_t> worst(std::size_t count, const std::function<bool(std::size_t)>& asked,
                               const std::function<double(std::size_t)>& badness) {
  std::vector<std::size_t> found;
  const auto before = [&](std::size_t a, std::size_t b) {
    const double x = badness(a);
    const double y = badness(b);
    return x > y || (x == y && a < b);
  };
  for (std::size_t u = 0; u < count; ++u) {
    if (!asked(u)) continue;
    if (found.size() == kShown && !before(u, found.back())) continue;
    found.insert(std::upper_bound(found.begin(), found.end(), u, before), u);
    if (found.size() > kShown) found.pop_back();
  }
  return found;
}

// Twice the mean rank of each value, from the smallest.
std::vector<std::uint64_t> double_ranks(std::span<const float> values) {
  const TiedOrder order = tied_order(values);
  std::vector<std::uint64_t> ranks(values.size());
  each_tie(order, {}, [&](std::size_t begin, std::size_t end, std::uint64_t) {
    for (std::size_t i = begin; i < end; ++i) ranks[order.items[i]] = begin + end + 1;
  });
  return ranks;
}

using Numbers = std::function<std::vector<double>(std::size_t)>;

TupleTable table_of(std::string title, std::vector<std::string> head, const std::vector<std::size_t>& shown,
                    const ScoredTuples& tuples, const ItemPicture& picture, const Numbers& numbers) {
  TupleTable table{std::move(title), std::move(head), {}, ""};
  for (const std::size_t u : shown) {
    table.rows.push_back(row_of(tuples, u, picture));
    table.rows.back().values = numbers(u);
  }
  return table;
}

}  // namespace

std::vector<TupleTable> hardest_tuples(const ScoredTuples& tuples, const ItemPicture& picture) {
  const std::size_t count = tuples.distances.size();
  const std::string what = tuples.number_name();
  const auto distance = [&](std::size_t u) { return static_cast<double>(tuples.distances[u]); };
  const auto number = [&](std::size_t u) { return tuples.number(tuples.distances[u]); };
  std::vector<TupleTable> tables;
  const auto add = [&](std::string title, std::vector<std::string> head,
                       const std::vector<std::size_t>& shown, const Numbers& numbers) {
    if (!shown.empty())
      tables.push_back(table_of(std::move(title), std::move(head), shown, tuples, picture, numbers));
  };
  if (tuples.kind == TupleKind::pairs) {
    const auto similar = [&](std::size_t u) { return tuples.values[u] == 1; };
    const Numbers numbers = [&](std::size_t u) { return std::vector{number(u)}; };
    add("Similar pairs that are farthest apart", {"pair", what}, worst(count, similar, distance), numbers);
    add("Dissimilar pairs that are nearest", {"pair", what},
        worst(count, std::not_fn(similar), [&](std::size_t u) { return -distance(u); }), numbers);
  } else if (tuples.kind == TupleKind::graded_pairs) {
    std::vector<float> farness(count);  // as it should be: the less similar, the farther
    std::transform(tuples.values.begin(), tuples.values.end(), farness.begin(), std::negate<>());
    const std::vector<std::uint64_t> is = double_ranks(tuples.distances);
    const std::vector<std::uint64_t> should_be = double_ranks(farness);
    const auto too_far = [&](std::size_t u) {
      return (static_cast<double>(is[u]) - static_cast<double>(should_be[u])) / 2;
    };
    const auto too_near = [&](std::size_t u) { return -too_far(u); };
    const Numbers numbers = [&](std::size_t u) {
      return std::vector{static_cast<double>(tuples.values[u]), number(u)};
    };
    const std::vector<std::string> head{"pair", "similarity", what};
    add("Pairs that rank farther than they should", head,
        worst(
            count, [&](std::size_t u) { return is[u] > should_be[u]; }, too_far),
        numbers);
    add("Pairs that rank nearer than they should", head,
        worst(
            count, [&](std::size_t u) { return is[u] < should_be[u]; }, too_near),
        numbers);
  } else if (!tuples.far_distances.empty()) {
    const auto far = [&](std::size_t u) { return static_cast<double>(tuples.far_distances[u]); };
    add("In the wrong order by most", {"items", "should be small", "should be large"},
        worst(
            count, [&](std::size_t u) { return distance(u) > far(u); },
            [&](std::size_t u) { return distance(u) - far(u); }),
        [&](std::size_t u) {
          return std::vector{distance(u), far(u)};
        });
  }
  return tables;
}

}  // namespace nearfar
