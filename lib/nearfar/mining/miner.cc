#include "nearfar/mining/miner.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/mining/collect.h"
#include "nearfar/mining/hardest_pairs.h"
#include "nearfar/mining/numbered_mining.h"
#include "nearfar/mining/searched_rows.h"

namespace nearfar {
namespace {

// Measured: a scan of all distances of an anchor is better than a search for more nearest rows than the
// first, or for more nearest rows beyond some distance than the second gives.
constexpr std::int64_t kMostNearest = 128;
std::int64_t most_beyond(std::int64_t rows) { return std::clamp<std::int64_t>(rows / 128, 1, 24); }

class Miner {
 public:
  Miner(MatrixView x, const Labels& labels, const MiningOptions& options,
        const std::function<void(const MinedTuple&)>& emit)
      : x_(x),
        options_(options),
        strategy_(mining_strategy(options.strategy)),
        limit_(per_anchor_limit(strategy_, options.per_anchor)),
        rows_(std::ssize(labels.codes)),
        similar_(labels),
        collector_(options, emit) {}

  MiningSummary run() {
    check_strategy();
    check_labels();
    collector_.summary.anchors = std::ssize(similar_.known());
    if (any_will_do() && (limit_ > 0 || options_.max > 0 || as_pairs())) {
      mine_numbered();
    } else {
      mine_anchors();
    }
    collector_.finish();
    return collector_.summary;
  }

 private:
  [[nodiscard]] bool as_pairs() const { return options_.kind == TupleKind::pairs; }
  [[nodiscard]] bool guarded() const { return options_.parameters.guard > 0; }
  [[nodiscard]] bool any_will_do() const {
    return !strategy_.looks_at_distances && options_.candidates == nullptr && options_.ranks.everything() &&
           !guarded();
  }

  void check_strategy() const {
    if (options_.candidates == nullptr) {
      if (guarded() && !options_.distance.info().proved.non_negativity) {
        usage_error("--guard compares distances by their ratio, and the distance " +
                        options_.distance.name() + " may be below 0",
                    "leave --guard out, or choose --distance euclidean");
      }
      if (strategy_.check != nullptr) strategy_.check(options_.distance, x_);
      return;
    }
    if (!strategy_.works_from_lists) {
      usage_error("--strategy " + options_.strategy +
                      " cannot work from --neighbors-from: it needs more than the distances of some rows",
                  "those that can are " +
                      listed(strategies_with([](const MiningStrategy& s) { return s.works_from_lists; })));
    }
    const std::vector<float>& distances = options_.candidates->distances;
    if (guarded() && std::any_of(distances.begin(), distances.end(), [](float d) { return d < 0; })) {
      data_error("--guard compares distances by their ratio, and --neighbors-from has some below 0", {},
                 "leave --guard out");
    }
  }

  void check_labels() const {
    bool one_class = false;
    for (const std::int32_t row : similar_.known()) {
      if (similar_.positives(row) > 0 && similar_.negatives(row) > 0) return;
      one_class = one_class || similar_.negatives(row) == 0;
    }
    if (similar_.labels().several()) {
      data_error("no row has both another row that shares a label with it and one that shares none", {},
                 "is --label the right column, and --label-separator right?");
    }
    data_error(one_class ? "all rows are of one class, so there are no negatives"
                         : "no class has two rows, so there are no positives",
               {},
               "tuples need at least two classes, one of them with two rows; is --label the right column?");
  }

  void mine_numbered() {
    const RowDistance distance(x_, options_.distance);
    if (as_pairs()) {
      collect_numbered(LabelledPairs(similar_, distance), rows_, limit_, options_, collector_);
      return;
    }
    for (const std::int32_t row : similar_.known()) {
      if (similar_.positives(row) == 0) {
        ++collector_.summary.without_positive;
      } else if (similar_.negatives(row) == 0) {
        ++collector_.summary.without_negative;
      }
    }
    collect_numbered(NumberedTriplets(similar_, distance), rows_, limit_, options_, collector_);
  }

