#include "nearfar/loss/loss_function.h"

#include <algorithm>

#include "nearfar/core/error.h"

namespace nearfar {

LossFunction::LossFunction(const LossSetup& setup) : setup_(setup) {}

LossGradient LossFunction::evaluate(MatrixView embeddings, const Supervision& supervision) {
  return evaluate_loss(*setup_.info, setup_.options, setup_.distance, embeddings, supervision);
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

std::optional<double> LossFunction::threshold() const { return std::nullopt; }

}  // namespace nearfar
