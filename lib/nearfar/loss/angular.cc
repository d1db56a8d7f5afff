// angular: for every positive pair
//   log(1 + sum_n e^{4 t (a + p)'n - 2 (1 + t) a'p}),  t = tan^2 alpha,
// a and p the rows scaled to length 1, n as it is (with --normalize all have length 1, as in the paper).
// With q_n = e^{..} / (1 + sum): by n 4 t q_n (a + p); by a sum_n q_n (4 t n - 2 (1 + t) p), and p alike; a
// and p then through their scaling. Source: Wang, Zhou, Wen, Liu, Lin 2017, arXiv:1708.01682, eq. 8.
#include <cmath>
#include <numbers>

#include "nearfar/loss/loss_batch.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/soft.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{number("degrees", "the angle at the negative that is allowed",
                                     &LossOptions::degrees, LossRange::acute, 40)};

double dot(const double* x, const double* y, std::int64_t d) {
  return lane_sum<double>(d, [&](std::int64_t k) { return x[k] * y[k]; });
}

LossValue evaluate(RowBatch& batch) {
  const std::int64_t n = batch.rows.rows;
  const std::int64_t d = batch.rows.cols;
  const double t = std::pow(std::tan(batch.options.degrees * std::numbers::pi / 180), 2);
  const std::vector<Relation> relations = relations_of_rows(n, batch.supervision);
  std::vector<double> unit(static_cast<std::size_t>(n * d));
  std::vector<double> lengths(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) {
    const double* row = batch.rows.row(i);
    const double length = std::sqrt(dot(row, row, d));
    lengths[static_cast<std::size_t>(i)] = length;
    for (std::int64_t k = 0; k < d && length > 0; ++k)
      unit[static_cast<std::size_t>(i * d + k)] = row[k] / length;
  }
  // dots(i, j) = u_i'x_j, u of length 1 and x as it is; and their derivatives.
  std::vector<double> dots(static_cast<std::size_t>(n * n));
  std::vector<double> by_dot(dots.size());
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j)
      dots[static_cast<std::size_t>(i * n + j)] = dot(unit.data() + i * d, batch.rows.row(j), d);
  }
  std::vector<double> by_unit(unit.size());  // through a'p
  LossBatch::Sum sum;
  SoftMax soft;
  for (std::int64_t a = 0; a < n; ++a) {
    for (std::int64_t p = 0; p < n; ++p) {
      if (relations[static_cast<std::size_t>(a * n + p)] != Relation::positive) continue;
      const double* ua = unit.data() + a * d;
      const double* up = unit.data() + p * d;
      const double* da = dots.data() + a * n;
      const double* dp = dots.data() + p * n;
      const double pull = 2 * (1 + t) * dot(ua, up, d);
      soft.over(
          n, [&](std::int64_t j) { return 4 * t * (da[j] + dp[j]) - pull; },
          [&](std::int64_t j) {
            return relations[static_cast<std::size_t>(a * n + j)] == Relation::negative;
          });
      sum.add(softplus(soft.log_sum()));
      const double g = sigmoid(soft.log_sum());
      soft.add_shares(4 * t * g, by_dot.data() + a * n);
      soft.add_shares(4 * t * g, by_dot.data() + p * n);
      for (std::int64_t k = 0; k < d; ++k) {
        by_unit[static_cast<std::size_t>(a * d + k)] -= 2 * (1 + t) * g * up[k];
        by_unit[static_cast<std::size_t>(p * d + k)] -= 2 * (1 + t) * g * ua[k];
      }
    }
  }
  const double scale = reduction_scale(batch.options.reduction, sum);
  for (std::int64_t i = 0; i < n; ++i) {
    double* gu = by_unit.data() + i * d;
    const double* u = unit.data() + i * d;
    for (std::int64_t j = 0; j < n; ++j) {
      const double w = by_dot[static_cast<std::size_t>(i * n + j)];
      if (w == 0) continue;
      for (std::int64_t k = 0; k < d; ++k) {
        gu[k] += w * batch.rows.row(j)[k];
        batch.gradient_of(j)[k] += scale * w * u[k];
      }
    }
    const double length = lengths[static_cast<std::size_t>(i)];
    if (length == 0) continue;
    const double along = dot(gu, u, d);
    for (std::int64_t k = 0; k < d; ++k) batch.gradient_of(i)[k] += scale * (gu[k] - along * u[k]) / length;
  }
  return {sum.value * scale, sum.terms, sum.active};
}

}  // namespace

LossInfo angular() {
  return {.name = "angular",
          .meaning = "a positive pair against negatives, by the angle at the negative",
          .formula = "log(1 + sum_n e^{4 t (a + p)'n - 2 (1 + t) a'p}), t = tan^2 alpha, a and p of length 1",
          .source = "Wang, Zhou, Wen, Liu, Lin 2017, arXiv:1708.01682, eq. 8",
          .options = kOptions,
          .distances = kCosine,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_rows = evaluate};
}

}  // namespace nearfar::loss_rows
