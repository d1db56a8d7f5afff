#include "nearfar/core/random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "chi_squared.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Block = std::array<std::uint32_t, 4>;

// sqrt(n) times the largest distance between the sample's distribution function and `cdf` (Kolmogorov);
// above 2.7 with probability 2 exp(-2 * 2.7^2) < 1e-6.
template <class Cdf>
double kolmogorov(std::vector<double> values, Cdf cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double f = cdf(values[i]);
    largest = std::max(
        {largest, std::abs(f - static_cast<double>(i) / n), std::abs(f - static_cast<double>(i + 1) / n)});
  }
  return largest * std::sqrt(n);
}

std::vector<double> draws(int count, double (Random::*draw)(), std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = (random.*draw)();
  return values;
}

}  // namespace

// kat_vectors of Random123 1.14, philox4x32 10.
TEST_CASE("philox4x32-10 gives the published answers") {
  constexpr std::uint32_t kOnes = 0xFFFFFFFFU;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

// The expected values come from a separate implementation in Python.
TEST_CASE("streams give the reference values") {
  Random words(7, RandomPurpose::mining, 3);
  for (const std::uint32_t expected :
       {0xcd6647e5U, 0x81f7c2ffU, 0xc57650bU, 0x90cac43cU, 0xd3bf6424U, 0xb271ba75U})
    CHECK(words.next32() == expected);
  Random wide(0x123456789abcdef0U, RandomPurpose::split, 0xfedcba9876543210U);
  for (const std::uint64_t expected : {0x400f321855967395ULL, 0xfd1835ca22d001beULL, 0xd4c8e935e5548a70ULL})
    CHECK(wide.next64() == expected);
  Random uniform(42);
  for (const double expected : {0x1.dfd524ee73abcp-2, 0x1.5d0acf5c4afd4p-2, 0x1.4ee9b3f7f36c8p-2})
    CHECK(uniform.uniform() == expected);
  Random normal(42);
  for (const double expected :
       {-0.6076510539335191, -0.8536440633116089, 0.21637628796618585, -1.0808154976343705})
    CHECK(normal.normal() == doctest::Approx(expected).epsilon(1e-12));
  Random below(1);
  for (const std::uint64_t expected : {8U, 7U, 8U, 6U, 5U, 9U, 0U, 0U, 6U, 8U})
    CHECK(below.below(10) == expected);
  for (const std::uint64_t expected :
       {4089330436399300276ULL, 3602529111567058873ULL, 1677155727682290804ULL})
    CHECK(below.below(std::uint64_t{3} << 62U) == expected);
}

TEST_CASE("shuffle and sample give the reference values") {
  std::vector<int> items(10);
  std::iota(items.begin(), items.end(), 0);
  Random(5).shuffle(std::span(items));
  CHECK(items == std::vector<int>{7, 5, 3, 2, 6, 4, 9, 1, 8, 0});
  CHECK(Random(5).sample(100, 8) == std::vector<std::uint64_t>{6, 11, 14, 19, 66, 68, 90, 94});
  CHECK(Random(9).sample(1'000'000'000'000'000'000U, 3) ==
        std::vector<std::uint64_t>{494152927871190731, 534225317845575831, 773010570072745881});
}

TEST_CASE("streams of another seed, purpose or index differ from the first number on") {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32U}) {
    for (const RandomPurpose purpose : {RandomPurpose::general, RandomPurpose::split, RandomPurpose::mining,
                                        RandomPurpose::initialisation, RandomPurpose::batches}) {
      for (std::uint64_t index : {0ULL, 1ULL, 1ULL << 32U})
        first.insert(Random(seed, purpose, index).next64());
    }
  }
  CHECK(first.size() == 45);
}

TEST_CASE("uniform is uniform in [0, 1)") {
  const std::vector<double> values = draws(100'000, &Random::uniform, 3);
  CHECK(*std::min_element(values.begin(), values.end()) >= 0);
  CHECK(*std::max_element(values.begin(), values.end()) < 1);
  CHECK(kolmogorov(values, [](double x) { return x; }) < 2.7);
  std::vector<int> pairs(400);  // neighbours in the stream are independent
  for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
    ++pairs[static_cast<std::size_t>(values[i] * 20) * 20 + static_cast<std::size_t>(values[i + 1] * 20)];
  }
  CHECK(chi_squared(pairs) < chi_bound(pairs.size()));
}

