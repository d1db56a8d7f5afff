#include "nearfar/neighbors/rank_boundaries.h"

#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "nearfar/core/sort_by_float.h"

namespace nearfar {
namespace {

constexpr float kFar = -std::numeric_limits<float>::infinity();  // closeness of what is not to be counted

}  // namespace

void Boundaries::list(const Brackets& brackets, const RankOptions& options, std::int64_t q) {
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

void Boundaries::measure(std::int64_t g1, Matrix& few) {
  while (measured_.size() < relevant_.size() && relevant_[measured_.size()] < g1) {
    const std::size_t first = measured_.size();
    std::int64_t rows = 0;
    for (; rows < kRankFew && first + static_cast<std::size_t>(rows) < relevant_.size(); ++rows) {
      const std::int32_t row = relevant_[first + static_cast<std::size_t>(rows)];
      if (row >= g1) break;
      const MatrixView gallery = brackets_->gallery_rows();
      std::copy_n(gallery.row(row), gallery.cols, few.row(rows));
    }
    float distances[kRankFew];
    brackets_->distances(q_, few.view().slice(0, rows), distances);
    measured_.insert(measured_.end(), distances, distances + rows);
  }
}

void Boundaries::sort() {
  sort_items();
  between_.assign(items_.size() + 1, 0);
  on_.assign(items_.size(), 0);
}

double Boundaries::crowding() const {
  if (items_.size() < 2) return relevant_.size() < 2 ? 0 : 1;  // all at one distance, and others with them?
  const double span = brackets_->key(items_.back().distance) - brackets_->key(items_.front().distance);
  return span > 0 ? widest() * static_cast<double>(items_.size()) / span
                  : std::numeric_limits<double>::infinity();
}

void Boundaries::begin(bool exact) {
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

void Boundaries::count(float* closeness, std::int64_t g0, std::int64_t count, Matrix& few) {
  static const std::vector<float> zeros(static_cast<std::size_t>(kRankStripe));
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

void Boundaries::finish(std::vector<RankGroup>& groups) const {
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

void Boundaries::sort_items() {
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

void Boundaries::fill_table() {
  constexpr double kPerItem = 4;
  constexpr double kLeast = 16;
  const double span = keys_.back() - keys_.front();
  const double width =
      std::max({span / (kPerItem * static_cast<double>(keys_.size())), 1e-6 * std::abs(keys_.back()), 1e-30});
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

void Boundaries::count_closely(std::int32_t g, float low, std::size_t b, Matrix& few) {
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
  if (std::ssize(pending_) == kRankFew) place_pending(few);
}

void Boundaries::place_pending(const Matrix& few) {
  float distances[kRankFew];
  brackets_->distances(q_, few.view().slice(0, std::ssize(pending_)), distances);
  for (std::size_t i = 0; i < pending_.size(); ++i) place(pending_[i].row, distances[i], pending_[i].below);
  pending_.clear();
}

void Boundaries::place(std::int32_t g, float distance, std::size_t b) {
  // To the first boundary that does not come before the candidate.
  while (b < items_.size() &&
         (items_[b].distance < distance || (by_row_ && items_[b].distance == distance && items_[b].row < g)))
    ++b;
  const bool here = b < items_.size() && items_[b].distance == distance;
  if (here) {
    ++on_[b];
  } else if (b > 0 && items_[b - 1].distance == distance) {
    ++on_[b - 1];
  }
  if (!here || by_row_) ++between_[b];
}

}  // namespace nearfar
