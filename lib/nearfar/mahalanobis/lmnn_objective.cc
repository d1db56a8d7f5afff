#include "nearfar/mahalanobis/lmnn_objective.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/core/rows.h"
#include "nearfar/core/solve.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/neighbors/nearest.h"
#include "nearfar/neighbors/within.h"

namespace nearfar {
namespace {

constexpr std::int64_t kRows = 256;                         // in one task
constexpr std::int64_t kMostPairs = std::int64_t{1} << 26;  // of the working set
constexpr double kMargin = 0.1;                             // around the radius of a search, relative

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

// The pseudo-inverse of a symmetric positive semidefinite matrix.
Dense inverse(const Dense& a) {
  const SymmetricEigen eigen = symmetric_eigen(a);
  const double least = 1e-12 * eigen.values.front();
  return matrix_function(eigen, [least](double value) { return value > least ? 1 / value : 0; });
}

}  // namespace

LmnnObjective::LmnnObjective(MatrixView x, std::span<const std::int32_t> classes, std::int64_t neighbors,
                             double push_weight)
    : n_(x.rows), k_(neighbors), push_weight_(push_weight), order_(at(x.rows)), x_(x.rows, x.cols) {
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::int32_t a, std::int32_t b) { return classes[at(a)] < classes[at(b)]; });
  for (std::int64_t i = 0; i < n_; ++i) {
    std::copy_n(x.row(order_[at(i)]), x.cols, x_.row(i));
    classes_.push_back(classes[at(order_[at(i)])]);
  }
  if (n_ == 0 || classes_.front() == classes_.back())
    data_error("there is only one class, so no row has an impostor to be kept away", {}, kTwoClasses);
  scatter_ = Dense(x.cols, x.cols);
  scatter_.values = scatter_matrix(x_, column_means(x_));
  find_targets();
  const auto links = at(n_ * k_);
  thresholds_.resize(links);
  pushes_.resize(links);
  reach_.resize(at(n_));
  row_loss_.resize(at(n_));
  row_active_.resize(at(n_));
  working_.resize(at(n_));
}

// Class by class, whose rows stand together.
void LmnnObjective::find_targets() {
  targets_.assign(at(n_ * k_), -1);
  targeted_by_.resize(at(n_));
  bool any = false;
  for (std::int64_t begin = 0; begin < n_;) {
    std::int64_t end = begin + 1;
    while (end < n_ && classes_[at(end)] == classes_[at(begin)]) ++end;
    if (end - begin > 1) {
      any = true;
      NearestOptions options;
      options.k = std::min(k_, end - begin - 1);
      options.allowed = [](std::int64_t q, std::int64_t g) { return q != g; };
      const MatrixView rows = x_.view().slice(begin, end);
      nearest_neighbors(rows, rows, options, [&](std::int64_t q, std::span<const Neighbor> found) {
        for (std::size_t t = 0; t < found.size(); ++t) {
          const auto place = at((begin + q) * k_) + t;
          targets_[place] = static_cast<std::int32_t>(begin) + found[t].row;
          targeted_by_[at(targets_[place])].push_back(static_cast<std::int32_t>(place));
        }
      });
    }
    begin = end;
  }
  if (!any) data_error("no class has two rows, so no row has a neighbour of its own class", {}, kTwoClasses);
}

std::vector<std::int32_t> LmnnObjective::targets() const {
  std::vector<std::int32_t> named(targets_.size(), -1);
  for (std::int64_t i = 0; i < n_; ++i) {
    for (std::int64_t t = 0; t < k_; ++t) {
      const std::int32_t target = targets_[at(i * k_ + t)];
      if (target >= 0) named[at(order_[at(i)] * k_ + t)] = order_[at(target)];
    }
  }
  return named;
}

double LmnnObjective::squared_distance(std::int32_t a, std::int32_t b) const {
  const double* x = z_.data() + a * r_;
  const double* y = z_.data() + b * r_;
  double sum = 0;
  for (std::int64_t c = 0; c < r_; ++c) sum += (x[c] - y[c]) * (x[c] - y[c]);
  return sum;
}

