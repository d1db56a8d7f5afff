#include "nearfar/evaluation/measures.h"

#include <algorithm>
#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

double real(std::int64_t value) { return static_cast<double>(value); }

// E[h(k)]: of a group cut at rank k each place is a hit with chance relevant / items.
double expected_hits(const Ranking& ranking, std::int64_t k) {
  double hits = 0;
  std::int64_t rank = 0;
  for (const TieGroup& group : ranking.groups) {
    if (rank >= k) break;
    hits += real(std::min(k - rank, group.items)) * real(group.relevant) / real(group.items);
    rank += group.items;
  }
  return hits;
}

double precision_at(const Ranking& ranking, std::int64_t k) { return expected_hits(ranking, k) / real(k); }

double r_precision(const Ranking& ranking, std::int64_t) {
  return expected_hits(ranking, ranking.relevant) / real(ranking.relevant);
}

// P(h(k) >= 1): the first hit is at place i + 1 of a group of g items with r relevant with the chance that
// none was before, prod over j < i of (g-r-j)/(g-j), times r/(g-i).
double hit_at(const Ranking& ranking, std::int64_t k) {
  double none = 1;  // chance of no hit so far
  double hit = 0;   // 1 - none, summed on its own so that hit@1 is r/g to the last bit
  std::int64_t rank = 0;
  for (const TieGroup& group : ranking.groups) {
    if (rank >= k) break;
    const std::int64_t places = std::min(k - rank, group.items);
    if (places > group.items - group.relevant) return 1;
    for (std::int64_t i = 0; i < places && group.relevant > 0; ++i) {
      hit += none * real(group.relevant) / real(group.items - i);
      none *= real(group.items - group.relevant - i) / real(group.items - i);
    }
    rank += group.items;
  }
  return hit;
}

// (1/R) sum over ranks i <= R of E[r_i h(i)] / i. At place j of a group of g items with r relevant that
// begins after H hits, E[r_i h(i)] = r/g (H + 1 + (j-1)(r-1)/(g-1)).
double map_at_r(const Ranking& ranking, std::int64_t) {
  double sum = 0;
  double hits = 0;
  std::int64_t rank = 0;
  for (const TieGroup& group : ranking.groups) {
    if (rank >= ranking.relevant) break;
    const double chance = real(group.relevant) / real(group.items);
    const double further = group.items > 1 ? real(group.relevant - 1) / real(group.items - 1) : 0;
    for (std::int64_t j = 1; j <= group.items && rank + j <= ranking.relevant && group.relevant > 0; ++j) {
      sum += chance * (hits + 1 + real(j - 1) * further) / real(rank + j);
    }
    hits += real(group.relevant);
    rank += group.items;
  }
  return sum / real(ranking.relevant);
}

// E[1 / rank of the first hit]: in its group of g items with r relevant the first hit is at place j with
// chance C(g-j, r-1) / C(g, r), which falls from r/g by the factor (g-j-r+1)/(g-j) from one place to the
// next.
double mrr(const Ranking& ranking, std::int64_t) {
  const auto [items, relevant] = ranking.first_hit;
  double chance = real(relevant) / real(items);
  double sum = 0;
  for (std::int64_t j = 1; j <= items - relevant + 1; ++j) {
    sum += chance / real(ranking.nearer + j);
    if (j < items) chance *= real(items - j - relevant + 1) / real(items - j);
  }
  return sum;
}

std::int64_t depth_k(std::int64_t k, std::int64_t) { return k; }
std::int64_t depth_r(std::int64_t, std::int64_t relevant) { return relevant; }
std::int64_t depth_none(std::int64_t, std::int64_t) { return 0; }

constexpr std::array<MeasureInfo, 5> kMeasures{{
    {"precision@k", "h(k)/k", true, depth_k, precision_at},
    {"hit@k", "1 if h(k) >= 1, else 0 (\"Recall@k\" of metric-learning papers, CMC)", true, depth_k, hit_at},
    {"r-precision", "h(R)/R", false, depth_r, r_precision},
    {"map@r", "(1/R) sum over i <= R of r_i h(i)/i", false, depth_r, map_at_r},
    {"mrr", "1 / rank of the first hit", false, depth_none, mrr},
}};

[[noreturn]] void refuse(std::string_view name) {
  const std::vector<std::string> names = names_of(kMeasures);
  const std::size_t at = name.find('@');
  const std::string stem(name.substr(0, at));
  if (stem == "R" || stem == "recall" || stem == "Recall") {
    const std::string k = at == std::string_view::npos ? "k" : std::string(name.substr(at + 1));
    usage_error("the measure '" + std::string(name) + "' means two things: hit@" + k +
                    " (a hit among the first " + k + ", metric-learning papers) or recall@" + k +
                    " (share of all relevant ones found)",
                "write hit@" + k + "; recall@k is not in this version");
  }
  usage_error("there is no measure '" + std::string(name) + "' in this version" + did_you_mean(name, names),
              "the measures are " + listed(names) + " (k: a whole number from 1)");
}

}  // namespace

std::span<const MeasureInfo> measure_table() { return kMeasures; }

Measure parse_measure(std::string_view name) {
  const std::size_t at = name.find('@');
  for (const MeasureInfo& info : kMeasures) {
    if (!info.has_k && info.name == name) return {&info, 0, std::string(name)};
    if (!info.has_k || at == std::string_view::npos ||
        info.name.substr(0, info.name.find('@')) != name.substr(0, at))
      continue;
    const std::optional<std::int64_t> k = parse_integer(name.substr(at + 1));
    if (!k || *k < 1)
      usage_error("the measure '" + std::string(name) + "' needs a whole number from 1 after the @",
                  "for example " + std::string(name.substr(0, at)) + "@5");
    return {&info, *k, std::string(name.substr(0, at)) + "@" + std::to_string(*k)};
  }
  refuse(name);
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
