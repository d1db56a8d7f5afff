#pragma once

// Rows with several labels each, at random, and what they mean, from the sets themselves.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/data/labels.h"

namespace nearfar::testing {

using LabelSets = std::vector<std::set<std::string>>;  // one a row; empty: of unknown class

/// Up to `most` of `labels` labels a row, some rows with none.
inline LabelSets random_label_sets(std::int64_t rows, std::uint64_t labels, std::uint64_t most,
                                   std::uint64_t seed) {
  Random random(seed);
  LabelSets sets(static_cast<std::size_t>(rows));
  for (std::set<std::string>& set : sets) {
    for (std::uint64_t drawn = random.below(most + 1); drawn > 0; --drawn)
      set.insert("l" + std::to_string(random.below(labels)));
  }
  return sets;
}

inline bool share(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& label) { return b.contains(label); });
}

/// The sets as fields "a;b", in shuffled order, the unknown ones as "?"; read with the rules below.
inline std::vector<std::string> label_fields(const LabelSets& sets, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::string> fields;
  for (const std::set<std::string>& set : sets) {
    std::vector<std::string> labels(set.begin(), set.end());
    random.shuffle(std::span(labels));
    std::string field;
    for (const std::string& label : labels) field += (field.empty() ? "" : ";") + label;
    fields.push_back(field.empty() ? "?" : field);
  }
  return fields;
}

inline const LabelRules& several_rules() {
  static const LabelRules rules{";", {"?"}};
  return rules;
}

inline Labels encode_sets(const LabelSets& sets) {
  return encode_labels(label_fields(sets, 1), several_rules());
}

}  // namespace nearfar::testing
