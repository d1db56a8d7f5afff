#pragma once

#include <cstdint>
#include <cstring>

namespace nearfar {

constexpr std::int64_t kLanes = 16;

/// Folds term(0), ..., term(d - 1), none of them negative or all to be added, in one fixed order: lane l
/// takes l, l + 16, ...; then a tree joins the lanes. The compiler makes vectors of it, and without fused
/// multiply-add the bits are the same on every machine, in every batch. A sum passes any term through at most
/// ceil(d / 16) + 3 roundings.
template <class T, class Term, class Combine>
[[nodiscard]] inline T lane_fold(std::int64_t d, Term term, Combine combine) {
  T lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= d; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] = combine(lanes[lane], term(i + lane));
  }
  for (std::int64_t lane = 0; i + lane < d; ++lane) lanes[lane] = combine(lanes[lane], term(i + lane));
  for (std::int64_t width = kLanes / 2; width > 0; width /= 2) {
    for (std::int64_t lane = 0; lane < width; ++lane) lanes[lane] = combine(lanes[lane], lanes[lane + width]);
  }
  return lanes[0];
}

/// term(0) + ... + term(d - 1).
template <class T, class Term>
[[nodiscard]] inline T lane_sum(std::int64_t d, Term term) {
  return lane_fold<T>(d, term, [](T a, T b) { return a + b; });
}

/// The largest of 0, term(0), ..., term(d - 1).
template <class T, class Term>
[[nodiscard]] inline T lane_max(std::int64_t d, Term term) {
  return lane_fold<T>(d, term, [](T a, T b) { return b > a ? b : a; });
}

/// Sixteen floats as one vector of the compiler; its operations go lane by lane, each rounded as usual.
typedef float LaneVector __attribute__((vector_size(64)));

/// The tree that joins the lanes, for four sums at once: sums[r] of lanes[r].
inline void join_lanes(const LaneVector* lanes, float* sums) {
  typedef float Eight __attribute__((vector_size(32)));
  typedef float Four __attribute__((vector_size(16)));
  Four rows[4];
  for (int r = 0; r < 4; ++r) {
    Eight halves[2];
    std::memcpy(halves, &lanes[r], sizeof halves);
    halves[0] += halves[1];  // width 8
    Four quarters[2];
    std::memcpy(quarters, halves, sizeof quarters);
    rows[r] = quarters[0] + quarters[1];  // width 4
  }
  const Four low01 = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);  // lanes 0 and 1 of rows 0 and 1
  const Four low23 = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const Four high01 = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);  // lanes 2 and 3
  const Four high23 = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  const Four two01 = low01 + high01;  // width 2
  const Four two23 = low23 + high23;
  const Four sum = __builtin_shufflevector(two01, two23, 0, 1, 4, 5) +
                   __builtin_shufflevector(two01, two23, 2, 3, 6, 7);  // width 1
  std::memcpy(sums, &sum, sizeof sum);
}

/// kRows sums at a time, sums[r] = lane_sum of term(x_i, rows[r]_i), to the bit: the additions of one sum
/// wait for each other, those of several do not. add(sum, a, b) adds term(a, b) to sum, all of them
/// LaneVectors (by reference: as values they are passed differently on every level of the instruction set);
/// term(0, 0) must be 0.
template <int kRows, class Add>
inline void lane_sums(std::int64_t d, const float* x, const float* const* rows, float* sums, Add add) {
  LaneVector lanes[kRows] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= d; i += kLanes) {
    LaneVector a;
    std::memcpy(&a, x + i, sizeof a);
    for (int r = 0; r < kRows; ++r) {
      LaneVector b;
      std::memcpy(&b, rows[r] + i, sizeof b);
      add(lanes[r], a, b);
    }
  }
  if (i < d) {  // the rest, zeros behind it: they add nothing
    const std::size_t rest = static_cast<std::size_t>(d - i) * sizeof(float);
    LaneVector a = {};
    std::memcpy(&a, x + i, rest);
    for (int r = 0; r < kRows; ++r) {
      LaneVector b = {};
      std::memcpy(&b, rows[r] + i, rest);
      add(lanes[r], a, b);
    }
  }
  for (int r = 0; r + 4 <= kRows; r += 4) join_lanes(lanes + r, sums + r);
  for (int r = kRows / 4 * 4; r < kRows; ++r) {
    LaneVector four[4] = {lanes[r]};
    float joined[4];
    join_lanes(four, joined);
    sums[r] = joined[0];
  }
}

}  // namespace nearfar