// z, and the distances to the targets.
void LmnnObjective::embed(std::span<const double> l) {
  r_ = static_cast<std::int64_t>(l.size()) / x_.cols();
  z_ = multiply_xlt(x_, l, r_);
  parallel_ranges(n_, kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      reach_[at(i)] = 0;
      for (std::int64_t t = i * k_; t < (i + 1) * k_; ++t) {
        const std::int32_t j = targets_[at(t)];
        thresholds_[at(t)] = j < 0 ? 0 : 1 + squared_distance(static_cast<std::int32_t>(i), j);
        reach_[at(i)] = std::max(reach_[at(i)], thresholds_[at(t)]);
      }
    }
  });
}

double LmnnObjective::mean_target_distance(std::span<const double> l) {
  embed(l);
  double sum = 0;
  double count = 0;
  for (const double threshold : thresholds_) {
    if (threshold == 0) continue;
    sum += threshold - 1;
    ++count;
  }
  return sum / count;
}

// A pair outside the working set was farther apart than both of its radii R under the map L' of the search.
// With L = T L' + B it is now at least s R - |B x_i - t| - |B x_l - t| apart, where s is the least singular
// value of T, whatever T and t are: T is that of the least squares, t the mean.
bool LmnnObjective::working_set_holds(std::span<const double> l) const {
  if (!kept_ || searched_l_.size() != l.size()) return false;
  Dense now(r_, x_.cols());
  now.values.assign(l.begin(), l.end());
  Dense then(r_, x_.cols());
  then.values = searched_l_;
  const Dense spread = multiply(then, scatter_);  // L' S
  if (!all_finite(std::span<const double>(spread.values)) || !all_finite(l)) return false;
  const Dense turn = multiply(multiply(now, transposed(spread)), inverse(multiply(spread, transposed(then))));
  const double least =
      std::sqrt(std::max(0.0, symmetric_eigen(multiply(transposed(turn), turn)).values.back()));
  std::vector<double> rest(z_.size());  // B x
  parallel_ranges(n_, kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t a = 0; a < r_; ++a) {
        double turned = 0;
        for (std::int64_t b = 0; b < r_; ++b) turned += turn(a, b) * searched_z_[at(i * r_ + b)];
        rest[at(i * r_ + a)] = z_[at(i * r_ + a)] - turned;
      }
    }
  });
  std::vector<double> mean(at(r_));
  for (std::size_t i = 0; i < rest.size(); ++i) mean[i % at(r_)] += rest[i] / static_cast<double>(n_);
  std::vector<double> moved(at(n_));
  double farthest = 0;
  for (std::int64_t i = 0; i < n_; ++i) {
    double sum = 0;
    for (std::int64_t a = 0; a < r_; ++a) {
      const double delta = rest[at(i * r_ + a)] - mean[at(a)];
      sum += delta * delta;
    }
    moved[at(i)] = std::sqrt(sum);
    farthest = std::max(farthest, moved[at(i)]);
  }
  for (std::int64_t i = 0; i < n_; ++i) {
    if (least * searched_radius_[at(i)] - moved[at(i)] - farthest < std::sqrt(reach_[at(i)])) return false;
  }
  return true;
}

// Every pair with a positive hinge is found, in the margin besides; with `keep` it becomes the working set,
// else each row is pushed at once.
void LmnnObjective::search(std::span<const double> l, double margin, bool keep) {
  Matrix z(n_, r_);
  double longest = 0;
  for (std::int64_t i = 0; i < n_; ++i) {
    double sum = 0;
    for (std::int64_t a = 0; a < r_; ++a) {
      const double value = z_[at(i * r_ + a)];
      z(i, a) = static_cast<float>(value);
      sum += value * value;
    }
    longest = std::max(longest, sum);
  }
  // The search is in float: rows are rounded, and so are their distances.
  const double rounding = 0x1p-21 * std::sqrt(longest);
  searched_radius_.resize(at(n_));
  std::vector<float> radius(at(n_));
  for (std::int64_t i = 0; i < n_; ++i) {
    searched_radius_[at(i)] = std::sqrt(reach_[at(i)]) * (1 + margin);
    radius[at(i)] = static_cast<float>(searched_radius_[at(i)] * (1 + 0x1p-18) + rounding);
  }
  std::atomic<std::int64_t> pairs{0};
  const WithinOptions options{Distance(), radius, classes_};
  rows_within(z, options, [&](std::int64_t i, std::span<const std::int32_t> others) {
    if (!keep) {
      push(i, others);
      return;
    }
    pairs += std::ssize(others);
    Rows& own = working_[at(i)];
    own.clear();
    if (pairs <= kMostPairs) {
      own.assign(others.begin(), others.end());
    } else {
      own.shrink_to_fit();
    }
  });
  ++searches_;
  if (!keep) return;
  kept_ = pairs <= kMostPairs;
  if (kept_) {
    searched_l_.assign(l.begin(), l.end());
    searched_z_ = z_;
  } else {
    for (Rows& own : working_) own = {};
  }
}

