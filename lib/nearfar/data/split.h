#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"

namespace nearfar {

enum class SplitStrategy {
  random,      ///< rows are dealt without regard to anything
  stratified,  ///< every class is divided in the same shares
  by_class,    ///< no class is in two parts
  by_group     ///< no group is in two parts
};

struct SplitStrategyInfo {
  SplitStrategy strategy;
  std::string_view name;
  std::string_view meaning;
};
[[nodiscard]] NEARFAR_EXPORT std::span<const SplitStrategyInfo> split_strategies();

struct SplitPart {
  std::string name;
  double share = 0;  ///< > 0; the shares add up to 1
};

/// Reads NAME=X,NAME=X,... Throws Error (usage) unless the shares are positive and add up to 1 (within 1e-6).
[[nodiscard]] NEARFAR_EXPORT std::vector<SplitPart> parse_fractions(std::string_view text);

/// The part (0-based) of each of `rows` rows. `groups` holds the class labels for stratified and by_class,
/// the groups for by_group; it is not read for random. The same seed gives the same parts.
///
/// Every part gets its share of all rows rounded down; the rows left over go one each to the last parts, so
/// folds differ by at most one row. For stratified the same shares hold within each class, to within a row
/// (what is left over goes to the parts that are furthest behind over all classes). Whole classes or groups
/// are dealt, in random order, to the part that is furthest behind its share of rows. Throws Error (data)
/// when a part would stay empty.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::int32_t> split_rows(std::int64_t rows, const Labels& groups,
                                                                  std::span<const SplitPart> parts,
                                                                  SplitStrategy strategy, std::uint64_t seed);

}  // namespace nearfar
