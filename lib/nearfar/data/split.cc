#include "nearfar/data/split.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::array<SplitStrategyInfo, 4> kStrategies{{
    {SplitStrategy::random, "random", "rows are dealt by chance"},
    {SplitStrategy::stratified, "stratified", "every class is divided in the same shares"},
    {SplitStrategy::by_class, "class", "no class is in two parts (unseen classes in the test part)"},
    {SplitStrategy::by_group, "group", "no group is in two parts"},
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

void deal_groups(const std::vector<std::vector<std::int64_t>>& groups, std::span<const SplitPart> parts,
                 Random random, std::vector<std::int32_t>& part_of) {
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(std::span(order));
  // Large ones first, so that small ones even out what is left; equals stay in random order.
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return groups[a].size() > groups[b].size(); });
  const double rows = static_cast<double>(part_of.size());
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
}

}  // namespace

std::span<const SplitStrategyInfo> split_strategies() { return kStrategies; }

std::vector<SplitPart> parse_fractions(std::string_view text) {
  const std::string example = "for example --fractions train=0.7,test=0.3";
  std::vector<SplitPart> parts;
  double total = 0;
  for (const std::string& piece : split_text(text, ',')) {
    const std::size_t equal = piece.rfind('=');
    double share = 0;
    if (equal == std::string::npos || equal == 0 ||
        parse_number(std::string_view(piece).substr(equal + 1), share) != NumberStatus::ok) {
      usage_error("--fractions: expected NAME=SHARE, found '" + piece + "'", example);
    }
    const std::string name = piece.substr(0, equal);
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
  std::vector<double> owed(parts.size());
  const bool whole_groups = strategy == SplitStrategy::by_class || strategy == SplitStrategy::by_group;
  const std::vector<SplitPart> rounded = rows > 0 ? rounded_shares(rows, parts) : std::vector<SplitPart>();
  if (strategy == SplitStrategy::random) {
    std::vector<std::int64_t> all(part_of.size());
    std::iota(all.begin(), all.end(), std::int64_t{0});
    deal_rows(std::move(all), rounded, Random(seed, RandomPurpose::split), owed, part_of);
  } else if (strategy == SplitStrategy::stratified) {
    const std::vector<std::vector<std::int64_t>> classes = rows_by_class(groups);
    for (std::size_t c = 0; c < classes.size(); ++c) {
      deal_rows(classes[c], rounded, Random(seed, RandomPurpose::split, c), owed, part_of);
    }
  } else {
    deal_groups(rows_by_class(groups), parts, Random(seed, RandomPurpose::split), part_of);
  }
  std::vector<std::int64_t> counts(parts.size());
  for (const std::int32_t part : part_of) ++counts[static_cast<std::size_t>(part)];
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (counts[p] == 0) {
      data_error("the part '" + parts[p].name + "' would be empty: " + grouped(rows) + " rows" +
                     (whole_groups ? " in " + grouped(groups.classes()) + " groups" : "") + " cannot fill " +
                     std::to_string(parts.size()) + " parts",
                 {}, "use fewer parts, a larger share, or more data");
    }
  }
  return part_of;
}

}  // namespace nearfar
