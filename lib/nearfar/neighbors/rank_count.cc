#include "nearfar/neighbors/rank_count.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "nearfar/core/parallel.h"
#include "nearfar/core/sort_by_float.h"
#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/rank_head.h"

namespace nearfar {
namespace {

constexpr std::int64_t kQueries = 128;   // in one block
constexpr std::int64_t kTile = 1152;     // gallery rows of one product: a tile for the second-level cache
constexpr std::int64_t kColumns = 9216;  // counted in one go, so that the counts of a query stay in the cache
// Gallery rows whose relevant ones are measured for all queries of a block, and rows measured at once.
constexpr std::int64_t kMeasured = 256;
constexpr std::int64_t kFew = 8;
constexpr double kCrowded = 0.03;  // boundaries in a bracket beyond which every candidate is measured
constexpr float kFar = -std::numeric_limits<float>::infinity();  // closeness of what is not to be counted

/// The counts of one query. Its relevant items are boundaries on the line of keys; every other candidate
/// falls between two of them or, rarely, on one.
class Boundaries {
 public:
  void list(const Brackets& brackets, const RankOptions& options, std::int64_t q) {
    brackets_ = &brackets;
    by_row_ = options.ties_by_row;
    q_ = q;
    next_ = 0;
    options.relevant(q, relevant_);
    left_out_ = relevant_;
    if (options.excluded) {
      options.excluded(q, excluded_);
      left_out_.insert(left_out_.end(), excluded_.begin(), excluded_.end());
      std::inplace_merge(left_out_.begin(), left_out_.end() - std::ssize(excluded_), left_out_.end());
    }
    measured_.clear();
  }

  /// Measures the relevant rows below `g1` that are not yet measured; `few` is room for kFew rows.
  void measure(std::int64_t g1, Matrix& few) {
    while (measured_.size() < relevant_.size() && relevant_[measured_.size()] < g1) {
      const std::size_t first = measured_.size();
      std::int64_t rows = 0;
      for (; rows < kFew && first + static_cast<std::size_t>(rows) < relevant_.size(); ++rows) {
        const std::int32_t row = relevant_[first + static_cast<std::size_t>(rows)];
        if (row >= g1) break;
        const MatrixView gallery = brackets_->gallery_rows();
        std::copy_n(gallery.row(row), gallery.cols, few.row(rows));
      }
      float distances[kFew];
      brackets_->distances(q_, few.view().slice(0, rows), distances);
      measured_.insert(measured_.end(), distances, distances + rows);
    }
  }

  /// After measure() of all rows.
  void sort() {
    sort_items();
    between_.assign(items_.size() + 1, 0);
    on_.assign(items_.size(), 0);
  }

  [[nodiscard]] bool any() const { return !items_.empty(); }
  [[nodiscard]] std::int64_t relevant() const { return std::ssize(relevant_); }

  /// Boundaries that an average bracket among them holds: where there are many, measuring every candidate is
  /// cheaper than bracketing it first.
  [[nodiscard]] double crowding() const {
    if (items_.size() < 2) return 0;
    const double span = brackets_->key(items_.back().distance) - brackets_->key(items_.front().distance);
    return span > 0 ? widest() * static_cast<double>(items_.size()) / span
                    : std::numeric_limits<double>::infinity();
  }

  /// Before the first count(): whether closeness will be exact, or as brackets have it.
  void begin(bool exact) {
    exact_ = exact;
    keys_.clear();
    surely_below_.clear();
    maybe_at_.clear();
    for (const Item& item : items_) {
      if (exact) {
        keys_.push_back(static_cast<double>(item.distance));
        surely_below_.push_back(item.distance);
        maybe_at_.push_back(item.distance);
      } else {
        const double key = brackets_->key(item.distance);
        keys_.push_back(key);
        surely_below_.push_back(round_up(key));
        maybe_at_.push_back(
            round_down(key - 0x1p-22 * std::abs(key)));  // an upper bound is rounded in the test
      }
    }
    // What no comparison holds for: the end of the line.
    surely_below_.push_back(std::numeric_limits<float>::quiet_NaN());
    maybe_at_.push_back(std::numeric_limits<float>::quiet_NaN());
    if (any()) fill_table();
  }

