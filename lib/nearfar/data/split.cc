#include "nearfar/data/split.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/data/components.h"
#include "nearfar/data/iterative_stratification.h"

namespace nearfar {
namespace {

constexpr std::array<SplitStrategyInfo, 5> kStrategies{{
    {SplitStrategy::random, "random", "rows are dealt by chance"},
    {SplitStrategy::stratified, "stratified", "every class is divided in the same shares"},
    {SplitStrategy::by_class, "class", "no class is in two parts (unseen classes in the test part)"},
    {SplitStrategy::by_group, "group", "no group is in two parts"},
    {SplitStrategy::by_items, "items", "of a tuple file: no item is in two parts"},
}};

// How many of `count` rows go to each part so that the parts' totals, `owed` so far, stay nearest to their
// shares. owed[p] is what part p should have had by now minus what it has.
std::vector<std::int64_t> deal_counts(std::int64_t count, std::span<const SplitPart> parts,
                                      std::vector<double>& owed) {
  std::vector<std::int64_t> counts(parts.size());
  std::int64_t dealt = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const double exact = static_cast<double>(count) * parts[p].share;
    counts[p] = static_cast<std::int64_t>(std::floor(exact + 1e-9));
    owed[p] += exact - static_cast<double>(counts[p]);
    dealt += counts[p];
  }
  // Each part takes at most one of the rest, the one that is owed most first.
  std::vector<bool> served(parts.size());
  for (; dealt < count; ++dealt) {
    std::size_t best = parts.size();
    for (std::size_t p = 0; p < parts.size(); ++p) {
      if (!served[p] && (best == parts.size() || owed[p] > owed[best] + 1e-9)) best = p;
    }
    served[best] = true;
    ++counts[best];
    owed[best] -= 1;
  }
  return counts;
}

// The shares after rounding: every part gets its share of all rows rounded down, and the rows left over go
// one each to the last parts. The test part, named last, is thus never the one that loses a row
// (scikit-learn's train_test_split rounds in the same way), and folds differ by at most one row.
std::vector<SplitPart> rounded_shares(std::int64_t rows, std::span<const SplitPart> parts) {
  const auto total = static_cast<double>(rows);
  std::vector<std::int64_t> counts;
  std::int64_t left = rows;
  for (const SplitPart& part : parts) {
    counts.push_back(static_cast<std::int64_t>(std::floor(part.share * total + 1e-9)));
    left -= counts.back();
  }
  std::vector<SplitPart> rounded(parts.begin(), parts.end());
  for (std::size_t p = parts.size(); p > 0; --p) {
    rounded[p - 1].share = static_cast<double>(counts[p - 1] + (left > 0 ? 1 : 0)) / total;
    if (left > 0) --left;
  }
  return rounded;
}

void deal_rows(std::vector<std::int64_t> rows, std::span<const SplitPart> parts, Random random,
               std::vector<double>& owed, std::vector<std::int32_t>& part_of) {
  random.shuffle(std::span(rows));
  const std::vector<std::int64_t> counts = deal_counts(static_cast<std::int64_t>(rows.size()), parts, owed);
  std::size_t next = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (std::int64_t i = 0; i < counts[p]; ++i)
      part_of[static_cast<std::size_t>(rows[next++])] = static_cast<std::int32_t>(p);
  }
}

using Groups = std::vector<std::vector<std::int64_t>>;

// Whole groups to parts; returns whether each part has got one.
std::vector<bool> deal_groups(const Groups& groups, std::span<const SplitPart> parts, Random random,
                              std::vector<std::int32_t>& part_of) {
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(std::span(order));
  // Large ones first, so that small ones even out what is left; equals stay in random order.
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return groups[a].size() > groups[b].size(); });
  double rows = 0;
  for (const std::vector<std::int64_t>& group : groups) rows += static_cast<double>(group.size());
  std::vector<double> missing;
  for (const SplitPart& part : parts) missing.push_back(part.share * rows);
  std::vector<bool> filled(parts.size());
  std::size_t groups_left = groups.size();
  for (const std::size_t g : order) {
    const auto size = static_cast<double>(groups[g].size());
    // The last groups go to parts that have none yet, so that no part stays empty where there are groups
    // enough.
    const auto empty = static_cast<std::size_t>(std::count(filled.begin(), filled.end(), false));
    const bool only_empty = groups_left-- <= empty;
    std::size_t best = parts.size();
    for (std::size_t p = 0; p < parts.size(); ++p) {
      if (only_empty && filled[p]) continue;
      if (best == parts.size() || missing[p] > missing[best] + 1e-9) best = p;
    }
    filled[best] = true;
    missing[best] -= size;
    for (const std::int64_t row : groups[g])
      part_of[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(best);
  }
  return filled;
}

