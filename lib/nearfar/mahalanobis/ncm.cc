// Nearest class mean (Mensink, Verbeek, Perronnin, Csurka, "Distance-based image classification: generalizing
// to new classes at near-zero cost", TPAMI 2013, eq. 5-6). With the mean m_c of every class c,
//   p_ic = exp(-|L(x_i - m_c)|^2 / 2) / sum_c' exp(-|L(x_i - m_c')|^2 / 2),
// the sum of -log p_{i, y_i} is made as small as it gets over L, by L-BFGS. With
//   w_ic = ([y_i = c] - p_ic) / 2, which sum to 0 over c,
// the gradient is 2 sum_ic w_ic L (x_i - m_c)(x_i - m_c)'. Where it starts: start.h.
//
// Linear in the rows: O(n classes r + n d r) an iteration. Memory: O(n (d + r) + classes d).

#include <algorithm>
#include <array>
#include <cmath>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/mahalanobis/iterate.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/start.h"

namespace nearfar {
namespace {

constexpr std::array<LearnerOptionInfo, 3> kOptions{{
    {"max-iterations", "100"},
    {"tolerance", "1e-05"},
    {"init", kStartText},
}};

constexpr std::int64_t kBlock = 512;  // rows in one task
constexpr std::int64_t kAtOnce = 16;  // tasks whose sums over rows are kept; they are added in order

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

class ClassMeans final : public MapObjective {
 public:
  ClassMeans(MatrixView x, const Labels& labels) : x_(x), loss_(at(x.rows)) {
    for (const std::vector<std::int64_t>& rows : rows_by_class(labels)) {
      if (rows.empty()) continue;
      std::vector<double> mean(at(x.cols));
      for (const std::int64_t row : rows) {
        for (std::int64_t j = 0; j < x.cols; ++j) mean[at(j)] += static_cast<double>(x.row(row)[j]);
      }
      Matrix one(1, x.cols);
      for (std::int64_t j = 0; j < x.cols; ++j)
        one(0, j) = static_cast<float>(mean[at(j)] / static_cast<double>(rows.size()));
      means_.append(one);
      own_.resize(at(x.rows));
      for (const std::int64_t row : rows) own_[at(row)] = means_.rows() - 1;
    }
    if (means_.rows() < 2)
      data_error("there is only one class, so every row is nearest to its mean", {}, kTwoClasses);
  }

  double evaluate(std::span<const double> l, std::span<double> gradient) override {
    const std::int64_t r = static_cast<std::int64_t>(l.size()) / x_.cols;
    const std::int64_t classes = means_.rows();
    const std::vector<double> z = multiply_xlt(x_, l, r);
    Dense means(classes, r);
    means.values = multiply_xlt(means_, l, r);
    const std::vector<double> origin = centre(means);
    const Dense terms = closeness_terms(means);
    std::vector<double> on_rows(z.size());  // sum_c w_ic (z_i - m_c) = -sum_c w_ic m_c
    Dense sums(classes, r + 1);             // sum_i w_ic (z_i, 1)
    std::vector<Dense> parts(at(kAtOnce));
    const std::int64_t blocks = (x_.rows + kBlock - 1) / kBlock;
    for (std::int64_t first = 0; first < blocks; first += kAtOnce) {
      const std::int64_t count = std::min(kAtOnce, blocks - first);
      parallel_blocks(count, [&](std::int64_t b) {
        const std::int64_t begin = (first + b) * kBlock;
        const Dense images = images_of(z, begin, std::min(x_.rows, begin + kBlock), origin);
        Dense weights = multiply(images, terms);
        for (std::int64_t i = 0; i < weights.rows; ++i) weigh(begin + i, {weights.row(i), at(classes)});
        const Dense weighted = multiply(weights, means);
        std::transform(weighted.values.begin(), weighted.values.end(), on_rows.begin() + begin * r,
                       [](double value) { return -value; });
        parts[at(b)] = multiply(transposed(weights), images);
      });
      for (std::int64_t b = 0; b < count; ++b) sums = weighted_sum(1, sums, 1, parts[at(b)]);
    }
    std::vector<double> on_means(at(classes * r));  // sum_i w_ic (m_c - z_i)
    for (std::int64_t c = 0; c < classes; ++c) {
      for (std::int64_t k = 0; k < r; ++k) on_means[at(c * r + k)] = sums(c, r) * means(c, k) - sums(c, k);
    }
    const std::vector<double> by_rows = multiply_atx(on_rows, r, x_);
    const std::vector<double> by_means = multiply_atx(on_means, r, means_);
    for (std::size_t k = 0; k < by_rows.size(); ++k) gradient[k] = 2 * (by_rows[k] + by_means[k]);
    double sum = 0;
    for (const double loss : loss_) sum += loss;
    return sum;
  }

