#include "nearfar/evaluation/query_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 3> kNoRelevant{"skip", "zero", "error"};
constexpr std::array<std::string_view, 3> kMissing{"zero", "skip", "error"};
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

NoRelevantPolicy parse_no_relevant(std::string_view name) {
  return value_named<NoRelevantPolicy>(kNoRelevant, "--no-relevant", "policy", name);
}
std::string_view no_relevant_name(NoRelevantPolicy policy) {
  return kNoRelevant[static_cast<std::size_t>(policy)];
}
std::span<const std::string_view> no_relevant_names() { return kNoRelevant; }

MissingQueryPolicy parse_missing_queries(std::string_view name) {
  return value_named<MissingQueryPolicy>(kMissing, "--missing-queries", "policy", name);
}
std::string_view missing_queries_name(MissingQueryPolicy policy) {
  return kMissing[static_cast<std::size_t>(policy)];
}
std::span<const std::string_view> missing_queries_names() { return kMissing; }

void refuse_missing(std::span<const std::string_view> queries, MissingQueryPolicy policy) {
  if (queries.empty() || policy != MissingQueryPolicy::error) return;
  data_error(grouped(std::ssize(queries)) +
                 (queries.size() == 1 ? " judged query is missing: '"
                                      : " judged queries are missing, the first is '") +
                 std::string(queries.front()) + "'",
             {}, "--missing-queries zero counts them with 0, skip leaves them out");
}

QueryValues::QueryValues(const std::vector<Measure>& measures, std::int64_t queries,
                         NoRelevantPolicy no_relevant)
    : measures_(measures),
      no_relevant_(no_relevant),
      // Measures that need no depth look at the first hit, however far down.
      looks_at_first_hit_(std::any_of(measures.begin(), measures.end(),
                                      [](const Measure& measure) {
                                        return measure.info->value != nullptr &&
                                               measure.info->depth(measure.k, 1) == 0;
                                      })),
      values_(measures.size(), std::vector<double>(static_cast<std::size_t>(queries), kNone)),
      states_(static_cast<std::size_t>(queries), State::not_noted),
      tied_(static_cast<std::size_t>(queries)) {}

std::int64_t QueryValues::depth(std::int64_t relevant) const {
  std::int64_t depth = 0;
  for (const Measure& measure : measures_) depth = std::max(depth, measure.info->depth(measure.k, relevant));
  return depth;
}

void QueryValues::note(std::int64_t query, const Ranking& ranking) {
  const auto q = static_cast<std::size_t>(query);
  const bool lonely = ranking.relevant == 0;
  states_[q] = lonely ? State::without_relevant : State::counted;
  if (lonely && no_relevant_ != NoRelevantPolicy::zero) return;
  tied_[q] = ranking.tied || (looks_at_first_hit_ && ranking.first_hit_tied) ? 1 : 0;
  for (std::size_t m = 0; m < measures_.size(); ++m) {
    const MeasureInfo& info = *measures_[m].info;
    const double value = info.value != nullptr ? info.value(ranking, measures_[m].k) : kNone;
    values_[m][q] = lonely && std::isnan(value) ? 0 : value;
  }
}

void QueryValues::set(std::size_t measure, std::int64_t query, double value, bool tied) {
  const auto q = static_cast<std::size_t>(query);
  values_[measure][q] = value;
  if (tied) tied_[q] = 1;
}

bool QueryValues::counts(std::int64_t query) const {
  const State state = states_[static_cast<std::size_t>(query)];
  return state == State::counted ||
         (state == State::without_relevant && no_relevant_ == NoRelevantPolicy::zero);
}

void QueryValues::note_missing(std::int64_t query, MissingQueryPolicy policy) {
  if (policy != MissingQueryPolicy::zero) return;
  const auto q = static_cast<std::size_t>(query);
  states_[q] = State::missing;
  for (std::vector<double>& values : values_) values[q] = 0;
}

void QueryValues::refuse_without_relevant() const {
  const auto alone = std::count(states_.begin(), states_.end(), State::without_relevant);
  if (alone == 0 || no_relevant_ != NoRelevantPolicy::error) return;
  const auto first = std::find(states_.begin(), states_.end(), State::without_relevant) - states_.begin();
  data_error(grouped(alone) + " queries have no relevant item, the first is query " + grouped(first + 1), {},
             "--no-relevant skip leaves them out");
}

RetrievalResult QueryValues::finish(const std::string& advice) {
  refuse_without_relevant();
  const auto count = [&](State state) {
    return static_cast<std::int64_t>(std::count(states_.begin(), states_.end(), state));
  };
  RetrievalResult result;
  const std::int64_t alone = count(State::without_relevant);
  const bool alone_count = no_relevant_ == NoRelevantPolicy::zero;
  result.queries = count(State::counted) + count(State::missing) + (alone_count ? alone : 0);
  result.skipped = alone_count ? 0 : alone;
  result.tied = static_cast<std::int64_t>(std::count(tied_.begin(), tied_.end(), std::int8_t{1}));
  if (count(State::counted) == 0) {
    data_error("no query has a relevant item, so no measure is defined", {}, advice);
  }
  for (std::size_t m = 0; m < measures_.size(); ++m) {
    double sum = 0;
    std::int64_t defined = 0;
    for (const double value : values_[m]) {
      if (std::isnan(value)) continue;
      sum += value;
      ++defined;
    }
    if (defined == 0)
      data_error("no query defines the measure " + measures_[m].name, {},
                 "leave it out of --measures: no query has what its definition needs");
    result.values.push_back(sum / static_cast<double>(defined));
  }
  result.per_query = std::move(values_);
  return result;
}

}  // namespace nearfar
