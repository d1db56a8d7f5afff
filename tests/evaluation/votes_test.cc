#include "nearfar/evaluation/votes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "nearfar/data/labels.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The vote of classes in rank order: 1 if `own` has most votes, or as many as others and the nearest member.
double naive_vote(std::int32_t own, const std::vector<std::int32_t>& ranked, std::int64_t k) {
  std::map<std::int32_t, int> votes;
  std::int32_t winner = Labels::kUnknown;
  const auto last = std::min<std::size_t>(static_cast<std::size_t>(k), ranked.size());
  for (std::size_t i = 0; i < last; ++i) ++votes[ranked[i]];
  for (std::size_t i = 0; i < last; ++i) {  // nearest first, so of equals the nearest stays
    if (ranked[i] == Labels::kUnknown) continue;
    if (winner == Labels::kUnknown || votes[ranked[i]] > votes[winner]) winner = ranked[i];
  }
  return winner == own ? 1 : 0;
}

struct NaiveVotes {
  double mean = 0;
  double best = 0;
  double worst = 1;
};

// Over all orders of the items within their groups.
NaiveVotes over_all_orders(std::int32_t own, const std::vector<TiedClasses>& groups, std::int64_t k) {
  std::vector<std::size_t> group_of;
  std::vector<std::int32_t> classes;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::int32_t code : groups[g]) {
      group_of.push_back(g);
      classes.push_back(code);
    }
  }
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  NaiveVotes votes;
  double orders = 0;
  do {
    const bool allowed = std::is_sorted(
        order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return group_of[a] < group_of[b]; });
    if (!allowed) continue;
    std::vector<std::int32_t> ranked;
    for (const std::size_t item : order) ranked.push_back(classes[item]);
    const double vote = naive_vote(own, ranked, k);
    votes.mean += vote;
    votes.best = std::max(votes.best, vote);
    votes.worst = std::min(votes.worst, vote);
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  votes.mean /= orders;
  return votes;
}

}  // namespace

TEST_CASE("votes: by hand") {
  const auto vote = [](std::int32_t own, const std::vector<TiedClasses>& groups, std::int64_t k) {
    return majority_is(own, groups, k, TiePolicy::expected);
  };
  CHECK(vote(0, {{0}, {1}, {1}}, 1) == 1);
  CHECK(vote(0, {{0}, {1}, {1}}, 2) == 1);  // one each, 0 is nearer
  CHECK(vote(0, {{0}, {1}, {1}}, 3) == 0);
  CHECK(vote(1, {{0}, {1}, {1}}, 3) == 1);
  CHECK(vote(0, {{0, 1}}, 1) == 0.5);
  CHECK(vote(0, {{0, 1}}, 2) == 0.5);  // one each at one distance
  CHECK(vote(0, {{0, 1, 1}}, 1) == doctest::Approx(1.0 / 3));
  CHECK(vote(0, {{1}, {0, 2}}, 2) == 0);     // the nearest is of class 1
  CHECK(vote(0, {{0}}, 5) == 1);             // fewer than k
  CHECK(vote(0, {{-1}, {0}, {1}}, 3) == 1);  // what has no class takes a place
  CHECK(vote(0, {{-1}, {0}, {1}}, 1) == 0);
  CHECK(vote(0, {}, 1) == 0);
}

TEST_CASE("votes: expected is the mean over all orders of ties, optimistic the best, pessimistic the worst") {
  Random random(3);
  for (int round = 0; round < 400; ++round) {
    std::vector<TiedClasses> groups;
    const std::uint64_t classes = 2 + random.below(3);
    std::uint64_t left = 2 + random.below(6);
    while (left > 0) {
      const std::uint64_t size = 1 + random.below(left);
      TiedClasses group;
      for (std::uint64_t i = 0; i < size; ++i)
        group.push_back(static_cast<std::int32_t>(random.below(classes + 1)) - (round % 4 == 0 ? 1 : 0));
      groups.push_back(group);
      left -= size;
    }
    for (const std::int64_t k : {1, 2, 3, 4, 5, 9}) {
      CAPTURE(round);
      CAPTURE(k);
      const NaiveVotes naive = over_all_orders(0, groups, k);
      CHECK(near(majority_is(0, groups, k, TiePolicy::expected), naive.mean, 1e-12, 1e-12));
      CHECK(majority_is(0, groups, k, TiePolicy::optimistic) == naive.best);
      CHECK(majority_is(0, groups, k, TiePolicy::pessimistic) == naive.worst);
    }
  }
}

TEST_CASE("votes: in a large group of ties the chance is that of drawing from an urn") {
  // 5 of 60 items at one distance, 20 of each class: by symmetry a third each.
  TiedClasses urn;
  for (std::int32_t i = 0; i < 60; ++i) urn.push_back(i % 3);
  for (const std::int64_t k : {1, 2, 5, 10, 59, 60})
    CHECK(majority_is(1, std::vector<TiedClasses>{urn}, k, TiePolicy::expected) == doctest::Approx(1.0 / 3));
}
