#include "nearfar/evaluation/retrieval_portrait.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/class_table.h"
#include "nearfar/evaluation/distance_histogram.h"
#include "nearfar/evaluation/projection.h"
#include "nearfar/evaluation/rank_curves.h"
#include "nearfar/evaluation/relevance.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar {
namespace {

constexpr std::uint64_t kQueries = 1000;
constexpr std::int64_t kPairs = 20000;
constexpr std::uint64_t kPoints = 1500;
constexpr std::size_t kWorst = 12;
constexpr std::int64_t kWorstNeighbors = 8;
constexpr std::size_t kConfusionClasses = 20;

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

// Queries with some of their rows put together, and what belongs to them.
struct Sample {
  std::vector<std::int64_t> queries;  // ascending
  Matrix rows;
};

Sample sample_of(const RetrievalTask& task, std::vector<std::int64_t> queries) {
  Sample sample{std::move(queries), {}};
  for (const std::int64_t q : sample.queries) sample.rows.append(task.queries.slice(q, q + 1));
  return sample;
}

// Of the first `rows` units; those behind them have no row.
std::vector<std::int64_t> counted_queries(const Outcome& outcome, std::int64_t rows) {
  std::vector<std::int64_t> counted;
  for (std::int64_t q = 0; q < rows; ++q) {
    const bool any = std::any_of(
        outcome.measures.begin(), outcome.measures.end(),
        [&](const MeasuredValue& m) { return !m.per_unit.empty() && !std::isnan(m.per_unit[index(q)]); });
    if (any) counted.push_back(q);
  }
  return counted;
}

std::vector<std::int64_t> drawn_from(const std::vector<std::int64_t>& all, std::uint64_t most,
                                     Random& random) {
  std::vector<std::int64_t> drawn;
  for (const std::uint64_t i : random.sample(all.size(), most)) drawn.push_back(all[i]);
  return drawn;
}

// Distances from sampled queries to gallery rows drawn from those that are, and those that are not, relevant.
std::optional<Histogram> distances_of(const RetrievalTask& task, const Distance& distance,
                                      const Sample& sample, std::uint64_t seed) {
  const Relevance relevance(task);
  const auto each = std::max<std::int64_t>(1, kPairs / static_cast<std::int64_t>(sample.queries.size()));
  std::vector<std::vector<float>> near(sample.queries.size());
  std::vector<std::vector<float>> far(sample.queries.size());
  parallel_blocks(static_cast<std::int64_t>(sample.queries.size()), [&](std::int64_t i) {
    const std::int64_t q = sample.queries[index(i)];
    Random random(seed, RandomPurpose::portrait, static_cast<std::uint64_t>(q) + 1);
    std::vector<std::int32_t> relevant;
    relevance.relevant(q, relevant);
    const auto measured = [&](std::int64_t g) {
      return distance.between(sample.rows.row(i), task.gallery.row(g), task.gallery.cols);
    };
    for (const std::uint64_t r : random.sample(relevant.size(), static_cast<std::uint64_t>(each)))
      near[index(i)].push_back(measured(relevant[r]));
    for (std::int64_t tries = 0; tries < 4 * each && static_cast<std::int64_t>(far[index(i)].size()) < each;
         ++tries) {
      const auto g = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(task.gallery.rows)));
      const bool is_relevant =
          std::binary_search(relevant.begin(), relevant.end(), static_cast<std::int32_t>(g));
      if (!is_relevant && relevance.allowed(q, g)) far[index(i)].push_back(measured(g));
    }
  });
  std::vector<float> all;
  for (const auto* kind : {&near, &far}) {
    for (const std::vector<float>& some : *kind) all.insert(all.end(), some.begin(), some.end());
  }
  if (all.empty()) return std::nullopt;
  const auto [low, high] = std::minmax_element(all.begin(), all.end());
  DistanceHistogram counts(static_cast<double>(*low), static_cast<double>(*high),
                           {"similar pairs", "dissimilar pairs"});
  std::int64_t pairs[2] = {0, 0};
  for (const std::size_t kind : {0U, 1U}) {
    for (const std::vector<float>& some : kind == 0 ? near : far) {
      for (const float d : some) counts.add(kind, static_cast<double>(d));
      pairs[kind] += std::ssize(some);
    }
  }
  Histogram histogram = counts.take("Distances", distance.name() + " distance");
  histogram.note =
      "A sample of " + grouped(pairs[0]) + " similar and " + grouped(pairs[1]) + " dissimilar pairs.";
  return histogram;
}

NearestOptions nearest_options(const Relevance& relevance, const Distance& distance, const Sample& sample,
                               std::int64_t k) {
  NearestOptions options;
  options.distance = distance;
  options.k = k;
  options.allowed = [&](std::int64_t i, std::int64_t g) {
    return relevance.allowed(sample.queries[index(i)], g);
  };
  return options;
}

