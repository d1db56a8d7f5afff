#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/data/judgements.h"
#include "nearfar/data/labels.h"

namespace nearfar {

/// Queries and gallery with one class code a row, on one numbering; Labels::kUnknown rows are never queries
/// nor relevant, but distractors in the gallery. With judgements there are no codes.
struct RetrievalTask {
  MatrixView queries;
  std::span<const std::int32_t> query_codes;
  MatrixView gallery;
  std::span<const std::int32_t> gallery_codes;
  /// Gallery row that is the query itself and is left out, -1 for none; empty: none at all.
  std::span<const std::int64_t> self;
  /// Where codes stand for sets of labels: which of them are similar, and so relevant. Null: equal ones.
  const Labels* labels = nullptr;
  /// Gallery rows of the query's own group are left out; both empty: there are no groups.
  std::span<const std::int32_t> query_groups = {};
  std::span<const std::int32_t> gallery_groups = {};
  /// What is relevant where classes do not say it, one entry a query. Null: classes do.
  const std::vector<JudgedRows>* judgements = nullptr;
  /// Judged queries that are not among the rows; they come behind them.
  std::span<const std::string_view> missing = {};
  /// Names of the gallery rows, for TiePolicy::trec.
  std::span<const std::string> gallery_ids = {};
};

}  // namespace nearfar
