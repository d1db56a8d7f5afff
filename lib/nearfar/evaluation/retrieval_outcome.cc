#include "nearfar/evaluation/retrieval_outcome.h"

#include <array>
#include <cmath>
#include <memory>

#include "nearfar/core/family.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 2> kAverages{"micro", "macro"};

/// The classes of each query.
using Classes = std::vector<std::vector<std::int32_t>>;

// Mean over classes of the mean over their queries, query q taken counts[q] times. Classes of which no query
// is taken and counted do not count.
double macro_mean(std::span<const double> values, const Classes& classes, std::size_t class_count,
                  std::span<const std::uint32_t> counts) {
  std::vector<double> sums(class_count);
  std::vector<double> weights(class_count);
  for (std::size_t q = 0; q < values.size(); ++q) {
    if (counts[q] == 0 || std::isnan(values[q])) continue;
    for (const std::int32_t label : classes[q]) {
      sums[static_cast<std::size_t>(label)] += counts[q] * values[q];
      weights[static_cast<std::size_t>(label)] += counts[q];
    }
  }
  double sum = 0;
  double of = 0;
  for (std::size_t c = 0; c < class_count; ++c) {
    if (weights[c] == 0) continue;
    sum += sums[c] / weights[c];
    ++of;
  }
  return of > 0 ? sum / of : std::nan("");
}

}  // namespace

Average parse_average(std::string_view name) {
  return value_named<Average>(kAverages, "--average", "average", name);
}
std::string_view average_name(Average average) { return kAverages[static_cast<std::size_t>(average)]; }
std::span<const std::string_view> average_names() { return kAverages; }

Outcome outcome_of(RetrievalResult result, const RetrievalOptions& options) {
  Outcome outcome;
  std::vector<std::string> definitions;
  for (std::size_t m = 0; m < options.measures.size(); ++m) {
    MeasuredValue measured;
    measured.name = options.measures[m].name;
    measured.definition = options.measures[m].info->definition;
    measured.value = result.values[m];
    measured.per_unit = std::move(result.per_query[m]);
    definitions.push_back(measured.definition);
    outcome.measures.push_back(std::move(measured));
  }
  outcome.legend = legend_of(definitions, measure_symbols());
  outcome.counts = {{"queries", result.queries},
                    {"gallery", result.gallery},
                    {"skipped", result.skipped},
                    {"tied", result.tied}};
  outcome.policies = {{"ties", std::string(tie_policy_name(options.ties))},
                      {"no-relevant", std::string(no_relevant_name(options.no_relevant))}};
  return outcome;
}

void average_over_classes(Outcome& outcome, const Labels& labels) {
  const auto classes = std::make_shared<Classes>();
  const std::size_t queries = outcome.measures.empty() ? 0 : outcome.measures[0].per_unit.size();
  for (std::size_t q = 0; q < queries; ++q) {
    const std::int32_t code = labels.codes[q];
    if (code == Labels::kUnknown) {
      classes->emplace_back();
    } else if (labels.several()) {
      classes->push_back(labels.sets[static_cast<std::size_t>(code)]);
    } else {
      classes->push_back({code});
    }
  }
  const auto count = static_cast<std::size_t>(labels.label_count());
  const std::vector<std::uint32_t> once(queries, 1);
  for (MeasuredValue& measure : outcome.measures) {
    measure.of_counts = [values = measure.per_unit, classes, count](std::span<const std::uint32_t> counts) {
      return macro_mean(values, *classes, count, counts);
    };
    measure.value = measure.of_counts(once);
  }
}

}  // namespace nearfar
