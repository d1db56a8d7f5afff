#include "nearfar/evaluation/rank_curves.h"

#include <algorithm>
#include <cmath>

#include "nearfar/evaluation/relevance.h"

namespace nearfar {
namespace {

constexpr std::size_t kRecallSteps = 20;

// 1, 2, 3, 5, 7, 10, ... up to `most`.
std::vector<std::int64_t> cutoffs(std::int64_t most) {
  std::vector<std::int64_t> ks;
  for (double k = 1; k < static_cast<double>(most); k = std::max(k + 1, std::ceil(k * 1.25)))
    ks.push_back(static_cast<std::int64_t>(k));
  ks.push_back(most);
  return ks;
}

}  // namespace

RankCurves::RankCurves(const RetrievalTask& task, const Distance& distance,
                       std::span<const std::int64_t> queries, MatrixView rows)
    : ranks_(queries.size()) {
  const Relevance relevance(task);
  RankOptions options;
  options.distance = distance;
  options.relevant = [&](std::int64_t i, std::vector<std::int32_t>& found) {
    relevance.relevant(queries[static_cast<std::size_t>(i)], found);
  };
  options.excluded = [&](std::int64_t i, std::vector<std::int32_t>& found) {
    relevance.excluded(queries[static_cast<std::size_t>(i)], found);
  };
  count_ranks(rows, task.gallery, options,
              [&](std::int64_t i, std::span<const RankGroup> groups, std::int64_t) {
                add(static_cast<std::size_t>(i), groups);
              });
  std::erase_if(ranks_, [](const std::vector<double>& ranks) { return ranks.empty(); });
}

Chart RankCurves::over_k(std::int64_t gallery) const {
  Chart chart{"Recall and precision over k", "k, neighbours looked at", "mean over queries", true, {}, {}};
  chart.curves = {{"recall@k", {}, {}}, {"precision@k", {}, {}}, {"hit@k", {}, {}}};
  for (const std::int64_t k : cutoffs(gallery)) {
    double recall = 0;
    double precision = 0;
    double hit = 0;
    for (const std::vector<double>& ranks : ranks_) {
      const auto hits = static_cast<double>(
          std::upper_bound(ranks.begin(), ranks.end(), static_cast<double>(k)) - ranks.begin());
      recall += hits / static_cast<double>(ranks.size());
      precision += hits / static_cast<double>(k);
      hit += hits > 0 ? 1 : 0;
    }
    const auto n = static_cast<double>(ranks_.size());
    const double values[] = {recall / n, precision / n, hit / n};
    for (std::size_t c = 0; c < 3; ++c) {
      chart.curves[c].x.push_back(static_cast<double>(k));
      chart.curves[c].y.push_back(values[c]);
    }
  }
  return chart;
}

Chart RankCurves::precision_over_recall() const {
  Chart chart{"Precision over recall", "recall", "precision, mean over queries", false, {}, {}};
  Curve curve{"precision", {}, std::vector<double>(kRecallSteps + 1)};
  for (std::size_t s = 0; s <= kRecallSteps; ++s)
    curve.x.push_back(static_cast<double>(s) / static_cast<double>(kRecallSteps));
  for (const std::vector<double>& ranks : ranks_) {
    std::vector<double> best(ranks.size() + 1);  // best[h]: with h or more hits
    for (std::size_t h = ranks.size(); h > 0; --h)
      best[h - 1] =
          std::max(best[h], static_cast<double>(h) / std::max(ranks[h - 1], static_cast<double>(h)));
    for (std::size_t s = 0; s <= kRecallSteps; ++s) {
      const auto hits =
          static_cast<std::size_t>(std::ceil(curve.x[s] * static_cast<double>(ranks.size()) - 1e-9));
      curve.y[s] += best[hits > 0 ? hits - 1 : 0] / static_cast<double>(ranks_.size());
    }
  }
  chart.curves.push_back(std::move(curve));
  return chart;
}

void RankCurves::add(std::size_t query, std::span<const RankGroup> groups) {
  for (const RankGroup& group : groups) {
    for (std::int64_t r = 1; r <= group.relevant; ++r) {
      const double place = static_cast<double>(r) * static_cast<double>(group.items + 1) /
                           static_cast<double>(group.relevant + 1);
      ranks_[query].push_back(static_cast<double>(group.nearer) + place);
    }
  }
}

}  // namespace nearfar
