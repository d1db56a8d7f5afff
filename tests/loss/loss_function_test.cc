#include "nearfar/loss/loss_function.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "loss/naive_loss.h"
#include "nearfar/core/error.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

LossFunction with_memory(std::string_view loss, std::int64_t rows, DistanceKind kind) {
  LossSetup setup{&loss_info(loss), default_options(loss_info(loss), kind), kind, 5, 4, 0};
  setup.options.memory = static_cast<double>(rows);
  return LossFunction(setup);
}

const std::vector<std::int32_t> kLabels{0, 0, 1, 1, 2, 2, 3, 3};

}  // namespace

TEST_CASE("LossFunction: a memory adds columns: the loss of the rows against the batch and the memory") {
  for (const char* name :
       {"infonce", "supcon", "contrastive", "triplet", "multi-similarity", "lifted-structure"}) {
    CAPTURE(name);
    const LossInfo& info = loss_info(name);
    const DistanceKind kind = info.distances.front();
    LossFunction loss = with_memory(name, 100, kind);
    const Matrix before = random_rows(8, 5, 1);
    const Matrix now = random_rows(8, 5, 2);
    const LossGradient alone = loss.evaluate(before, {kLabels});
    LossFunction fresh = with_memory(name, 0, kind);
    CHECK(alone.loss.value == fresh.evaluate(before, {kLabels}).loss.value);

    std::vector<std::int32_t> labels = kLabels;
    labels.insert(labels.end(), kLabels.begin(), kLabels.end());
    const DoubleRows memory = in_double(before);
    DoubleRows x = in_double(now);
    const auto value = [&] {
      return evaluate_in_double(info, loss.setup().options, kind, x, {labels}, {}, memory).loss.value;
    };
    const LossGradient got = loss.evaluate(now, {kLabels});
    CHECK(near(got.loss.value, value(), 1e-5));
    CHECK(got.loss.terms > alone.loss.terms - 1);
    double worst = 0;
    for (std::size_t i = 0; i < 8; ++i) {  // the memory is constant
      for (std::size_t k = 0; k < 5; ++k) {
        const double at = x[i][k];
        x[i][k] = at + 1e-6;
        const double above = value();
        x[i][k] = at - 1e-6;
        const double below = value();
        x[i][k] = at;
        const auto there =
            static_cast<double>(got.gradient(static_cast<std::int64_t>(i), static_cast<std::int64_t>(k)));
        worst = std::max(worst, std::abs((above - below) / 2e-6 - there));
      }
    }
    CHECK(worst < 1e-5 * std::max(1.0, largest(got.gradient)));
  }
}

TEST_CASE("LossFunction: the memory holds the last rows, and its state goes on elsewhere to the bit") {
  LossFunction loss = with_memory("infonce", 13, DistanceKind::cosine);
  for (std::uint64_t step = 0; step < 4; ++step) (void)loss.evaluate(random_rows(8, 5, step), {kLabels});
  LossFunction other = with_memory("infonce", 13, DistanceKind::cosine);
  other.restore(loss.state());
  for (std::uint64_t step = 4; step < 8; ++step) {
    const Matrix x = random_rows(8, 5, step);
    const LossGradient a = loss.evaluate(x, {kLabels});
    const LossGradient b = other.evaluate(x, {kLabels});
    CHECK(a.loss.value == b.loss.value);
    CHECK(same_bits(values(a.gradient), values(b.gradient)));
  }
  // 13 rows: the whole batch before, and the last five of the one before that, in ring order.
  LossFunction small = with_memory("infonce", 13, DistanceKind::cosine);
  std::vector<std::int32_t> labels = kLabels;
  Matrix expected(0, 5);
  for (std::uint64_t step = 10; step < 12; ++step) (void)small.evaluate(random_rows(8, 5, step), {kLabels});
  const Matrix older = random_rows(8, 5, 10);
  const Matrix newer = random_rows(8, 5, 11);
  expected.append(older.view().slice(3, 8));
  expected.append(newer);
  labels.insert(labels.end(), kLabels.begin() + 3, kLabels.end());
  labels.insert(labels.end(), kLabels.begin(), kLabels.end());
  const Matrix now = random_rows(8, 5, 12);
  const double value = evaluate_in_double(loss_info("infonce"), small.setup().options, DistanceKind::cosine,
                                          in_double(now), {labels}, {}, in_double(expected))
                           .loss.value;
  CHECK(near(small.evaluate(now, {kLabels}).loss.value, value, 1e-5));
}

TEST_CASE("LossFunction: own weights: drawn by seed, saved and restored; another loss's state is refused") {
  const auto make = [](std::string_view name, std::uint64_t seed) {
    const LossInfo& info = loss_info(name);
    return LossFunction(
        {&info, default_options(info, DistanceKind::cosine), DistanceKind::cosine, 5, 4, seed});
  };
  for (const LossInfo& info : losses()) {
    LossFunction loss = make(info.name, 1);
    CHECK(loss.parameters().empty() == (info.own == OwnWeights::none));
    CHECK(loss.gradients().size() == loss.parameters().size());
    CHECK(loss.threshold().has_value() == (info.own == OwnWeights::threshold));
    if (info.own != OwnWeights::class_vectors) continue;
    CHECK(same_bits(loss.parameters(), make(info.name, 1).parameters()));
    CHECK_FALSE(same_bits(loss.parameters(), make(info.name, 2).parameters()));
    LossFunction other = make(info.name, 2);
    other.restore(loss.state());
    CHECK(same_bits(loss.parameters(), other.parameters()));
    CHECK_THROWS_AS(make("infonce", 1).restore(loss.state()), Error);
  }
}
