// Twenty topics of two systems, and what is known about them: T. Sakai's textbook table ("Laboratory
// experiments in information retrieval", 2018).
#pragma once

#include <array>
#include <vector>

namespace nearfar::testing {

inline constexpr std::array<double, 20> kSakaiA{.70, .30, .20, .60, .40, .40, .00, .70, .10, .30,
                                                .50, .40, .00, .60, .50, .30, .10, .50, .20, .10};
inline constexpr std::array<double, 20> kSakaiB{.50, .10, .00, .20, .40, .30, .00, .50, .30, .30,
                                                .40, .40, .10, .40, .20, .10, .10, .60, .30, .20};

inline std::vector<double> sakai_differences() {
  std::vector<double> differences;
  for (std::size_t i = 0; i < kSakaiA.size(); ++i) differences.push_back(kSakaiA[i] - kSakaiB[i]);
  return differences;
}

inline constexpr double kSakaiMean = 0.0750;
inline constexpr double kSakaiT = 2.1158;
inline constexpr double kSakaiP = 0.0478;
inline constexpr double kSakaiEffect = 0.4731;
inline constexpr double kSakaiMargin = 0.0742;  ///< of error, 95 %, by t

}  // namespace nearfar::testing
