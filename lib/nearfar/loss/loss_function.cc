#include "nearfar/loss/loss_function.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"
#include "nearfar/loss/evaluate.h"

namespace nearfar {

namespace {

// A stream of the seed that no layer of a network uses.
constexpr std::uint64_t kOwnWeightsStream = std::uint64_t{1} << 40U;

}  // namespace

LossFunction::LossFunction(const LossSetup& setup) : setup_(setup) {
  const LossInfo& info = *setup.info;
  if (info.own == OwnWeights::threshold) {
    parameters_ = Matrix(1, 1);
    parameters_(0, 0) = 1;
  } else if (info.own == OwnWeights::class_vectors) {
    parameters_ = Matrix(setup.classes, setup.dim);
    Random random(setup.seed, RandomPurpose::initialisation, kOwnWeightsStream);
    const double scale = 1 / std::sqrt(static_cast<double>(std::max<std::int64_t>(1, setup.dim)));
    for (std::int64_t k = 0; k < parameters_.size(); ++k)
      parameters_.data()[k] = static_cast<float>(scale * random.normal());
  }
  gradients_ = Matrix(parameters_.rows(), parameters_.cols());
}

LossGradient LossFunction::evaluate(MatrixView embeddings, const Supervision& supervision) {
  const Evaluation<float> step = evaluate_batch(*setup_.info, setup_.options, setup_.distance,
                                                rows_of(embeddings), supervision, rows_of(parameters_));
  std::copy(step.own_gradient.begin(), step.own_gradient.end(), gradients_.data());
  LossGradient result{step.loss, Matrix(embeddings.rows, embeddings.cols)};
  std::copy(step.gradient.begin(), step.gradient.end(), result.gradient.data());
  return result;
}

std::vector<LossFunction::Array> LossFunction::state() const {
  std::vector<Array> arrays;
  if (!parameters_.empty())
    arrays.push_back({"parameters", {parameters_.data(), parameters_.data() + parameters_.size()}});
  return arrays;
}

void LossFunction::restore(std::span<const Array> state) {
  const std::vector<Array> own = this->state();
  const bool same = std::equal(
      own.begin(), own.end(), state.begin(), state.end(),
      [](const Array& a, const Array& b) { return a.name == b.name && a.values.size() == b.values.size(); });
  if (!same) data_error("the state of the loss is not that of --loss " + std::string(setup_.info->name));
  for (const Array& array : state) std::copy(array.values.begin(), array.values.end(), parameters_.data());
}

std::optional<double> LossFunction::threshold() const {
  if (setup_.info->own != OwnWeights::threshold) return std::nullopt;
  return static_cast<double>(parameters_(0, 0));
}

}  // namespace nearfar
