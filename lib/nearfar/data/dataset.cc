#include "nearfar/data/dataset.h"

#include <unordered_map>

namespace nearfar {

bool Labels::share_a_label(std::int32_t a, std::int32_t b) const {
  const std::vector<std::int32_t>& left = sets[static_cast<std::size_t>(a)];
  const std::vector<std::int32_t>& right = sets[static_cast<std::size_t>(b)];
  for (auto l = left.begin(), r = right.begin(); l != left.end() && r != right.end();) {
    if (*l == *r) return true;
    *l < *r ? ++l : ++r;
  }
  return false;
}

std::string Dataset::row_name(std::int64_t i) const {
  const auto at = static_cast<std::size_t>(i);
  return ids.empty() ? std::to_string(row_numbers[at]) : ids[at];
}

Labels encode_labels(const std::vector<std::string>& texts) {
  Labels labels;
  std::unordered_map<std::string, std::int32_t> codes;
  labels.codes.reserve(texts.size());
  for (const std::string& text : texts) {
    const auto [known, is_new] = codes.emplace(text, labels.classes());
    if (is_new) labels.names.push_back(text);
    labels.codes.push_back(known->second);
  }
  return labels;
}

std::vector<std::vector<std::int64_t>> rows_by_class(const Labels& labels) {
  std::vector<std::vector<std::int64_t>> rows(labels.names.size());
  for (std::size_t i = 0; i < labels.codes.size(); ++i) {
    if (labels.codes[i] != Labels::kUnknown)
      rows[static_cast<std::size_t>(labels.codes[i])].push_back(static_cast<std::int64_t>(i));
  }
  return rows;
}

}  // namespace nearfar
