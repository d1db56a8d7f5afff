#include "nearfar/evaluation/pair_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/confusion.h"
#include "nearfar/evaluation/correlation.h"
#include "nearfar/evaluation/verification.h"

namespace nearfar {
namespace {

// --- Means over tuples ------------------------------------------------------------------------------------

bool is_similar(const ScoredTuples& tuples, std::size_t u) { return tuples.values[u] == 1; }

double right_decision(const JudgedTuples& judged, std::size_t u) {
  return (judged.accepted[u] != 0) == is_similar(judged.tuples, u) ? 1 : 0;
}

double right_order(const JudgedTuples& judged, std::size_t u) {
  return judged.tuples.distances[u] < judged.tuples.far_distances[u] ? 1 : 0;
}

// A distance of 0 is a similarity of 1.
double error_of_similarity(const ScoredTuples& tuples, std::size_t u) {
  const double predicted = (tuples.from_scores ? 0.0 : 1.0) - static_cast<double>(tuples.distances[u]);
  return predicted - static_cast<double>(tuples.values[u]);
}

double squared_error(const JudgedTuples& judged, std::size_t u) {
  const double error = error_of_similarity(judged.tuples, u);
  return error * error;
}

double absolute_error(const JudgedTuples& judged, std::size_t u) {
  return std::abs(error_of_similarity(judged.tuples, u));
}

// Of z = ln(p / (1 - p)): -ln p = softplus(-z) and -ln(1 - p) = softplus(z), finite for every finite z.
double log_loss(const JudgedTuples& judged, std::size_t u) {
  const double z = judged.tuples.log_odds[u];
  const double against = is_similar(judged.tuples, u) ? -z : z;
  return std::max(against, 0.0) + std::log1p(std::exp(-std::abs(against)));
}

double brier(const JudgedTuples& judged, std::size_t u) {
  // (p - y)^2 with |p - y| = 1 / (1 + e^z) where y = 1, 1 / (1 + e^-z) where y = 0
  const double z = judged.tuples.log_odds[u];
  const double error = 1 / (1 + std::exp(is_similar(judged.tuples, u) ? z : -z));
  return error * error;
}

// --- The table --------------------------------------------------------------------------------------------

double auc(const Verification& pairs, double, TupleCounts counts) { return pairs.auc(counts); }
double average_precision(const Verification& pairs, double, TupleCounts counts) {
  return pairs.average_precision(counts);
}
double equal_error_rate(const Verification& pairs, double, TupleCounts counts) {
  return pairs.equal_error_rate(counts);
}
double tar_at_far(const Verification& pairs, double rate, TupleCounts counts) {
  return pairs.tar_at_far(rate, counts).tar;
}
double spearman(const Correlation& pairs, TupleCounts counts) { return pairs.spearman(counts); }
double pearson(const Correlation& pairs, TupleCounts counts) { return pairs.pearson(counts); }
double kendall(const Correlation& pairs, TupleCounts counts) { return pairs.kendall(counts); }
double f1(const Confusion& decisions) { return decisions.f1(); }
double mcc(const Confusion& decisions) { return decisions.mcc(); }

constexpr std::array<PairMeasureInfo, 16> kMeasures{{
    {"auc", "share of (similar, dissimilar) pairs of pairs in the right order, ties half", PairNeed::similar,
     false, true, auc},
    {"ap", "sum over distances of (recall - recall before) precision, similar = 1, ties together",
     PairNeed::similar, false, true, average_precision},
    {"eer",
     "where the share of dissimilar accepted equals that of similar rejected, linear between thresholds",
     PairNeed::similar, false, false, equal_error_rate},
    {"tar@far:X", "largest share of similar accepted while that of dissimilar accepted is <= X",
     PairNeed::similar, true, true, tar_at_far},
    {"accuracy", "share of pairs with (distance <= threshold) = similar", PairNeed::decision, false, true,
     right_decision},
    {"f1", "2 TA / (2 TA + FA + FR) at the threshold", PairNeed::decision, false, true, f1},
    {"mcc", "(TA TR - FA FR) / sqrt((TA+FA)(TA+FR)(TR+FA)(TR+FR)) at the threshold (Matthews)",
     PairNeed::decision, false, true, mcc},
    {"spearman", "correlation of the ranks of closeness and similarity, ties at their mean rank",
     PairNeed::similarity, false, true, spearman},
    {"pearson", "correlation of closeness and similarity", PairNeed::similarity, false, true, pearson},
    {"kendall", "tau-b of closeness and similarity", PairNeed::similarity, false, true, kendall},
    {"mse", "mean of (p - similarity)^2, p the score or 1 - distance", PairNeed::closeness, false, false,
     squared_error},
    {"mae", "mean of |p - similarity|, p the score or 1 - distance", PairNeed::closeness, false, false,
     absolute_error},
    {"log-loss", "mean of -ln of the probability of what the pair is, natural logarithm",
     PairNeed::probability, false, false, log_loss},
    {"brier", "mean of (probability - similar)^2", PairNeed::probability, false, false, brier},
    {"triplet-accuracy", "share of triplets with d(anchor, positive) < d(anchor, negative); a tie is wrong",
     PairNeed::triplets, false, true, right_order},
    {"quadruplet-accuracy", "share of quadruplets with d(a, b) < d(c, d); a tie is wrong",
     PairNeed::quadruplets, false, true, right_order},
}};

constexpr std::array<Symbol, 3> kSymbols{{
    {"TA",
     "TA and FA: similar and dissimilar pairs that are accepted; TR and FR: dissimilar and similar ones that "
     "are rejected"},
    {"closeness", "closeness: the negated distance, or the score"},
    {"recall",
     "recall: share of similar pairs that are accepted; precision: share of accepted pairs that are similar"},
}};

// The X of NAME:X, which is how the measure is called; nothing for another measure.
std::optional<double> rate_of(std::string_view text, const PairMeasureInfo& info) {
  const std::string_view name = info.name.substr(0, info.name.find(':'));
  const std::string_view rest = text.substr(std::min(name.size(), text.size()));
  if (!text.starts_with(name) || (!rest.empty() && rest[0] != ':')) return std::nullopt;
  double rate = 0;
  if (rest.empty() || parse_number(rest.substr(1), rate) != NumberStatus::ok || rate < 0 || rate > 1) {
    usage_error("the measure '" + std::string(text) + "' needs a rate from 0 to 1 behind a colon",
                "for example " + std::string(name) + ":0.01");
  }
  return rate;
}

PairMeasure parse_one(std::string_view name) {
  for (const PairMeasureInfo& info : kMeasures) {
    if (info.has_rate) {
      if (const std::optional<double> rate = rate_of(name, info)) return {&info, *rate, std::string(name)};
    } else if (info.name == name) {
      return {&info, 0, std::string(name)};
    }
  }
  refuse_name("--measures", "measure", name, names_of(kMeasures));
}

}  // namespace

std::span<const PairMeasureInfo> pair_measures() { return kMeasures; }

std::span<const Symbol> pair_measure_symbols() { return kSymbols; }

std::vector<PairMeasure> parse_pair_measures(std::string_view list) {
  std::vector<PairMeasure> measures;
  for (const std::string& part : split_text(list, ',')) {
    PairMeasure measure = parse_one(trimmed(part));
    const bool known = std::any_of(measures.begin(), measures.end(),
                                   [&](const PairMeasure& m) { return m.name == measure.name; });
    if (!known) measures.push_back(std::move(measure));
  }
  return measures;
}

std::string default_pair_measures(const JudgedTuples& judged) {
  switch (judged.tuples.kind) {
    case TupleKind::triplets:
      return "triplet-accuracy";
    case TupleKind::quadruplets:
      return "quadruplet-accuracy";
    case TupleKind::graded_pairs:
      return "spearman,pearson,kendall";
    case TupleKind::pairs:
      break;
  }
  return std::string("auc,ap,eer,tar@far:0.01") + (judged.accepted.empty() ? "" : ",accuracy,f1,mcc") +
         (judged.tuples.log_odds.empty() ? "" : ",log-loss,brier");
}

void check_applies(const PairMeasure& measure, const JudgedTuples& judged) {
  const TupleKind kind = judged.tuples.kind;
  const std::string what = "the measure " + measure.name;
  const std::string found = ", and these are " + std::string(tuple_kind(kind).name);
  const std::string other = "leave it out of --measures; of " + std::string(tuple_kind(kind).name) +
                            " there is --measures " + default_pair_measures(judged);
  switch (measure.info->need) {
    case PairNeed::triplets:
      if (kind != TupleKind::triplets) usage_error(what + " is one of triplets" + found, other);
      return;
    case PairNeed::quadruplets:
      if (kind != TupleKind::quadruplets) usage_error(what + " is one of quadruplets" + found, other);
      return;
    case PairNeed::similarity:
    case PairNeed::closeness:
      if (kind != TupleKind::pairs && kind != TupleKind::graded_pairs)
        usage_error(what + " is one of pairs" + found, other);
      return;
    case PairNeed::similar:
    case PairNeed::decision:
    case PairNeed::probability:
      break;
  }
  if (kind != TupleKind::pairs) {
    usage_error(what + " is one of pairs that are similar or not" + found,
                kind == TupleKind::graded_pairs ? "that takes a column similar of 1 and 0; of a column "
                                                  "similarity: spearman, pearson, kendall, mse and mae"
                                                : other);
  }
  if (measure.info->need == PairNeed::decision && judged.accepted.empty()) {
    usage_error(
        what + " needs a threshold, and none is assumed",
        "--threshold T, or --calibrate accuracy with --folds K, --fold COL or --calibrate-on FILE, or "
        "-m MODEL with one of its own");
  }
  if (measure.info->need == PairNeed::probability && judged.tuples.log_odds.empty()) {
    usage_error(what + " needs the probability of each pair",
                "a column probability, or -m MODEL trained by the logistic loss");
  }
}

std::vector<std::uint8_t> similar_of(const ScoredTuples& tuples) {
  std::vector<std::uint8_t> similar(tuples.values.size());
  for (std::size_t u = 0; u < similar.size(); ++u) similar[u] = is_similar(tuples, u) ? 1 : 0;
  return similar;
}

}  // namespace nearfar
