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
  by_group,    ///< no group is in two parts
  by_items     ///< of tuples: no item is in two parts
};

struct SplitStrategyInfo {
  SplitStrategy strategy;
  std::string_view name;
  std::string_view meaning;
};
[[nodiscard]] NEARFAR_EXPORT std::span<const SplitStrategyInfo> split_strategies();

/// Whether the strategy deals whole classes, groups or components.
[[nodiscard]] constexpr bool keeps_whole(SplitStrategy strategy) {
  return strategy != SplitStrategy::random && strategy != SplitStrategy::stratified;
}

struct SplitPart {
  std::string name;
  double share = 0;  ///< > 0; the shares add up to 1
};

/// Reads NAME=X,NAME=X,... Throws Error (usage) unless the shares are positive and add up to 1 (within 1e-6).
[[nodiscard]] NEARFAR_EXPORT std::vector<SplitPart> parse_fractions(std::string_view text);

/// By how much a component may exceed the largest share, as a share of all rows (and one row in any case).
constexpr double kComponentSlack = 0.05;

/// The part (0-based) of each of `rows` rows. `groups` holds the class labels for stratified and by_class,
/// the groups for by_group, the components of TupleComponents for by_items; it is not read for random. The
/// same seed gives the same parts.
///
/// Every part gets its share of all rows rounded down; the rows left over go one each to the last parts, so
/// folds differ by at most one row. For stratified the same shares hold within each class, to within a row
/// (what is left over goes to the parts that are furthest behind over all classes), and within the rows of
/// unknown class; where a row may have several labels iterative_stratification() deals, and both hold nearly.
///
/// Whole classes, groups or components are dealt, large ones first and equals in random order, to the part
/// that is furthest behind its share of rows; the last ones to parts that would stay empty. But for these no
/// part is off its share by more than the largest of them.
/// Where a row may have several labels by_class keeps together what label_components() joins. Rows of unknown
/// class are then dealt by chance, in the same shares.
///
/// Throws Error (data) when a part would stay empty (by_class: without a class), and when whole components
/// (by_items, or by_class with several labels) cannot meet the shares: the largest holds more than the
/// largest share and kComponentSlack of all rows.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::int32_t> split_rows(std::int64_t rows, const Labels& groups,
                                                                  std::span<const SplitPart> parts,
                                                                  SplitStrategy strategy, std::uint64_t seed);

}  // namespace nearfar
