#include "nearfar/mahalanobis/scml_basis.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/core/random.h"
#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

constexpr std::int64_t kOfADimension = 20;  // vectors
constexpr std::int64_t kAtMost = 1000;
constexpr std::int64_t kScales[] = {10, 20};  // rows of a class in a place
constexpr double kLocalShrinkage = 0.1;

using Rows = std::vector<std::int64_t>;

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

std::int64_t wanted(std::int64_t d) { return std::min(kOfADimension * d, kAtMost); }

double in_double(float value) { return static_cast<double>(value); }

// Appends v / |v|, unless it is 0.
void append_unit(std::vector<double>& rows, std::span<const double> v) {
  double square = 0;
  for (const double value : v) square += value * value;
  if (!(square > 0)) return;
  for (const double value : v) rows.push_back(value / std::sqrt(square));
}

Dense basis_of(std::vector<double> rows, std::int64_t d) {
  Dense basis(std::ssize(rows) / d, d);
  basis.values = std::move(rows);
  return basis;
}

// The rows of each class in the order of their distance from `center`, ties to the lower row; as many as the
// largest place takes.
std::vector<Rows> nearest_of_each(MatrixView x, const std::vector<Rows>& classes, std::int64_t center) {
  std::vector<Rows> nearest;
  for (const Rows& rows : classes) {
    std::vector<std::pair<double, std::int64_t>> order;
    for (const std::int64_t row : rows) {
      double square = 0;
      for (std::int64_t j = 0; j < x.cols; ++j) {
        const double delta = in_double(x.row(row)[j]) - in_double(x.row(center)[j]);
        square += delta * delta;
      }
      order.emplace_back(square, row);
    }
    const auto end = order.begin() + std::min(*std::rbegin(kScales), (std::ssize(order) + 1) / 2);
    std::partial_sort(order.begin(), end, order.end());
    Rows& own = nearest.emplace_back();
    for (auto one = order.begin(); one != end; ++one) own.push_back(one->second);
  }
  return nearest;
}

// The classes of a place: sqrt(n_c) (m_c - m) as rows, and the scatter about the m_c.
struct PlaceScatters {
  Dense means;
  Dense within;
};

PlaceScatters scatters_of(MatrixView x, const std::vector<Rows>& place) {
  const std::int64_t d = x.cols;
  PlaceScatters scatters;
  std::vector<double> all(at(d));                           // the mean of all rows
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;  // (row, class)
  Dense means(std::ssize(place), d);
  for (std::int64_t c = 0; c < means.rows; ++c) {
    for (const std::int64_t row : place[at(c)]) {
      rows.emplace_back(row, c);
      for (std::int64_t j = 0; j < d; ++j) means(c, j) += in_double(x.row(row)[j]);
    }
  }
  for (std::int64_t c = 0; c < means.rows; ++c) {
    for (std::int64_t j = 0; j < d; ++j) {
      all[at(j)] += means(c, j) / static_cast<double>(rows.size());
      means(c, j) /= static_cast<double>(place[at(c)].size());
    }
  }
  scatters.within = outer_sum(std::ssize(rows), d, [&](std::int64_t i, double* r) {
    const auto [row, c] = rows[at(i)];
    for (std::int64_t j = 0; j < d; ++j) r[j] = in_double(x.row(row)[j]) - means(c, j);
  });
  for (std::int64_t c = 0; c < means.rows; ++c) {
    const double root = std::sqrt(static_cast<double>(place[at(c)].size()));
    for (std::int64_t j = 0; j < d; ++j) means(c, j) = root * (means(c, j) - all[at(j)]);
  }
  scatters.means = std::move(means);
  return scatters;
}

