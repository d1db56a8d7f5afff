#pragma once

#include <cstdint>
#include <cstring>

#include "nearfar/mahalanobis/lane_exp.h"

namespace nearfar {

// What a row learns from another one, t_ij of soft_neighbors.h, one at a time and in lanes.

inline LaneVector load_lanes(const float* from) {
  LaneVector lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
inline void store_lanes(float* to, const LaneVector& lanes) { std::memcpy(to, &lanes, sizeof lanes); }

/// t_ij = 1 for rows of the same class, else 0.
struct KnownClasses {
  const std::int32_t* codes;

  [[nodiscard]] double between(std::int64_t i, std::int64_t j) const { return codes[i] == codes[j] ? 1 : 0; }
  /// e_j becomes e_j t_ij, for the lanes from j on.
  void weigh(LaneVector& e, std::int64_t i, std::int64_t j) const {
    e = (LaneVector)((LaneInts)e & same(i, j));
  }
  /// e_j becomes e_j (t_ij - expected).
  void deviate(LaneVector& e, std::int64_t i, std::int64_t j, float expected) const {
    const LaneInts mask = same(i, j);
    const LaneVector alike = e * (1 - expected);
    const LaneVector unlike = e * -expected;
    e = (LaneVector)(((LaneInts)alike & mask) | ((LaneInts)unlike & ~mask));
  }

 private:
  [[nodiscard]] LaneInts same(std::int64_t i, std::int64_t j) const {
    LaneInts others;
    std::memcpy(&others, codes + j, sizeof others);
    return others == codes[i];
  }
};

/// t_ij = y_j.
struct KnownTargets {
  const double* targets;
  const float* lanes;

  [[nodiscard]] double between(std::int64_t, std::int64_t j) const { return targets[j]; }
  void weigh(LaneVector& e, std::int64_t, std::int64_t j) const { e *= load_lanes(lanes + j); }
  void deviate(LaneVector& e, std::int64_t, std::int64_t j, float expected) const {
    e *= load_lanes(lanes + j) - expected;
  }
};

}  // namespace nearfar
