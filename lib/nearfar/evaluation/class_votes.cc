#include "nearfar/evaluation/class_votes.h"

#include <algorithm>

#include "nearfar/core/error.h"

namespace nearfar {
namespace {

bool by_class(const Measure& measure) { return measure.info->needs == Needs::classes; }

}  // namespace

ClassVotes::ClassVotes(const RetrievalTask& task, const RetrievalOptions& options, QueryValues& values)
    : task_(task), options_(options), values_(values) {
  for (const Measure& measure : options.measures) {
    if (by_class(measure)) k_ = std::max(k_, measure.k);
  }
  k_ = std::min({k_, options.depth, task.gallery.rows});
  if (k_ > 0 && task.labels != nullptr && task.labels->several()) {
    data_error("rows have several labels, and a vote of the nearest neighbours needs one class a row", {},
               "measure precision@k or hit@k");
  }
}

// The classes of neighbours, in groups of one distance or one by one.
std::vector<TiedClasses> ClassVotes::classes_of(std::span<const Neighbor> neighbors, bool one_by_one) const {
  std::vector<TiedClasses> groups;
  for (std::size_t i = 0; i < neighbors.size(); ++i) {
    if (one_by_one || i == 0 || neighbors[i].distance != neighbors[i - 1].distance) groups.emplace_back();
    groups.back().push_back(task_.gallery_codes[static_cast<std::size_t>(neighbors[i].row)]);
  }
  return groups;
}

void ClassVotes::vote(std::int64_t q, std::span<const Neighbor> neighbors) {
  if (!values_.counts(q)) return;
  const std::vector<TiedClasses> groups = classes_of(neighbors, false);
  const std::vector<TiedClasses> by_row =
      options_.ties == TiePolicy::index ? classes_of(neighbors, true) : std::vector<TiedClasses>();
  const std::int32_t own = task_.query_codes[static_cast<std::size_t>(q)];
  for (std::size_t m = 0; m < options_.measures.size(); ++m) {
    const Measure& measure = options_.measures[m];
    if (!by_class(measure)) continue;
    const std::int64_t k = std::min(measure.k, k_);
    const bool tied =
        groups.size() < neighbors.size() && majority_is(own, groups, k, TiePolicy::optimistic) !=
                                                majority_is(own, groups, k, TiePolicy::pessimistic);
    values_.set(m, q, majority_is(own, by_row.empty() ? groups : by_row, k, options_.ties), tied);
  }
}

}  // namespace nearfar
