// proxy-anchor: with s the cosine of rows and proxies, P+ the proxies that have a row of their class here,
//   1/|P+| sum over P+ of log(1 + sum_{own rows} e^{-alpha (s - margin)})
//   + 1/|P| sum over P of log(1 + sum_{other rows} e^{alpha (s + margin)}).
// Slopes by s: -alpha sigmoid(log-sum) x share / |P+|, and + ... / |P|; dd = -ds.
// Source: Kim, Kim, Cho, Kwak 2020, arXiv:2003.13911, eq. 4.
#include "nearfar/loss/loss_batch.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/soft.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("margin", "added to or taken from similarities", &LossOptions::margin, LossRange::not_negative,
           0.1),
    number("alpha", "scale of similarities", &LossOptions::alpha, LossRange::positive, 32)};

LossValue evaluate(LossBatch& batch) {
  const std::int64_t n = batch.rows();
  const std::int64_t proxies = batch.cols();
  const double alpha = batch.options.alpha;
  const double margin = batch.options.margin;
  const auto own = [&](std::int64_t i, std::int64_t c) {
    return batch.supervision.labels[static_cast<std::size_t>(i)] == c;
  };
  std::vector<char> present(static_cast<std::size_t>(proxies));
  for (const std::int32_t label : batch.supervision.labels) present[static_cast<std::size_t>(label)] = 1;
  const auto with_rows = static_cast<double>(std::count(present.begin(), present.end(), 1));
  LossBatch::Sum sum;
  SoftMax soft;
  std::vector<double> slopes(static_cast<std::size_t>(n));
  // One of the two sums of proxy c, divided by `count`: sign -1 draws its own rows, 1 pushes the others.
  const auto side = [&](std::int64_t c, double sign, double count) {
    soft.over(
        n, [&](std::int64_t i) { return alpha * (sign * batch.similarity(i, c) + margin); },
        [&](std::int64_t i) { return own(i, c) == (sign < 0); });
    std::fill(slopes.begin(), slopes.end(), 0.0);
    soft.add_shares(-sign * alpha * sigmoid(soft.log_sum()) / count, slopes.data());
    for (std::int64_t i = 0; i < n; ++i) batch.weight(i, c) += slopes[static_cast<std::size_t>(i)];
    return softplus(soft.log_sum()) / count;
  };
  for (std::int64_t c = 0; c < proxies && n > 0; ++c) {
    sum.value += side(c, 1, static_cast<double>(proxies));
    if (present[static_cast<std::size_t>(c)] != 0) sum.value += side(c, -1, with_rows);
  }
  const LossValue loss{sum.value, n, sum.value > 0 ? n : 0};
  return loss;
}

}  // namespace

LossInfo proxy_anchor() {
  return {.name = "proxy-anchor",
          .meaning = "proxies: each class's proxy as the anchor of all rows",
          .formula =
              "1/|P+| sum_+ log(1 + sum_own e^{-alpha (s - margin)}) + 1/|P| sum log(1 + sum_other "
              "e^{alpha (s + margin)})",
          .source = "Kim, Kim, Cho, Kwak 2020, arXiv:2003.13911, eq. 4",
          .options = kOptions,
          .distances = kCosine,
          .from_labels = true,
          .reduces = false,
          .own = OwnWeights::class_vectors,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
