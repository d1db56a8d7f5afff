#include "nearfar/mahalanobis/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nearfar {
namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double norm(const std::vector<double>& a) { return std::sqrt(dot(a, a)); }

void add(std::vector<double>& a, double factor, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
}

// Where to look next between `low`, at which the function has `value` and `slope`, and `high` with
// `high_value`: the minimum of the parabola through them, kept away from both ends.
double between(double low, double value, double slope, double high, double high_value) {
  const double width = high - low;
  const double bend = high_value - value - slope * width;
  const double minimum = std::isfinite(bend) && bend > 0 ? -slope * width / (2 * bend) : 0.5;
  return low + width * std::clamp(minimum, 0.1, 0.5);
}

}  // namespace

Lbfgs::Lbfgs(std::vector<double> start, const DifferentiableFunction& f)
    : x(std::move(start)), gradient(x.size()) {
  value = f(x, gradient);
}

double Lbfgs::gradient_norm() const { return norm(gradient); }

// -H g by the two loops over the stored pairs.
std::vector<double> Lbfgs::direction() const {
  std::vector<double> q = gradient;
  std::vector<double> weights(steps.size());
  for (std::size_t i = steps.size(); i-- > 0;) {
    weights[i] = dot(steps[i], q) / dot(steps[i], changes[i]);
    add(q, -weights[i], changes[i]);
  }
  if (!steps.empty()) {
    const double scale = dot(steps.back(), changes.back()) / dot(changes.back(), changes.back());
    for (double& value_of_q : q) value_of_q *= scale;
  }
  for (std::size_t i = 0; i < steps.size(); ++i)
    add(q, weights[i] - dot(changes[i], q) / dot(steps[i], changes[i]), steps[i]);
  for (double& value_of_q : q) value_of_q = -value_of_q;
  return q;
}

bool Lbfgs::step(const DifferentiableFunction& f) {
  const double steepness = gradient_norm();
  if (!(steepness > 0)) return false;
  if (!steps.empty()) {
    if (search(f, direction(), 1)) return true;
    steps.clear();  // the pairs may be from another part of the function: once more without them
    changes.clear();
  }
  const double length = norm(x);
  std::vector<double> downhill = gradient;
  for (double& component : downhill) component = -component;
  return search(f, downhill, (length > 0 ? 0.1 * length : 1) / steepness);
}

// Looks for t with f(x + t p) <= f(x) + 1e-4 t g'p and g(x + t p)'p >= 0.9 g'p, between `low`, where only the
// first holds, and `high`, where it does not.
bool Lbfgs::search(const DifferentiableFunction& f, const std::vector<double>& along, double first) {
  constexpr double kDecrease = 1e-4;
  constexpr double kCurvature = 0.9;
  constexpr int kTries = 30;
  const double slope = dot(gradient, along);
  if (!(slope < 0)) return false;
  double low = 0;
  double low_value = value;
  double low_slope = slope;
  double high = std::numeric_limits<double>::infinity();
  double t = first;
  std::vector<double> point;
  std::vector<double> slopes(x.size());
  double found = 0;
  const auto try_at = [&](double at) {
    point = x;
    add(point, at, along);
    found = f(point, slopes);
  };
  bool accepted = false;
  for (int tries = 0; tries < kTries && !accepted; ++tries) {
    try_at(t);
    if (!(found <= value + kDecrease * t * slope) || !(found < value)) {
      high = t;
      t = between(low, low_value, low_slope, high, found);
    } else if (const double here = dot(slopes, along); here < kCurvature * slope) {
      low = t;
      low_value = found;
      low_slope = here;
      t = std::isinf(high) ? 2 * t : low + 0.5 * (high - low);
    } else {
      accepted = true;
    }
  }
  if (!accepted) {
    if (low == 0) return false;
    try_at(low);
  }
  std::vector<double> moved = point;
  add(moved, -1, x);
  std::vector<double> change = slopes;
  add(change, -1, gradient);
  if (dot(moved, change) > 1e-10 * norm(moved) * norm(change)) {
    if (steps.size() == kPairs) {
      steps.erase(steps.begin());
      changes.erase(changes.begin());
    }
    steps.push_back(std::move(moved));
    changes.push_back(std::move(change));
  }
  x = std::move(point);
  gradient = std::move(slopes);
  value = found;
  ++iteration;
  return true;
}

}  // namespace nearfar