TEST_CASE("normal is standard normal") {
  const std::vector<double> values = draws(100'000, &Random::normal, 4);
  CHECK(kolmogorov(values, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }) < 2.7);
  double mean = 0;
  double square = 0;
  for (const double value : values) {
    REQUIRE(std::isfinite(value));
    mean += value / 100'000;
    square += value * value / 100'000;
  }
  CHECK(std::abs(mean) < 5 / std::sqrt(100'000.0));  // five standard errors
  CHECK(std::abs(square - 1) < 5 * std::sqrt(2.0) / std::sqrt(100'000.0));
}

TEST_CASE("below is uniform, for a bound near 2^64 too") {
  for (const std::uint64_t n : {1U, 2U, 3U, 7U, 10U, 1000U}) {
    Random random(n);
    std::vector<int> counts(n);
    for (int i = 0; i < 50'000; ++i) ++counts.at(random.below(n));
    CHECK(chi_squared(counts) < chi_bound(n));
  }
  // 3 * 2^62: without rejection the residues of a product would be drawn 2 : 1 : 1.
  Random random(8);
  std::vector<int> residues(3);
  std::vector<int> thirds(3);
  for (int i = 0; i < 30'000; ++i) {
    const std::uint64_t value = random.below(std::uint64_t{3} << 62U);
    ++residues[value % 3];
    ++thirds.at(value >> 62U);
  }
  CHECK(chi_squared(residues) < chi_bound(3));
  CHECK(chi_squared(thirds) < chi_bound(3));
}

TEST_CASE("shuffle reaches every order equally often") {
  std::map<std::array<int, 4>, int> seen;
  Random random(11);
  for (int i = 0; i < 24'000; ++i) {
    std::array<int, 4> items{0, 1, 2, 3};
    random.shuffle(std::span<int>(items));
    ++seen[items];
  }
  REQUIRE(seen.size() == 24);
  std::vector<int> counts;
  for (const auto& [items, count] : seen) counts.push_back(count);
  CHECK(chi_squared(counts) < chi_bound(24));
  std::vector<int> none;
  random.shuffle(std::span(none));
  CHECK(none.empty());
}

TEST_CASE("sample gives different numbers, ascending, every subset equally often") {
  std::map<std::vector<std::uint64_t>, int> seen;
  Random random(12);
  for (int i = 0; i < 20'000; ++i) ++seen[random.sample(6, 3)];
  REQUIRE(seen.size() == 20);
  std::vector<int> counts;
  for (const auto& [items, count] : seen) counts.push_back(count);
  CHECK(chi_squared(counts) < chi_bound(20));
  for (std::uint64_t k = 0; k <= 50; ++k) {
    const std::vector<std::uint64_t> some = random.sample(50, k);
    CHECK(some.size() == k);
    CHECK(std::adjacent_find(some.begin(), some.end(), std::greater_equal<>()) == some.end());
    CHECK((some.empty() || some.back() < 50));
  }
  for (const std::uint64_t n : {std::uint64_t{100'001}, std::uint64_t{1} << 40U, ~std::uint64_t{0}}) {
    const std::vector<std::uint64_t> many = random.sample(n, 100'000);
    CHECK(many.size() == 100'000);
    CHECK(std::adjacent_find(many.begin(), many.end(), std::greater_equal<>()) == many.end());
    CHECK(many.back() < n);
  }
  CHECK(random.sample(3, 10) == std::vector<std::uint64_t>{0, 1, 2});
  CHECK(random.sample(0, 10).empty());
}

TEST_CASE("fill gives the numbers of next32 one after the other, for any sizes") {
  Random one(9, RandomPurpose::general, 5);
  Random other(9, RandomPurpose::general, 5);
  for (const std::size_t size : {1U, 0U, 3U, 64U, 7U, 65U, 200U, 1U, 128U, 63U}) {
    std::vector<std::uint32_t> numbers(size);
    one.fill(numbers);
    for (const std::uint32_t number : numbers) CHECK(number == other.next32());
    CHECK(one.uniform() == other.uniform());
  }
}
