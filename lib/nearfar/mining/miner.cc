#include "nearfar/mining/miner.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/neighbors/distance_rows.h"

namespace nearfar {
namespace {

// Keeps `max` of the tuples that pass by, every one with the same chance (reservoir sampling), and hands them
// on in order; without a limit they go straight through.
class Reservoir {
 public:
  Reservoir(std::int64_t max, std::uint64_t seed, const std::function<void(const MinedTuple&)>& emit)
      : max_(max), random_(seed, RandomPurpose::mining, ~std::uint64_t{0}), emit_(emit) {}

  void add(const MinedTuple& tuple) {
    ++seen_;
    if (max_ == 0) {
      emit_(tuple);
    } else if (static_cast<std::int64_t>(kept_.size()) < max_) {
      kept_.push_back({seen_, tuple});
    } else if (const std::uint64_t at = random_.below(static_cast<std::uint64_t>(seen_)); at < kept_.size()) {
      kept_[at] = {seen_, tuple};
    }
  }

  // Returns how many tuples were handed on in all.
  std::int64_t finish() {
    if (max_ == 0) return seen_;
    std::sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.order < b.order; });
    for (const Kept& kept : kept_) emit_(kept.tuple);
    return static_cast<std::int64_t>(kept_.size());
  }

 private:
  struct Kept {
    std::int64_t order;
    MinedTuple tuple;
  };
  std::int64_t max_;
  Random random_;
  const std::function<void(const MinedTuple&)>& emit_;
  std::int64_t seen_ = 0;
  std::vector<Kept> kept_;
};

class Miner {
 public:
  Miner(MatrixView x, const Labels& labels, const MiningOptions& options,
        const std::function<void(const MinedTuple&)>& emit)
      : x_(x),
        labels_(labels),
        options_(options),
        strategy_(mining_strategy(options.strategy)),
        limit_(options.per_anchor >= 0 ? options.per_anchor : strategy_.default_per_anchor),
        classes_(rows_by_class(labels)),
        out_(options.max, options.seed, emit) {
    for (const auto& rows : classes_) known_ += static_cast<std::int64_t>(rows.size());
  }

  MiningSummary run() {
    count_anchors();
    const bool measured = strategy_.needs_distances || options_.distances_wanted;
    if (measured) summary_.active = 0;
    // Anchors in blocks: mined on all threads, handed on in order. Few at a time where an anchor may have
    // n^2 / 4 triplets.
    const std::int64_t block = !strategy_.needs_distances && limit_ == 0 ? std::int64_t{8} * threads() : 256;
    for (std::int64_t begin = 0; begin < x_.rows; begin += block) {
      const std::int64_t end = std::min(x_.rows, begin + block);
      std::vector<std::vector<MinedTuple>> found(static_cast<std::size_t>(end - begin));
      if (measured) {
        for_each_distance_row(x_.slice(begin, end), x_, options_.distance,
                              [&](std::int64_t q, std::span<const float> distances) {
                                mine_anchor(begin + q, distances, found[static_cast<std::size_t>(q)]);
                              });
      } else {
        parallel_blocks(end - begin, [&](std::int64_t q) {
          mine_anchor(begin + q, {}, found[static_cast<std::size_t>(q)]);
        });
      }
      for (std::int64_t a = begin; a < end; ++a) hand_on(a, found[static_cast<std::size_t>(a - begin)]);
      if (options_.progress) options_.progress(end, x_.rows);
    }
    summary_.tuples = out_.finish();
    return summary_;
  }

 private:
  [[nodiscard]] std::int32_t code(std::int64_t row) const {
    return labels_.codes[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] const std::vector<std::int64_t>& class_of(std::int64_t row) const {
    return classes_[static_cast<std::size_t>(code(row))];
  }
  [[nodiscard]] bool usable(std::int64_t row) const {
    if (code(row) == Labels::kUnknown) return false;
    const auto size = static_cast<std::int64_t>(class_of(row).size());
    return size > 1 && size < known_;
  }

  void count_anchors() {
    bool any = false;
    for (std::int64_t row = 0; row < x_.rows; ++row) {
      if (code(row) == Labels::kUnknown) continue;
      ++summary_.anchors;
      const auto size = static_cast<std::int64_t>(class_of(row).size());
      if (size == known_)
        ++summary_.without_negative;
      else if (size == 1)
        ++summary_.without_positive;
      else
        any = true;
    }
    if (any) return;
    data_error(summary_.without_negative > 0 ? "all rows are of one class, so there are no negatives"
                                             : "no class has two rows, so there are no positives",
               {},
               "triplets need at least two classes, one of them with two rows; is --label the right column?");
  }

  void mine_anchor(std::int64_t row, std::span<const float> distances, std::vector<MinedTuple>& found) const {
    if (!usable(row)) return;
    Anchor anchor;
    anchor.row = static_cast<std::int32_t>(row);
    anchor.codes = labels_.codes;
    anchor.same_class = class_of(row);
    anchor.negatives = known_ - static_cast<std::int64_t>(anchor.same_class.size());
    anchor.distances = distances;
    std::vector<Choice> chosen;
    Random random(options_.seed, RandomPurpose::mining, static_cast<std::uint64_t>(row));
    strategy_.choose(anchor, limit_, random, chosen);
    if (limit_ > 0 && static_cast<std::int64_t>(chosen.size()) > limit_)
      chosen.resize(static_cast<std::size_t>(limit_));
    for (const Choice& choice : chosen) {
      MinedTuple tuple;
      tuple.anchor = anchor.row;
      tuple.other = choice.positive;
      tuple.negative = choice.negative;
      if (!distances.empty()) {
        tuple.d_ap = anchor.distance(choice.positive);
        tuple.d_an = anchor.distance(choice.negative);
      }
      found.push_back(tuple);
    }
  }

  void hand_on(std::int64_t row, const std::vector<MinedTuple>& found) {
    if (found.empty() && usable(row)) ++summary_.without_tuple;
    summary_.found += static_cast<std::int64_t>(found.size());
    for (const MinedTuple& tuple : found) {
      if (summary_.active >= 0 &&
          static_cast<double>(tuple.d_ap) - static_cast<double>(tuple.d_an) + options_.margin > 0)
        ++summary_.active;
      if (options_.kind == TupleKind::triplets) {
        out_.add(tuple);
        continue;
      }
      add_pair({tuple.anchor, tuple.other, -1, true, tuple.d_ap, 0});
      add_pair({tuple.anchor, tuple.negative, -1, false, tuple.d_an, 0});
    }
  }

  void add_pair(const MinedTuple& pair) {
    const auto low = static_cast<std::uint64_t>(std::min(pair.anchor, pair.other));
    const auto high = static_cast<std::uint64_t>(std::max(pair.anchor, pair.other));
    if (pairs_.insert(low << 32U | high).second) out_.add(pair);
  }

  MatrixView x_;
  const Labels& labels_;
  const MiningOptions& options_;
  const MiningStrategy& strategy_;
  std::int64_t limit_;
  std::vector<std::vector<std::int64_t>> classes_;
  std::int64_t known_ = 0;
  Reservoir out_;
  std::unordered_set<std::uint64_t> pairs_;
  MiningSummary summary_;
};

}  // namespace

MiningSummary mine(MatrixView x, const Labels& labels, const MiningOptions& options,
                   const std::function<void(const MinedTuple&)>& emit) {
  return Miner(x, labels, options, emit).run();
}

}  // namespace nearfar