std::vector<std::int64_t> unknown_rows(const Labels& labels) {
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < labels.codes.size(); ++i) {
    if (labels.codes[i] == Labels::kUnknown) rows.push_back(static_cast<std::int64_t>(i));
  }
  return rows;
}

constexpr std::string_view kMoreData = "use fewer parts, a larger share, or more data";

// The words for what stays whole.
struct Whole {
  std::string_view rows;    // singular: what is dealt
  std::string_view group;   // singular
  std::string_view groups;  // plural
  std::string_view cause;   // why rows hang together; "" when no chain joins them
  std::string_view advice;
};

Whole words_for(SplitStrategy strategy, const Labels& labels) {
  if (strategy == SplitStrategy::by_items) {
    return {
        "tuple", "set of tuples that hang together", "sets of tuples that hang together",
        "share items, directly or through others",
        "split the data first (mk-splits on the rows, then mk-triplets --where split=train for each part), "
        "or leave out tuples that join too much with --where (eval-pairs: --tuples-where)"};
  }
  if (strategy == SplitStrategy::by_class && labels.several()) {
    return {"row", "set of rows that hang together", "sets of rows that hang together",
            "share labels, directly or through others",
            "use --strategy stratified, or let the labels that join everything say nothing: --ignore-label"};
  }
  if (strategy == SplitStrategy::by_class) return {"row", "class", "classes", "", kMoreData};
  return {"row", "group", "groups", "", kMoreData};
}

void check_components(const Labels& components, const Groups& groups, std::span<const SplitPart> parts,
                      const Whole& words) {
  const auto count = static_cast<std::int64_t>(components.codes.size()) - components.unknown_rows();
  const auto rows = static_cast<double>(count);
  const auto largest = std::max_element(groups.begin(), groups.end(),
                                        [](const auto& a, const auto& b) { return a.size() < b.size(); });
  const auto widest = std::max_element(
      parts.begin(), parts.end(), [](const SplitPart& a, const SplitPart& b) { return a.share < b.share; });
  const auto size = static_cast<double>(largest->size());
  const double most =
      std::max(std::ceil(widest->share * rows - 1e-9), (widest->share + kComponentSlack) * rows);
  if (groups.size() >= parts.size() && size <= most) return;
  const auto percent = [](double share) { return number_text(std::round(1000 * share) / 10) + " %"; };
  const std::string& name = components.names[static_cast<std::size_t>(largest - groups.begin())];
  const std::string held = groups.size() == 1 ? "all " + counted(count, words.rows) + " hang together"
                                              : grouped(static_cast<std::int64_t>(largest->size())) + " of " +
                                                    counted(count, words.rows) + " (" + percent(size / rows) +
                                                    ") hang together with '" + name + "'";
  data_error(held + ", because they " + std::string(words.cause) + "; the largest part, '" + widest->name +
                 "', is to hold " + percent(widest->share),
             {}, std::string(words.advice));
}

// `groups`: how many there are of what stays whole; -1 when rows are dealt one by one.
[[noreturn]] void refuse_empty(const SplitPart& part, std::int64_t rows, std::int64_t groups,
                               std::size_t parts, const Whole& words) {
  const std::string in_groups =
      groups < 0 ? ""
                 : " in " + grouped(groups) + " " + std::string(groups == 1 ? words.group : words.groups);
  data_error("the part '" + part.name + "' would be empty: " + counted(rows, words.rows) + in_groups +
                 " cannot fill " + std::to_string(parts) + " parts",
             {}, std::string(groups < 0 ? kMoreData : words.advice));
}

