#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/labels.h"

namespace nearfar {

/// Sets of the numbers 0, 1, ... that are joined two by two (union by size with path halving; Tarjan and van
/// Leeuwen 1984): practically O(1) a call, 8 bytes a number.
class NEARFAR_EXPORT DisjointSets {
 public:
  /// A new number, in a set of its own.
  std::int32_t add();
  void join(std::int32_t a, std::int32_t b);
  /// The number that stands for the set of `a`; the same for all of the set until it is joined.
  [[nodiscard]] std::int32_t root(std::int32_t a);

 private:
  std::vector<std::int32_t> parent_;
  std::vector<std::int32_t> size_;
};

/// Which tuples hang together: those that share an item, directly or through others (the connected components
/// of the hypergraph of tuples over items). Memory: the names of the items.
class NEARFAR_EXPORT TupleComponents {
 public:
  TupleComponents() = default;
  TupleComponents(const TupleComponents&) = delete;
  TupleComponents& operator=(const TupleComponents&) = delete;
  /// The next tuple, by the names of its items.
  void add(std::span<const std::string_view> items);
  /// The component of each tuple as its code, in the order of first appearance, called by its first item.
  [[nodiscard]] Labels take();
  [[nodiscard]] std::int64_t items() const { return static_cast<std::int64_t>(numbers_.size()); }

 private:
  std::unordered_map<std::string, std::int32_t> numbers_;
  std::vector<const std::string*> names_;  // keys of numbers_, which stay where they are
  DisjointSets sets_;
  std::vector<std::int32_t> first_items_;  // of each tuple
};

/// The rows that hang together because they share a label, directly or through others; codes and names as
/// above, called by a label. Rows of unknown class stay so. Where every row has one label these are the
/// classes.
[[nodiscard]] Labels label_components(const Labels& labels);

}  // namespace nearfar
