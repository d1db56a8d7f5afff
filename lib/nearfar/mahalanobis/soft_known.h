#pragma once

#include <cstdint>
#include <cstring>

#include "nearfar/mahalanobis/lane_exp.h"

namespace nearfar {

// What a row learns from another one, t_ij of soft_neighbors.h, one at a time and in lanes.

/// By reference: as values lanes are passed differently on every level of the instruction set.
inline void load_lanes(const float* from, LaneVector& lanes) { std::memcpy(&lanes, from, sizeof lanes); }
inline void store_lanes(float* to, const LaneVector& lanes) { std::memcpy(to, &lanes, sizeof lanes); }

/// t_ij = 1 for rows of the same class, else 0.
struct KnownClasses {
  const std::int32_t* codes;

  [[nodiscard]] double between(std::int64_t i, std::int64_t j) const { return codes[i] == codes[j] ? 1 : 0; }
  /// e_j becomes e_j t_ij, for the lanes from j on.
  void weigh(LaneVector& e, std::int64_t i, std::int64_t j) const {
    LaneInts mask;
    same(i, j, mask);
    e = (LaneVector)((LaneInts)e & mask);
  }
  /// e_j becomes e_j (t_ij - expected).
  void deviate(LaneVector& e, std::int64_t i, std::int64_t j, float expected) const {
    LaneInts mask;
    same(i, j, mask);
    const LaneVector alike = e * (1 - expected);
    const LaneVector unlike = e * -expected;
    e = (LaneVector)(((LaneInts)alike & mask) | ((LaneInts)unlike & ~mask));
  }

 private:
  void same(std::int64_t i, std::int64_t j, LaneInts& mask) const {
    std::memcpy(&mask, codes + j, sizeof mask);
    mask = mask == codes[i];
  }
};

/// t_ij = y_j.
struct KnownTargets {
  const double* targets;
  const float* lanes;

  [[nodiscard]] double between(std::int64_t, std::int64_t j) const { return targets[j]; }
  void weigh(LaneVector& e, std::int64_t, std::int64_t j) const {
    LaneVector target;
    load_lanes(lanes + j, target);
    e *= target;
  }
  void deviate(LaneVector& e, std::int64_t, std::int64_t j, float expected) const {
    LaneVector target;
    load_lanes(lanes + j, target);
    e *= target - expected;
  }
};

}  // namespace nearfar
