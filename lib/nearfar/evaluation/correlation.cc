#include "nearfar/evaluation/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace nearfar {
namespace {

using Counts = std::span<const std::uint32_t>;

// cov / sqrt(var_x var_y), rounded into [-1, 1]; NaN where a variance is 0.
double ratio(double cov, double var_x, double var_y) {
  if (var_x == 0 || var_y == 0) return std::numeric_limits<double>::quiet_NaN();
  return std::clamp(cov / std::sqrt(var_x * var_y), -1.0, 1.0);
}

// How many of `n` things can be put together two by two.
std::uint64_t twos(std::uint64_t n) { return n == 0 ? 0 : n * (n - 1) / 2; }

// Of each unit: how many different numbers are smaller.
std::vector<std::uint32_t> ranks_of(const TiedOrder& order) {
  std::vector<std::uint32_t> ranks(order.size());
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    ranks[order.items[i]] = rank;
    rank += order.ends[i];
  }
  return ranks;
}

// The order of x in which tied units go by y.
TiedOrder by_both(std::span<const float> x, const TiedOrder& by_y) {
  TiedOrder order = tied_order(x);
  const std::vector<std::uint32_t> rank_of_x = ranks_of(order);
  std::vector<std::uint32_t> next;  // of each different x: where its next unit goes
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || order.ends[i - 1] != 0) next.push_back(static_cast<std::uint32_t>(i));
  }
  for (const std::uint32_t u : by_y.items) order.items[next[rank_of_x[u]]++] = u;
  return order;
}

std::vector<std::uint32_t> ranks_along(const TiedOrder& order, const TiedOrder& by_y) {
  const std::vector<std::uint32_t> rank_of_y = ranks_of(by_y);
  std::vector<std::uint32_t> ranks(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) ranks[i] = rank_of_y[order.items[i]];
  return ranks;
}

}  // namespace

Correlation::Correlation(std::span<const float> x, std::span<const float> y)
    : x_(x), y_(y), by_y_(tied_order(y)), by_x_(by_both(x, by_y_)), of_y_(ranks_along(by_x_, by_y_)) {}

double Correlation::pearson(Counts counts) const {
  // Numbers are taken relative to the first one, so that a constant has a variance of exactly 0.
  std::size_t first = 0;
  while (first < x_.size() && taken(counts, first) == 0) ++first;
  if (first == x_.size()) return std::numeric_limits<double>::quiet_NaN();
  const auto dx = [&](std::size_t u) { return static_cast<double>(x_[u]) - static_cast<double>(x_[first]); };
  const auto dy = [&](std::size_t u) { return static_cast<double>(y_[u]) - static_cast<double>(y_[first]); };
  double n = 0;
  double mean_x = 0;
  double mean_y = 0;
  for (std::size_t u = first; u < x_.size(); ++u) {
    const auto w = static_cast<double>(taken(counts, u));
    n += w;
    mean_x += w * dx(u);
    mean_y += w * dy(u);
  }
  mean_x /= n;
  mean_y /= n;
  double cov = 0;
  double var_x = 0;
  double var_y = 0;
  for (std::size_t u = first; u < x_.size(); ++u) {
    const auto w = static_cast<double>(taken(counts, u));
    const double a = dx(u) - mean_x;
    const double b = dy(u) - mean_y;
    cov += w * a * b;
    var_x += w * a * a;
    var_y += w * b * b;
  }
  return ratio(cov, var_x, var_y);
}

double Correlation::spearman(Counts counts) const {
  // A tie of weight t behind units of weight b has the rank b + (t + 1) / 2; all ranks have the mean
  // (n + 1) / 2, so centred ranks are b + t/2 - n/2, halves of whole numbers.
  std::uint64_t n = 0;
  for (std::size_t u = 0; u < x_.size(); ++u) n += taken(counts, u);
  const double half = static_cast<double>(n) / 2;
  std::vector<double> rank_x(x_.size());
  double var_x = 0;
  std::uint64_t before = 0;
  each_tie(by_x_, counts, [&](std::size_t begin, std::size_t end, std::uint64_t weight) {
    const double rank = static_cast<double>(before) + static_cast<double>(weight) / 2 - half;
    for (std::size_t i = begin; i < end; ++i) rank_x[by_x_.items[i]] = rank;
    var_x += static_cast<double>(weight) * rank * rank;
    before += weight;
  });
  double var_y = 0;
  double cov = 0;
  before = 0;
  each_tie(by_y_, counts, [&](std::size_t begin, std::size_t end, std::uint64_t weight) {
    const double rank = static_cast<double>(before) + static_cast<double>(weight) / 2 - half;
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t u = by_y_.items[i];
      sum += static_cast<double>(taken(counts, u)) * rank_x[u];
    }
    cov += rank * sum;
    var_y += static_cast<double>(weight) * rank * rank;
    before += weight;
  });
  return ratio(cov, var_x, var_y);
}

double Correlation::kendall(Counts counts) const {
  struct Kept {
    std::vector<std::uint32_t> weights;
    std::vector<std::uint32_t> weights_of_y;
    WeightedInversions::Scratch scratch;
  };
  thread_local Kept kept;  // saves its allocation
  kept.weights.resize(by_x_.size());
  kept.weights_of_y.assign(of_y_.rank_count(), 0);
  const std::span<std::uint32_t> weights = kept.weights;  // in the order of x
  const std::span<std::uint32_t> weights_of_y = kept.weights_of_y;
  const std::span<const std::uint32_t> rank_of_y = of_y_.ranks();
  std::uint64_t n = 0;
  std::uint64_t tied_in_x = 0;
  std::uint64_t tied_in_both = 0;
  std::uint64_t weight_x = 0;     // of the units of this x so far
  std::uint64_t weight_both = 0;  // of the units of this x and this y so far
  for (std::size_t i = 0; i < by_x_.size(); ++i) {
    const std::uint64_t w = taken(counts, by_x_.items[i]);
    weights[i] = static_cast<std::uint32_t>(w);
    weights_of_y[rank_of_y[i]] += weights[i];
    n += w;
    weight_x += w;
    weight_both += w;
    const bool last_of_x = by_x_.ends[i] != 0;
    if (last_of_x || rank_of_y[i] != rank_of_y[i + 1]) {
      tied_in_both += twos(weight_both);
      weight_both = 0;
    }
    if (last_of_x) {
      tied_in_x += twos(weight_x);
      weight_x = 0;
    }
  }
  std::uint64_t tied_in_y = 0;
  for (const std::uint32_t weight : weights_of_y) tied_in_y += twos(weight);
  const std::uint64_t discordant = of_y_.count([&](std::size_t i) { return weights[i]; }, kept.scratch);
  // Without ties in x or in y there are twos(n) - tied_in_x - tied_in_y + tied_in_both pairs.
  const std::uint64_t untied = twos(n) - tied_in_x - tied_in_y + tied_in_both;
  const std::int64_t agreement =
      static_cast<std::int64_t>(untied - discordant) - static_cast<std::int64_t>(discordant);
  return ratio(static_cast<double>(agreement), static_cast<double>(twos(n) - tied_in_x),
               static_cast<double>(twos(n) - tied_in_y));
}

}  // namespace nearfar