  void mine_anchors() {
    const std::unique_ptr<AnchorSource> source = anchor_source();
    MiningContext context;
    context.parameters = options_.parameters;
    context.distance = options_.distance.kind();
    context.dim = x_.cols;
    context.between = RowDistance(x_, options_.distance);
    if (strategy_.needs_hardest_pairs)
      context.hardest = hardest_pairs(*source, rows_, options_.parameters.share);
    collect(rows_, limit_ > 0 ? kAnchors : kUnlimitedAnchors, options_, collector_,
            [&](std::int64_t begin, std::int64_t end, std::vector<FoundTuples>& found) {
              source->for_each(begin, end, [&](Anchor&& anchor) {
                FoundTuples& of_anchor = found[static_cast<std::size_t>(anchor.row - begin)];
                of_anchor = find(anchor, context);
              });
            });
  }

  [[nodiscard]] std::unique_ptr<AnchorSource> anchor_source() const {
    if (options_.candidates != nullptr)
      return std::make_unique<ListedRows>(*options_.candidates, similar_, options_.ranks);
    const RowSearch search = row_search();
    if (can_search(search))
      return std::make_unique<SearchedRows>(x_, similar_, options_.distance, search, options_.progress);
    return std::make_unique<AllRows>(x_, similar_, options_.distance, options_.ranks, any_will_do());
  }

  [[nodiscard]] RowSearch row_search() const {
    RowSearch search;
    search.plan = strategy_.search;
    search.ranks = options_.ranks;
    search.seed = options_.seed;
    if (strategy_.search.positives == SearchPlan::Positives::drawn) {
      search.positives = limit_;
    } else if (has_option(strategy_, "genuine")) {
      search.positives = options_.parameters.genuine;
      search.negatives = options_.parameters.impostors;
    }
    return search;
  }

  [[nodiscard]] bool can_search(const RowSearch& search) const {
    const bool beyond = search.plan.negatives == SearchPlan::Negatives::beyond;
    if (search.plan.positives == SearchPlan::Positives::none || guarded() ||
        (beyond && !options_.ranks.everything()))
      return false;
    std::int64_t answers = 0;
    for (const std::int32_t row : similar_.known()) {
      const std::int64_t all = similar_.positives(row);
      const std::int64_t positives = search.positives == 0 ? all : std::min(all, search.positives);
      answers += beyond ? positives : positives + std::min(rows_, search.nearest_negatives());
    }
    return answers <= (beyond ? most_beyond(rows_) : kMostNearest) * std::ssize(similar_.known());
  }

  [[nodiscard]] FoundTuples find(const Anchor& anchor, const MiningContext& context) const {
    Random random(options_.seed, RandomPurpose::mining, static_cast<std::uint64_t>(anchor.row));
    FoundTuples found = find_tuples(strategy_, anchor, context, as_pairs(), limit_, random);
    if (found.empty()) found.without = reason(anchor);
    return found;
  }

  [[nodiscard]] Without reason(const Anchor& anchor) const {
    if (similar_.positives(anchor.row) == 0) return Without::positive;
    if (similar_.negatives(anchor.row) == 0) return Without::negative;
    const bool listed = options_.candidates != nullptr;
    if (listed && anchor.positives.empty()) return Without::listed_positive;
    if (!options_.ranks.everything() && anchor.negatives.empty()) return Without::ranked;
    return listed && anchor.negatives.empty() ? Without::listed_negative : Without::allowed;
  }

  MatrixView x_;
  const MiningOptions& options_;
  const MiningStrategy& strategy_;
  std::int64_t limit_;
  std::int64_t rows_;
  SimilarRows similar_;
  Collector collector_;
};

}  // namespace

RankRange parse_rank_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  RankRange range;
  bool valid = dash != std::string_view::npos;
  if (valid) {
    const std::optional<std::int64_t> from = parse_integer(text.substr(0, dash));
    const std::optional<std::int64_t> to = parse_integer(text.substr(dash + 1));
    range.from = from.value_or(0);
    range.to = to.value_or(0);
    const bool open = dash + 1 == text.size();
    valid = range.from >= 1 && (open || (to && range.to >= range.from));
  }
  if (!valid) {
    usage_error("--rank-range: expected FROM-TO with 1 <= FROM <= TO, found '" + std::string(text) + "'",
                "ranks start at 1, the nearest negative; 10- has no end");
  }
  return range;
}

MiningSummary mine(MatrixView x, const Labels& labels, const MiningOptions& options,
                   const std::function<void(const MinedTuple&)>& emit) {
  return Miner(x, labels, options, emit).run();
}

}  // namespace nearfar