// The v of v'B v / v'W v greatest first, B = A'A with the means A (C x d) and W the shrunk scatter within:
// v = W^-1 A'e for the eigenvectors e of A W^-1 A', a problem of C x C. Nothing where the means are the same.
std::vector<double> directions_at(MatrixView x, const std::vector<Rows>& place) {
  PlaceScatters scatters = scatters_of(x, place);
  Dense& means = scatters.means;
  if (means.rows > means.cols)  // as few rows as will do
    means = matrix_function(symmetric_eigen(multiply(transposed(means), means)),
                            [](double w) { return std::sqrt(std::max(w, 0.0)); });
  Dense within = shrunk(scatters.within, kLocalShrinkage);
  if (!(trace(within) > 0)) within = dense_identity(x.cols);  // a row a class, or equal ones
  const std::optional<PositiveInverse> inverse = positive_inverse(within);
  if (!inverse) return {};
  const Dense solved = multiply(means, inverse->inverse);
  const Dense inner = multiply(solved, transposed(means));
  const SymmetricEigen eigen = symmetric_eigen(weighted_sum(0.5, inner, 0.5, transposed(inner)));
  std::vector<double> rows;
  for (std::int64_t i = 0; i < rank_of(eigen); ++i) {
    Dense e(1, inner.rows);
    std::copy_n(eigen.vectors.begin() + i * inner.rows, inner.rows, e.values.begin());
    append_unit(rows, multiply(e, solved).values);
  }
  return rows;
}

// At both scales around a row; once where they are the same.
std::vector<double> directions_around(MatrixView x, const std::vector<Rows>& classes, std::int64_t center) {
  const std::vector<Rows> nearest = nearest_of_each(x, classes, center);
  std::vector<double> rows;
  std::vector<Rows> before;
  for (const std::int64_t count : kScales) {
    std::vector<Rows> place = nearest;
    for (Rows& own : place) own.resize(at(std::min(count, std::ssize(own))));
    if (place == before) break;
    const std::vector<double> found = directions_at(x, place);
    rows.insert(rows.end(), found.begin(), found.end());
    before = std::move(place);
  }
  return rows;
}

}  // namespace

Dense local_discriminants(MatrixView x, const Labels& labels, std::uint64_t seed) {
  std::vector<Rows> classes = rows_by_class(labels);
  std::erase_if(classes, [](const Rows& rows) { return rows.empty(); });
  const std::int64_t directions = std::max<std::int64_t>(1, std::min(x.cols, std::ssize(classes) - 1));
  const std::int64_t of_a_place = directions * std::ssize(kScales);
  const std::int64_t places = (wanted(x.cols) + of_a_place - 1) / of_a_place;
  const std::vector<std::uint64_t> centers =
      Random(seed, RandomPurpose::initialisation)
          .sample(static_cast<std::uint64_t>(x.rows), static_cast<std::uint64_t>(places));
  std::vector<std::vector<double>> found(centers.size());
  parallel_blocks(std::ssize(found), [&](std::int64_t b) {
    found[at(b)] = directions_around(x, classes, static_cast<std::int64_t>(centers[at(b)]));
  });
  std::vector<double> rows;
  for (const std::vector<double>& one : found) rows.insert(rows.end(), one.begin(), one.end());
  if (rows.empty()) data_error("nowhere do the rows near each other tell the classes apart", {}, kSameRows);
  return basis_of(std::move(rows), x.cols);
}

Dense triplet_directions(MatrixView x, const Tuples& triplets, std::uint64_t seed) {
  std::vector<double> rows;
  for (const std::uint64_t drawn :
       Random(seed, RandomPurpose::initialisation)
           .sample(static_cast<std::uint64_t>(triplets.size()), static_cast<std::uint64_t>(wanted(x.cols)))) {
    const auto items = triplets[static_cast<std::int64_t>(drawn)];
    std::vector<double> difference;
    for (std::int64_t j = 0; j < x.cols; ++j)
      difference.push_back(in_double(x.row(items[2])[j]) - in_double(x.row(items[0])[j]));
    append_unit(rows, difference);
  }
  if (rows.empty())
    data_error("the far row of every triplet is the same as its anchor: nothing tells them apart", {},
               kSameRows);
  return basis_of(std::move(rows), x.cols);
}

}  // namespace nearfar
