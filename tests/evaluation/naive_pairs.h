#pragma once

// Measures of pairs straight from their definitions, one pair of pairs or one threshold after the other, to
// hold against the fast ones. A resample is written out: a pair that is taken twice is there twice.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <vector>

#include "nearfar/core/random.h"

namespace nearfar::testing {

struct NaivePairs {
  std::vector<float> distances;
  std::vector<std::uint8_t> similar;

  [[nodiscard]] std::size_t size() const { return distances.size(); }
  [[nodiscard]] double of_kind(int kind) const {
    return static_cast<double>(std::count(similar.begin(), similar.end(), kind));
  }
  // Pairs of the kind at a distance of at most `threshold`.
  [[nodiscard]] double accepted(int kind, double threshold) const {
    double count = 0;
    for (std::size_t u = 0; u < size(); ++u) {
      if (similar[u] == kind && static_cast<double>(distances[u]) <= threshold) ++count;
    }
    return count;
  }
  // Accept-none, then every distance that occurs: all thresholds that can be told apart.
  [[nodiscard]] std::vector<double> thresholds() const {
    std::set<double> all(distances.begin(), distances.end());
    std::vector<double> list{-std::numeric_limits<double>::infinity()};
    list.insert(list.end(), all.begin(), all.end());
    return list;
  }
  [[nodiscard]] double far(double t) const { return accepted(0, t) / of_kind(0); }
  [[nodiscard]] double tar(double t) const { return accepted(1, t) / of_kind(1); }
};

inline NaivePairs written_out(const NaivePairs& pairs, std::span<const std::uint32_t> counts) {
  NaivePairs all;
  for (std::size_t u = 0; u < pairs.size(); ++u) {
    all.distances.insert(all.distances.end(), counts[u], pairs.distances[u]);
    all.similar.insert(all.similar.end(), counts[u], pairs.similar[u]);
  }
  return all;
}

inline double naive_auc(const NaivePairs& pairs) {
  double right = 0;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    for (std::size_t n = 0; n < pairs.size(); ++n) {
      if (pairs.similar[p] == 0 || pairs.similar[n] != 0) continue;
      right += pairs.distances[p] < pairs.distances[n]    ? 1
               : pairs.distances[p] == pairs.distances[n] ? 0.5
                                                          : 0;
    }
  }
  return right / (pairs.of_kind(1) * pairs.of_kind(0));
}

inline double naive_average_precision(const NaivePairs& pairs) {
  double sum = 0;
  double recall_before = 0;
  for (const double t : pairs.thresholds()) {
    const double all = pairs.accepted(1, t) + pairs.accepted(0, t);
    if (all == 0) continue;
    sum += (pairs.tar(t) - recall_before) * pairs.accepted(1, t) / all;
    recall_before = pairs.tar(t);
  }
  return sum;
}

// The line 1 - TAR = FAR cut with each piece of the curve through all (FAR, TAR).
inline double naive_equal_error_rate(const NaivePairs& pairs) {
  const std::vector<double> thresholds = pairs.thresholds();
  for (std::size_t i = 0; i + 1 < thresholds.size(); ++i) {
    const double x0 = pairs.far(thresholds[i]);
    const double y0 = 1 - pairs.tar(thresholds[i]);
    const double x1 = pairs.far(thresholds[i + 1]);
    const double y1 = 1 - pairs.tar(thresholds[i + 1]);
    // x0 + s (x1 - x0) = y0 + s (y1 - y0)
    const double slope = (x1 - x0) - (y1 - y0);
    const double s = (y0 - x0) / slope;
    if (slope > 0 && s >= 0 && s <= 1 + 1e-12) return x0 + s * (x1 - x0);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

inline double naive_tar_at_far(const NaivePairs& pairs, double limit) {
  double best = 0;
  for (const double t : pairs.thresholds()) {
    if (pairs.far(t) <= limit) best = std::max(best, pairs.tar(t));
  }
  return best;
}

inline int sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

inline double naive_pearson(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mx = 0;
  double my = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mx += x[i] / n;
    my += y[i] / n;
  }
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

// 1 + how many are smaller + half of the others that are equal.
inline std::vector<double> naive_ranks(const std::vector<double>& x) {
  std::vector<double> ranks;
  for (const double value : x) {
    double rank = 0.5;
    for (const double other : x) rank += other < value ? 1 : other == value ? 0.5 : 0;
    ranks.push_back(rank);
  }
  return ranks;
}

inline double naive_kendall(const std::vector<double>& x, const std::vector<double>& y) {
  double agreement = 0;
  double untied_x = 0;
  double untied_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int a = sign(x[i] - x[j]);
      const int b = sign(y[i] - y[j]);
      agreement += a * b;
      untied_x += a * a;
      untied_y += b * b;
    }
  }
  return agreement / std::sqrt(untied_x * untied_y);
}

/// Distances 0, 1, ..., levels - 1, so that many are tied, and both kinds of pairs.
inline NaivePairs random_pairs(std::size_t n, std::uint64_t levels, std::uint64_t seed) {
  Random random(seed);
  NaivePairs pairs;
  for (std::size_t u = 0; u < n; ++u) {
    const auto similar = static_cast<std::uint8_t>(u < 2 ? u : random.below(2));
    pairs.similar.push_back(similar);
    // Similar pairs tend to be nearer: the smaller of two draws.
    const std::uint64_t one = random.below(levels);
    pairs.distances.push_back(static_cast<float>(similar != 0 ? std::min(one, random.below(levels)) : one) -
                              1);
  }
  return pairs;
}

/// How often each of n units is taken when n are drawn.
inline std::vector<std::uint32_t> random_counts(std::size_t n, std::uint64_t seed) {
  Random random(seed, RandomPurpose::general, 1);
  std::vector<std::uint32_t> counts(n);
  for (std::size_t i = 0; i < n; ++i) ++counts[random.below(n)];
  return counts;
}

}  // namespace nearfar::testing
