#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/legend.h"
#include "nearfar/evaluation/ranking.h"

namespace nearfar {

/// What a measure cannot do without.
enum class Needs { relevance, judgements, classes };

/// One definition. Groups of ties contribute their expected value over all orders of the tied items.
struct MeasureInfo {
  std::string_view name;        ///< with @k where the measure has a cut-off
  std::string_view definition;  ///< in the letters of measure_symbols()
  bool has_k;
  Needs needs;
  /// Ranks that are looked at, given k and R.
  std::int64_t (*depth)(std::int64_t k, std::int64_t relevant);
  /// NaN where the measure is not defined. Null for a measure of the neighbours' classes (see votes.h).
  double (*value)(const Ranking& ranking, std::int64_t k);
};
[[nodiscard]] NEARFAR_EXPORT std::span<const MeasureInfo> measure_table();
/// What the letters of the definitions stand for.
[[nodiscard]] NEARFAR_EXPORT std::span<const Symbol> measure_symbols();

struct Measure {
  const MeasureInfo* info = nullptr;
  std::int64_t k = 0;
  std::string name;  ///< as the user wrote it: "hit@5"
};

/// One name, such as hit@5. Throws Error (usage) that lists the names; a bare `recall` or R@k is told both of
/// its meanings, a name that other tools use the one it has here.
[[nodiscard]] NEARFAR_EXPORT Measure parse_measure(std::string_view name);
/// Comma-separated names, without repeats.
[[nodiscard]] NEARFAR_EXPORT std::vector<Measure> parse_measures(std::string_view list);
inline constexpr std::string_view kDefaultMeasures = "precision@1,hit@2,hit@4,hit@8,r-precision,map@r,mrr";
inline constexpr std::string_view kDefaultJudgedMeasures = "ndcg@10,recall@100,map,mrr@10";

}  // namespace nearfar
