// The losses over graded pairs (a, b, similarity y), with s their cosine.
//   cosent      log(1 + sum over pairs i, j with y_i > y_j of e^{(s_j - s_i)/T})
// Sorted by y the sum is one pass: sum_i e^{-s_i/T} sum_{j: y_j < y_i} e^{s_j/T}, O(pairs log pairs). Slope
// by s_j: g/T times its part of the sum, by s_i minus it, g = sigmoid(log sum). Source: Su 2022,
// kexue.fm/archives/8847; Huang et al. 2024, IEEE/ACM TASLP 32. There T is 0.05, for all the weights of a
// language model; a map of given vectors ranks unseen pairs better when more than the worst order counts.
//   cosine-mse  (s - y)^2, slope 2 (s - y). Source: Reimers, Gurevych 2019, arXiv:1908.10084, section 3.
#include <numeric>

#include "nearfar/loss/loss_batch.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/soft.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kCosentOptions{number("temperature", "what similarities are divided by",
                                           &LossOptions::temperature, LossRange::positive, 0.5)};

// Numbers e^x kept with the log of what they are divided by, so that none leaves the range of a double.
class LogSum {
 public:
  void add(double x) { value_ = log_sum(value_, x); }
  [[nodiscard]] double value() const { return value_; }

 private:
  double value_ = -std::numeric_limits<double>::infinity();
};

LossValue cosent_loss(LossBatch& batch) {
  const Tuples& tuples = *batch.supervision.tuples;
  const double scale = 1 / batch.options.temperature;
  const auto count = static_cast<std::size_t>(tuples.size());
  std::vector<double> z(count);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t t = 0; t < count; ++t) {
    const auto items = tuples[static_cast<std::int64_t>(t)];
    z[t] = scale * batch.similarity(items[0], items[1]);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return tuples.values[a] < tuples.values[b]; });
  // below[i] = log sum e^{z_j} over y_j < y_i, above[j] = log sum e^{-z_i} over y_i > y_j.
  std::vector<double> below(count);
  std::vector<double> above(count);
  const auto runs = [&](auto begin, auto end, double sign, std::vector<double>& sums) {
    LogSum passed;
    for (auto first = begin; first != end;) {
      auto last = first;
      while (last != end && tuples.values[*last] == tuples.values[*first]) sums[*last++] = passed.value();
      for (; first != last; ++first) passed.add(sign * z[*first]);
    }
  };
  runs(order.begin(), order.end(), 1, below);
  runs(order.rbegin(), order.rend(), -1, above);
  LogSum total;
  for (std::size_t t = 0; t < count; ++t) total.add(below[t] - z[t]);
  const double x = total.value();
  LossBatch::Sum sum;
  if (count > 0) sum.add(softplus(x));
  const double g = scale * sigmoid(x);
  if (g > 0) {
    for (std::size_t t = 0; t < count; ++t) {
      const auto items = tuples[static_cast<std::int64_t>(t)];
      const double by_s = std::exp(z[t] + above[t] - x) - std::exp(below[t] - z[t] - x);
      batch.weight(items[0], items[1]) -= g * by_s;
    }
  }
  return batch.reduced(sum);
}

LossValue squared_errors(LossBatch& batch) {
  const Tuples& tuples = *batch.supervision.tuples;
  LossBatch::Sum sum;
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    const auto items = tuples[t];
    const double error = batch.similarity(items[0], items[1]) -
                         static_cast<double>(tuples.values[static_cast<std::size_t>(t)]);
    sum.add(error * error);
    batch.weight(items[0], items[1]) -= 2 * error;
  }
  return batch.reduced(sum);
}

}  // namespace

LossInfo cosent() {
  return {.name = "cosent",
          .meaning = "graded pairs: their cosines in the order of their similarities",
          .formula = "log(1 + sum over y_i > y_j of e^{(s_j - s_i)/T})",
          .source = "Su 2022, kexue.fm/archives/8847; Huang et al. 2024, IEEE/ACM TASLP 32",
          .options = kCosentOptions,
          .distances = kCosine,
          .from_graded_pairs = true,
          .reduces = false,
          .over_distances = cosent_loss};
}

LossInfo cosine_mse() {
  return {.name = "cosine-mse",
          .meaning = "graded pairs: their cosines equal to their similarities",
          .formula = "(s - y)^2",
          .source = "Reimers, Gurevych 2019, arXiv:1908.10084, section 3",
          .options = {},
          .distances = kCosine,
          .from_graded_pairs = true,
          .over_distances = squared_errors};
}

}  // namespace nearfar::loss_rows
