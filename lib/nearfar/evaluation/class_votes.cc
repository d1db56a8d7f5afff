#include "nearfar/evaluation/class_votes.h"

#include <algorithm>
#include <utility>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/evaluation/votes.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar {
namespace {

/// A query whose last group of neighbours may have further members.
struct Pending {
  std::int64_t q;
  std::vector<Neighbor> neighbors;
};

class ClassVotes {
 public:
  ClassVotes(const RetrievalTask& task, const RetrievalOptions& options, const Relevance& relevance,
             QueryValues& values)
      : task_(task), options_(options), relevance_(relevance), values_(values) {
    for (const Measure& measure : options.measures) {
      if (by_class(measure)) k_ = std::max(k_, measure.k);
    }
    k_ = std::min({k_, options.depth, task.gallery.rows});
  }

  static bool by_class(const Measure& measure) { return measure.info->needs == Needs::classes; }

  void count() {
    if (k_ == 0) return;
    if (task_.labels != nullptr && task_.labels->several()) {
      data_error("rows have several labels, and a vote of the nearest neighbours needs one class a row", {},
                 "measure precision@k or hit@k");
    }
    std::vector<Pending> pending;
    NearestOptions nearest;
    nearest.distance = options_.distance;
    nearest.k = k_ + 1;  // one more tells whether the k-th place is tied
    nearest.allowed = [&](std::int64_t q, std::int64_t g) { return relevance_.allowed(q, g); };
    nearest_neighbors(task_.queries, task_.gallery, nearest,
                      [&](std::int64_t q, std::span<const Neighbor> found) {
                        if (!values_.counts(q)) return;
                        if (open_ended(found)) {
                          pending.push_back({q, {found.begin(), found.end()}});
                        } else {
                          vote(q, found);
                        }
                      });
    parallel_ranges(std::ssize(pending), 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        Pending& query = pending[static_cast<std::size_t>(i)];
        add_rest_of_last(query);
        vote(query.q, query.neighbors);
      }
    });
  }

 private:
  [[nodiscard]] bool open_ended(std::span<const Neighbor> found) const {
    return std::ssize(found) > k_ && found.back().distance == found[found.size() - 2].distance;
  }

  // Replaces the neighbours at the last distance by all rows that are there.
  void add_rest_of_last(Pending& query) const {
    const float last = query.neighbors.back().distance;
    const auto begin = std::find_if(query.neighbors.begin(), query.neighbors.end(),
                                    [&](const Neighbor& neighbor) { return neighbor.distance == last; });
    query.neighbors.erase(begin, query.neighbors.end());
    const float* row = task_.queries.row(query.q);
    for (std::int64_t g = 0; g < task_.gallery.rows; ++g) {
      const float distance = options_.distance.between(row, task_.gallery.row(g), task_.gallery.cols);
      if (distance == last && relevance_.allowed(query.q, g))
        query.neighbors.push_back({static_cast<std::int32_t>(g), distance});
    }
  }

  // The classes of neighbours, in groups of one distance or one by one.
  [[nodiscard]] std::vector<TiedClasses> classes_of(std::span<const Neighbor> neighbors,
                                                    bool one_by_one) const {
    std::vector<TiedClasses> groups;
    for (std::size_t i = 0; i < neighbors.size(); ++i) {
      if (one_by_one || i == 0 || neighbors[i].distance != neighbors[i - 1].distance) groups.emplace_back();
      groups.back().push_back(task_.gallery_codes[static_cast<std::size_t>(neighbors[i].row)]);
    }
    return groups;
  }

  void vote(std::int64_t q, std::span<const Neighbor> neighbors) {
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

  const RetrievalTask& task_;
  const RetrievalOptions& options_;
  const Relevance& relevance_;
  QueryValues& values_;
  std::int64_t k_ = 0;  // of the measure that looks deepest
};

}  // namespace

void count_class_votes(const RetrievalTask& task, const RetrievalOptions& options, const Relevance& relevance,
                       QueryValues& values) {
  ClassVotes(task, options, relevance, values).count();
}

}  // namespace nearfar
