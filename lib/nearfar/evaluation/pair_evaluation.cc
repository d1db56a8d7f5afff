#include "nearfar/evaluation/pair_evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/evaluation/confusion.h"

namespace nearfar {
namespace {

bool all_equal(const std::vector<float>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [&](float x) { return x == numbers.front(); });
}

// Why the correlation of the whole is not a number.
std::string constant(const ScoredTuples& tuples) {
  if (all_equal(tuples.distances))
    return tuples.from_scores ? "all scores are equal" : "all distances are equal";
  return "all pairs are equally similar";
}

}  // namespace

PairEvaluation::~PairEvaluation() = default;

const std::vector<std::uint8_t>& PairEvaluation::similar() {
  if (similar_.empty()) similar_ = similar_of(judged_.tuples);
  return similar_;
}

const Verification& PairEvaluation::verification() {
  if (!verification_) verification_ = std::make_unique<Verification>(judged_.tuples.distances, similar());
  return *verification_;
}

const Correlation& PairEvaluation::correlation() {
  if (!correlation_) {
    closeness_.resize(judged_.tuples.distances.size());
    std::transform(judged_.tuples.distances.begin(), judged_.tuples.distances.end(), closeness_.begin(),
                   std::negate<>());
    correlation_ = std::make_unique<Correlation>(closeness_, judged_.tuples.values);
  }
  return *correlation_;
}

void PairEvaluation::refuse_one_kind(const PairMeasure& measure) {
  for (const std::uint8_t one : {std::uint8_t{0}, std::uint8_t{1}}) {
    if (std::find(similar().begin(), similar().end(), one) != similar().end()) continue;
    data_error("the measure " + measure.name + " needs similar and dissimilar pairs, and " +
                   (one == 1 ? "no pair is similar" : "every pair is similar"),
               {}, "are the pairs all there, and is --where right?");
  }
}

double PairEvaluation::measure_each(EachTuple formula, MeasuredValue& measured) {
  measured.per_unit.resize(judged_.tuples.distances.size());
  for (std::size_t u = 0; u < measured.per_unit.size(); ++u) measured.per_unit[u] = formula(judged_, u);
  return std::accumulate(measured.per_unit.begin(), measured.per_unit.end(), 0.0) /
         static_cast<double>(measured.per_unit.size());
}

MeasuredValue PairEvaluation::measure(const PairMeasure& measure) {
  const PairMeasureInfo& info = *measure.info;
  if (info.need == PairNeed::similar || info.need == PairNeed::decision) refuse_one_kind(measure);
  MeasuredValue measured;
  measured.name = measure.name;
  measured.definition = info.definition;
  measured.higher_is_better = info.higher_is_better;
  if (const auto* over_thresholds = std::get_if<OverThresholds>(&info.formula)) {
    measured.of_counts = [formula = *over_thresholds, rate = measure.rate, &pairs = verification()](
                             TupleCounts counts) { return formula(pairs, rate, counts); };
  } else if (const auto* over_pairs = std::get_if<OverPairs>(&info.formula)) {
    measured.of_counts = [formula = *over_pairs, &pairs = correlation()](TupleCounts counts) {
      return formula(pairs, counts);
    };
  } else if (const auto* of_decisions = std::get_if<OfDecisions>(&info.formula)) {
    measured.of_counts = [formula = *of_decisions, accepted = judged_.accepted,
                          truth = std::span<const std::uint8_t>(similar())](TupleCounts counts) {
      return formula(confusion_of(accepted, truth, counts));
    };
  } else {
    measured.value = measure_each(std::get<EachTuple>(info.formula), measured);
  }
  if (measured.of_counts) measured.value = measured.of_counts({});
  if (std::isnan(measured.value))
    data_error("the measure " + measure.name + " is not defined: " + constant(judged_.tuples), {},
               "give pairs that differ, or leave " + measure.name + " out of --measures");
  if (!std::isfinite(measured.value)) {
    data_error("the measure " + measure.name + " is not finite: a probability is 0 or 1, and wrong", {},
               "evaluate the data with --pairs and -m MODEL, which has all digits of the probability");
  }
  return measured;
}

}  // namespace nearfar
