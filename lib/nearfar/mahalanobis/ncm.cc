#include "nearfar/mahalanobis/ncm.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scatters.h"
#include "nearfar/mahalanobis/start.h"

namespace nearfar {
namespace {

constexpr std::int64_t kBlock = 1024;  // rows of a part of the sums; parts are added in order
constexpr std::int64_t kAtOnce = 8;    // parts that are kept

// What a block of rows adds: to the value, and to sum_i w_ic (y_i - u_c) for every class, where y_i = L x_i,
// u_c = L m_c and w_ic = [y_i = c] - p(c | x_i).
struct Part {
  double value = 0;
  Dense by_class;
};

LearnedMap ncm(const LearnerInput& input, const LearnerOptions& options, const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {200, 1e-5});
  const StartingMap start = starting_map(kNcmLearner, input, options);
  NearestMeans objective(input.x, input.labels->codes);
  LearnedMap learned = minimise(objective, start.l, start.rows, start.cols, limits, progress);
  learned.notes = start.notes;
  return learned;
}

constexpr LearnerOptionInfo kOptions[] = {
    {"max-iterations", "200"}, {"tolerance", "1e-05"}, {"init", kStartText}};

}  // namespace

NearestMeans::NearestMeans(MatrixView x, std::span<const std::int32_t> codes)
    : x_(x), codes_(codes.begin(), codes.end()) {
  GroupMeans groups = group_means(x, codes);
  means_ = std::move(groups.means);
  sizes_ = std::move(groups.sizes);
}

double NearestMeans::evaluate(std::span<const double> l, std::span<double> gradient) {
  const std::int64_t d = x_.cols;
  const std::int64_t r = std::ssize(l) / d;
  const std::int64_t classes = means_.rows;
  Dense map(r, d);
  std::copy(l.begin(), l.end(), map.values.begin());
  const std::vector<double> images = multiply_xlt(x_, l, r);          // y_i
  const Dense mean_images = multiply(means_, transposed(map));        // u_c
  std::vector<double> by_row(static_cast<std::size_t>(x_.rows * r));  // -sum_c w_ic u_c

  const auto add_row = [&](std::int64_t i, std::vector<double>& weights, Part& part) {
    const double* y = images.data() + i * r;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t c = 0; c < classes; ++c) {
      double square = 0;
      const double* u = mean_images.row(c);
      for (std::int64_t k = 0; k < r; ++k) square += (y[k] - u[k]) * (y[k] - u[k]);
      const bool candidate = sizes_[static_cast<std::size_t>(c)] > 0;
      weights[static_cast<std::size_t>(c)] = candidate ? square / 2 : std::numeric_limits<double>::infinity();
      least = std::min(least, weights[static_cast<std::size_t>(c)]);
    }
    const auto own = static_cast<std::size_t>(codes_[static_cast<std::size_t>(i)]);
    const double own_half = weights[own];
    double sum = 0;
    for (double& weight : weights) {
      weight = std::exp(least - weight);
      sum += weight;
    }
    part.value += own_half - least + std::log(sum);
    double* back = by_row.data() + i * r;
    for (std::int64_t c = 0; c < classes; ++c) {
      const auto place = static_cast<std::size_t>(c);
      const double w = (place == own ? 1 : 0) - weights[place] / sum;
      if (w == 0) continue;
      const double* u = mean_images.row(c);
      double* total = part.by_class.row(c);
      for (std::int64_t k = 0; k < r; ++k) {
        back[k] -= w * u[k];
        total[k] += w * (y[k] - u[k]);
      }
    }
  };

  double value = 0;
  Dense by_class(classes, r);
  const std::int64_t blocks = (x_.rows + kBlock - 1) / kBlock;
  for (std::int64_t first = 0; first < blocks; first += kAtOnce) {
    const std::int64_t count = std::min(kAtOnce, blocks - first);
    std::vector<Part> parts(static_cast<std::size_t>(count));
    parallel_blocks(count, [&](std::int64_t b) {
      Part& part = parts[static_cast<std::size_t>(b)];
      part.by_class = Dense(classes, r);
      std::vector<double> weights(static_cast<std::size_t>(classes));
      const std::int64_t begin = (first + b) * kBlock;
      for (std::int64_t i = begin; i < std::min(x_.rows, begin + kBlock); ++i) add_row(i, weights, part);
    });
    for (const Part& part : parts) {
      value += part.value;
      by_class = weighted_sum(1, by_class, 1, part.by_class);
    }
  }
  // sum_ic w_ic (y_i - u_c)(x_i - m_c)', where sum_c w_ic = 0, so y_i x_i' drops out.
  const std::vector<double> rows_part = multiply_atx(by_row, r, x_);
  const Dense means_part = multiply(transposed(by_class), means_);
  const auto n = static_cast<double>(x_.rows);
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = (rows_part[i] - means_part.values[i]) / n;
  return value / n;
}

const LearnerInfo kNcmLearner{.name = "ncm",
                              .meaning = "rows near the mean of their class and far from other means",
                              .source = "Mensink et al. 2013",
                              .options = kOptions,
                              .from_labels = true,
                              .iterates = true,
                              .learn = ncm};

}  // namespace nearfar
