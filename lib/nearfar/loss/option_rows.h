#pragma once

// How the files of the losses write the rows of their tables.

#include <array>
#include <string_view>

#include "nearfar/loss/loss.h"

namespace nearfar::loss_rows {

constexpr LossOptionInfo number(std::string_view name, std::string_view meaning, double LossOptions::*where,
                                LossRange range, double usual, double usual_cosine) {
  return {name, meaning, where, nullptr, range, usual, usual_cosine};
}
constexpr LossOptionInfo number(std::string_view name, std::string_view meaning, double LossOptions::*where,
                                LossRange range, double usual) {
  return number(name, meaning, where, range, usual, usual);
}
constexpr LossOptionInfo flag(std::string_view name, std::string_view meaning, bool LossOptions::*where) {
  return {name, meaning, nullptr, where};
}
constexpr LossOptionInfo temperature(double usual) {
  return number("temperature", "what similarities are divided by", &LossOptions::temperature,
                LossRange::positive, usual);
}

inline constexpr std::array kAnyDistance{DistanceKind::euclidean, DistanceKind::sqeuclidean,
                                         DistanceKind::manhattan, DistanceKind::cosine};
inline constexpr std::array kUnsquared{DistanceKind::euclidean, DistanceKind::manhattan};
inline constexpr std::array kSquared{DistanceKind::sqeuclidean};
inline constexpr std::array kCosine{DistanceKind::cosine};
inline constexpr std::array kSimilarity{DistanceKind::cosine, DistanceKind::euclidean,
                                        DistanceKind::sqeuclidean, DistanceKind::dot};

}  // namespace nearfar::loss_rows
