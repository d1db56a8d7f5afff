#include "nearfar/evaluation/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nearfar {
namespace {

using Counts = std::span<const std::uint32_t>;

// cov / sqrt(var_x var_y), rounded into [-1, 1]; NaN where a variance is 0.
double ratio(double cov, double var_x, double var_y) {
  if (var_x == 0 || var_y == 0) return std::numeric_limits<double>::quiet_NaN();
  return std::clamp(cov / std::sqrt(var_x * var_y), -1.0, 1.0);
}

// Calls visit(begin, end, weight) for every group of ties: items[begin, end), taken `weight` times in all.
template <class Visit>
void each_tie(const TiedOrder& order, Counts counts, const Visit& visit) {
  std::uint64_t weight = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    weight += taken(counts, order.items[i]);
    if (order.ends[i] == 0) continue;
    visit(begin, i + 1, weight);
    begin = i + 1;
    weight = 0;
  }
}

// How many of `n` things can be put together two by two.
std::uint64_t twos(std::uint64_t n) { return n == 0 ? 0 : n * (n - 1) / 2; }

// Sums over 0, 1, ... by prefixes, O(log n) each (Fenwick 1994).
class PrefixSums {
 public:
  explicit PrefixSums(std::size_t n) : sums_(n + 1) {}
  void add(std::size_t at, std::uint64_t value) {
    for (std::size_t i = at + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += value;
  }
  // Of 0, ..., end - 1.
  [[nodiscard]] std::uint64_t before(std::size_t end) const {
    std::uint64_t sum = 0;
    for (std::size_t i = end; i > 0; i &= i - 1) sum += sums_[i];
    return sum;
  }

 private:
  std::vector<std::uint64_t> sums_;
};

}  // namespace

Correlation::Correlation(std::span<const float> x, std::span<const float> y)
    : x_(x), y_(y), by_x_(tied_order(x)), by_y_(tied_order(y)), group_of_y_(y.size()) {
  for (std::size_t i = 0; i < by_y_.size(); ++i) {
    group_of_y_[by_y_.items[i]] = y_groups_;
    y_groups_ += by_y_.ends[i];
  }
}

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
  // Units come in ascending x; each is compared with those of smaller x, whose weights stand at their y.
  PrefixSums seen(y_groups_);
  std::int64_t concordant_less_discordant = 0;
  std::uint64_t n = 0;
  std::uint64_t tied_in_x = 0;
  each_tie(by_x_, counts, [&](std::size_t begin, std::size_t end, std::uint64_t weight) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t u = by_x_.items[i];
      const std::uint64_t w = taken(counts, u);
      if (w == 0) continue;
      const std::uint64_t below = seen.before(group_of_y_[u]);
      const std::uint64_t above = n - seen.before(group_of_y_[u] + 1);
      concordant_less_discordant += static_cast<std::int64_t>(w) *
                                    (static_cast<std::int64_t>(below) - static_cast<std::int64_t>(above));
    }
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t u = by_x_.items[i];
      if (const std::uint64_t w = taken(counts, u); w > 0) seen.add(group_of_y_[u], w);
    }
    n += weight;
    tied_in_x += twos(weight);
  });
  std::uint64_t tied_in_y = 0;
  each_tie(by_y_, counts, [&](std::size_t, std::size_t, std::uint64_t weight) { tied_in_y += twos(weight); });
  return ratio(static_cast<double>(concordant_less_discordant), static_cast<double>(twos(n) - tied_in_x),
               static_cast<double>(twos(n) - tied_in_y));
}

}  // namespace nearfar
