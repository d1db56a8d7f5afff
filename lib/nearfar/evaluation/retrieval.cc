#include "nearfar/evaluation/retrieval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/neighbors/distance_rows.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 3> kNoRelevant{"skip", "zero", "error"};

std::int64_t deepest(const std::vector<Measure>& measures, std::int64_t relevant) {
  std::int64_t depth = 0;
  for (const Measure& measure : measures) depth = std::max(depth, measure.info->depth(measure.k, relevant));
  return depth;
}

// Flags the gallery items that are similar to a query, one way for equal codes and one for sets of labels.
void flag_similar(const RetrievalTask& task, std::int32_t code, std::vector<std::int8_t>& flags) {
  if (task.labels == nullptr || !task.labels->several()) {
    for (std::size_t g = 0; g < flags.size(); ++g) flags[g] = task.gallery_codes[g] == code ? 1 : 0;
    return;
  }
  thread_local std::vector<std::int8_t> similar;  // by code
  similar.resize(static_cast<std::size_t>(task.labels->classes()));
  for (std::int32_t other = 0; other < task.labels->classes(); ++other)
    similar[static_cast<std::size_t>(other)] = task.labels->similar(code, other) ? 1 : 0;
  for (std::size_t g = 0; g < flags.size(); ++g) {
    const std::int32_t other = task.gallery_codes[g];
    flags[g] = other == Labels::kUnknown ? std::int8_t{0} : similar[static_cast<std::size_t>(other)];
  }
}

// 1 relevant, 0 not, -1 left out.
std::int64_t flag_gallery(const RetrievalTask& task, std::size_t q, std::vector<std::int8_t>& flags) {
  flags.resize(task.gallery_codes.size());
  flag_similar(task, task.query_codes[q], flags);
  std::int64_t relevant = std::count(flags.begin(), flags.end(), std::int8_t{1});
  if (!task.self.empty() && task.self[q] >= 0) {
    std::int8_t& own = flags[static_cast<std::size_t>(task.self[q])];
    relevant -= own;
    own = -1;
  }
  return relevant;
}

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
  const auto measure_query = [&](std::int64_t row, std::span<const float> distances) {
    const auto q = static_cast<std::size_t>(row);
    if (task.query_codes[q] == Labels::kUnknown) return;
    thread_local std::vector<std::int8_t> flags;
    thread_local std::vector<std::uint64_t> scratch;
    const std::int64_t relevant = flag_gallery(task, q, flags);
    lonely[q] = relevant == 0 ? 1 : 0;
    if (relevant == 0) {
      if (options.no_relevant == NoRelevantPolicy::zero) {
        for (std::vector<double>& values : result.per_query) values[q] = 0;
      }
      return;
    }
    const Ranking ranking =
        rank_items(distances, flags, deepest(options.measures, relevant), options.ties, scratch);
    tied[q] = ranking.tied || (looks_at_first_hit && ranking.first_hit_tied) ? 1 : 0;
    for (std::size_t m = 0; m < options.measures.size(); ++m) {
      result.per_query[m][q] = options.measures[m].info->value(ranking, options.measures[m].k);
    }
  };
  constexpr std::int64_t kBlock = 1024;  // queries between two reports of progress
  for (std::int64_t begin = 0; begin < task.queries.rows; begin += kBlock) {
    const std::int64_t end = std::min(task.queries.rows, begin + kBlock);
    for_each_distance_row(
        task.queries.slice(begin, end), task.gallery, options.distance,
        [&](std::int64_t row, std::span<const float> distances) { measure_query(begin + row, distances); });
    if (options.progress) options.progress(end, task.queries.rows);
  }
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

}  // namespace nearfar