  /// Counts the candidates [g0, g0 + count), whose closeness is overwritten where a row is not to be counted.
  /// `few` is room for kFew rows.
  void count(float* closeness, std::int64_t g0, std::int64_t count, Matrix& few) {
    static const std::vector<float> zeros(static_cast<std::size_t>(kColumns));
    for (; next_ < left_out_.size() && left_out_[next_] < g0 + count; ++next_)
      closeness[left_out_[next_] - g0] = kFar;
    const float* low = exact_ ? zeros.data() : brackets_->gallery().low.data() + g0;
    const float own = exact_ ? 0 : brackets_->query().low[static_cast<std::size_t>(q_)];
    const float* gap = exact_ ? zeros.data() : brackets_->gallery().gap.data() + g0;
    const float own_gap = exact_ ? 0 : brackets_->query().gap[static_cast<std::size_t>(q_)];
    const float* surely_below = surely_below_.data();
    const float* maybe_at = maybe_at_.data();
    const std::uint32_t* table = table_.data();
    std::int32_t* between = between_.data();
    std::array<std::int32_t, 128> buckets;
    std::array<float, 128> lows;
    std::array<float, 128> highs;
    for (std::int64_t begin = 0; begin < count; begin += std::ssize(buckets)) {
      const std::int64_t here = std::min(std::ssize(buckets), count - begin);
      const float* c = closeness + begin;
      const float* l = low + begin;
      const float* w = gap + begin;
      for (std::int64_t i = 0; i < here; ++i) {
        const float bound = own + l[i] - c[i];
        lows[static_cast<std::size_t>(i)] = bound;
        highs[static_cast<std::size_t>(i)] = bound + (own_gap + w[i]);
        buckets[static_cast<std::size_t>(i)] = bucket(bound);
      }
      for (std::int64_t i = 0; i < here; ++i) {
        const float bound = lows[static_cast<std::size_t>(i)];
        std::size_t b = table[buckets[static_cast<std::size_t>(i)]];
        // Buckets seldom hold more than two boundaries; steps without a branch cost less than a wrong guess.
        b += surely_below[b] < bound ? 1 : 0;
        b += surely_below[b] < bound ? 1 : 0;
        if (maybe_at[b] <= highs[static_cast<std::size_t>(i)]) [[unlikely]] {
          count_closely(static_cast<std::int32_t>(g0 + begin + i), bound, b, few);
        } else {
          ++between[b];
        }
      }
    }
    if (!pending_.empty()) place_pending(few);
  }

  void finish(std::vector<RankGroup>& groups) const {
    groups.clear();
    std::int64_t nearer = 0;
    for (std::size_t b = 0; b < items_.size(); ++b) {
      nearer += between_[b];
      const Item& item = items_[b];
      groups.push_back(
          {item.distance, nearer, item.relevant + (by_row_ ? 0 : on_[b]), item.relevant, on_[b] > 0});
      nearer += groups.back().items;
    }
    for (std::size_t b = 1; b < groups.size(); ++b)  // by row, groups may share a distance
      groups[b].tied |= groups[b - 1].tied && groups[b - 1].distance == groups[b].distance;
    for (std::size_t b = groups.size(); b > 1; --b)
      groups[b - 2].tied |= groups[b - 1].tied && groups[b - 2].distance == groups[b - 1].distance;
  }

 private:
  struct Item {
    float distance;
    std::int32_t row;       // of the one relevant item, when ties go by row
    std::int32_t relevant;  // items at this distance
  };
  struct Pending {
    std::int32_t row;
    std::size_t below;  // boundaries that are surely nearer
  };

