#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/ranking.h"

namespace nearfar {

/// One definition. Groups of ties contribute their expected value over all orders of the tied items.
struct MeasureInfo {
  std::string_view name;  ///< with @k where the measure has a cut-off
  std::string_view
      definition;  ///< r_i = relevance at rank i, h(k) = hits in the first k, R = relevant in the gallery
  bool has_k;
  /// Ranks that are looked at, given k and R.
  std::int64_t (*depth)(std::int64_t k, std::int64_t relevant);
  double (*value)(const Ranking& ranking, std::int64_t k);
};
[[nodiscard]] NEARFAR_EXPORT std::span<const MeasureInfo> measure_table();

struct Measure {
  const MeasureInfo* info = nullptr;
  std::int64_t k = 0;
  std::string name;  ///< as the user wrote it: "hit@5"
};

/// One name, such as hit@5. Throws Error (usage) that lists the names; a bare `recall` or R@k is told both of
/// its meanings.
[[nodiscard]] NEARFAR_EXPORT Measure parse_measure(std::string_view name);
/// Comma-separated names, without repeats.
[[nodiscard]] NEARFAR_EXPORT std::vector<Measure> parse_measures(std::string_view list);
inline constexpr std::string_view kDefaultMeasures = "precision@1,hit@2,hit@4,hit@8,r-precision,map@r,mrr";

}  // namespace nearfar
