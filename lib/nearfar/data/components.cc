#include "nearfar/data/components.h"

#include <utility>

namespace nearfar {
namespace {

// Codes for the sets of these members, by their roots, in the order of first appearance; -1 stays unknown.
template <class NameOf>
Labels labels_of_sets(DisjointSets& sets, const std::vector<std::int32_t>& members, NameOf name_of) {
  Labels labels;
  labels.codes.reserve(members.size());
  std::unordered_map<std::int32_t, std::int32_t> codes;  // by root
  for (const std::int32_t member : members) {
    if (member == Labels::kUnknown) {
      labels.codes.push_back(Labels::kUnknown);
      continue;
    }
    const auto [known, is_new] = codes.emplace(sets.root(member), labels.classes());
    if (is_new) labels.names.emplace_back(name_of(member));
    labels.codes.push_back(known->second);
  }
  return labels;
}

}  // namespace

std::int32_t DisjointSets::add() {
  const auto number = static_cast<std::int32_t>(parent_.size());
  parent_.push_back(number);
  size_.push_back(1);
  return number;
}

std::int32_t DisjointSets::root(std::int32_t a) {
  auto at = static_cast<std::size_t>(a);
  while (parent_[at] != static_cast<std::int32_t>(at)) {
    parent_[at] = parent_[static_cast<std::size_t>(parent_[at])];
    at = static_cast<std::size_t>(parent_[at]);
  }
  return static_cast<std::int32_t>(at);
}

void DisjointSets::join(std::int32_t a, std::int32_t b) {
  auto large = static_cast<std::size_t>(root(a));
  auto small = static_cast<std::size_t>(root(b));
  if (large == small) return;
  if (size_[large] < size_[small]) std::swap(large, small);
  parent_[small] = static_cast<std::int32_t>(large);
  size_[large] += size_[small];
}

void TupleComponents::add(std::span<const std::string_view> items) {
  std::int32_t first = -1;
  for (const std::string_view item : items) {
    auto [known, is_new] = numbers_.try_emplace(std::string(item));
    if (is_new) {
      known->second = sets_.add();
      names_.push_back(&known->first);
    }
    if (first < 0) first = known->second;
    sets_.join(first, known->second);
  }
  first_items_.push_back(first);
}

Labels TupleComponents::take() {
  return labels_of_sets(sets_, first_items_, [&](std::int32_t item) -> const std::string& {
    return *names_[static_cast<std::size_t>(item)];
  });
}

Labels label_components(const Labels& labels) {
  if (!labels.several()) return labels;
  DisjointSets sets;
  for (std::int32_t label = 0; label < labels.label_count(); ++label) sets.add();
  for (const std::vector<std::int32_t>& set : labels.sets) {
    for (const std::int32_t label : set) sets.join(set.front(), label);
  }
  std::vector<std::int32_t> first_labels;  // of each row
  first_labels.reserve(labels.codes.size());
  for (const std::int32_t code : labels.codes) {
    first_labels.push_back(code == Labels::kUnknown ? code
                                                    : labels.sets[static_cast<std::size_t>(code)].front());
  }
  return labels_of_sets(sets, first_labels, [&](std::int32_t label) -> const std::string& {
    return labels.label_names[static_cast<std::size_t>(label)];
  });
}

}  // namespace nearfar