  void sort_items() {
    items_.clear();
    for (std::size_t i = 0; i < relevant_.size(); ++i) items_.push_back({measured_[i], relevant_[i], 1});
    sort_by_float(items_, [](const Item& item) { return item.distance; });  // stable: rows stay ascending
    if (by_row_ || items_.empty()) return;
    std::size_t kept = 0;
    for (std::size_t i = 1; i < items_.size(); ++i) {
      if (items_[i].distance == items_[kept].distance) {
        ++items_[kept].relevant;
      } else {
        items_[++kept] = items_[i];
      }
    }
    items_.resize(kept + 1);
  }

  [[nodiscard]] double widest() const {
    return static_cast<double>(brackets_->query().gap[static_cast<std::size_t>(q_)]) +
           static_cast<double>(brackets_->widest_gap());
  }

  // The line of keys in buckets of equal width, the last one open above, the first below. Monotone.
  [[nodiscard]] std::int32_t bucket(float low) const {
    return static_cast<std::int32_t>(std::min(std::max((low - base_) * per_key_, 0.0F), last_));
  }

  // Of every bucket: how many boundaries lie below all bounds that fall into it.
  void fill_table() {
    constexpr double kPerItem = 4;
    constexpr double kLeast = 16;
    const double span = keys_.back() - keys_.front();
    const double width = std::max(
        {span / (kPerItem * static_cast<double>(keys_.size())), 1e-6 * std::abs(keys_.back()), 1e-30});
    base_ = static_cast<float>(keys_.front() - 3 * width);
    per_key_ = static_cast<float>(1 / width);
    const auto buckets = static_cast<std::int32_t>(std::max(kLeast, span / width + 8));
    last_ = static_cast<float>(buckets - 1);
    table_.assign(static_cast<std::size_t>(buckets), 0);
    for (const float key : std::span(surely_below_).first(keys_.size())) {
      const std::int32_t at = bucket(key);
      if (at + 1 < buckets) ++table_[static_cast<std::size_t>(at + 1)];
    }
    for (std::size_t b = 1; b < table_.size(); ++b) table_[b] += table_[b - 1];
  }

  // A candidate near a boundary, or beyond more of them than count() looks at; the first `b` are surely
  // nearer.
  void count_closely(std::int32_t g, float low, std::size_t b, Matrix& few) {
    if (exact_) {
      place(g, low, b);
      return;
    }
    const double high =
        static_cast<double>(low) + static_cast<double>(brackets_->query().gap[static_cast<std::size_t>(q_)] +
                                                       brackets_->gallery().gap[static_cast<std::size_t>(g)]);
    while (b < keys_.size() && keys_[b] < static_cast<double>(low)) ++b;
    if (b == keys_.size() || keys_[b] > high) {
      ++between_[b];
      return;
    }
    const MatrixView gallery = brackets_->gallery_rows();
    std::copy_n(gallery.row(g), gallery.cols, few.row(std::ssize(pending_)));
    pending_.push_back({g, b});
    if (std::ssize(pending_) == kFew) place_pending(few);
  }

  // Measures the candidates whose rows stand in `few`, and places them.
  void place_pending(const Matrix& few) {
    float distances[kFew];
    brackets_->distances(q_, few.view().slice(0, std::ssize(pending_)), distances);
    for (std::size_t i = 0; i < pending_.size(); ++i) place(pending_[i].row, distances[i], pending_[i].below);
    pending_.clear();
  }

  // A candidate at a known distance; the first `b` boundaries are surely nearer.
  void place(std::int32_t g, float distance, std::size_t b) {
    // To the first boundary that does not come before the candidate.
    while (b < items_.size() && (items_[b].distance < distance ||
                                 (by_row_ && items_[b].distance == distance && items_[b].row < g)))
      ++b;
    const bool here = b < items_.size() && items_[b].distance == distance;
    if (here) {
      ++on_[b];
    } else if (b > 0 && items_[b - 1].distance == distance) {
      ++on_[b - 1];
    }
    if (!here || by_row_) ++between_[b];
  }

