#include "nearfar/training/learned_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/data/image_shape.h"

namespace nearfar {
namespace {

constexpr std::size_t kRankedFeatures = 20;
constexpr std::int64_t kLargestSpectrum = 1024;

Dense as_dense(const Matrix& x) {
  Dense dense(x.rows(), x.cols());
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (std::int64_t j = 0; j < x.cols(); ++j) dense(i, j) = static_cast<double>(x(i, j));
  }
  return dense;
}

// Where the features end to be mixed: the first step that projects; the number of steps where none does.
std::size_t first_projection(const Preprocessing& preprocessing) {
  const auto& steps = preprocessing.steps;
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [](const PreprocessStep& step) { return !step.projection.empty(); });
  return static_cast<std::size_t>(found - steps.begin());
}

double sum_of_squares(const std::vector<double>& values, std::size_t first = 0) {
  double sum = 0;
  for (std::size_t i = first; i < values.size(); ++i) sum += values[i] * values[i];
  return sum;
}

std::string shares(double part, double whole) {
  return number_text(std::round(1000 * part / whole) / 10) + " %";
}

std::string unit_note(const Model& model) {
  const std::size_t first = first_projection(model.preprocessing);
  std::string steps;
  for (std::size_t s = 0; s < first; ++s) steps += (s > 0 ? "," : "") + model.preprocessing.steps[s].name;
  return "sqrt(M_jj) with M = L'L: how far the images of two rows go apart when this feature alone differs "
         "by "
         "1, " +
         (steps.empty() ? std::string("as it is in the data.") : "after " + steps + ".");
}

RankedValues ranking_of(const std::vector<double>& weights, const std::vector<std::string>& names) {
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  RankedValues ranking{"Weights of the features", "feature", "weight", {}, {}};
  double shown = 0;
  for (std::size_t i = 0; i < std::min(order.size(), kRankedFeatures); ++i) {
    ranking.rows.push_back({names[order[i]], weights[order[i]]});
    shown += weights[order[i]] * weights[order[i]];
  }
  const double all = sum_of_squares(weights);
  if (order.size() > kRankedFeatures && all > 0) {
    ranking.note = "The strongest " + std::to_string(kRankedFeatures) + " of " +
                   grouped(static_cast<std::int64_t>(order.size())) + "; the others have " +
                   shares(all - shown, all) + " of the sum of squares. ";
  }
  return ranking;
}

// The weights of a pixel's channels together: sqrt of the sum of their squares.
HeatMap heat_map_of(const std::vector<double>& weights, const ImageShape& shape) {
  HeatMap map{"Weights of the pixels", shape.height, shape.width, {}, {}};
  for (std::int64_t p = 0; p < shape.pixels(); ++p) {
    double squares = 0;
    for (std::int64_t c = 0; c < shape.channels; ++c) {
      const double weight = weights[static_cast<std::size_t>(shape.feature(p, c))];
      squares += weight * weight;
    }
    map.values.push_back(std::sqrt(squares));
  }
  if (shape.channels > 1) map.note = "The channels of a pixel together. ";
  return map;
}

Chart spectrum_of(const std::vector<double>& values) {
  Chart chart{"Spectrum of the map",        "direction", "singular value of L", false,
              {{"singular value", {}, {}}}, {}};
  chart.y_axis = YAxis::values;
  chart.counts_x = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    chart.curves[0].x.push_back(static_cast<double>(i + 1));
    chart.curves[0].y.push_back(values[i]);
  }
  const double all = sum_of_squares(values);
  std::size_t most = 0;
  while (most < values.size() && sum_of_squares(values, most) > 0.1 * all) ++most;
  const auto count = static_cast<std::int64_t>(values.size());
  chart.note = "90 % of the sum of squares are in the first " + grouped(static_cast<std::int64_t>(most)) +
               " of " + counted(count, "direction") + ".";
  return chart;
}

}  // namespace

std::vector<double> feature_weights(const Model& model) {
  if (model.network) return {};
  const std::vector<PreprocessStep>& steps = model.preprocessing.steps;
  const std::size_t first = first_projection(model.preprocessing);
  Dense a = as_dense(model.l);
  for (std::size_t s = steps.size(); s > first; --s) {
    const PreprocessStep& step = steps[s - 1];
    if (step.unit) return {};
    for (std::int64_t i = 0; i < a.rows && !step.scale.empty(); ++i) {
      for (std::int64_t j = 0; j < a.cols; ++j)
        a(i, j) *= static_cast<double>(step.scale[static_cast<std::size_t>(j)]);
    }
    if (!step.projection.empty()) a = multiply(a, as_dense(step.projection));
  }
  std::vector<double> weights(static_cast<std::size_t>(a.cols));
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < weights.size(); ++j) weights[j] += a.row(i)[j] * a.row(i)[j];
  }
  for (double& weight : weights) weight = std::sqrt(weight);
  return weights;
}

std::vector<double> singular_values(const Model& model) {
  const std::int64_t n = std::min(model.l.rows(), model.l.cols());
  if (model.network || n > kLargestSpectrum) return {};
  const Dense l = as_dense(model.l);
  const Dense other = transposed(l);
  const Dense gram = l.rows <= l.cols ? multiply(l, other) : multiply(other, l);
  std::vector<double> values = symmetric_eigen(gram).values;
  for (double& value : values) value = std::sqrt(std::max(value, 0.0));
  return values;
}

void add_learned_weights(const Model& model, const Dataset& data, TrainingPortrait& portrait) {
  if (model.network) return;
  const std::vector<double> weights = feature_weights(model);
  const std::optional<ImageShape> shape = image_shape(data);
  if (!weights.empty() && shape) {
    portrait.pixels = heat_map_of(weights, *shape);
    portrait.pixels->note += unit_note(model);
  } else if (!weights.empty()) {
    portrait.weights = ranking_of(weights, data.feature_names);
    portrait.weights->note += unit_note(model);
  }
  const std::vector<double> values = singular_values(model);
  if (!values.empty()) portrait.spectrum = spectrum_of(values);
}

}  // namespace nearfar
