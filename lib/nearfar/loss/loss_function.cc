#include "nearfar/loss/loss_function.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/advice.h"
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
    parameters_(0, 0) = static_cast<float>(setup.threshold);
  } else if (info.own == OwnWeights::class_vectors) {
    parameters_ = Matrix(setup.classes * info.vectors_per_class(setup.options), setup.dim);
    Random random(setup.seed, RandomPurpose::initialisation, kOwnWeightsStream);
    const double scale = 1 / std::sqrt(static_cast<double>(std::max<std::int64_t>(1, setup.dim)));
    for (std::int64_t k = 0; k < parameters_.size(); ++k)
      parameters_.data()[k] = static_cast<float>(scale * random.normal());
  }
  gradients_ = Matrix(parameters_.rows(), parameters_.cols());
  const auto remembered = static_cast<std::int64_t>(setup.options.memory);
  memory_ = Matrix(remembered, setup.dim);
  memory_labels_.resize(static_cast<std::size_t>(remembered));
}

// A memory is a ring: rows memory_next_, memory_next_ + 1, ... are the oldest once it is full.
void LossFunction::remember(MatrixView embeddings, std::span<const std::int32_t> labels) {
  const std::int64_t capacity = memory_.rows();
  for (std::int64_t i = std::max<std::int64_t>(0, embeddings.rows - capacity); i < embeddings.rows; ++i) {
    std::copy_n(embeddings.row(i), embeddings.cols, memory_.row(memory_next_));
    memory_labels_[static_cast<std::size_t>(memory_next_)] = labels[static_cast<std::size_t>(i)];
    memory_next_ = (memory_next_ + 1) % capacity;
    memory_count_ = std::min(capacity, memory_count_ + 1);
  }
}

LossGradient LossFunction::evaluate(MatrixView embeddings, const Supervision& supervision) {
  Supervision known = supervision;
  std::vector<std::int32_t> labels;
  const bool remembers = memory_.rows() > 0 && supervision.tuples == nullptr;
  if (remembers) {
    labels.assign(supervision.labels.begin(), supervision.labels.end());
    labels.insert(labels.end(), memory_labels_.begin(), memory_labels_.begin() + memory_count_);
    known.labels = labels;
  }
  const Evaluation<float> step =
      evaluate_batch(*setup_.info, setup_.options, setup_.distance, rows_of(embeddings), known,
                     rows_of(parameters_), rows_of(memory_.view().slice(0, remembers ? memory_count_ : 0)));
  std::copy(step.own_gradient.begin(), step.own_gradient.end(), gradients_.data());
  LossGradient result{step.loss, Matrix(embeddings.rows, embeddings.cols)};
  std::copy(step.gradient.begin(), step.gradient.end(), result.gradient.data());
  if (remembers) remember(embeddings, supervision.labels);
  return result;
}

std::vector<LossFunction::Array> LossFunction::state() const {
  std::vector<Array> arrays;
  if (!parameters_.empty())
    arrays.push_back({"parameters", {parameters_.data(), parameters_.data() + parameters_.size()}});
  if (!memory_.empty()) {
    arrays.push_back({"memory", {memory_.data(), memory_.data() + memory_.size()}});
    arrays.push_back({"memory-labels", {memory_labels_.begin(), memory_labels_.end()}});
    arrays.push_back(
        {"memory-counts", {static_cast<float>(memory_count_), static_cast<float>(memory_next_)}});
  }
  return arrays;
}

void LossFunction::restore(std::span<const Array> state) {
  const std::vector<Array> own = this->state();
  const bool same = std::equal(
      own.begin(), own.end(), state.begin(), state.end(),
      [](const Array& a, const Array& b) { return a.name == b.name && a.values.size() == b.values.size(); });
  if (!same)
    data_error("the state of the loss is not that of --loss " + std::string(setup_.info->name), {},
               kStartAnew);
  for (const Array& array : state) {
    const std::vector<float>& values = array.values;
    if (array.name == "parameters") {
      std::copy(values.begin(), values.end(), parameters_.data());
    } else if (array.name == "memory") {
      std::copy(values.begin(), values.end(), memory_.data());
    } else if (array.name == "memory-labels") {
      const float end = setup_.classes > 0 ? static_cast<float>(setup_.classes) : 0x1p24F;
      std::transform(values.begin(), values.end(), memory_labels_.begin(), [end](float label) {
        if (!(label >= 0 && label < end))
          data_error("the state of the loss has a label that is none", {}, kStartAnew);
        return static_cast<std::int32_t>(label);
      });
    } else {
      const auto capacity = static_cast<float>(memory_.rows());
      if (!(values[0] >= 0 && values[0] <= capacity && values[1] >= 0 && values[1] < capacity))
        data_error("the state of the loss has a memory of an impossible size", {}, kStartAnew);
      memory_count_ = static_cast<std::int64_t>(values[0]);
      memory_next_ = static_cast<std::int64_t>(values[1]);
    }
  }
}

std::optional<double> LossFunction::threshold() const {
  if (setup_.info->own != OwnWeights::threshold) return std::nullopt;
  return static_cast<double>(parameters_(0, 0));
}

}  // namespace nearfar
