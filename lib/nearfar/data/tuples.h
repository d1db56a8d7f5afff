#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

enum class TupleKind {
  pairs,         ///< a, b, similar (1 or 0)
  graded_pairs,  ///< a, b, similarity (a real number)
  triplets,      ///< anchor, positive, negative
  quadruplets    ///< a, b, c, d: d(a,b) < d(c,d)
};

struct TupleKindInfo {
  TupleKind kind;
  std::string_view name;                       ///< as in messages: "triplets"
  std::string_view one;                        ///< of them: "triplet"; of graded pairs "pair"
  std::size_t items;                           ///< rows in one tuple
  std::array<std::string_view, 4> item_names;  ///< column names of the items
  std::string_view value_name;                 ///< "similar", "similarity" or ""
};

[[nodiscard]] NEARFAR_EXPORT std::span<const TupleKindInfo> tuple_kinds();
[[nodiscard]] NEARFAR_EXPORT const TupleKindInfo& tuple_kind(TupleKind kind);

/// Tuples of rows of one data set.
struct Tuples {
  TupleKind kind = TupleKind::triplets;
  std::vector<std::int32_t> items;  ///< 0-based rows; tuple t is items[t * k, t * k + k) with k items a tuple
  std::vector<float> values;        ///< one a tuple for pairs (1 or 0) and graded pairs; else empty

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(items.size() / tuple_kind(kind).items);
  }
  [[nodiscard]] std::span<const std::int32_t> operator[](std::int64_t t) const {
    const std::size_t k = tuple_kind(kind).items;
    return {items.data() + static_cast<std::size_t>(t) * k, k};
  }
};

}  // namespace nearfar
