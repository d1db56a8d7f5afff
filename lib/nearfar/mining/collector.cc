#include "nearfar/mining/collector.h"

#include <algorithm>

namespace nearfar {
namespace {

bool is_pair(TupleKind kind) { return kind == TupleKind::pairs || kind == TupleKind::graded_pairs; }

// Whether the loss that the tuple is for is above 0.
bool active(const MinedTuple& tuple, TupleKind kind, double margin) {
  const auto d_ap = static_cast<double>(tuple.d_ap);
  if (!is_pair(kind)) return d_ap - static_cast<double>(tuple.d_an) + margin > 0;
  return tuple.value > 0 ? d_ap > 0 : d_ap < margin;
}

}  // namespace

Collector::Collector(const MiningOptions& options, const std::function<void(const MinedTuple&)>& emit)
    : options_(options),
      emit_(emit),
      random_(options.seed, RandomPurpose::mining, ~std::uint64_t{0}),
      seeks_repeats_(is_pair(options.kind)) {
  if (options.max > 0) reservoir_.emplace(options.max, random_);
}

void Collector::expect_drawn(std::int64_t of_all) {
  reservoir_.reset();
  counts_ = false;
  summary.found = of_all;
}

void Collector::add(const FoundTuples& found) {
  switch (found.without) {
    case Without::none:
      break;
    case Without::positive:
      ++summary.without_positive;
      break;
    case Without::negative:
      ++summary.without_negative;
      break;
    case Without::listed_positive:
      ++summary.unlisted_positive;
      break;
    case Without::listed_negative:
      ++summary.unlisted_negative;
      break;
    case Without::ranked:
      ++summary.outside_ranks;
      break;
    case Without::allowed:
      ++summary.without_tuple;
      break;
  }
  for (const MinedTuple& tuple : found.tuples) add_tuple(tuple);
  if (!found.unlisted) return;
  const FoundTuples::Unlisted& unlisted = *found.unlisted;
  const std::int64_t count = unlisted.selection.size();
  summary.found += count;
  if (reservoir_) {
    reservoir_->add_run(count, [&](std::int64_t i) { return unlisted[i]; });
    return;
  }
  for (const Run& run : unlisted.selection.runs()) {
    for (std::int32_t n = run.begin; n < run.end; ++n) hand_on(tuple_of(unlisted.anchor, {run.positive, n}));
  }
}

void Collector::add_tuple(const MinedTuple& tuple) {
  if (seeks_repeats_) {
    const auto low = static_cast<std::uint64_t>(std::min(tuple.anchor, tuple.other));
    const auto high = static_cast<std::uint64_t>(std::max(tuple.anchor, tuple.other));
    if (!pairs_.insert(low << 32U | high).second) return;
  }
  if (counts_) ++summary.found;
  if (reservoir_) {
    reservoir_->add(tuple);
  } else {
    hand_on(tuple);
  }
}

void Collector::hand_on(const MinedTuple& tuple) {
  ++summary.tuples;
  if (active(tuple, options_.kind, options_.parameters.margin)) ++summary.active;
  emit_(tuple);
}

void Collector::finish() {
  if (!reservoir_) return;
  for (const MinedTuple& tuple : reservoir_->take()) hand_on(tuple);
}

}  // namespace nearfar
