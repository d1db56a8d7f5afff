#include "nearfar/evaluation/draw_units.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "nearfar/core/parallel.h"

namespace nearfar {
namespace {

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

bool is_counted(const Outcome& outcome, std::int32_t unit) {
  return std::any_of(outcome.measures.begin(), outcome.measures.end(), [&](const MeasuredValue& measure) {
    return measure.per_unit.empty() || !std::isnan(measure.per_unit[index(unit)]);
  });
}

}  // namespace

DrawUnits draw_units(const Outcome& outcome, std::span<const std::int32_t> members) {
  DrawUnits draws;
  draws.of_unit.assign(index(outcome.unit_count()), -1);
  std::vector<std::int32_t> order;
  for (const std::int32_t unit : members) {
    if (is_counted(outcome, unit)) order.push_back(unit);
  }
  if (!outcome.unit_ids.empty()) {
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
      return outcome.unit_ids[index(a)] < outcome.unit_ids[index(b)];
    });
  }
  std::unordered_map<std::int32_t, std::int32_t> of_cluster;
  for (const std::int32_t unit : order) {
    std::int32_t draw = static_cast<std::int32_t>(draws.size);
    if (!outcome.clusters.empty())
      draw = of_cluster.emplace(outcome.clusters[index(unit)], draw).first->second;
    draws.size += draw == draws.size ? 1 : 0;
    draws.of_unit[index(unit)] = draw;
  }
  draws.all_units = std::ssize(draws.of_unit) == draws.size;
  for (std::int64_t u = 0; u < draws.size && draws.all_units; ++u)
    draws.all_units = draws.of_unit[index(u)] == u;
  return draws;
}

DrawUnits draw_units(const Outcome& outcome) {
  std::vector<std::int32_t> all(index(outcome.unit_count()));
  std::iota(all.begin(), all.end(), 0);
  return draw_units(outcome, all);
}

DrawSums draw_sums(std::span<const double> per_unit, const DrawUnits& draws) {
  DrawSums mean;
  mean.sums.assign(index(draws.size), 0);
  mean.sizes.assign(index(draws.size), 0);
  for (std::size_t u = 0; u < per_unit.size(); ++u) {
    if (draws.of_unit[u] < 0 || std::isnan(per_unit[u])) continue;
    mean.sums[index(draws.of_unit[u])] += per_unit[u];
    mean.sizes[index(draws.of_unit[u])] += 1;
  }
  mean.all_one = std::all_of(mean.sizes.begin(), mean.sizes.end(), [](double size) { return size == 1; });
  return mean;
}

double value_of_draws(const MeasuredValue& measure, const DrawUnits& draws,
                      std::span<const std::uint32_t> counts) {
  if (draws.all_units) return measure.of_counts(counts);
  std::vector<std::uint32_t> of_units(draws.of_unit.size());
  for (std::size_t u = 0; u < of_units.size(); ++u)
    of_units[u] = draws.of_unit[u] < 0 ? 0 : counts[index(draws.of_unit[u])];
  return measure.of_counts(of_units);
}

std::int64_t jackknife_parts(const MeasuredValue& measure, const DrawUnits& draws) {
  return measure.of_counts ? std::min(draws.size, kMostParts) : draws.size;
}

std::vector<double> leave_one_out(const DrawSums& mean) {
  const double sum = std::accumulate(mean.sums.begin(), mean.sums.end(), 0.0);
  const double size = std::accumulate(mean.sizes.begin(), mean.sizes.end(), 0.0);
  std::vector<double> values;
  for (std::size_t d = 0; d < mean.sums.size(); ++d) {
    if (size > mean.sizes[d]) values.push_back((sum - mean.sums[d]) / (size - mean.sizes[d]));
  }
  return values;
}

std::vector<double> leave_one_out(const MeasuredValue& measure, const DrawUnits& draws) {
  const std::int64_t parts = jackknife_parts(measure, draws);
  std::vector<double> values(index(parts));
  parallel_blocks(parts, [&](std::int64_t part) {
    std::vector<std::uint32_t> counts(index(draws.size), 1);
    for (std::int64_t d = part; d < draws.size; d += parts) counts[index(d)] = 0;
    values[index(part)] = value_of_draws(measure, draws, counts);
  });
  return values;
}

}  // namespace nearfar
