#include "nearfar/evaluation/verification.h"

#include <doctest/doctest.h>

#include <array>
#include <numeric>

#include "evaluation/naive_pairs.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr std::array kLimits{0.0, 0.01, 0.1, 0.25, 1.0 / 3, 0.5, 0.99, 1.0};

void check_all(const Verification& fast, std::span<const std::uint32_t> counts, const NaivePairs& naive) {
  CHECK(near(fast.auc(counts), naive_auc(naive), 1e-12, 1e-12));
  CHECK(near(fast.average_precision(counts), naive_average_precision(naive), 1e-12, 1e-12));
  CHECK(near(fast.equal_error_rate(counts), naive_equal_error_rate(naive), 1e-12, 1e-12));
  for (const double limit : kLimits) {
    CAPTURE(limit);
    const TarAtFar found = fast.tar_at_far(limit, counts);
    CHECK(found.tar == naive_tar_at_far(naive, limit));
    CHECK(found.far <= limit);
    CHECK(found.far == naive.far(static_cast<double>(found.point.threshold)));
    CHECK(found.tar == naive.tar(static_cast<double>(found.point.threshold)));
    // The strictest: a threshold below it accepts fewer similar pairs.
    for (const double t : naive.thresholds()) {
      if (t < static_cast<double>(found.point.threshold) && naive.tar(t) == found.tar)
        CHECK(naive.accepted(1, t) + naive.accepted(0, t) ==
              naive.accepted(1, static_cast<double>(found.point.threshold)) +
                  naive.accepted(0, static_cast<double>(found.point.threshold)));
    }
  }
}

}  // namespace

TEST_CASE("verification: three similar and three dissimilar pairs by hand") {
  //               s    s    d    s    d    d
  const std::vector<float> d{0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F};
  const Verification v(d, {1, 1, 0, 1, 0, 0});
  CHECK(v.auc() == doctest::Approx(8.0 / 9));
  CHECK(v.average_precision() == doctest::Approx((1 + 1 + 3.0 / 4) / 3));
  CHECK(v.equal_error_rate() == doctest::Approx(1.0 / 3));
  CHECK(v.tar_at_far(0).tar == doctest::Approx(2.0 / 3));
  CHECK(v.tar_at_far(0).point.threshold == 0.2F);
  CHECK(v.tar_at_far(0.33).tar == doctest::Approx(2.0 / 3));
  CHECK(v.tar_at_far(0.34).tar == 1);
  CHECK(v.tar_at_far(0.34).far == doctest::Approx(1.0 / 3));
  CHECK(v.tar_at_far(1).point.threshold == 0.4F);  // the strictest that accepts all similar ones
}

TEST_CASE("verification: the line of the equal error rate crosses between two thresholds") {
  // (FAR, FRR): (0, 1), (0, 1/2), (1/3, 1/2), (1, 0); the last piece crosses at 1/3 + s 2/3 = 1/2 - s 1/2
  const std::vector<float> d{1, 2, 3, 3, 3};
  const Verification v(d, {1, 0, 1, 0, 0});
  CHECK(v.equal_error_rate() == doctest::Approx(1.0 / 3 + 2.0 / 3 / 7));
}

TEST_CASE("verification: nothing is accepted where the nearest pair is already too many") {
  const std::vector<float> d{2, 2, 3};
  const TarAtFar found = Verification(d, {1, 0, 1}).tar_at_far(0.5);
  CHECK(found.tar == 0);
  CHECK(found.far == 0);
  CHECK(found.point.threshold < 2);
  CHECK(found.point.threshold > 1.999F);
}

TEST_CASE("verification: every measure equals its definition, with ties and under resampling") {
  for (const std::size_t n : {2U, 3U, 5U, 20U, 60U, 700U}) {
    for (const std::uint64_t levels : {1U, 2U, 5U, 1000000U}) {
      if (n == 700 && levels == 1000000) continue;  // slow for the naive ones
      for (std::uint64_t seed = 0; seed < (n < 100 ? 6U : 1U); ++seed) {
        CAPTURE(n);
        CAPTURE(levels);
        CAPTURE(seed);
        const NaivePairs pairs = random_pairs(n, levels, seed);
        const Verification fast(pairs.distances, pairs.similar);
        check_all(fast, {}, pairs);
        const std::vector<std::uint32_t> counts = random_counts(n, seed);
        const NaivePairs resample = written_out(pairs, counts);
        if (resample.of_kind(0) > 0 && resample.of_kind(1) > 0) check_all(fast, counts, resample);
      }
    }
  }
}

TEST_CASE("verification: asked in turn with other counts, and of other pairs with the same counts") {
  const NaivePairs pairs = random_pairs(60, 20, 1);
  const NaivePairs others = random_pairs(60, 20, 2);
  const Verification fast(pairs.distances, pairs.similar);
  const Verification fast_others(others.distances, others.similar);
  std::vector<std::uint32_t> counts = random_counts(60, 3);
  for (const std::uint64_t seed : {3U, 4U, 3U}) {
    const std::vector<std::uint32_t> drawn = random_counts(60, seed);
    std::copy(drawn.begin(), drawn.end(), counts.begin());  // in the same memory
    check_all(fast, counts, written_out(pairs, counts));
    check_all(fast_others, counts, written_out(others, counts));
  }
}

TEST_CASE("verification: a resample of one kind has no measure") {
  const std::vector<float> d{1, 2, 3};
  const Verification v(d, {1, 0, 1});
  for (const std::vector<std::uint32_t>& counts :
       {std::vector<std::uint32_t>{1, 0, 2}, std::vector<std::uint32_t>{0, 3, 0}}) {
    CHECK(std::isnan(v.auc(counts)));
    CHECK(std::isnan(v.average_precision(counts)));
    CHECK(std::isnan(v.equal_error_rate(counts)));
    CHECK(std::isnan(v.tar_at_far(0.1, counts).tar));
  }
}

TEST_CASE("verification: the order of the pairs changes nothing") {
  const NaivePairs pairs = random_pairs(500, 40, 9);
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(3).shuffle(std::span(order));
  NaivePairs shuffled;
  for (const std::size_t u : order) {
    shuffled.distances.push_back(pairs.distances[u]);
    shuffled.similar.push_back(pairs.similar[u]);
  }
  const Verification one(pairs.distances, pairs.similar);
  const Verification other(shuffled.distances, shuffled.similar);
  CHECK(one.auc() == other.auc());
  CHECK(one.average_precision() == other.average_precision());
  CHECK(one.equal_error_rate() == other.equal_error_rate());
  CHECK(one.tar_at_far(0.1).tar == other.tar_at_far(0.1).tar);
}

TEST_CASE("verification: equal distances say nothing") {
  const std::vector<float> d(10, 2.5F);
  const Verification v(d, {1, 0, 0, 1, 0, 0, 1, 0, 0, 0});
  CHECK(v.auc() == 0.5);
  CHECK(v.average_precision() == doctest::Approx(0.3));
  CHECK(v.equal_error_rate() == 0.5);
  CHECK(v.tar_at_far(0.5).tar == 0);
  CHECK(v.tar_at_far(1).tar == 1);
}

TEST_CASE("verification: 0 and -0 are one distance") {
  const std::vector<float> d{0.0F, -0.0F, 1};
  CHECK(Verification(d, {0, 1, 0}).auc() == 0.75);
  CHECK(Verification(d, {1, 0, 0}).auc() == 0.75);
}
