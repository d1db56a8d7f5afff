#include "nearfar/evaluation/measures.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/measure_values.h"

namespace nearfar {
namespace {

std::int64_t depth_k(std::int64_t k, std::int64_t) { return k; }
std::int64_t depth_r(std::int64_t, std::int64_t relevant) { return relevant; }
std::int64_t depth_none(std::int64_t, std::int64_t) { return 0; }
std::int64_t depth_all(std::int64_t, std::int64_t) { return kAllRanks; }

constexpr Needs kAny = Needs::relevance;

constexpr std::array<MeasureInfo, 18> kMeasures{{
    {"precision@k", "h(k)/k", true, kAny, depth_k, precision_at},
    {"hit@k", "1 if h(k) >= 1, else 0 (\"Recall@k\" of metric-learning papers, CMC)", true, kAny, depth_k,
     hit_at},
    {"recall@k", "h(k)/R", true, kAny, depth_k, recall_at},
    {"recall-cap@k", "h(k)/min(k, R)", true, kAny, depth_k, recall_cap_at},
    {"r-precision", "h(R)/R", false, kAny, depth_r, r_precision},
    {"map@r", "(1/R) sum over i <= R of r_i h(i)/i", false, kAny, depth_r, map_at_r},
    {"map", "(1/R) sum over all ranks of r_i h(i)/i", false, kAny, depth_all, mean_average_precision},
    {"map@k", "(1/R) sum over i <= k of r_i h(i)/i", true, kAny, depth_k, map_at},
    {"map-cap@k", "(1/min(k, R)) sum over i <= k of r_i h(i)/i", true, kAny, depth_k, map_cap_at},
    {"mrr", "1 / rank of the first hit", false, kAny, depth_none, mrr},
    {"mrr@k", "1 / rank of the first hit, 0 if none in k", true, kAny, depth_none, mrr_at},
    {"ndcg", "DCG/ideal DCG, DCG = sum of gain_i/log2(i+1), ideal over all judged", false, kAny, depth_all,
     ndcg},
    {"ndcg@k", "DCG(k)/ideal DCG(k), DCG(k) = sum over i <= k of gain_i/log2(i+1), ideal over all judged",
     true, kAny, depth_k, ndcg_at},
    {"minp", "R / rank of the last relevant one, 0 if it was not retrieved", false, kAny, depth_all, minp},
    {"auc", "share of (relevant, other) pairs in the right order, ties half; not retrieved: last, tied",
     false, kAny, depth_all, auc},
    {"bpref", "(1/R) sum over relevant of 1 - min(judged nonrelevant before it, R)/min(N, R)", false,
     Needs::judgements, depth_all, bpref},
    {"judged@k", "judged items in the first k / items in the first k", true, Needs::judgements, depth_k,
     judged_at},
    {"knn-accuracy@k",
     "1 if most of the k nearest are of the query's class, ties to the class of the nearest", true,
     Needs::classes, depth_none, nullptr},
}};

constexpr std::array<Symbol, 5> kSymbols{{
    {"h", "h(k): relevant items among the first k"},
    {"R", "R: all relevant items of a query, found or not"},
    {"r_i", "r_i: 1 if the item at rank i is relevant, else 0"},
    {"gain_i", "gain_i: its grade, or what --gain makes of it"},
    {"N", "N: items judged not relevant"},
}};

// What other tools and papers call a measure, without its cut-off, in lower case.
struct OtherName {
  std::string_view theirs;
  std::string_view ours;
};
constexpr std::array<OtherName, 16> kOtherNames{{
    {"p", "precision"},
    {"prec", "precision"},
    {"success", "hit"},
    {"cmc", "hit"},
    {"rprec", "r-precision"},
    {"r-prec", "r-precision"},
    {"rp", "r-precision"},
    {"ap", "map"},
    {"map_cut", "map"},
    {"rr", "mrr"},
    {"recip_rank", "mrr"},
    {"ndcg_cut", "ndcg"},
    {"relative_p", "recall-cap"},
    {"inp", "minp"},
    {"knn", "knn-accuracy"},
    {"accuracy", "knn-accuracy"},
}};

const MeasureInfo* find_info(std::string_view stem, bool has_k) {
  const auto found = std::find_if(kMeasures.begin(), kMeasures.end(), [&](const MeasureInfo& info) {
    const std::string_view name = info.has_k ? info.name.substr(0, info.name.size() - 2) : info.name;
    return info.has_k == has_k && name == stem;
  });
  return found == kMeasures.end() ? nullptr : &*found;
}

// Our name for what another tool calls so ("P_10" -> "precision@10"), or "".
std::string translated(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::size_t at = lower.find('@');
  if (at == std::string::npos) {  // trec_eval writes P_10
    at = lower.find_last_of("_.");
    if (at != std::string::npos && !parse_integer(std::string_view(lower).substr(at + 1)))
      at = std::string::npos;
  }
  const std::string stem = lower.substr(0, at);
  const std::string k = at == std::string::npos ? "" : lower.substr(at + 1);
  const auto other = std::find_if(kOtherNames.begin(), kOtherNames.end(),
                                  [&](const OtherName& known) { return known.theirs == stem; });
  const std::string ours(other == kOtherNames.end() ? stem : other->ours);
  if (k == "r" && find_info(ours + "@r", false) != nullptr) return ours + "@r";
  if (at == std::string::npos) return find_info(ours, false) != nullptr ? ours : "";
  return find_info(ours, true) != nullptr && parse_integer(k).value_or(0) >= 1 ? ours + "@" + k : "";
}

[[noreturn]] void refuse(std::string_view name) {
  const std::vector<std::string> names = names_of(kMeasures);
  const std::size_t at = name.find('@');
  const std::string stem(name.substr(0, at));
  if (stem == "R" || stem == "r" || stem == "recall" || stem == "Recall") {
    const std::string k = at == std::string_view::npos ? "k" : std::string(name.substr(at + 1));
    usage_error("the measure '" + std::string(name) + "' means two things: hit@" + k +
                    " (a hit among the first " + k + ", metric-learning papers) or recall@" + k +
                    " (share of all relevant ones found)",
                "write hit@" + k + " or recall@" + k);
  }
  const std::string ours = translated(name);
  usage_error("there is no measure '" + std::string(name) + "' in this version" +
                  (ours.empty() ? did_you_mean(name, names) : " (did you mean '" + ours + "'?)"),
              "the measures are " + listed(names) + " (k: a whole number from 1)");
}

}  // namespace

std::span<const MeasureInfo> measure_table() { return kMeasures; }

std::span<const Symbol> measure_symbols() { return kSymbols; }

Measure parse_measure(std::string_view name) {
  if (const MeasureInfo* info = find_info(name, false)) return {info, 0, std::string(name)};
  const std::size_t at = name.find('@');
  const MeasureInfo* info = at == std::string_view::npos ? nullptr : find_info(name.substr(0, at), true);
  if (info == nullptr) refuse(name);
  const std::string stem(name.substr(0, at));
  const std::optional<std::int64_t> k = parse_integer(name.substr(at + 1));
  if (!k || *k < 1) {
    std::vector<std::string> without_k = names_of(kMeasures);
    std::erase_if(without_k, [](const std::string& known) { return known.ends_with("@k"); });
    usage_error("the measure '" + std::string(name) + "' needs a whole number from 1 after the @" +
                    did_you_mean(name, without_k),
                "for example " + stem + "@5");
  }
  return {info, *k, stem + "@" + std::to_string(*k)};
}

std::vector<Measure> parse_measures(std::string_view list) {
  std::vector<Measure> measures;
  for (const std::string& part : split_text(list, ',')) {
    Measure measure = parse_measure(trimmed(part));
    const bool known = std::any_of(measures.begin(), measures.end(),
                                   [&](const Measure& m) { return m.name == measure.name; });
    if (!known) measures.push_back(std::move(measure));
  }
  return measures;
}

}  // namespace nearfar
