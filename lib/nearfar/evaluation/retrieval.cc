#include "nearfar/evaluation/retrieval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/neighbors/rank_count.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 3> kNoRelevant{"skip", "zero", "error"};

std::int64_t deepest(const std::vector<Measure>& measures, std::int64_t relevant) {
  std::int64_t depth = 0;
  for (const Measure& measure : measures) depth = std::max(depth, measure.info->depth(measure.k, relevant));
  return depth;
}

using Rows = std::vector<std::int32_t>;

// The rows of every code, ascending.
std::vector<Rows> rows_of_codes(std::span<const std::int32_t> codes) {
  std::vector<Rows> rows;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] < 0) continue;
    const auto code = static_cast<std::size_t>(codes[i]);
    if (code >= rows.size()) rows.resize(code + 1);
    rows[code].push_back(static_cast<std::int32_t>(i));
  }
  return rows;
}

// Which gallery rows are relevant to a query, and which are no candidates.
class Relevance {
 public:
  explicit Relevance(const RetrievalTask& task)
      : task_(task),
        by_code_(rows_of_codes(task.gallery_codes)),
        by_group_(rows_of_codes(task.gallery_groups)) {}

  void relevant(std::int64_t q, Rows& rows) const {
    rows.clear();
    const std::int32_t code = task_.query_codes[static_cast<std::size_t>(q)];
    if (code == Labels::kUnknown) return;
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

  void excluded(std::int64_t q, Rows& rows) const {
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

 private:
  const RetrievalTask& task_;
  std::vector<Rows> by_code_;
  std::vector<Rows> by_group_;
};

}  // namespace

NoRelevantPolicy parse_no_relevant(std::string_view name) {
  return value_named<NoRelevantPolicy>(kNoRelevant, "--no-relevant", "policy", name);
}

std::string_view no_relevant_name(NoRelevantPolicy policy) {
  return kNoRelevant[static_cast<std::size_t>(policy)];
}

RetrievalResult evaluate_retrieval(const RetrievalTask& task, const RetrievalOptions& options) {
  const auto rows = static_cast<std::size_t>(task.queries.rows);
  constexpr double kSkipped = std::numeric_limits<double>::quiet_NaN();
  RetrievalResult result;
  result.gallery = task.gallery.rows;
  result.per_query.assign(options.measures.size(), std::vector<double>(rows, kSkipped));
  const bool looks_at_first_hit =  // measures that need no depth look at the first hit, however far down
      std::any_of(options.measures.begin(), options.measures.end(),
                  [](const Measure& measure) { return measure.info->depth(measure.k, 1) == 0; });
  std::vector<std::int8_t> tied(rows);
  std::vector<std::int8_t> lonely(rows);  // without a relevant item
  const Relevance relevance(task);
  RankOptions ranks;
  ranks.distance = options.distance;
  ranks.ties_by_row = options.ties == TiePolicy::index;
  ranks.relevant = [&](std::int64_t q, Rows& relevant) { relevance.relevant(q, relevant); };
  ranks.excluded = [&](std::int64_t q, Rows& excluded) { relevance.excluded(q, excluded); };
  ranks.progress = options.progress;
  count_ranks(task.queries, task.gallery, ranks, [&](std::int64_t row, std::span<const RankGroup> groups) {
    const auto q = static_cast<std::size_t>(row);
    if (task.query_codes[q] == Labels::kUnknown) return;
    lonely[q] = groups.empty() ? 1 : 0;
    if (groups.empty()) {
      if (options.no_relevant == NoRelevantPolicy::zero) {
        for (std::vector<double>& values : result.per_query) values[q] = 0;
      }
      return;
    }
    std::int64_t relevant = 0;
    for (const RankGroup& group : groups) relevant += group.relevant;
    const Ranking ranking = ranking_of(groups, deepest(options.measures, relevant), options.ties);
    tied[q] = ranking.tied || (looks_at_first_hit && ranking.first_hit_tied) ? 1 : 0;
    for (std::size_t m = 0; m < options.measures.size(); ++m) {
      result.per_query[m][q] = options.measures[m].info->value(ranking, options.measures[m].k);
    }
  });
  const auto alone = static_cast<std::int64_t>(std::count(lonely.begin(), lonely.end(), std::int8_t{1}));
  if (alone > 0 && options.no_relevant == NoRelevantPolicy::error) {
    const auto first = std::find(lonely.begin(), lonely.end(), std::int8_t{1}) - lonely.begin();
    data_error(grouped(alone) + " queries have no relevant item, the first is query " + grouped(first + 1),
               {}, "--no-relevant skip leaves them out");
  }
  result.tied = static_cast<std::int64_t>(std::count(tied.begin(), tied.end(), std::int8_t{1}));
  result.skipped = options.no_relevant == NoRelevantPolicy::skip ? alone : 0;
  for (std::size_t m = 0; m < options.measures.size(); ++m) {
    double sum = 0;
    result.queries = 0;
    for (const double value : result.per_query[m]) {
      if (std::isnan(value)) continue;
      sum += value;
      ++result.queries;
    }
    result.values.push_back(result.queries > 0 ? sum / static_cast<double>(result.queries) : 0);
  }
  const std::int64_t empty_ones =
      options.no_relevant == NoRelevantPolicy::zero ? alone : 0;  // among the counted queries
  if (result.queries == empty_ones) {
    data_error("no query has a relevant item, so no measure is defined", {},
               "is --label the right column? every class needs two rows, or one in the gallery");
  }
  return result;
}

Outcome outcome_of(RetrievalResult result, const RetrievalOptions& options) {
  Outcome outcome;
  for (std::size_t m = 0; m < options.measures.size(); ++m) {
    MeasuredValue measured;
    measured.name = options.measures[m].name;
    measured.definition = options.measures[m].info->definition;
    measured.value = result.values[m];
    measured.per_unit = std::move(result.per_query[m]);
    outcome.measures.push_back(std::move(measured));
  }
  outcome.counts = {{"queries", result.queries},
                    {"gallery", result.gallery},
                    {"skipped", result.skipped},
                    {"tied", result.tied}};
  outcome.policies = {{"ties", std::string(tie_policy_name(options.ties))},
                      {"no-relevant", std::string(no_relevant_name(options.no_relevant))}};
  return outcome;
}

}  // namespace nearfar