// The hinges of row i, and the forces between it and its impostors: of its own triplets and of those in which
// it is the impostor.
void LmnnObjective::push(std::int64_t i, std::span<const std::int32_t> others) {
  const double* own = thresholds_.data() + i * k_;
  double* pushes = pushes_.data() + i * k_;
  double* force = forces_.data() + i * r_;
  const double* zi = z_.data() + i * r_;
  double loss = 0;
  std::int64_t active = 0;
  for (const std::int32_t l : others) {
    const double squared = squared_distance(static_cast<std::int32_t>(i), l);
    std::int64_t count = 0;
    if (squared < reach_[at(i)]) {
      for (std::int64_t t = 0; t < k_; ++t) {
        if (squared >= own[t]) continue;
        loss += own[t] - squared;
        ++pushes[t];
        ++count;
      }
      active += count;
    }
    if (squared < reach_[at(l)]) {
      const double* their = thresholds_.data() + l * k_;
      for (std::int64_t t = 0; t < k_; ++t) count += squared < their[t] ? 1 : 0;
    }
    if (count == 0) continue;
    const double weight = -push_weight_ * static_cast<double>(count);
    const double* zl = z_.data() + l * r_;
    for (std::int64_t a = 0; a < r_; ++a) force[a] += weight * (zi[a] - zl[a]);
  }
  row_loss_[at(i)] += push_weight_ * loss;
  row_active_[at(i)] = active;
}

// The forces between row i and its targets, and the rows whose target it is.
void LmnnObjective::pull(std::int64_t i) {
  const double* zi = z_.data() + i * r_;
  double* force = forces_.data() + i * r_;
  const auto draw = [&](std::int64_t place, std::int32_t other) {
    const double weight = 1 - push_weight_ + push_weight_ * pushes_[at(place)];
    const double* zj = z_.data() + other * r_;
    for (std::int64_t a = 0; a < r_; ++a) force[a] += weight * (zi[a] - zj[a]);
  };
  for (std::int64_t t = i * k_; t < (i + 1) * k_; ++t) {
    if (targets_[at(t)] < 0) continue;
    draw(t, targets_[at(t)]);
    row_loss_[at(i)] += (1 - push_weight_) * (thresholds_[at(t)] - 1);
  }
  for (const std::int32_t place : targeted_by_[at(i)]) draw(place, static_cast<std::int32_t>(place / k_));
}

double LmnnObjective::evaluate(std::span<const double> l, std::span<double> gradient) {
  embed(l);
  forces_.assign(z_.size(), 0);
  std::fill(pushes_.begin(), pushes_.end(), 0);
  std::fill(row_loss_.begin(), row_loss_.end(), 0);
  if (!working_set_holds(l)) search(l, kMargin, true);
  if (kept_) {
    parallel_ranges(n_, kRows, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) push(i, working_[at(i)]);
    });
  } else {
    search(l, 0, false);
  }
  parallel_ranges(n_, kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) pull(i);
  });
  // With the forces F = Laplacian Z, the gradient is 2 F' X.
  const std::vector<double> slope = multiply_atx(forces_, r_, x_);
  for (std::size_t i = 0; i < slope.size(); ++i) gradient[i] = 2 * slope[i];
  active_ = std::accumulate(row_active_.begin(), row_active_.end(), std::int64_t{0});
  return std::accumulate(row_loss_.begin(), row_loss_.end(), 0.0);
}

}  // namespace nearfar
