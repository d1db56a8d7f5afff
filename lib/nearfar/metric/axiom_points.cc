#include "nearfar/metric/axiom_points.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/random.h"

namespace nearfar {
namespace {

using Row = std::vector<double>;

// term(0), ..., term(d - 1)
template <class Term>
Row made_of(std::size_t d, Term term) {
  Row row(d);
  for (std::size_t k = 0; k < d; ++k) row[k] = term(k);
  return row;
}

// The length of one coordinate of an ordinary row like this one.
double usual_size(const Row& row) {
  double squares = 0;
  for (const double value : row) squares += value * value;
  return squares > 0 ? std::sqrt(squares / static_cast<double>(row.size())) : 1;
}

double length(const Row& row) { return usual_size(row) * std::sqrt(static_cast<double>(row.size())); }

}  // namespace

std::vector<AxiomItem> PointMaker::group(std::int64_t number) const {
  constexpr std::uint64_t kStream = std::uint64_t{1} << 31U;  // behind those of the drawn triples
  Random random(seed, RandomPurpose::general, kStream + static_cast<std::uint64_t>(number));
  const auto d = static_cast<std::size_t>(rows.cols);
  const auto draw = [&] {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(rows.rows)));
  };
  std::vector<AxiomItem> points;
  const std::int64_t first = draw();
  std::int64_t second = draw();
  const Row a(rows.row(first), rows.row(first) + d);
  const double size = usual_size(a);
  Row b(rows.row(second), rows.row(second) + d);
  const auto add = [&](std::string recipe, Row values) {
    points.push_back({first, second, std::move(recipe), std::move(values)});
  };
  add("{a}", a);
  if (b == a) {  // one row, drawn twice or there twice: a row is made beside it
    second = -1;
    b = made_of(d, [&](std::size_t k) { return a[k] + size * std::fabs(random.normal()); });
    add("a row beside {a}", b);
  } else {
    points.push_back({second, -1, "{a}", b});
  }
  const std::string b_name = second < 0 ? "the row beside {a}" : "{b}";
  const double a_length = length(a);
  const double b_length = length(b);
  const std::size_t half = (d + 1) / 2;
  add("half way from {a} to " + b_name, made_of(d, [&](std::size_t k) { return (a[k] + b[k]) / 2; }));
  add("a quarter of the way from {a} to " + b_name,
      made_of(d, [&](std::size_t k) { return a[k] + (b[k] - a[k]) / 4; }));
  add("{a} + " + b_name, made_of(d, [&](std::size_t k) { return a[k] + b[k]; }));
  add("the direction half way from {a} to " + b_name,
      made_of(d, [&](std::size_t k) { return a[k] / a_length + b[k] / b_length; }));
  add("of {a} and " + b_name + " the larger coordinates",
      made_of(d, [&](std::size_t k) { return std::fabs(a[k]) > std::fabs(b[k]) ? a[k] : b[k]; }));
  add("{a}, its second half from " + b_name,
      made_of(d, [&](std::size_t k) { return k < half ? a[k] : b[k]; }));
  add("2 times {a}", made_of(d, [&](std::size_t k) { return 2 * a[k]; }));
  add("0.5 times {a}", made_of(d, [&](std::size_t k) { return a[k] / 2; }));
  add("twice as far from the mean of the rows as {a}",
      made_of(d, [&](std::size_t k) { return mean[k] + 2 * (a[k] - mean[k]); }));
  add("-1 times {a}", made_of(d, [&](std::size_t k) { return -a[k]; }));
  add("{a} + " + std::string("one number in every coordinate"),
      made_of(d, [&](std::size_t k) { return a[k] + size; }));
  add("{a} reversed", made_of(d, [&](std::size_t k) { return a[d - 1 - k]; }));
  if (!blind.empty()) {
    add("{a} moved where the map is blind",
        made_of(d, [&](std::size_t k) { return a[k] + a_length * blind[k]; }));
  }
  return points;
}

}  // namespace nearfar
