#include "nearfar/evaluation/retrieval.h"

#include <algorithm>
#include <numeric>

#include "nearfar/core/error.h"
#include "nearfar/evaluation/class_votes.h"
#include "nearfar/evaluation/relevance.h"
#include "nearfar/neighbors/rank_count.h"

namespace nearfar {
namespace {

bool goes_by_row(TiePolicy ties) { return ties == TiePolicy::index || ties == TiePolicy::trec; }

/// A task with the gallery in another order.
class Reordered {
 public:
  /// `order`: the rows of the old gallery.
  Reordered(const RetrievalTask& task, const std::vector<std::int64_t>& order) : task_(task) {
    std::vector<std::int32_t> place(order.size());  // of each old row
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto old = static_cast<std::size_t>(order[i]);
      place[old] = static_cast<std::int32_t>(i);
      gallery_.append(task.gallery.slice(order[i], order[i] + 1));
      if (!task.gallery_codes.empty()) codes_.push_back(task.gallery_codes[old]);
      if (!task.gallery_groups.empty()) groups_.push_back(task.gallery_groups[old]);
    }
    for (const std::int64_t self : task.self)
      self_.push_back(self < 0 ? -1 : place[static_cast<std::size_t>(self)]);
    task_.gallery = gallery_;
    task_.gallery_codes = codes_;
    task_.gallery_groups = groups_;
    task_.self = self_;
    if (task.judgements == nullptr) return;
    judgements_ = *task.judgements;
    for (JudgedRows& judged : judgements_) {
      for (JudgedRow& row : judged.rows) row.row = place[static_cast<std::size_t>(row.row)];
      std::sort(judged.rows.begin(), judged.rows.end(),
                [](const JudgedRow& a, const JudgedRow& b) { return a.row < b.row; });
    }
    task_.judgements = &judgements_;
  }

  [[nodiscard]] const RetrievalTask& task() const { return task_; }

 private:
  RetrievalTask task_;
  Matrix gallery_;
  std::vector<std::int32_t> codes_;
  std::vector<std::int32_t> groups_;
  std::vector<std::int64_t> self_;
  std::vector<JudgedRows> judgements_;
};

std::vector<std::int64_t> by_id_descending(std::span<const std::string> ids) {
  std::vector<std::int64_t> order(ids.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return ids[static_cast<std::size_t>(a)] > ids[static_cast<std::size_t>(b)];
  });
  return order;
}

/// Puts grades to the groups of one query's judged rows.
class GradedGroups {
 public:
  GradedGroups(const RetrievalTask& task, const RetrievalOptions& options, const Relevance& relevance)
      : task_(task), options_(options), relevance_(relevance) {}

  // The groups, and in `absent` the grades of judged items that are not in the gallery.
  [[nodiscard]] std::vector<GradedGroup> of(std::int64_t q, std::span<const RankGroup> counted) const {
    struct Found {
      float distance;
      std::int32_t row;
      std::int32_t grade;
    };
    std::vector<Found> found;
    for (const JudgedRow& judged : (*task_.judgements)[static_cast<std::size_t>(q)].rows) {
      if (!relevance_.allowed(q, judged.row)) continue;
      const float distance =
          options_.distance.between(task_.queries.row(q), task_.gallery.row(judged.row), task_.queries.cols);
      found.push_back({distance, judged.row, judged.grade});
    }
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
      return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
    });
    // One group for each distance, or for each row where ties go by row.
    std::vector<GradedGroup> groups;
    auto next = found.begin();
    for (const RankGroup& group : counted) {
      groups.push_back({group.nearer, group.items, {}, false});
      for (std::int64_t i = 0; i < group.relevant; ++i, ++next) groups.back().grades.push_back(next->grade);
    }
    mark_ties(counted, groups);
    return groups;
  }

 private:
  // Where ties go by row, several groups are at one distance.
  void mark_ties(std::span<const RankGroup> counted, std::vector<GradedGroup>& groups) const {
    std::vector<std::int32_t> grades;
    for (std::size_t begin = 0; begin < groups.size();) {
      std::size_t end = begin;
      grades.clear();
      for (; end < groups.size() && counted[end].distance == counted[begin].distance; ++end)
        grades.insert(grades.end(), groups[end].grades.begin(), groups[end].grades.end());
      const std::int64_t items = std::ssize(grades) + (counted[begin].tied ? 1 : 0);
      const bool tied = differ_in_worth(items, grades, options_.grading);
      for (; begin < end; ++begin) groups[begin].tied = tied;
    }
  }

  const RetrievalTask& task_;
  const RetrievalOptions& options_;
  const Relevance& relevance_;
};

