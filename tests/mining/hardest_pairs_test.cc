#include "nearfar/mining/hardest_pairs.h"

#include <doctest/doctest.h>

#include <cmath>
#include <tuple>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Ordered = std::vector<std::tuple<float, std::int32_t, std::int32_t>>;

// The last of the first ceil(share x count).
std::tuple<float, std::int32_t, std::int32_t> last_of(Ordered pairs, double share) {
  std::sort(pairs.begin(), pairs.end());
  return pairs[static_cast<std::size_t>(std::ceil(share * static_cast<double>(pairs.size()))) - 1];
}

std::tuple<float, std::int32_t, std::int32_t> as_tuple(const LastPair& last) {
  return {last.distance, last.anchor, last.row};
}

}  // namespace

TEST_CASE("hardest pairs: the cuts are those of a sort of all pairs, with ties, for any number of threads") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const std::int64_t rows = 20 + 7 * static_cast<std::int64_t>(seed);
    const Matrix x = seed % 2 == 0 ? random_rows(rows, 3, seed) : integer_rows(rows, 2, seed);
    const Labels labels = random_labels(rows, 3, seed, seed % 3 == 0 ? 5 : 0);
    const SimilarRows similar(labels);
    const Distance distance;
    const AllRows source(x, similar, distance, {}, false);
    Ordered positive;
    Ordered negative;
    for (const std::int32_t a : similar.known()) {
      for (const std::int32_t b : similar.known()) {
        if (a == b) continue;
        const float d = distance.between(x.row(a), x.row(b), x.cols());
        if (similar.similar(a, b)) {
          positive.emplace_back(-d, a, b);
        } else {
          negative.emplace_back(d, a, b);
        }
      }
    }
    for (const double share : {1e-9, 0.1, 0.5, 0.77, 1.0}) {
      for (const int count : {1, 2, 3}) {
        const Threads use(count);
        const HardestPairs found = hardest_pairs(source, rows, share);
        INFO("seed ", seed, " share ", share);
        CHECK(as_tuple(found.positive) == last_of(positive, share));
        CHECK(as_tuple(found.negative) == last_of(negative, share));
      }
    }
  }
}
