#include "nearfar/metric/axiom_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"

namespace nearfar {
namespace {

void keep_worst(Tally& tally, Axiom axiom, const Witness& found) {
  Witness& worst = tally.worst[static_cast<std::size_t>(axiom)];
  if (found.badness > worst.badness) worst = found;
}

// The tallies of blocks 0, 1, ..., added in that order whatever the threads.
template <class Block>
Tally over_blocks(std::int64_t blocks, Block block) {
  std::vector<Tally> tallies(static_cast<std::size_t>(blocks));
  parallel_blocks(blocks, [&](std::int64_t b) { block(b, tallies[static_cast<std::size_t>(b)]); });
  Tally sum;
  for (const Tally& tally : tallies) sum.add(tally);
  return sum;
}

double largest_of(double a, double b) { return std::max(std::fabs(a), std::fabs(b)); }

}  // namespace

void Tally::add(const Tally& later) {
  for (std::size_t a = 0; a < kAxioms; ++a) {
    if (later.worst[a].badness > worst[a].badness) worst[a] = later.worst[a];
  }
  pairs += later.pairs;
  triples += later.triples;
}

// A distance from an item to itself that is not 0 is worse than any two items at distance 0.
void AxiomSearch::judge_itself(Tally& tally, std::int64_t i) const {
  const double ii = std::fabs(space_.between(i, i));
  if (ii <= space_.zero(i, i) || ii <= tolerance_ * space_.scale(i, i)) return;
  keep_worst(tally, Axiom::identity, {1 + ii, {i, i, -1}, -1, true});
}

void AxiomSearch::judge_pair(Tally& tally, std::int64_t i, std::int64_t j, double ij, double ji) const {
  ++tally.pairs;
  const double largest = std::max(largest_of(ij, ji), space_.scale(i, j));
  const double least = std::min(ij, ji);
  const auto in_order = [&](bool forwards) {
    return forwards ? std::array<std::int64_t, 3>{i, j, -1} : std::array<std::int64_t, 3>{j, i, -1};
  };
  if (least < -tolerance_ * largest) keep_worst(tally, Axiom::non_negativity, {-least, in_order(ij <= ji)});
  if (std::fabs(ij - ji) > tolerance_ * largest)
    keep_worst(tally, Axiom::symmetry, {std::fabs(ij - ji) / largest, {i, j, -1}});
  const bool first = std::fabs(ij) <= std::fabs(ji);
  if (std::fabs(first ? ij : ji) > space_.zero(i, j)) return;
  if (space_.difference(i, j) > tolerance_) keep_worst(tally, Axiom::identity, {1, in_order(first)});
}

void AxiomSearch::judge_way(Tally& tally, std::array<std::int64_t, 3> at, double xz, double xy,
                            double yz) const {
  const double largest = std::max(largest_of(xz, xy), std::fabs(yz));
  const double excess = xz - (xy + yz);
  if (excess > tolerance_ * largest) keep_worst(tally, Axiom::triangle, {excess / largest, at});
}

void AxiomSearch::judge_triple(Tally& tally, std::array<std::int64_t, 3> at) const {
  const auto [a, b, c] = at;
  const auto back = [&](std::int64_t i, std::int64_t j, double ij) {
    return space_.symmetric() ? ij : space_.between(j, i);
  };
  const double ab = space_.between(a, b);
  const double bc = space_.between(b, c);
  const double ac = space_.between(a, c);
  const double ba = back(a, b, ab);
  const double cb = back(b, c, bc);
  const double ca = back(a, c, ac);
  ++tally.triples;
  judge_pair(tally, a, b, ab, ba);
  judge_pair(tally, b, c, bc, cb);
  judge_pair(tally, a, c, ac, ca);
  judge_way(tally, {a, b, c}, ac, ab, bc);
  judge_way(tally, {c, b, a}, ca, cb, ba);
  judge_way(tally, {a, c, b}, ab, ac, cb);
  judge_way(tally, {b, c, a}, ba, bc, ca);
  judge_way(tally, {b, a, c}, bc, ba, ac);
  judge_way(tally, {c, a, b}, cb, ca, ab);
}

Tally AxiomSearch::all_of(std::span<const std::int64_t> items) const {
  const auto n = static_cast<std::int64_t>(items.size());
  const auto item = [&](std::int64_t i) { return items[static_cast<std::size_t>(i)]; };
  std::vector<double> from(items.size() * items.size());  // from[i][j] = d(i, j)
  std::vector<double> to(from.size());                    // to[i][j] = d(j, i)
  const auto row = [n](std::vector<double>& matrix, std::int64_t i) { return matrix.data() + i * n; };
  parallel_blocks(n, [&](std::int64_t i) {
    for (std::int64_t j = 0; j < n; ++j) {
      row(from, i)[j] = space_.between(item(i), item(j));
      row(to, j)[i] = row(from, i)[j];
    }
  });
  Tally tally = over_blocks(n, [&](std::int64_t x, Tally& part) {
    judge_itself(part, item(x));
    const double* x_to = row(from, x);
    for (std::int64_t z = 0; z < n; ++z) {
      if (z > x) judge_pair(part, item(x), item(z), x_to[z], row(from, z)[x]);
      if (z == x) continue;
      // The shortest way from x to z over a third item.
      const double* to_z = row(to, z);
      double shortest = std::numeric_limits<double>::infinity();
      std::int64_t over = -1;
      for (std::int64_t y = 0; y < n; ++y) {
        const double way = x_to[y] + to_z[y];
        if (way < shortest && y != x && y != z) {
          shortest = way;
          over = y;
        }
      }
      if (over >= 0) judge_way(part, {item(x), item(over), item(z)}, x_to[z], x_to[over], to_z[over]);
    }
  });
  tally.triples += n * (n - 1) * (n - 2) / 6;
  return tally;
}

Tally AxiomSearch::drawn(std::int64_t samples, std::uint64_t seed) const {
  constexpr std::int64_t kBlock = 4096;
  const auto n = static_cast<std::uint64_t>(space_.size());
  return over_blocks((samples + kBlock - 1) / kBlock, [&](std::int64_t block, Tally& part) {
    Random random(seed, RandomPurpose::general, static_cast<std::uint64_t>(block));
    for (std::int64_t s = block * kBlock; s < std::min(samples, (block + 1) * kBlock); ++s) {
      // Three different items: each is drawn from those that are left.
      std::array<std::uint64_t, 3> at{random.below(n), random.below(n - 1), random.below(n - 2)};
      if (at[1] >= at[0]) ++at[1];
      const auto [low, high] = std::minmax(at[0], at[1]);
      if (at[2] >= low) ++at[2];
      if (at[2] >= high) ++at[2];
      judge_triple(part, {static_cast<std::int64_t>(at[0]), static_cast<std::int64_t>(at[1]),
                          static_cast<std::int64_t>(at[2])});
    }
  });
}

std::int64_t AxiomSearch::nearest(std::int64_t i) const {
  std::int64_t best = -1;
  double least = std::numeric_limits<double>::infinity();
  for (std::int64_t j = 0; j < space_.size(); ++j) {
    if (j == i) continue;
    const double ij = space_.between(i, j);
    if (ij < least) {
      least = ij;
      best = j;
    }
  }
  return best;
}

Tally AxiomSearch::chains(std::int64_t count, std::uint64_t seed) const {
  const auto n = static_cast<std::uint64_t>(space_.size());
  const std::vector<std::uint64_t> starts =
      Random(seed, RandomPurpose::general, 1U << 30U).sample(n, static_cast<std::uint64_t>(count));
  return over_blocks(static_cast<std::int64_t>(starts.size()), [&](std::int64_t s, Tally& part) {
    const auto a = static_cast<std::int64_t>(starts[static_cast<std::size_t>(s)]);
    judge_itself(part, a);
    const std::int64_t b = nearest(a);
    if (b < 0) return;
    const std::int64_t c = nearest(b);
    if (c >= 0 && c != a) judge_triple(part, {a, b, c});
  });
}

}  // namespace nearfar
