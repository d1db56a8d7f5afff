#include "nearfar/loss/evaluate.h"

#include <algorithm>

#include "nearfar/loss/loss_batch.h"
#include "nearfar/loss/pair_distances.h"

namespace nearfar {
namespace {

template <class Scalar>
Evaluation<Scalar> over_rows(const LossInfo& loss, const LossOptions& options, Rows<Scalar> x,
                             const Supervision& supervision) {
  std::vector<double> values(static_cast<std::size_t>(x.rows * x.cols));
  for (std::int64_t i = 0; i < x.rows; ++i) std::copy_n(x.row(i), x.cols, values.data() + i * x.cols);
  RowBatch batch{
      {values.data(), x.rows, x.cols, x.cols}, supervision, options, std::vector<double>(values.size())};
  Evaluation<Scalar> result;
  result.loss = loss.over_rows(batch);
  result.gradient.assign(batch.gradient.begin(), batch.gradient.end());
  return result;
}

// The batch and the memory below it.
template <class Scalar>
std::vector<Scalar> joined(Rows<Scalar> x, Rows<Scalar> memory) {
  std::vector<Scalar> all(static_cast<std::size_t>((x.rows + memory.rows) * x.cols));
  for (std::int64_t i = 0; i < x.rows; ++i) std::copy_n(x.row(i), x.cols, all.data() + i * x.cols);
  for (std::int64_t i = 0; i < memory.rows; ++i)
    std::copy_n(memory.row(i), x.cols, all.data() + (x.rows + i) * x.cols);
  return all;
}

template <class Scalar>
void add_penalty(const LossInfo& loss, const LossOptions& options, Rows<Scalar> own,
                 Evaluation<Scalar>& result) {
  std::vector<double> values(static_cast<std::size_t>(own.rows * own.cols));
  for (std::int64_t i = 0; i < own.rows; ++i) std::copy_n(own.row(i), own.cols, values.data() + i * own.cols);
  std::vector<double> gradient(values.size());
  result.loss.value += loss.penalty({values.data(), own.rows, own.cols, own.cols}, options, gradient);
  for (std::size_t k = 0; k < gradient.size(); ++k)
    result.own_gradient[k] += static_cast<Scalar>(gradient[k]);
}

}  // namespace

template <class Scalar>
Evaluation<Scalar> evaluate_batch(const LossInfo& loss, const LossOptions& options, DistanceKind distance,
                                  Rows<Scalar> embeddings, const Supervision& supervision, Rows<Scalar> own,
                                  Rows<Scalar> memory) {
  if (loss.over_rows != nullptr) return over_rows(loss, options, embeddings, supervision);
  const bool by_class = loss.own == OwnWeights::class_vectors;
  std::vector<Scalar> with_memory;
  Rows<Scalar> columns = by_class ? own : embeddings;
  if (memory.rows > 0) {
    with_memory = joined(embeddings, memory);
    columns = {with_memory.data(), embeddings.rows + memory.rows, embeddings.cols, embeddings.cols};
  }
  const PairDistances<Scalar> distances(embeddings, columns, distance);
  LossBatch batch(distances.table(), supervision, options, by_class);
  if (loss.own == OwnWeights::threshold) batch.own_number = static_cast<double>(own.data[0]);
  Evaluation<Scalar> result;
  result.loss = loss.over_distances(batch);
  auto gradients = distances.backward(batch.weights);
  result.gradient = std::move(gradients.x);
  if (by_class) {
    result.own_gradient = std::move(gradients.y);
    if (loss.penalty != nullptr) add_penalty(loss, options, own, result);
  } else if (memory.rows > 0) {
    for (std::size_t k = 0; k < result.gradient.size(); ++k) result.gradient[k] += gradients.y[k];
  }
  if (loss.own == OwnWeights::threshold) result.own_gradient = {static_cast<Scalar>(batch.own_gradient)};
  return result;
}

template Evaluation<float> evaluate_batch(const LossInfo&, const LossOptions&, DistanceKind, Rows<float>,
                                          const Supervision&, Rows<float>, Rows<float>);
template Evaluation<double> evaluate_batch(const LossInfo&, const LossOptions&, DistanceKind, Rows<double>,
                                           const Supervision&, Rows<double>, Rows<double>);

}  // namespace nearfar
