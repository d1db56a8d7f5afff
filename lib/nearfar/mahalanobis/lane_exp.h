#pragma once

#include "nearfar/metric/lanes.h"

namespace nearfar {

typedef std::int32_t LaneInts __attribute__((vector_size(64)));

/// x becomes e^x, lane by lane, for x <= 0; 0 where x < -87. Relative error below 2e-7 + 1.2e-7 |x| (the
/// second part is that of x as a float). By 2^n e^r with n = round(x / ln 2) and the polynomial of degree 5
/// that has the least relative error for |r| <= ln 2 / 2 (7.6e-8).
inline void lane_exp(LaneVector& x) {
  constexpr float kRound = 0x1.8p23F;  // added and taken away: the nearest whole number
  const LaneVector shifted = x * 1.44269504F + kRound;
  const LaneVector n = shifted - kRound;
  const LaneVector r = (x - n * 0.693359375F) + n * 2.12194440e-4F;  // ln 2 in two parts
  LaneVector p = r * 0.008297584F + 0.041915875F;
  p = p * r + 0.16667578F;
  p = p * r + 0.49998891F;
  p = p * r + 0.99999970F;
  p = p * r + 1.0000001F;
  const LaneInts exponent = ((LaneInts)shifted - 0x4B400000 + 127) << 23;  // of 2^n
  const LaneInts in_range = x >= -87.0F;
  x = (LaneVector)((LaneInts)(p * (LaneVector)exponent) & in_range);
}

}  // namespace nearfar
