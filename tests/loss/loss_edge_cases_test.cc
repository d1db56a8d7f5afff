// Batches where a formula divides by zero or has no terms: every loss stays finite and says 0 where there is
// nothing to learn.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "loss/naive_loss.h"
#include "nearfar/loss/loss_function.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr Reduction kReductions[] = {Reduction::mean, Reduction::mean_nonzero, Reduction::sum};

// Calls use(loss, options, distance) for every loss, distance, reduction, and with its switches off and on.
template <class Use>
void for_each_setting(Use use) {
  for (const LossInfo& loss : losses()) {
    for (const DistanceKind kind : loss.distances) {
      for (const Reduction reduction : kReductions) {
        for (const bool on : {false, true}) {
          LossOptions options = default_options(loss, kind);
          options.reduction = reduction;
          options.smooth = options.swap = options.symmetric = on;
          INFO(std::string(loss.name), " ", std::string(distances()[static_cast<std::size_t>(kind)].name),
               " ", std::string(reduction_name(reduction)), " switches ", on);
          use(loss, options, kind);
        }
      }
    }
  }
}

LossGradient evaluate(const LossInfo& loss, const LossOptions& options, DistanceKind kind, MatrixView x,
                      const Supervision& supervision) {
  return LossFunction({&loss, options, kind, x.cols, 6, 0}).evaluate(x, supervision);
}

void check_finite(const LossGradient& got) {
  CHECK(std::isfinite(got.loss.value));
  CHECK(got.loss.value >= 0);
  CHECK(got.loss.active <= got.loss.terms);
  CHECK(all_finite(got.gradient));
}

}  // namespace

TEST_CASE("every loss: equal rows, rows of zeros, a batch of zeros, huge and tiny rows: finite") {
  Matrix equal = random_rows(9, 3, 1);
  for (std::int64_t i = 0; i < 9; i += 2) std::copy_n(equal.row(0), 3, equal.row(i));
  Matrix some_zero = random_rows(9, 3, 2);
  for (const std::int64_t i : {0, 1, 4}) std::fill_n(some_zero.row(i), 3, 0.0F);
  const std::vector<Matrix> batches{equal, some_zero, Matrix(9, 3), random_rows(9, 3, 3, 1e8),
                                    random_rows(9, 3, 4, 1e-18)};
  const BatchTruth truth = random_truth(9, 5);
  for (std::size_t b = 0; b < batches.size(); ++b) {
    for_each_setting([&](const LossInfo& loss, const LossOptions& options, DistanceKind kind) {
      for (const BatchTruth::Way& way : truth.for_loss(loss)) {
        INFO("batch ", b, " ", way.name);
        check_finite(evaluate(loss, options, kind, batches[b], way.supervision));
      }
    });
  }
}

TEST_CASE("losses with a margin: equal rows of one class are at exactly 0: they are no active terms") {
  Matrix x(0, 5);
  const Matrix row = random_rows(1, 5, 6);
  for (int i = 0; i < 6; ++i) x.append(row);
  const std::vector<std::int32_t> one_class(6, 0);
  for_each_setting([&](const LossInfo& loss, const LossOptions& options, DistanceKind kind) {
    if (loss.reduction != Reduction::mean_nonzero) return;
    const LossGradient got = evaluate(loss, options, kind, x, {one_class});
    CHECK(got.loss.value == 0);
    CHECK(got.loss.active == 0);
    CHECK(largest(got.gradient) == 0);
  });
}

TEST_CASE("every loss: one class, only singletons, one row, no rows") {
  const Matrix x = random_rows(6, 3, 7);
  const std::vector<std::int32_t> one_class(6, 0);
  const std::vector<std::int32_t> singletons{0, 1, 2, 3, 4, 5};
  for_each_setting([&](const LossInfo& loss, const LossOptions& options, DistanceKind kind) {
    if (!loss.from_labels) return;
    for (const auto* labels : {&one_class, &singletons}) {
      check_finite(evaluate(loss, options, kind, x, {*labels}));
    }
    for (const std::int64_t rows : {0, 1}) {
      const std::span<const std::int32_t> labels(one_class.data(), static_cast<std::size_t>(rows));
      const LossGradient got = evaluate(loss, options, kind, x.view().slice(0, rows), {labels});
      check_finite(got);
      CHECK(got.gradient.rows() == rows);
      if (loss.own == OwnWeights::class_vectors) continue;  // one row has its class's vector, none a penalty
      CHECK(got.loss.value == 0);
      CHECK(largest(got.gradient) == 0);
    }
  });
}

TEST_CASE("every loss: no tuples give 0") {
  const Matrix x = random_rows(4, 3, 8);
  const BatchTruth truth;
  for_each_setting([&](const LossInfo& loss, const LossOptions& options, DistanceKind kind) {
    for (const BatchTruth::Way& way : truth.for_loss(loss)) {
      if (way.supervision.tuples == nullptr) continue;
      const LossGradient got = evaluate(loss, options, kind, x, way.supervision);
      CHECK(got.loss.value == 0);
      CHECK(got.loss.terms == 0);
      CHECK(largest(got.gradient) == 0);
    }
  });
}
