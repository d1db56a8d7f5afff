#include "nearfar/data/labels.h"

#include <algorithm>
#include <array>
#include <utility>

#include "nearfar/core/text.h"

namespace nearfar {
namespace {

// Calls use(label) for each label of a field.
template <class Use>
void for_each_label(std::string_view field, std::string_view separator, Use use) {
  if (separator.empty()) {
    use(field);
    return;
  }
  for (std::size_t begin = 0; begin <= field.size();) {
    const std::size_t end = std::min(field.find(separator, begin), field.size());
    use(trimmed(field.substr(begin, end - begin)));
    begin = end + separator.size();
  }
}

// The set of a code, also where every row has one label.
std::vector<std::int32_t> set_of(const Labels& labels, std::int32_t code) {
  if (!labels.several()) return {code};
  return labels.sets[static_cast<std::size_t>(code)];
}

const std::vector<std::string>& label_texts(const Labels& labels) {
  return labels.several() ? labels.label_names : labels.names;
}

// A code for every set of one label, which is how a numbering of single labels goes on with sets.
void make_several(Labels& labels) {
  if (labels.several()) return;
  for (std::int32_t code = 0; code < labels.classes(); ++code) labels.sets.push_back({code});
  labels.label_names = labels.names;
}

void make_single(Labels& labels) {
  labels.sets.clear();
  labels.label_names.clear();
}

bool all_single(const Labels& labels) {
  return std::all_of(labels.sets.begin(), labels.sets.end(),
                     [](const std::vector<std::int32_t>& set) { return set.size() == 1; });
}

template <class Keys>
std::vector<std::vector<std::int64_t>> rows_by(const Labels& labels, std::size_t lists, Keys keys) {
  std::vector<std::vector<std::int64_t>> rows(lists);
  for (std::size_t i = 0; i < labels.codes.size(); ++i) {
    if (labels.codes[i] == Labels::kUnknown) continue;
    for (const std::int32_t key : keys(labels.codes[i]))
      rows[static_cast<std::size_t>(key)].push_back(static_cast<std::int64_t>(i));
  }
  return rows;
}

}  // namespace

std::int64_t Labels::unknown_rows() const { return std::count(codes.begin(), codes.end(), kUnknown); }

bool Labels::share_a_label(std::int32_t a, std::int32_t b) const {
  const std::vector<std::int32_t>& left = sets[static_cast<std::size_t>(a)];
  const std::vector<std::int32_t>& right = sets[static_cast<std::size_t>(b)];
  for (auto l = left.begin(), r = right.begin(); l != left.end() && r != right.end();) {
    if (*l == *r) return true;
    *l < *r ? ++l : ++r;
  }
  return false;
}

bool has_empty_label(std::string_view field, const LabelRules& rules) {
  bool found = false;
  for_each_label(field, rules.separator, [&](std::string_view label) { found = found || label.empty(); });
  return found && std::find(rules.ignored.begin(), rules.ignored.end(), "") == rules.ignored.end();
}

LabelEncoder::LabelEncoder(LabelRules rules)
    : rules_(std::move(rules)), ignored_seen_(rules_.ignored.size()) {}

bool LabelEncoder::ignores(std::string_view label) {
  const auto found = std::find(rules_.ignored.begin(), rules_.ignored.end(), label);
  if (found == rules_.ignored.end()) return false;
  ignored_seen_[static_cast<std::size_t>(found - rules_.ignored.begin())] = true;
  return true;
}

std::int32_t LabelEncoder::number_of(std::string_view label) {
  const auto next = static_cast<std::int32_t>(labels_.label_names.size());
  const auto [known, is_new] = numbers_.emplace(label, next);
  if (is_new) labels_.label_names.emplace_back(label);
  return known->second;
}

std::int32_t LabelEncoder::code_of(std::vector<std::int32_t> set) {
  const auto [known, is_new] = set_codes_.emplace(std::move(set), labels_.classes());
  if (is_new) {
    std::vector<std::string> texts;
    for (const std::int32_t label : known->first)
      texts.push_back(labels_.label_names[static_cast<std::size_t>(label)]);
    std::sort(texts.begin(), texts.end());
    std::string name;
    for (const std::string& text : texts) name += (&text == texts.data() ? "" : rules_.separator) + text;
    labels_.names.push_back(std::move(name));
    labels_.sets.push_back(known->first);
  }
  return known->second;
}

void LabelEncoder::add(std::string_view field) {
  if (rules_.separator.empty()) {  // a label is its own code
    labels_.codes.push_back(ignores(field) ? Labels::kUnknown : number_of(field));
    return;
  }
  std::vector<std::int32_t> set;
  for_each_label(field, rules_.separator, [&](std::string_view label) {
    if (!ignores(label)) set.push_back(number_of(label));
  });
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  labels_.codes.push_back(set.empty() ? Labels::kUnknown : code_of(std::move(set)));
}

Labels LabelEncoder::take() {
  Labels taken = std::exchange(labels_, Labels{});
  numbers_.clear();
  set_codes_.clear();
  if (rules_.separator.empty()) taken.names = std::move(taken.label_names);
  if (all_single(taken)) make_single(taken);
  return taken;
}

std::vector<std::string> LabelEncoder::never_seen() const {
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < rules_.ignored.size(); ++i) {
    if (!ignored_seen_[i]) missing.push_back(rules_.ignored[i]);
  }
  return missing;
}

