#include "nearfar/data/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::array<PreprocessInfo, 8> kSteps{{
    {"none", "", "", "features as they are"},
    {"center", "", "shift", "subtract the mean"},
    {"standardize", "", "shift scale", "subtract the mean, divide by the standard deviation (of n)"},
    {"minmax", "", "shift scale", "map the smallest value to 0 and the largest to 1"},
    {"scale", "X", "scale", "divide by X"},
    {"pca", "R", "shift projection", "project on the R directions of largest variance"},
    {"whiten", "R", "shift projection scale", "pca:R, then divide each direction by its standard deviation"},
    {"unit", "", "", "scale every row to length 1"},
}};

std::vector<float> to_float(const std::vector<double>& values) { return {values.begin(), values.end()}; }

// Population variance about the mean, two passes in double.
std::vector<double> column_variances(MatrixView x, const std::vector<double>& mean) {
  std::vector<double> variance(mean.size());
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < mean.size(); ++j) {
      const double delta = static_cast<double>(x.row(i)[j]) - mean[j];
      variance[j] += delta * delta;
    }
  }
  for (double& v : variance) v /= static_cast<double>(x.rows);
  return variance;
}

// A spread this small beside the values themselves is rounding: the column is constant.
bool is_constant(double deviation, double mean) {
  return deviation <= 1e-7 * std::abs(mean) || deviation == 0;
}

// 1 / spread, or 1 where that is no float: such a column is only centred.
float inverse_of(double spread) {
  constexpr double kMost = std::numeric_limits<float>::max();
  return spread * kMost > 1 ? static_cast<float>(1 / spread) : 1.0F;
}

void fit_standardize(PreprocessStep& step, MatrixView x) {
  const std::vector<double> mean = column_means(x);
  const std::vector<double> variance = column_variances(x, mean);
  step.shift = to_float(mean);
  for (std::size_t j = 0; j < mean.size(); ++j) {
    const double deviation = std::sqrt(variance[j]);
    step.scale.push_back(is_constant(deviation, mean[j]) ? 1.0F : inverse_of(deviation));
  }
}

void fit_minmax(PreprocessStep& step, MatrixView x) {
  for (std::int64_t j = 0; j < x.cols; ++j) {
    float low = x.row(0)[j];
    float high = low;
    for (std::int64_t i = 1; i < x.rows; ++i) {
      low = std::min(low, x.row(i)[j]);
      high = std::max(high, x.row(i)[j]);
    }
    step.shift.push_back(low);
    const double range = static_cast<double>(high) - static_cast<double>(low);
    step.scale.push_back(inverse_of(range));
  }
}

void fit_projection(PreprocessStep& step, MatrixView x, std::int64_t dims, bool whiten) {
  const std::int64_t most = std::min(x.cols, x.rows - 1);
  if (dims > most) {
    data_error("--preprocess " + step.name + ": " + grouped(x.rows) + " rows of " + grouped(x.cols) +
                   " values have at most " + grouped(most) + " directions",
               {},
               "ask for " + step.name.substr(0, step.name.find(':') + 1) + std::to_string(most) + " at most");
  }
  const std::vector<double> mean = column_means(x);
  SymmetricEigen eigen = symmetric_eigen(scatter_matrix(x, mean), x.cols);
  step.shift = to_float(mean);
  step.projection = Matrix(dims, x.cols);
  for (std::int64_t r = 0; r < dims; ++r) {
    const auto at = static_cast<std::size_t>(r);
    if (whiten) {
      const double variance = eigen.values[at] / static_cast<double>(x.rows);
      if (!(variance > 1e-12 * eigen.values[0] / static_cast<double>(x.rows))) {
        data_error("--preprocess " + step.name + ": the data have only " + grouped(r) +
                       " directions with any variance",
                   {}, "ask for whiten:" + std::to_string(r));
      }
      step.scale.push_back(static_cast<float>(1 / std::sqrt(variance)));
    }
    for (std::int64_t j = 0; j < x.cols; ++j) {
      step.projection(r, j) = static_cast<float>(
          eigen.vectors[at * static_cast<std::size_t>(x.cols) + static_cast<std::size_t>(j)]);
    }
  }
}