  const Brackets* brackets_ = nullptr;
  bool by_row_ = false;
  bool exact_ = false;
  std::int64_t q_ = 0;
  std::vector<std::int32_t> relevant_;
  std::vector<std::int32_t> excluded_;
  std::vector<std::int32_t> left_out_;  // both, ascending
  std::size_t next_ = 0;
  std::vector<float> measured_;   // distances of relevant_
  std::vector<Item> items_;       // boundaries, ascending
  std::vector<Pending> pending_;  // candidates to be measured
  std::vector<double> keys_;
  std::vector<float> surely_below_;    // of every boundary: a bound above this is above the boundary
  std::vector<float> maybe_at_;        // an upper bound below this is below the boundary
  std::vector<std::int32_t> between_;  // other candidates between boundary b - 1 and b
  std::vector<std::int32_t> on_;       // other candidates at the distance of boundary b
  std::vector<std::uint32_t> table_;
  float base_ = 0;
  float per_key_ = 0;
  float last_ = 0;
};

}  // namespace

void count_ranks(MatrixView queries, MatrixView gallery, const RankOptions& options, const RankUse& use) {
  const Brackets brackets(queries, gallery, options.distance, false);
  if (options.depth) {
    count_heads(brackets, options, use);
    return;
  }
  constexpr std::int64_t kAtOnce = 1024;  // queries between two reports of progress
  for (std::int64_t first = 0; first < queries.rows; first += kAtOnce) {
    const std::int64_t last = std::min(queries.rows, first + kAtOnce);
    parallel_ranges(last - first, kQueries, [&](std::int64_t begin, std::int64_t end) {
      thread_local std::vector<Boundaries> counts(static_cast<std::size_t>(kQueries));
      thread_local std::vector<float> tile(static_cast<std::size_t>(kQueries * kColumns));
      const std::int64_t q0 = first + begin;
      const std::int64_t q1 = first + end;
      bool any = false;
      double crowding = 0;
      for (std::int64_t q = q0; q < q1; ++q)
        counts[static_cast<std::size_t>(q - q0)].list(brackets, options, q);
      Matrix few(kFew, gallery.cols);
      for (std::int64_t g0 = 0; g0 < gallery.rows; g0 += kMeasured) {
        for (std::int64_t q = q0; q < q1; ++q)
          counts[static_cast<std::size_t>(q - q0)].measure(g0 + kMeasured, few);
      }
      for (std::int64_t q = q0; q < q1; ++q) {
        Boundaries& own = counts[static_cast<std::size_t>(q - q0)];
        own.sort();
        any = any || own.any();
        crowding += own.crowding() / static_cast<double>(q1 - q0);
      }
      const bool exact = brackets.exact() || crowding > kCrowded;
      for (std::int64_t q = q0; q < q1; ++q) counts[static_cast<std::size_t>(q - q0)].begin(exact);
      for (std::int64_t g0 = 0; any && g0 < gallery.rows; g0 += kColumns) {
        const std::int64_t g1 = std::min(gallery.rows, g0 + kColumns);
        for (std::int64_t t0 = g0; t0 < g1; t0 += kTile) {
          const std::int64_t t1 = std::min(g1, t0 + kTile);
          float* out = tile.data() + (t0 - g0);
          exact ? brackets.exact_closeness(q0, q1, t0, t1, out, kColumns)
                : brackets.closeness(q0, q1, t0, t1, out, kColumns);
        }
        for (std::int64_t q = q0; q < q1; ++q) {
          Boundaries& own = counts[static_cast<std::size_t>(q - q0)];
          if (own.any()) own.count(tile.data() + (q - q0) * kColumns, g0, g1 - g0, few);
        }
      }
      std::vector<RankGroup> groups;
      for (std::int64_t q = q0; q < q1; ++q) {
        counts[static_cast<std::size_t>(q - q0)].finish(groups);
        use(q, groups, counts[static_cast<std::size_t>(q - q0)].relevant());
      }
    });
    if (options.progress) options.progress(last, queries.rows);
  }
}

}  // namespace nearfar
