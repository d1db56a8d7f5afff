#include "nearfar/mahalanobis/itml.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/random.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/prior.h"

namespace nearfar {
namespace {

constexpr double kGamma = 1;  // the weight of the slack against the divergence from the prior

struct Bounds {
  double similar;
  double dissimilar;
};

// The 5th and 95th percentile of the squared distances of pairs of rows that differ: of all pairs, or of
// 100,000 drawn by seed where there are more.
Bounds percentiles(MatrixView x, std::uint64_t seed) {
  constexpr std::uint64_t kPairs = 100000;
  const auto n = static_cast<std::uint64_t>(x.rows);
  std::vector<double> squares;
  for (const std::uint64_t number : Random(seed, RandomPurpose::mining, 2).sample(n * (n - 1) / 2, kPairs)) {
    // The pair (a, b), a > b, has the number a (a - 1) / 2 + b.
    auto a = static_cast<std::uint64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(number))) / 2);
    while (a * (a - 1) / 2 > number) --a;
    while ((a + 1) * a / 2 <= number) ++a;
    const float* first = x.row(static_cast<std::int64_t>(a));
    const float* second = x.row(static_cast<std::int64_t>(number - a * (a - 1) / 2));
    double sum = 0;
    for (std::int64_t j = 0; j < x.cols; ++j) {
      const double delta = static_cast<double>(first[j]) - static_cast<double>(second[j]);
      sum += delta * delta;
    }
    if (sum > 0) squares.push_back(sum);
  }
  if (squares.empty()) data_error("all rows are the same, so there is nothing to learn", {}, kSameRows);
  std::sort(squares.begin(), squares.end());
  const auto at = [&](double share) {
    return squares[static_cast<std::size_t>(share * static_cast<double>(squares.size() - 1) + 0.5)];
  };
  return {at(0.05), at(0.95)};
}

LearnedMap itml(const LearnerInput& input, const LearnerOptions& options, const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {1000, 1e-3});
  const ConstraintPairs pairs = constraint_pairs(input, options);
  const PriorCoordinates coordinates(input.x, options);
  const MatrixView x = coordinates.rows();
  const Bounds bounds = percentiles(x, options.seed);
  ItmlObjective objective(x, pairs, bounds.similar, bounds.dissimilar, kGamma);
  LearnedMap learned = minimise(objective, {x.cols, x.cols, dense_identity(x.cols).values, true, {}}, limits,
                                options, progress);
  learned.l = coordinates.map_of(learned.l, options.dim);
  learned.facts = {{"rank", static_cast<double>(learned.l.rows())},
                   {"similar_pairs", static_cast<double>(pairs.similar.size())},
                   {"dissimilar_pairs", static_cast<double>(pairs.dissimilar.size())},
                   {"similar_bound", bounds.similar},
                   {"dissimilar_bound", bounds.dissimilar}};
  const auto shown = [](double bound) { return number_text(static_cast<float>(bound)); };
  learned.notes.push_back(grouped(std::ssize(pairs.similar)) + " similar pairs, squared distance at most " +
                          shown(bounds.similar) + " (5th percentile); " +
                          grouped(std::ssize(pairs.dissimilar)) + " dissimilar ones, at least " +
                          shown(bounds.dissimilar) + " (95th)");
  if (pairs.identical > 0)
    learned.notes.push_back(counted(pairs.identical, "pair") + " of equal rows left out");
  return learned;
}

constexpr LearnerOptionInfo kOptions[] = {
    kConstraintsOption, kPriorOption, {"max-iterations", "1000"}, {"tolerance", "0.001"}};

}  // namespace

ItmlObjective::ItmlObjective(MatrixView x, const ConstraintPairs& pairs, double similar_bound,
                             double dissimilar_bound, double gamma)
    : x_(x),
      pairs_(pairs),
      similar_bound_(similar_bound),
      dissimilar_bound_(dissimilar_bound),
      gamma_(gamma) {}

double ItmlObjective::slack(const RowPairs& pairs, double bound, double sign, std::span<const double> l,
                            Dense& scatter) {
  const std::vector<double> squares = squared_distances(x_, pairs, l, x_.cols);
  std::vector<double> weights(pairs.size());
  double sum = 0;
  for (std::size_t t = 0; t < pairs.size(); ++t) {
    const double q = squares[t] / bound;
    if (sign * (q - 1) <= 0) continue;
    ++active_;
    sum += gamma_ * (q - std::log(q) - 1);
    weights[t] = gamma_ * (1 - 1 / q) / bound;
    lower_bound_ -= gamma_ * std::log(q);
  }
  scatter = weighted_sum(1, scatter, 1, weighted_scatter(x_, pairs, weights));
  return sum;
}

double ItmlObjective::evaluate(std::span<const double> l, std::span<double> gradient) {
  const std::int64_t d = x_.cols;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Dense map(d, d);
  std::copy(l.begin(), l.end(), map.values.begin());
  const Dense metric = multiply(transposed(map), map);
  const std::optional<PositiveInverse> inverse = positive_inverse(metric);
  if (!inverse) return kInfinity;
  active_ = 0;
  lower_bound_ = 0;
  Dense scatter = dense_identity(d);  // I + sum c z z'
  double value = trace(metric) - inverse->log_det - static_cast<double>(d);
  value += slack(pairs_.similar, similar_bound_, 1, l, scatter);
  value += slack(pairs_.dissimilar, dissimilar_bound_, -1, l, scatter);
  const std::optional<PositiveInverse> bound = positive_inverse(scatter);
  lower_bound_ = bound ? lower_bound_ + bound->log_det : -kInfinity;
  // dF/dL = 2 L dF/dM.
  const Dense by_map = multiply(map, weighted_sum(2, scatter, -2, inverse->inverse));
  std::copy(by_map.values.begin(), by_map.values.end(), gradient.begin());
  return value;
}

const LearnerInfo kItmlLearner{
    .name = "itml",
    .meaning =
        "the metric nearest to the prior (LogDet) that keeps similar pairs near and "
        "dissimilar pairs far",
    .source = "Davis et al. 2007",
    .options = kOptions,
    .from_labels = true,
    .from_pairs = true,
    .iterates = true,
    .learn = itml};

}  // namespace nearfar
