#include "nearfar/evaluation/intervals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "nearfar/evaluation/bca.h"
#include "nearfar/evaluation/draw_units.h"
#include "nearfar/evaluation/resample.h"
#include "nearfar/evaluation/wilson.h"

namespace nearfar {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// One measure on its way through the resamples.
struct Resampled {
  std::size_t measure = 0;
  DrawSums mean;  // of a plain mean
  std::vector<double> replicates;
};

double mean_of(const DrawSums& mean, std::span<const std::uint32_t> counts) {
  const double sum = weighted_sum(counts, mean.sums);
  const double size =
      mean.all_one ? static_cast<double>(mean.sizes.size()) : weighted_sum(counts, mean.sizes);
  return size > 0 ? sum / size : kUndefined;
}

// Counted members, their mean, and whether all are 0 or 1.
struct Mean {
  double value = kUndefined;
  std::int64_t units = 0;
  std::int64_t ones = 0;
  bool is_proportion = true;
};

Mean mean_over(std::span<const double> per_unit, std::span<const std::int32_t> members) {
  Mean mean;
  double sum = 0;
  for (const std::int32_t unit : members) {
    const double value = per_unit[static_cast<std::size_t>(unit)];
    if (std::isnan(value)) continue;
    sum += value;
    ++mean.units;
    mean.ones += value == 1 ? 1 : 0;
    mean.is_proportion = mean.is_proportion && (value == 0 || value == 1);
  }
  if (mean.units > 0) mean.value = sum / static_cast<double>(mean.units);
  return mean;
}

// Without the replicates in which the measure is undefined; nothing where they are too many.
std::optional<Interval> bca_interval(std::vector<double> replicates, double value,
                                     std::span<const double> left_out, double confidence) {
  const std::size_t drawn = replicates.size();
  std::erase_if(replicates, [](double replicate) { return std::isnan(replicate); });
  if (2 * replicates.size() < drawn || replicates.empty() || !std::isfinite(value)) return std::nullopt;
  const BcaBounds bounds(std::move(replicates), value, left_out);
  const double tail = (1 - confidence) / 2;
  return Interval{bounds.at(tail), bounds.at(1 - tail), "bca"};
}

}  // namespace

std::vector<Estimate> estimates(const Outcome& outcome, std::span<const std::int32_t> members,
                                const StatisticsOptions& options) {
  const DrawUnits draws = draw_units(outcome, members);
  std::vector<Estimate> found(outcome.measures.size());
  std::vector<Resampled> resampled;
  for (std::size_t m = 0; m < outcome.measures.size(); ++m) {
    const MeasuredValue& measure = outcome.measures[m];
    Estimate& estimate = found[m];
    estimate.units = static_cast<std::int64_t>(members.size());
    Mean mean;
    if (!measure.per_unit.empty()) {
      mean = mean_over(measure.per_unit, members);
      estimate.units = mean.units;
    }
    if (!measure.of_counts) {
      estimate.value = mean.value;
    } else {
      const std::vector<std::uint32_t> once(static_cast<std::size_t>(draws.size), 1);
      estimate.value = value_of_draws(measure, draws, once);
    }
    if (!options.intervals || draws.size < 2 || estimate.units == 0) continue;
    if (!measure.of_counts && mean.is_proportion && outcome.clusters.empty()) {
      const auto [low, high] = wilson_interval(mean.ones, mean.units, options.confidence);
      estimate.interval = Interval{low, high, "wilson"};
      continue;
    }
    Resampled next{m, {}, std::vector<double>(static_cast<std::size_t>(options.resamples))};
    if (!measure.of_counts) next.mean = draw_sums(measure.per_unit, draws);
    resampled.push_back(std::move(next));
  }
  if (resampled.empty()) return found;
  for_each_resample(options.resamples, draws.size, options.seed,
                    [&](std::int64_t b, std::span<const std::uint32_t> counts) {
                      for (Resampled& each : resampled) {
                        const MeasuredValue& measure = outcome.measures[each.measure];
                        each.replicates[static_cast<std::size_t>(b)] =
                            measure.of_counts ? value_of_draws(measure, draws, counts)
                                              : mean_of(each.mean, counts);
                      }
                    });
  for (Resampled& each : resampled) {
    const MeasuredValue& measure = outcome.measures[each.measure];
    const std::vector<double> left_out =
        measure.of_counts ? leave_one_out(measure, draws) : leave_one_out(each.mean);
    found[each.measure].interval =
        bca_interval(std::move(each.replicates), found[each.measure].value, left_out, options.confidence);
  }
  return found;
}

std::vector<Estimate> estimates(const Outcome& outcome, const StatisticsOptions& options) {
  std::vector<std::int32_t> all(static_cast<std::size_t>(outcome.unit_count()));
  std::iota(all.begin(), all.end(), 0);
  std::vector<Estimate> found;
  if (options.intervals) {
    found = estimates(outcome, all, options);
  } else {  // nothing is drawn, so the values that are known are all
    for (const MeasuredValue& measure : outcome.measures) {
      found.emplace_back().units =
          measure.per_unit.empty() ? outcome.unit_count() : mean_over(measure.per_unit, all).units;
    }
  }
  for (std::size_t m = 0; m < found.size(); ++m) found[m].value = outcome.measures[m].value;
  return found;
}

}  // namespace nearfar
