#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace nearfar {

/// The value of a function at x; its gradient is written to `gradient`, of the same length.
using DifferentiableFunction = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// Limited-memory BFGS (Nocedal, "Updating quasi-Newton matrices with limited storage", 1980; Nocedal and
/// Wright, "Numerical Optimization", 2nd ed., algorithm 7.4), with the weak Wolfe line search of Lewis and
/// Overton ("Nonsmooth optimization via quasi-Newton methods", 2013), which also serves hinges. Nothing is
/// drawn by chance. All that the next step depends on is in the public members, so a copy goes on with the
/// same bits.
struct Lbfgs {
  static constexpr std::size_t kPairs = 10;

  std::vector<double> x;
  double value = 0;
  std::vector<double> gradient;
  std::int64_t iteration = 0;
  std::vector<std::vector<double>> steps;    ///< x_{t+1} - x_t, oldest first, at most kPairs
  std::vector<std::vector<double>> changes;  ///< of the gradient, one for each step

  Lbfgs() = default;
  /// At `start`, one evaluation.
  Lbfgs(std::vector<double> start, const DifferentiableFunction& f);
  /// One iteration: x moves to a point of lower value, at which f was evaluated last. False, and x as it was,
  /// when no such point is found in the direction of the gradient: x is a minimum up to rounding.
  [[nodiscard]] bool step(const DifferentiableFunction& f);
  [[nodiscard]] double gradient_norm() const;

 private:
  [[nodiscard]] std::vector<double> direction() const;
  [[nodiscard]] bool search(const DifferentiableFunction& f, const std::vector<double>& along, double first);
};

}  // namespace nearfar
