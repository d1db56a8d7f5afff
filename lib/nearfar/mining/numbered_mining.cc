#include "nearfar/mining/numbered_mining.h"

#include <numeric>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"
#include "nearfar/mining/collect.h"

namespace nearfar {

void collect_numbered(const NumberedTuples& numbered, std::int64_t rows, std::int64_t limit,
                      const MiningOptions& options, Collector& collector) {
  const auto stream = [&](std::int64_t row) {
    return Random(options.seed, RandomPurpose::mining, static_cast<std::uint64_t>(row));
  };
  std::optional<DrawnNumbers> drawn;
  if (limit == 0) collector.expect_no_repeats();
  if (limit == 0 && options.max > 0) {
    Random random = stream(-1);
    drawn.emplace(numbered, rows, options.max, random);
    collector.expect_drawn(drawn->total());
  }
  const std::int64_t block = limit > 0 || drawn ? kAnchors : kUnlimitedAnchors;
  collect(rows, block, options, collector,
          [&](std::int64_t begin, std::int64_t end, std::vector<FoundTuples>& found) {
            parallel_blocks(end - begin, [&](std::int64_t i) {
              std::vector<MinedTuple>& tuples = found[static_cast<std::size_t>(i)].tuples;
              const std::int64_t row = begin + i;
              if (limit > 0) {
                Random random = stream(row);
                numbered.draw(row, limit, random, tuples);
              } else if (drawn) {
                numbered.make(row, drawn->of(row), tuples);
              } else if (const std::int64_t count = numbered.count(row); count > 0) {
                std::vector<std::uint64_t> all(static_cast<std::size_t>(count));
                std::iota(all.begin(), all.end(), std::uint64_t{0});
                numbered.make(row, all, tuples);
              }
            });
          });
}

MiningSummary mine_graded(MatrixView x, std::span<const double> targets, const MiningOptions& options,
                          const std::function<void(const MinedTuple&)>& emit) {
  const MiningStrategy& strategy = mining_strategy(options.strategy);
  if (strategy.looks_at_distances) {
    usage_error("--strategy " + options.strategy + " needs labels, and there are targets",
                "for graded pairs the strategies are " +
                    listed(strategies_with([](const MiningStrategy& s) { return !s.looks_at_distances; })));
  }
  const auto rows = static_cast<std::int64_t>(targets.size());
  if (rows < 2) data_error("a pair needs two rows", {}, "is --where right?");
  if (const auto [least, greatest] = std::minmax_element(targets.begin(), targets.end()); *least == *greatest)
    data_error("all targets are " + number_text(*least) + ", so no pair is nearer than another", {},
               "is --target the right column?");
  std::vector<std::int32_t> every(targets.size());
  std::iota(every.begin(), every.end(), 0);
  const GradedPairs pairs(every, targets, RowDistance(x, options.distance));
  MiningOptions of_pairs = options;
  of_pairs.kind = TupleKind::graded_pairs;
  Collector collector(of_pairs, emit);
  collector.summary.anchors = rows;
  const std::int64_t limit = per_anchor_limit(strategy, options.per_anchor);
  collect_numbered(pairs, rows, limit, of_pairs, collector);
  collector.finish();
  return collector.summary;
}

}  // namespace nearfar
