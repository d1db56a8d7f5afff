#pragma once

#include <cstdint>

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

}  // namespace nearfar