Matrix apply_step(const PreprocessStep& step, Matrix x) {
  if (!step.shift.empty()) {
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      for (std::int64_t j = 0; j < x.cols(); ++j) x(i, j) -= step.shift[static_cast<std::size_t>(j)];
    }
  }
  if (!step.projection.empty()) x = multiply_abt(x, step.projection);
  if (!step.scale.empty()) {
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      for (std::int64_t j = 0; j < x.cols(); ++j) x(i, j) *= step.scale[static_cast<std::size_t>(j)];
    }
  }
  if (step.unit) {
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      double squares = 0;
      for (std::int64_t j = 0; j < x.cols(); ++j)
        squares += static_cast<double>(x(i, j)) * static_cast<double>(x(i, j));
      if (squares == 0) continue;  // a zero row has no direction and stays zero
      const double scale = 1 / std::sqrt(squares);
      for (std::int64_t j = 0; j < x.cols(); ++j)
        x(i, j) = static_cast<float>(static_cast<double>(x(i, j)) * scale);
    }
  }
  return x;
}

PreprocessStep fit_step(const std::string& text, MatrixView x) {
  PreprocessStep step;
  step.name = text;
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const PreprocessInfo* info = &row_named(preprocess_steps(), "--preprocess", "step", name);
  if (info->argument.empty() != (colon == std::string::npos)) {
    usage_error("--preprocess: '" + text + "' should be '" + name +
                    (info->argument.empty() ? "" : ":" + std::string(info->argument)) + "'",
                info->argument.empty()
                    ? "leave out what stands behind '" + name + "'"
                    : "for example --preprocess " + name + (info->argument == "X" ? ":255" : ":32"));
  }
  const std::string argument = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (name == "center") step.shift = to_float(column_means(x));
  if (name == "standardize") fit_standardize(step, x);
  if (name == "minmax") fit_minmax(step, x);
  if (name == "unit") step.unit = true;
  if (name == "scale") {
    double divisor = 0;
    const bool number = parse_number(argument, divisor) == NumberStatus::ok;
    if (!number ||
        !(std::abs(divisor) >= 1e-37 && std::abs(divisor) <= 1e37)) {  // its inverse is a normal float
      usage_error(
          "--preprocess: '" + text + "' needs a number that is not 0, with a magnitude from 1e-37 to 1e37",
          "for example --preprocess scale:255");
    }
    step.scale.assign(static_cast<std::size_t>(x.cols), static_cast<float>(1 / divisor));
  }
  if (info->argument == "R") {
    const std::optional<std::int64_t> dims = parse_integer(argument);
    if (!dims || *dims < 1)
      usage_error("--preprocess: '" + text + "' needs a number of dimensions, 1 or more",
                  "for example --preprocess " + name + ":32");
    fit_projection(step, x, *dims, name == "whiten");
  }
  return step;
}

}  // namespace

std::span<const PreprocessInfo> preprocess_steps() { return kSteps; }

std::int64_t Preprocessing::output_dim(std::int64_t input_dim) const {
  for (const PreprocessStep& step : steps) input_dim = step.output_dim(input_dim);
  return input_dim;
}

Matrix Preprocessing::apply(MatrixView x) const {
  Matrix y = Matrix::copy_of(x);
  for (const PreprocessStep& step : steps) y = apply_step(step, std::move(y));
  return y;
}

Preprocessing fit_preprocessing(std::string_view list, MatrixView x) {
  if (x.rows == 0) data_error("there are no rows to fit the preprocessing on", {}, "is --where right?");
  Preprocessing chain;
  const std::vector<std::string> names = split_text(list, ',');
  Matrix current;
  for (const std::string& name : names) {
    PreprocessStep step = fit_step(name, x);
    if (name == "none") {
      if (names.size() > 1)
        usage_error("--preprocess: 'none' stands alone", "leave none out, or write --preprocess none");
      break;
    }
    if (names.size() > 1) {
      current = apply_step(step, Matrix::copy_of(x));
      x = current;
    }
    chain.steps.push_back(std::move(step));
  }
  return chain;
}

std::vector<double> column_means(MatrixView x) {
  std::vector<double> mean(static_cast<std::size_t>(x.cols));
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += static_cast<double>(x.row(i)[j]);
  }
  for (double& m : mean) m /= static_cast<double>(x.rows);
  return mean;
}

}  // namespace nearfar
