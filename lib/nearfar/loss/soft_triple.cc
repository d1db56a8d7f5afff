// soft-triple: K centers a class. With s_ck the cosine of a row and center k of class c,
//   S_c = sum_k q_ck s_ck,  q_c = softmax(s_c / gamma),
//   -log e^{(S_y - margin)/T} / (e^{(S_y - margin)/T} + sum_{c != y} e^{S_c/T})
//   + tau / (C K (K - 1)) sum_c sum_{k < l} |w_ck - w_cl|,  centers of length 1.
// Slope of S_c by s_ck: q_ck (1 + (s_ck - S_c) / gamma). Center k of class c is column c K + k.
// Source: Qian, Shang, Sun, Hu, Li, Jin 2019, arXiv:1909.05235, eq. 7 and 9.
#include <cmath>

#include "nearfar/loss/loss_batch.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/soft.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("margin", "taken from the similarity to the own class", &LossOptions::margin,
           LossRange::not_negative, 0.01),
    temperature(0.05),
    number("gamma", "temperature of the choice among a class's centers", &LossOptions::gamma,
           LossRange::positive, 0.1),
    number("centers", "centers of a class", &LossOptions::centers, LossRange::whole, 10),
    number("tau", "weight of the distances between a class's centers", &LossOptions::tau,
           LossRange::not_negative, 0.2)};

LossValue evaluate(LossBatch& batch) {
  const auto centers = static_cast<std::int64_t>(batch.options.centers);
  const std::int64_t classes = batch.cols() / centers;
  const double scale = 1 / batch.options.temperature;
  const double gamma = batch.options.gamma;
  LossBatch::Sum sum;
  std::vector<SoftMax> of_class(static_cast<std::size_t>(classes));
  std::vector<double> similarity(static_cast<std::size_t>(classes));
  SoftMax all;
  for (std::int64_t i = 0; i < batch.rows(); ++i) {
    const std::int32_t own = batch.supervision.labels[static_cast<std::size_t>(i)];
    for (std::int64_t c = 0; c < classes; ++c) {
      SoftMax& soft = of_class[static_cast<std::size_t>(c)];
      soft.over(
          centers, [&](std::int64_t k) { return batch.similarity(i, c * centers + k) / gamma; },
          [](std::int64_t) { return true; });
      similarity[static_cast<std::size_t>(c)] = lane_sum<double>(
          centers, [&](std::int64_t k) { return soft.share(k) * batch.similarity(i, c * centers + k); });
    }
    all.over(
        classes,
        [&](std::int64_t c) {
          return scale * (similarity[static_cast<std::size_t>(c)] - (c == own ? batch.options.margin : 0));
        },
        [](std::int64_t) { return true; });
    sum.add(std::max(
        0.0, all.log_sum() - scale * (similarity[static_cast<std::size_t>(own)] - batch.options.margin)));
    for (std::int64_t c = 0; c < classes; ++c) {
      const double by_class = scale * (all.share(c) - (c == own ? 1 : 0));
      for (std::int64_t k = 0; k < centers; ++k) {
        const double s = batch.similarity(i, c * centers + k);
        batch.weight(i, c * centers + k) -= by_class * of_class[static_cast<std::size_t>(c)].share(k) *
                                            (1 + (s - similarity[static_cast<std::size_t>(c)]) / gamma);
      }
    }
  }
  return batch.reduced(sum);
}

// The second sum: |u - v| of centers of length 1, slope (u - v) / |u - v| through the scaling to length 1.
double penalty(Rows<double> own, const LossOptions& options, std::vector<double>& gradient) {
  const auto centers = static_cast<std::int64_t>(options.centers);
  const std::int64_t d = own.cols;
  if (centers < 2 || own.rows == 0 || options.tau == 0) return 0;
  const double weight = options.tau / static_cast<double>(own.rows * (centers - 1));
  const auto length = [&](const double* w) {
    return std::sqrt(lane_sum<double>(d, [&](std::int64_t k) { return w[k] * w[k]; }));
  };
  double value = 0;
  for (std::int64_t a = 0; a < own.rows; ++a) {
    for (std::int64_t b = a + 1; b < (a / centers + 1) * centers; ++b) {
      const double* wa = own.row(a);
      const double* wb = own.row(b);
      const double la = length(wa);
      const double lb = length(wb);
      if (la == 0 || lb == 0) continue;
      const double cosine = lane_sum<double>(d, [&](std::int64_t k) { return wa[k] * wb[k]; }) / (la * lb);
      const double distance = std::sqrt(std::max(0.0, 2 - 2 * cosine));
      value += weight * distance;
      if (distance < 1e-8) continue;
      // d distance = -d cosine / distance
      for (std::int64_t k = 0; k < d; ++k) {
        const double ua = wa[k] / la;
        const double ub = wb[k] / lb;
        gradient[static_cast<std::size_t>(a * d + k)] -= weight / distance * (ub - cosine * ua) / la;
        gradient[static_cast<std::size_t>(b * d + k)] -= weight / distance * (ua - cosine * ub) / lb;
      }
    }
  }
  return value;
}

}  // namespace

LossInfo soft_triple() {
  return {
      .name = "soft-triple",
      .meaning = "several trained centers a class",
      .formula =
          "-log e^{(S_y - margin)/T} / (e^{(S_y - margin)/T} + sum_c e^{S_c/T}), S_c the soft maximum over "
          "centers, + tau x their distances",
      .source = "Qian, Shang, Sun, Hu, Li, Jin 2019, arXiv:1909.05235, eq. 7 and 9",
      .options = kOptions,
      .distances = kCosine,
      .from_labels = true,
      .own = OwnWeights::class_vectors,
      .over_distances = evaluate,
      .penalty = penalty};
}

}  // namespace nearfar::loss_rows