void split_whole(const Labels& labels, std::span<const SplitPart> parts, SplitStrategy strategy,
                 std::uint64_t seed, std::vector<std::int32_t>& part_of) {
  const Whole words = words_for(strategy, labels);
  const Labels components = strategy == SplitStrategy::by_class ? label_components(labels) : labels;
  const Groups groups = rows_by_class(components);
  if (!words.cause.empty() && !groups.empty()) check_components(components, groups, parts, words);
  const std::vector<bool> filled = deal_groups(groups, parts, Random(seed, RandomPurpose::split), part_of);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (!filled[p])
      refuse_empty(parts[p], static_cast<std::int64_t>(part_of.size()),
                   static_cast<std::int64_t>(groups.size()), parts.size(), words);
  }
  std::vector<double> owed(parts.size());
  deal_rows(unknown_rows(labels), parts, Random(seed, RandomPurpose::split, 1), owed, part_of);
}

void split_strata(const Labels& labels, std::span<const SplitPart> parts, std::uint64_t seed,
                  std::vector<std::int32_t>& part_of) {
  if (labels.several()) {
    std::vector<double> shares;
    for (const SplitPart& part : parts) shares.push_back(part.share);
    part_of = iterative_stratification(labels, shares, Random(seed, RandomPurpose::split));
    return;
  }
  Groups strata = rows_by_class(labels);
  strata.push_back(unknown_rows(labels));
  std::vector<double> owed(parts.size());
  for (std::size_t c = 0; c < strata.size(); ++c)
    deal_rows(std::move(strata[c]), parts, Random(seed, RandomPurpose::split, c), owed, part_of);
}

}  // namespace

std::span<const SplitStrategyInfo> split_strategies() { return kStrategies; }

std::vector<SplitPart> parse_fractions(std::string_view text) {
  const std::string example = "for example --fractions train=0.7,test=0.3";
  std::vector<SplitPart> parts;
  double total = 0;
  for (const std::string& untrimmed : split_text(text, ',')) {
    const std::string_view piece = trimmed(untrimmed);
    const std::size_t equal = piece.rfind('=');
    double share = 0;
    if (equal == std::string::npos || equal == 0 ||
        parse_number(piece.substr(equal + 1), share) != NumberStatus::ok) {
      usage_error("--fractions: expected NAME=SHARE, found '" + std::string(piece) + "'", example);
    }
    const std::string name(trimmed(piece.substr(0, equal)));
    if (!(share > 0)) usage_error("--fractions: the share of '" + name + "' must be above 0", example);
    for (const SplitPart& part : parts) {
      if (part.name == name) usage_error("--fractions: the part '" + name + "' is named twice", example);
    }
    parts.push_back({name, share});
    total += share;
  }
  if (parts.size() < 2) usage_error("--fractions: at least two parts are needed", example);
  if (std::abs(total - 1) > 1e-6) {
    usage_error("--fractions: the shares add up to " + number_text(static_cast<float>(total)) + ", not 1",
                example);
  }
  for (SplitPart& part : parts) part.share /= total;
  return parts;
}

std::vector<std::int32_t> split_rows(std::int64_t rows, const Labels& groups,
                                     std::span<const SplitPart> parts, SplitStrategy strategy,
                                     std::uint64_t seed) {
  std::vector<std::int32_t> part_of(static_cast<std::size_t>(rows));
  if (rows < static_cast<std::int64_t>(parts.size()))
    refuse_empty(parts[0], rows, -1, parts.size(), words_for(strategy, groups));
  if (keeps_whole(strategy)) {
    split_whole(groups, parts, strategy, seed, part_of);
    return part_of;
  }
  const std::vector<SplitPart> rounded = rounded_shares(rows, parts);
  if (strategy == SplitStrategy::random) {
    std::vector<std::int64_t> all(part_of.size());
    std::iota(all.begin(), all.end(), std::int64_t{0});
    std::vector<double> owed(parts.size());
    deal_rows(std::move(all), rounded, Random(seed, RandomPurpose::split), owed, part_of);
  } else {
    split_strata(groups, rounded, seed, part_of);
  }
  std::vector<std::int64_t> counts(parts.size());
  for (const std::int32_t part : part_of) ++counts[static_cast<std::size_t>(part)];
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (counts[p] == 0) refuse_empty(parts[p], rows, -1, parts.size(), words_for(strategy, groups));
  }
  return part_of;
}

}  // namespace nearfar
