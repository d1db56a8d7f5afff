#include "nearfar/evaluation/relevance.h"

#include <algorithm>

namespace nearfar {
namespace {

// The rows of every code, ascending.
std::vector<Relevance::Rows> rows_of_codes(std::span<const std::int32_t> codes) {
  std::vector<Relevance::Rows> rows;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] < 0) continue;
    const auto code = static_cast<std::size_t>(codes[i]);
    if (code >= rows.size()) rows.resize(code + 1);
    rows[code].push_back(static_cast<std::int32_t>(i));
  }
  return rows;
}

}  // namespace

Relevance::Relevance(const RetrievalTask& task)
    : task_(task),
      by_code_(
          rows_of_codes(task.judgements == nullptr ? task.gallery_codes : std::span<const std::int32_t>())),
      by_group_(rows_of_codes(task.gallery_groups)) {}

bool Relevance::known(std::int64_t q) const {
  const auto at = static_cast<std::size_t>(q);
  return task_.judgements != nullptr ? (*task_.judgements)[at].known
                                     : task_.query_codes[at] != Labels::kUnknown;
}

void Relevance::relevant(std::int64_t q, Rows& rows) const {
  rows.clear();
  if (!known(q)) return;
  if (task_.judgements != nullptr) {
    for (const JudgedRow& judged : (*task_.judgements)[static_cast<std::size_t>(q)].rows) {
      if (allowed(q, judged.row)) rows.push_back(judged.row);
    }
    return;
  }
  const std::int32_t code = task_.query_codes[static_cast<std::size_t>(q)];
  if (task_.labels == nullptr || !task_.labels->several()) {
    if (static_cast<std::size_t>(code) < by_code_.size()) rows = by_code_[static_cast<std::size_t>(code)];
  } else {
    for (std::size_t other = 0; other < by_code_.size(); ++other) {
      if (task_.labels->similar(code, static_cast<std::int32_t>(other)))
        rows.insert(rows.end(), by_code_[other].begin(), by_code_[other].end());
    }
    std::sort(rows.begin(), rows.end());
  }
  thread_local Rows left_out;
  excluded(q, left_out);
  if (left_out.empty()) return;
  const auto is_out = [&](std::int32_t row) {
    return std::binary_search(left_out.begin(), left_out.end(), row);
  };
  rows.erase(std::remove_if(rows.begin(), rows.end(), is_out), rows.end());
}

void Relevance::excluded(std::int64_t q, Rows& rows) const {
  rows.clear();
  const auto at = static_cast<std::size_t>(q);
  if (!task_.query_groups.empty()) {
    const auto group = static_cast<std::size_t>(task_.query_groups[at]);
    if (group < by_group_.size()) rows = by_group_[group];
  }
  if (task_.self.empty() || task_.self[at] < 0) return;
  const auto self = static_cast<std::int32_t>(task_.self[at]);
  const auto place = std::lower_bound(rows.begin(), rows.end(), self);
  if (place == rows.end() || *place != self) rows.insert(place, self);
}

bool Relevance::allowed(std::int64_t q, std::int64_t g) const {
  const auto at = static_cast<std::size_t>(q);
  return (task_.self.empty() || task_.self[at] != g) &&
         (task_.query_groups.empty() ||
          task_.query_groups[at] != task_.gallery_groups[static_cast<std::size_t>(g)]);
}

std::int64_t Relevance::candidates(std::int64_t q) const {
  const auto at = static_cast<std::size_t>(q);
  std::int64_t left = task_.gallery.rows;
  std::int32_t group = -1;
  if (!task_.query_groups.empty()) {
    group = task_.query_groups[at];
    if (static_cast<std::size_t>(group) < by_group_.size())
      left -= std::ssize(by_group_[static_cast<std::size_t>(group)]);
  }
  const std::int64_t self = task_.self.empty() ? -1 : task_.self[at];
  const bool self_in_group =
      group >= 0 && self >= 0 && task_.gallery_groups[static_cast<std::size_t>(self)] == group;
  return left - (self >= 0 && !self_in_group ? 1 : 0);
}

}  // namespace nearfar
