#include "nearfar/data/judgements.h"

#include <algorithm>
#include <unordered_map>

namespace nearfar {
namespace {

constexpr std::int32_t kAbsent = -1;

// The gallery row of each item of the judgements.
std::vector<std::int32_t> rows_of_items(const NameTable& items, std::span<const std::string> gallery_ids) {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(items.size()), kAbsent);
  for (std::size_t g = 0; g < gallery_ids.size(); ++g) {
    if (const auto item = items.find(gallery_ids[g]))
      rows[static_cast<std::size_t>(*item)] = static_cast<std::int32_t>(g);
  }
  return rows;
}

}  // namespace

PlacedJudgements place_judgements(const Qrels& qrels, const NameTable& items,
                                  std::span<const std::string> query_ids,
                                  std::span<const std::string> gallery_ids) {
  const std::vector<std::int32_t> rows = rows_of_items(items, gallery_ids);
  PlacedJudgements placed;
  placed.absent = std::count(rows.begin(), rows.end(), kAbsent);
  placed.present = std::ssize(rows) - placed.absent;
  std::vector<bool> has_row(static_cast<std::size_t>(qrels.queries.size()));
  for (const std::string& id : query_ids) {
    JudgedRows& judged = placed.queries.emplace_back();
    const auto query = qrels.queries.find(id);
    if (!query) continue;
    has_row[static_cast<std::size_t>(*query)] = true;
    judged.known = true;
    for (const auto& [item, grade] : qrels.of(*query)) {
      const std::int32_t row = rows[static_cast<std::size_t>(item)];
      row == kAbsent ? judged.absent.push_back(grade) : judged.rows.push_back({row, grade});
    }
    std::sort(judged.rows.begin(), judged.rows.end(),
              [](const JudgedRow& a, const JudgedRow& b) { return a.row < b.row; });
  }
  for (std::int32_t q = 0; q < qrels.queries.size(); ++q) {
    if (!has_row[static_cast<std::size_t>(q)]) placed.missing.push_back(qrels.queries.name(q));
  }
  return placed;
}

}  // namespace nearfar
