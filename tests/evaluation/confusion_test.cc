#include "nearfar/evaluation/confusion.h"

#include <doctest/doctest.h>

#include <vector>

#include "evaluation/naive_pairs.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("confusion: accuracy, f1 and mcc by hand") {
  const Confusion c{6, 1, 2, 3};  // TA, FA, FR, TR
  CHECK(c.accuracy() == doctest::Approx(9.0 / 12));
  CHECK(c.f1() == doctest::Approx(2 * 6.0 / (2 * 6 + 1 + 2)));
  CHECK(c.mcc() == doctest::Approx((18 - 2) / std::sqrt(7.0 * 8 * 4 * 5)));
}

TEST_CASE("confusion: mcc is the correlation of decision and truth, f1 the harmonic mean") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Random random(seed);
    std::vector<std::uint8_t> accepted;
    std::vector<std::uint8_t> similar;
    for (int u = 0; u < 50; ++u) {
      accepted.push_back(static_cast<std::uint8_t>(random.below(2)));
      similar.push_back(static_cast<std::uint8_t>(random.below(3) == 0 ? 1 : 0));
    }
    const Confusion c = confusion_of(accepted, similar);
    CHECK(near(c.mcc(), naive_pearson({accepted.begin(), accepted.end()}, {similar.begin(), similar.end()}),
               1e-12, 1e-12));
    const auto ta = static_cast<double>(c.true_accepts);
    const double precision = ta / (ta + static_cast<double>(c.false_accepts));
    const double recall = ta / (ta + static_cast<double>(c.false_rejects));
    if (ta > 0) CHECK(near(c.f1(), 2 * precision * recall / (precision + recall), 1e-12));
  }
}

TEST_CASE("confusion: a side without pairs makes mcc 0, and nothing accepted f1") {
  CHECK(Confusion{5, 5, 0, 0}.mcc() == 0);
  CHECK(Confusion{0, 0, 5, 5}.mcc() == 0);
  CHECK(Confusion{5, 0, 0, 0}.mcc() == 0);
  CHECK(Confusion{0, 0, 5, 5}.f1() == 0);
  CHECK(Confusion{0, 0, 0, 5}.f1() == 0);
  CHECK(Confusion{0, 0, 0, 5}.accuracy() == 1);
}

TEST_CASE("confusion: pairs count as often as they are taken") {
  const std::vector<std::uint8_t> accepted{1, 1, 0, 0};
  const std::vector<std::uint8_t> similar{1, 0, 1, 0};
  const std::vector<std::uint32_t> counts{4, 3, 2, 0};
  const Confusion c = confusion_of(accepted, similar, counts);
  CHECK(c.true_accepts == 4);
  CHECK(c.false_accepts == 3);
  CHECK(c.false_rejects == 2);
  CHECK(c.true_rejects == 0);
}

TEST_CASE("confusion: millions of millions of pairs do not overflow mcc") {
  const std::uint64_t n = std::uint64_t{1} << 40;
  CHECK(Confusion{n, 0, 0, n}.mcc() == doctest::Approx(1));
}