// The votes of a search of its own, with nothing relevant, for measures that look at all ranks.
void search_votes(const RankOptions& of_ranks, const RetrievalTask& task, ClassVotes& votes) {
  RankOptions search = of_ranks;
  search.relevant = [](std::int64_t, Relevance::Rows& rows) { rows.clear(); };
  search.depth = [&](std::int64_t) { return votes.k(); };
  search.nearest = votes.k();
  search.neighbors = [&](std::int64_t q, std::span<const Neighbor> found) { votes.vote(q, found); };
  search.progress = nullptr;
  count_ranks(task.queries, task.gallery, search,
              [](std::int64_t, std::span<const RankGroup>, std::int64_t) {});
}

void measure_ranks(const RetrievalTask& task, const RetrievalOptions& options, const Relevance& relevance,
                   QueryValues& values) {
  ClassVotes votes(task, options, values);
  RankOptions ranks;
  ranks.distance = options.distance;
  ranks.ties_by_row = goes_by_row(options.ties);
  ranks.relevant = [&](std::int64_t q, Relevance::Rows& rows) { relevance.relevant(q, rows); };
  ranks.excluded = [&](std::int64_t q, Relevance::Rows& rows) { relevance.excluded(q, rows); };
  ranks.progress = options.progress;
  const GradedGroups graded(task, options, relevance);
  if (task.judgements == nullptr && values.depth(1) < kAllRanks) {
    ranks.depth = [&](std::int64_t relevant) { return values.depth(relevant); };
    ranks.neighbors = [&](std::int64_t q, std::span<const Neighbor> found) { votes.vote(q, found); };
    ranks.nearest = votes.k();
  }
  const auto by_class = [&](std::int64_t q, std::span<const RankGroup> groups, std::int64_t relevant) {
    values.note(q, ranking_of(groups, relevant, relevance.candidates(q), values.depth(relevant), options.ties,
                              options.depth));
  };
  const auto by_judgement = [&](std::int64_t q, std::span<const RankGroup> groups) {
    const JudgedRows& judged = (*task.judgements)[static_cast<std::size_t>(q)];
    const auto most = std::ssize(judged.rows) + std::ssize(judged.absent);  // that may be relevant
    values.note(q, graded_ranking(graded.of(q, groups), judged.absent, relevance.candidates(q),
                                  options.grading, values.depth(most), options.ties, options.depth));
  };
  count_ranks(task.queries, task.gallery, ranks,
              [&](std::int64_t q, std::span<const RankGroup> groups, std::int64_t relevant) {
                if (!relevance.known(q)) return;
                task.judgements == nullptr ? by_class(q, groups, relevant) : by_judgement(q, groups);
              });
  if (votes.k() > 0 && !ranks.depth) search_votes(ranks, task, votes);
}

}  // namespace

RetrievalResult evaluate_retrieval(const RetrievalTask& task, const RetrievalOptions& options) {
  if (options.ties == TiePolicy::trec && !task.gallery_ids.empty()) {
    const Reordered reordered(task, by_id_descending(task.gallery_ids));
    RetrievalOptions by_row = options;
    by_row.ties = TiePolicy::index;
    return evaluate_retrieval(reordered.task(), by_row);
  }
  const Relevance relevance(task);
  const std::int64_t missing = std::ssize(task.missing);
  refuse_missing(task.missing, options.missing_queries);
  QueryValues values(options.measures, task.queries.rows + missing, options.no_relevant);
  for (std::int64_t q = 0; q < missing; ++q)
    values.note_missing(task.queries.rows + q, options.missing_queries);
  measure_ranks(task, options, relevance, values);
  RetrievalResult result =
      values.finish(task.judgements == nullptr
                        ? "is --label the right column? every class needs two rows, or one in the gallery"
                        : "are the ids of the judgements those of the data? is --min-grade too high?");
  result.gallery = task.gallery.rows;
  result.missing = missing;
  return result;
}

}  // namespace nearfar
