#include "nearfar/data/tuples.h"

namespace nearfar {
namespace {

constexpr std::array<TupleKindInfo, 4> kKinds{{
    {TupleKind::pairs, "pairs", "pair", 2, {"a", "b"}, "similar"},
    {TupleKind::graded_pairs, "graded pairs", "pair", 2, {"a", "b"}, "similarity"},
    {TupleKind::triplets, "triplets", "triplet", 3, {"anchor", "positive", "negative"}, ""},
    {TupleKind::quadruplets, "quadruplets", "quadruplet", 4, {"a", "b", "c", "d"}, ""},
}};

}  // namespace

std::span<const TupleKindInfo> tuple_kinds() { return kKinds; }

const TupleKindInfo& tuple_kind(TupleKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace nearfar