std::optional<ClassConfusion> confusion_of(const RetrievalTask& task, const Distance& distance,
                                           const Sample& sample) {
  if (task.labels == nullptr || task.gallery_codes.empty() ||
      index(task.labels->classes()) > kConfusionClasses || task.labels->classes() < 2)
    return std::nullopt;
  const std::size_t classes = index(task.labels->classes());
  ClassConfusion confusion{task.labels->names, std::vector<std::int64_t>(classes * classes), {}};
  const Relevance relevance(task);
  nearest_neighbors(sample.rows, task.gallery, nearest_options(relevance, distance, sample, 1),
                    [&](std::int64_t i, std::span<const Neighbor> neighbors) {
                      const std::int32_t of = task.query_codes[index(sample.queries[index(i)])];
                      if (neighbors.empty() || of < 0) return;
                      const std::int32_t is = task.gallery_codes[index(neighbors[0].row)];
                      if (is >= 0) ++confusion.counts[index(of) * classes + index(is)];
                    });
  return confusion;
}

std::string label_of(const RetrievalTask& task, std::span<const std::int32_t> codes, std::int64_t row) {
  if (task.labels == nullptr || codes.empty() || codes[index(row)] < 0) return {};
  return task.labels->names[index(codes[index(row)])];
}

// By the last plain mean whose values differ most: the measure of the finest grain tells queries apart best.
const MeasuredValue* finest(const Outcome& outcome) {
  const MeasuredValue* best = nullptr;
  std::size_t most = 0;
  for (const MeasuredValue& measure : outcome.measures) {
    std::vector<double> values;
    for (const double value : measure.per_unit) {
      if (!std::isnan(value)) values.push_back(value);
    }
    std::sort(values.begin(), values.end());
    const auto different =
        static_cast<std::size_t>(std::unique(values.begin(), values.end()) - values.begin());
    if (different > most) {
      most = different;
      best = &measure;
    }
  }
  return best;
}

std::optional<WorstQueries> worst_of(const RetrievalTask& task, const Outcome& outcome,
                                     const Distance& distance, const PortraitSource& source,
                                     const std::vector<std::int64_t>& counted) {
  const MeasuredValue* measure = finest(outcome);
  if (measure == nullptr) return std::nullopt;
  std::vector<std::int64_t> order;
  for (const std::int64_t q : counted) {
    if (!std::isnan(measure->per_unit[index(q)])) order.push_back(q);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return measure->per_unit[index(a)] < measure->per_unit[index(b)];
  });
  order.resize(std::min(order.size(), kWorst));
  const Sample sample = sample_of(task, order);
  const Relevance relevance(task);
  WorstQueries worst{measure->name, {}};
  nearest_neighbors(
      sample.rows, task.gallery, nearest_options(relevance, distance, sample, kWorstNeighbors),
      [&](std::int64_t i, std::span<const Neighbor> neighbors) {
        const std::int64_t q = sample.queries[index(i)];
        WorstQueries::Row row;
        row.value = measure->per_unit[index(q)];
        row.query = {source.query_name(q), label_of(task, task.query_codes, q), 0, true, std::nullopt};
        if (source.query_picture) row.query.picture = source.query_picture(q);
        std::vector<std::int32_t> relevant;
        relevance.relevant(q, relevant);
        for (const Neighbor& neighbor : neighbors) {
          ShownItem item{source.gallery_name(neighbor.row), label_of(task, task.gallery_codes, neighbor.row),
                         static_cast<double>(neighbor.distance),
                         std::binary_search(relevant.begin(), relevant.end(), neighbor.row), std::nullopt};
          if (source.gallery_picture) item.picture = source.gallery_picture(neighbor.row);
          row.neighbors.push_back(std::move(item));
        }
        worst.rows.push_back(std::move(row));
      });
  return worst;
}

std::optional<Projection> projection_of(const RetrievalTask& task, const std::vector<std::int64_t>& counted,
                                        Random& random) {
  const Sample sample = sample_of(task, drawn_from(counted, kPoints, random));
  if (sample.rows.rows() < 3) return std::nullopt;
  Projection projection = project(sample.rows);
  projection.note = sample_note(sample.queries.size(), counted.size(), "queries");
  if (task.labels == nullptr || task.query_codes.empty()) return projection;
  std::vector<std::int32_t> codes;
  for (const std::int64_t q : sample.queries) codes.push_back(task.query_codes[index(q)]);
  colour_by_class(projection, codes, task.labels->names);
  return projection;
}

}  // namespace

Portrait retrieval_portrait(const RetrievalTask& task, const Outcome& outcome, const Distance& distance,
                            const PortraitSource& source, std::uint64_t seed) {
  Portrait portrait;
  const std::vector<std::int64_t> counted = counted_queries(outcome, task.queries.rows);
  if (counted.empty()) return portrait;
  Random random(seed, RandomPurpose::portrait);
  const Sample sample = sample_of(task, drawn_from(counted, kQueries, random));
  const std::string note = sample_note(sample.queries.size(), counted.size(), "queries");
  const RankCurves curves(task, distance, sample.queries, sample.rows);
  if (!curves.empty()) {
    portrait.charts = {curves.over_k(task.gallery.rows), curves.precision_over_recall()};
    for (Chart& chart : portrait.charts)
      chart.note = note + " Tied items are spread evenly over their ranks.";
  }
  if (auto histogram = distances_of(task, distance, sample, seed))
    portrait.histograms.push_back(std::move(*histogram));
  portrait.classes = class_table(task, outcome);
  portrait.confusion = confusion_of(task, distance, sample);
  if (portrait.confusion) portrait.confusion->note = note;
  portrait.worst = worst_of(task, outcome, distance, source, counted);
  portrait.projection = projection_of(task, counted, random);
  return portrait;
}

}  // namespace nearfar
