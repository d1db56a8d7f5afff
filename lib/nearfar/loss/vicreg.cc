// vicreg: for positive pairs (a_i, b_i), i = 1..n, of dim d
//   invariance  mean over i, k of (a_ik - b_ik)^2
//   variance    1/2 sum over both sides of mean_k [1 - sqrt(var_k + 1e-4)]+, var_k = sum_i (z_ik -
//   mean)^2/(n-1) covariance  sum over both sides of 1/d sum_{k != l} C_kl^2, C the covariance matrix
// times their weights. Derivatives by z_ik, with z centred:
//   2 (a - b) / (n d);  -z_ik / (2 d (n - 1) sqrt(var_k + 1e-4)) where positive;
//   4 / (d (n - 1)) sum_{l != k} C_kl z_il
// (centring passes them on unchanged, as each column of z sums to 0). O(n d^2).
// Source: Bardes, Ponce, LeCun 2022, arXiv:2105.04906, eq. 1-6.
#include <cmath>

#include "nearfar/loss/loss_batch.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{number("invariance", "weight of the distance inside pairs",
                                     &LossOptions::invariance, LossRange::not_negative, 25),
                              number("variance", "weight of the spread of each dimension",
                                     &LossOptions::variance, LossRange::not_negative, 25),
                              number("covariance", "weight of the covariance of dimensions",
                                     &LossOptions::covariance, LossRange::not_negative, 1)};
constexpr double kEpsilon = 1e-4;

// Variance and covariance terms of one side, the items `side` of the pairs.
double spread(RowBatch& batch, const std::vector<std::int64_t>& items) {
  const auto n = static_cast<std::int64_t>(items.size());
  const std::int64_t d = batch.rows.cols;
  if (n < 2) return 0;
  const double others = static_cast<double>(n - 1);
  const auto dims = static_cast<double>(d);
  std::vector<double> z(static_cast<std::size_t>(n * d));
  for (std::int64_t k = 0; k < d; ++k) {
    double mean = 0;
    for (const std::int64_t i : items) mean += batch.rows.row(i)[k] / static_cast<double>(n);
    for (std::int64_t i = 0; i < n; ++i)
      z[static_cast<std::size_t>(i * d + k)] = batch.rows.row(items[static_cast<std::size_t>(i)])[k] - mean;
  }
  std::vector<double> covariance(static_cast<std::size_t>(d * d));
  for (std::int64_t i = 0; i < n; ++i) {
    const double* row = z.data() + i * d;
    for (std::int64_t k = 0; k < d; ++k) {
      for (std::int64_t l = 0; l < d; ++l)
        covariance[static_cast<std::size_t>(k * d + l)] += row[k] * row[l] / others;
    }
  }
  double value = 0;
  std::vector<double> by_variance(static_cast<std::size_t>(d));
  for (std::int64_t k = 0; k < d; ++k) {
    double& own = covariance[static_cast<std::size_t>(k * d + k)];
    const double deviation = std::sqrt(own + kEpsilon);
    if (deviation < 1) {
      value += batch.options.variance * (1 - deviation) / (2 * dims);
      by_variance[static_cast<std::size_t>(k)] = -batch.options.variance / (2 * dims * others * deviation);
    }
    own = 0;  // only those of two dimensions count below
  }
  const double weight = batch.options.covariance / dims;
  for (const double c : covariance) value += weight * c * c;
  for (std::int64_t i = 0; i < n; ++i) {
    const double* row = z.data() + i * d;
    double* gradient = batch.gradient_of(items[static_cast<std::size_t>(i)]);
    for (std::int64_t k = 0; k < d; ++k) {
      double sum = 0;
      for (std::int64_t l = 0; l < d; ++l) sum += covariance[static_cast<std::size_t>(k * d + l)] * row[l];
      gradient[k] += by_variance[static_cast<std::size_t>(k)] * row[k] + 4 * weight / others * sum;
    }
  }
  return value;
}

LossValue evaluate(RowBatch& batch) {
  std::vector<std::int64_t> sides[2];
  const Tuples& tuples = *batch.supervision.tuples;
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    if (tuples.kind == TupleKind::pairs && tuples.values[static_cast<std::size_t>(t)] == 0) continue;
    for (std::size_t s = 0; s < 2; ++s) sides[s].push_back(tuples[t][s]);
  }
  const auto n = static_cast<std::int64_t>(sides[0].size());
  if (n == 0) return {};
  const std::int64_t d = batch.rows.cols;
  const double weight = batch.options.invariance / static_cast<double>(n * d);
  double value = 0;
  for (std::size_t i = 0; i < sides[0].size(); ++i) {
    for (std::int64_t k = 0; k < d; ++k) {
      const double delta = batch.rows.row(sides[0][i])[k] - batch.rows.row(sides[1][i])[k];
      value += weight * delta * delta;
      batch.gradient_of(sides[0][i])[k] += 2 * weight * delta;
      batch.gradient_of(sides[1][i])[k] -= 2 * weight * delta;
    }
  }
  for (const auto& side : sides) value += spread(batch, side);
  return {value, n, value > 0 ? n : 0};
}

}  // namespace

LossInfo vicreg() {
  return {.name = "vicreg",
          .meaning = "positive pairs (two views): near each other, every dimension spread, none alike",
          .formula = "invariance mean (a - b)^2 + variance [1 - deviation]+ + covariance sum C_kl^2",
          .source = "Bardes, Ponce, LeCun 2022, arXiv:2105.04906, eq. 6",
          .options = kOptions,
          .distances = kSquared,
          .from_pairs = true,
          .from_triplets = true,
          .reduces = false,
          .over_rows = evaluate};
}

}  // namespace nearfar::loss_rows