 private:
  // Takes the mean of the rows off them, which changes no distance and keeps products small; returns it.
  static std::vector<double> centre(Dense& rows) {
    std::vector<double> mean(at(rows.cols));
    for (std::int64_t k = 0; k < rows.cols; ++k) {
      for (std::int64_t i = 0; i < rows.rows; ++i) mean[at(k)] += rows(i, k) / static_cast<double>(rows.rows);
      for (std::int64_t i = 0; i < rows.rows; ++i) rows(i, k) -= mean[at(k)];
    }
    return mean;
  }

  // -|z - m_c|^2 / 2 = (z, 1) . (m_c, -|m_c|^2 / 2) - |z|^2 / 2, whose last part all classes share: the
  // second vectors, as columns.
  static Dense closeness_terms(const Dense& means) {
    Dense terms(means.cols + 1, means.rows);
    for (std::int64_t c = 0; c < means.rows; ++c) {
      double square = 0;
      for (std::int64_t k = 0; k < means.cols; ++k) {
        terms(k, c) = means(c, k);
        square += means(c, k) * means(c, k);
      }
      terms(means.cols, c) = -square / 2;
    }
    return terms;
  }

  // (z_i - origin, 1) of the rows [begin, end).
  static Dense images_of(const std::vector<double>& z, std::int64_t begin, std::int64_t end,
                         const std::vector<double>& origin) {
    const std::int64_t r = std::ssize(origin);
    Dense images(end - begin, r + 1);
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t k = 0; k < r; ++k) images(i - begin, k) = z[at(i * r + k)] - origin[at(k)];
      images(i - begin, r) = 1;
    }
    return images;
  }

  // From the closeness of a row to every mean to the w_ic, and its loss.
  void weigh(std::int64_t i, std::span<double> weights) {
    const double highest = *std::max_element(weights.begin(), weights.end());
    const double own = weights[at(own_[at(i)])];
    double sum = 0;
    for (double& weight : weights) {
      weight = std::exp(weight - highest);
      sum += weight;
    }
    for (double& weight : weights) weight *= -0.5 / sum;
    weights[at(own_[at(i)])] += 0.5;
    loss_[at(i)] = highest + std::log(sum) - own;
  }

  MatrixView x_;
  Matrix means_;
  std::vector<std::int64_t> own_;  // of each row, its class among the means
  std::vector<double> loss_;
};

LearnedMap learn_ncm(const LearnerInput& input, const LearnerOptions& options,
                     const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {100, 1e-5});
  ClassMeans objective(input.x, *input.labels);
  return minimise(objective, starting_map_of_sample(kNcmLearner, input, options), limits, options, progress);
}

}  // namespace

const LearnerInfo kNcmLearner{.name = "ncm",
                              .meaning = "rows closer to the mean of their class than to other means",
                              .source = "Mensink et al. 2013",
                              .options = kOptions,
                              .from_labels = true,
                              .iterates = true,
                              .learn = learn_ncm};

}  // namespace nearfar