Labels encode_labels(const std::vector<std::string>& texts, const LabelRules& rules) {
  LabelEncoder encoder(rules);
  for (const std::string& text : texts) encoder.add(text);
  return encoder.take();
}

Labels join_labels(const Labels& first, const Labels& second) {
  Labels joined = first;
  make_several(joined);
  std::unordered_map<std::string, std::int32_t> numbers;
  for (const std::string& text : joined.label_names)
    numbers.emplace(text, static_cast<std::int32_t>(numbers.size()));
  std::map<std::vector<std::int32_t>, std::int32_t> set_codes;
  for (const std::vector<std::int32_t>& set : joined.sets)
    set_codes.emplace(set, static_cast<std::int32_t>(set_codes.size()));
  std::vector<std::int32_t> codes;  // in `joined`, of each code of `second`
  for (std::int32_t code = 0; code < second.classes(); ++code) {
    std::vector<std::int32_t> set;
    for (const std::int32_t label : set_of(second, code)) {
      const std::string& text = label_texts(second)[static_cast<std::size_t>(label)];
      const auto [known, is_new] = numbers.emplace(text, static_cast<std::int32_t>(numbers.size()));
      if (is_new) joined.label_names.push_back(text);
      set.push_back(known->second);
    }
    std::sort(set.begin(), set.end());
    const auto [known, is_new] = set_codes.emplace(set, joined.classes());
    if (is_new) {
      joined.names.push_back(second.names[static_cast<std::size_t>(code)]);
      joined.sets.push_back(std::move(set));
    }
    codes.push_back(known->second);
  }
  for (const std::int32_t code : second.codes)
    joined.codes.push_back(code == Labels::kUnknown ? code : codes[static_cast<std::size_t>(code)]);
  if (all_single(joined)) make_single(joined);
  return joined;
}

std::vector<std::vector<std::int64_t>> rows_by_class(const Labels& labels) {
  return rows_by(labels, labels.names.size(), [](std::int32_t code) { return std::array{code}; });
}

std::vector<std::vector<std::int64_t>> rows_by_label(const Labels& labels) {
  if (!labels.several()) return rows_by_class(labels);
  return rows_by(
      labels, labels.label_names.size(), [&](std::int32_t code) -> const auto& {
        return labels.sets[static_cast<std::size_t>(code)];
      });
}

}  // namespace nearfar
