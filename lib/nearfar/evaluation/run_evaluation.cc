#include "nearfar/evaluation/run_evaluation.h"

#include <algorithm>
#include <numeric>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"

namespace nearfar {
namespace {

/// One query of a run at a time.
class RankedRun {
 public:
  RankedRun(const NameTable& items, const RetrievalOptions& options)
      : items_(items), options_(options), grade_of_(static_cast<std::size_t>(items.size()), kUnjudged) {}

  [[nodiscard]] Ranking rank(std::span<const Qrels::Judgement> judgements, std::span<const Run::Row> rows,
                             std::int64_t depth) {
    for (const Qrels::Judgement& judged : judgements) grade_of(judged.item) = judged.grade;
    sort(rows);
    groups_.clear();
    for (std::size_t begin = 0; begin < rows.size();) {
      std::size_t end = begin + 1;
      while (end < rows.size() && row(rows, end).score == row(rows, begin).score) ++end;
      add_group(rows, begin, end);
      begin = end;
    }
    absent_.clear();
    for (const Qrels::Judgement& judged : judgements) {  // what is left was not retrieved
      if (grade_of(judged.item) != kUnjudged) absent_.push_back(judged.grade);
      grade_of(judged.item) = kUnjudged;
    }
    return graded_ranking(groups_, absent_, std::ssize(rows), options_.grading, depth, options_.ties,
                          options_.depth);
  }

 private:
  static constexpr std::int32_t kUnjudged = -1;

  std::int32_t& grade_of(std::int32_t item) { return grade_of_[static_cast<std::size_t>(item)]; }
  [[nodiscard]] const Run::Row& row(std::span<const Run::Row> rows, std::size_t rank) const {
    return rows[static_cast<std::size_t>(order_[rank])];
  }

  void sort(std::span<const Run::Row> rows) {
    order_.resize(rows.size());
    std::iota(order_.begin(), order_.end(), 0);
    const bool by_name = options_.ties == TiePolicy::trec;
    const auto before = [&](std::int32_t a, std::int32_t b) {
      const Run::Row& left = rows[static_cast<std::size_t>(a)];
      const Run::Row& right = rows[static_cast<std::size_t>(b)];
      if (left.score != right.score) return left.score > right.score;
      return by_name ? items_.name(left.item) > items_.name(right.item) : a < b;
    };
    if (!std::is_sorted(order_.begin(), order_.end(), before))
      std::sort(order_.begin(), order_.end(), before);
  }

  // The items at ranks [begin, end), which have one score.
  void add_group(std::span<const Run::Row> rows, std::size_t begin, std::size_t end) {
    const bool one_by_one = options_.ties == TiePolicy::trec || options_.ties == TiePolicy::index;
    const auto nearer = static_cast<std::int64_t>(begin);
    const auto items = static_cast<std::int64_t>(end - begin);
    const std::size_t first = groups_.size();
    tied_grades_.clear();
    for (std::size_t rank = begin; rank < end; ++rank) {
      std::int32_t& grade = grade_of(row(rows, rank).item);
      if (grade == kUnjudged) continue;
      tied_grades_.push_back(grade);
      if (one_by_one) {
        groups_.push_back({static_cast<std::int64_t>(rank), 1, {grade}, false});
      } else if (groups_.size() == first) {
        groups_.push_back({nearer, items, {grade}, false});
      } else {
        groups_.back().grades.push_back(grade);
      }
      grade = kUnjudged;
    }
    if (items == 1 || !differ_in_worth(items, tied_grades_, options_.grading)) return;
    for (std::size_t g = first; g < groups_.size(); ++g) groups_[g].tied = true;
  }

  const NameTable& items_;
  const RetrievalOptions& options_;
  std::vector<std::int32_t> grade_of_;  // of each item for the query at hand
  std::vector<std::int32_t> order_;     // rows by rank
  std::vector<GradedGroup> groups_;
  std::vector<std::int32_t> tied_grades_;
  std::vector<std::int32_t> absent_;
};

}  // namespace

RetrievalResult evaluate_run(const Qrels& qrels, const Run& run, const NameTable& items,
                             const RetrievalOptions& options) {
  const std::int64_t queries = qrels.queries.size();
  QueryValues values(options.measures, queries, options.no_relevant);
  std::vector<std::int32_t> retrieved;  // query of the run, or -1
  std::vector<std::string_view> missing;
  for (std::int32_t q = 0; q < queries; ++q) {
    retrieved.push_back(run.queries.find(qrels.queries.name(q)).value_or(-1));
    if (retrieved.back() >= 0) continue;
    missing.push_back(qrels.queries.name(q));
    values.note_missing(q, options.missing_queries);
  }
  if (std::ssize(missing) == queries) {
    data_error("no query of the run is among the judged ones", {},
               "the run has '" + std::string(run.queries.name(0)) + "', the judgements have '" +
                   std::string(qrels.queries.name(0)) + "'");
  }
  refuse_missing(missing, options.missing_queries);
  // A few large pieces, each with its table of grades.
  const std::int64_t piece = std::max<std::int64_t>(64, queries / 64);
  parallel_ranges(queries, piece, [&](std::int64_t begin, std::int64_t end) {
    RankedRun ranked(items, options);
    for (std::int64_t q = begin; q < end; ++q) {
      const auto query = static_cast<std::int32_t>(q);
      const std::int32_t of_run = retrieved[static_cast<std::size_t>(q)];
      if (of_run < 0) continue;
      const auto judgements = qrels.of(query);
      values.note(q, ranked.rank(judgements, run.of(of_run), values.depth(std::ssize(judgements))));
    }
  });
  RetrievalResult result =
      values.finish("are the ids of the run those of the judgements? is --min-grade too high?");
  result.gallery = items.size();
  result.missing = std::ssize(missing);
  return result;
}

}  // namespace nearfar
