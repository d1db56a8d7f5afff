#include "nearfar/metric/axiom_search.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <set>
#include <vector>

using namespace nearfar;

namespace {

// Items on a line, at squares of whole numbers; counts who is asked for.
class Line final : public AxiomSpace {
 public:
  explicit Line(std::int64_t size) : asked_(static_cast<std::size_t>(size)) {}
  [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(asked_.size()); }
  [[nodiscard]] double between(std::int64_t i, std::int64_t j) const override {
    ++asked_[static_cast<std::size_t>(i)];
    if (i == j) ++of_itself_;
    return std::fabs(static_cast<double>(i * i - j * j));
  }
  [[nodiscard]] bool symmetric() const override { return false; }
  [[nodiscard]] double difference(std::int64_t i, std::int64_t j) const override { return i == j ? 0 : 1; }
  [[nodiscard]] double zero(std::int64_t /*i*/, std::int64_t /*j*/) const override { return 0; }
  [[nodiscard]] double scale(std::int64_t /*i*/, std::int64_t /*j*/) const override { return 0; }

  [[nodiscard]] std::int64_t asked(std::size_t i) const { return asked_[i]; }
  [[nodiscard]] std::int64_t of_itself() const { return of_itself_; }

 private:
  mutable std::vector<std::atomic<std::int64_t>> asked_;
  mutable std::atomic<std::int64_t> of_itself_ = 0;
};

}  // namespace

TEST_CASE("axiom search: drawn triples are of three different items, each item as often as the others") {
  for (const std::int64_t n : {3, 4, 20}) {
    const Line line(n);
    constexpr std::int64_t kSamples = 60'000;
    const Tally tally = AxiomSearch(line, 1e-6).drawn(kSamples, 7);
    CHECK(tally.triples == kSamples);
    CHECK(tally.pairs == 3 * kSamples);
    CHECK(line.of_itself() == 0);
    // An item is in a share 3 / n of the triples, and asked for twice in each of them: 6 standard deviations.
    const double share = 3 / static_cast<double>(n);
    const double deviation = std::sqrt(share * (1 - share) * kSamples);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      INFO("item ", i, " of ", n);
      CHECK(std::fabs(static_cast<double>(line.asked(i)) / 2 - share * kSamples) <= 6 * deviation + 1e-9);
    }
  }
}

TEST_CASE("axiom search: all pairs and triples of the given items, no others") {
  const Line line(30);
  const std::vector<std::int64_t> items{3, 7, 8, 20};
  const Tally tally = AxiomSearch(line, 1e-6).all_of(items);
  CHECK(tally.pairs == 6);
  CHECK(tally.triples == 4);
  for (std::size_t i = 0; i < 30; ++i)
    CHECK((line.asked(i) > 0) == (std::set<std::size_t>{3, 7, 8, 20}.count(i) == 1));
  for (const Witness& witness : tally.worst) CHECK(witness.badness == 0);
}

TEST_CASE("axiom search: chains go from an item to its nearest and to the nearest of that") {
  const Line line(12);
  const Tally tally = AxiomSearch(line, 1e-6).chains(12, 1);
  // The nearest of i is i - 1, so that each item but 0 and 1 begins a chain of three.
  CHECK(tally.triples == 10);
}

TEST_CASE("tally: the worse violation is kept, the earlier of two that are equally bad") {
  Tally first;
  first.worst[0] = {0.5, {1, 2, 3}};
  first.pairs = 2;
  Tally second;
  second.worst[0] = {0.5, {4, 5, 6}};
  second.worst[1] = {0.1, {7, 8, -1}};
  second.pairs = 3;
  second.triples = 4;
  first.add(second);
  CHECK(first.worst[0].at[0] == 1);
  CHECK(first.worst[1].at[0] == 7);
  CHECK(first.pairs == 5);
  CHECK(first.triples == 4);
}
