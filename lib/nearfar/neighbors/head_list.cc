#include "nearfar/neighbors/head_list.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nearfar/core/sort_by_float.h"
#include "nearfar/neighbors/tile.h"

namespace nearfar {
namespace {

constexpr float kLeftOut = std::numeric_limits<float>::quiet_NaN();  // not below any limit

// A bound that `depth` of `count` candidates are probably not above, from a sample of them; an infinite one
// where nearly all are needed, or there are too few to tell.
template <class Low>
float guessed_bound(std::int64_t depth, std::int64_t count, Low low) {
  constexpr std::int64_t kSample = 512;
  constexpr double kSigmas = 2.5;
  const double expected =
      static_cast<double>(kSample) * static_cast<double>(depth) / static_cast<double>(count);
  const auto place = static_cast<std::int64_t>(expected + kSigmas * std::sqrt(expected) + 2);
  if (place >= kSample || count < 2 * kSample) return kNever;
  // Steps of the golden section are even, and in step with no period that rows may have.
  constexpr std::uint64_t kGolden = 0x9E3779B9U;
  std::array<float, kSample> sample;
  std::int64_t size = 0;
  for (std::uint64_t i = 1; i <= kSample; ++i) {
    const float value = low(((i * kGolden & 0xFFFFFFFFU) * static_cast<std::uint64_t>(count)) >> 32U);
    sample[static_cast<std::size_t>(size)] = value;
    size += value <= kNever ? 1 : 0;
  }
  if (place >= size) return kNever;
  std::nth_element(sample.begin(), sample.begin() + place, sample.begin() + size);
  return sample[static_cast<std::size_t>(place)];
}

}  // namespace

void HeadList::begin(const Brackets& brackets, std::int64_t q, std::int64_t depth,
                     std::span<const std::int32_t> relevant, std::span<const std::int32_t> excluded) {
  brackets_ = &brackets;
  q_ = q;
  depth_ = std::max<std::int64_t>(depth, 1);
  relevant_ = relevant;
  excluded_ = excluded;
  next_relevant_ = 0;
  next_excluded_ = 0;
  gaps_ = brackets.gallery().gap.data();
  own_gap_ = brackets.query().gap[static_cast<std::size_t>(q)];
  bound_ = kNever;
  hit_ = relevant.empty() ? -kNever : kNever;
  size_ = 0;
  // A few relevant ones are measured, so that there is a limit before the first of them comes by.
  constexpr std::size_t kMeasured = 8;
  const std::size_t step = std::max<std::size_t>(1, relevant.size() / kMeasured);
  for (std::size_t i = 0; i < relevant.size(); i += step)
    hit_ = std::min(hit_, round_up(brackets.key(brackets.distance(q, relevant[i]))));
}

void HeadList::collect(float* closeness, std::int64_t g0, std::int64_t count) {
  const float own = brackets_->query().low[static_cast<std::size_t>(q_)];
  const float* low = brackets_->gallery().low.data() + g0;
  float* lows = closeness;
  for (std::int64_t i = 0; i < count; ++i) lows[i] = own + low[i] - closeness[i];
  std::fill(lows + count, lows + (count + kChunk - 1) / kChunk * kChunk, kLeftOut);
  for (; next_excluded_ < excluded_.size() && excluded_[next_excluded_] < g0 + count; ++next_excluded_)
    lows[excluded_[next_excluded_] - g0] = kLeftOut;
  for (; next_relevant_ < relevant_.size() && relevant_[next_relevant_] < g0 + count; ++next_relevant_) {
    const std::int32_t row = relevant_[next_relevant_];
    hit_ = std::min(hit_, high({lows[row - g0], row}));
  }
  if (size_ == 0 && bound_ == kNever) {
    take_first(lows, g0, count);
  } else {
    append(lows, g0, count, limit());
  }
  if (std::ssize(entries()) > 2 * depth_ + kChunk) shrink();
}

void HeadList::take_first(const float* lows, std::int64_t g0, std::int64_t count) {
  const float guess = guessed_bound(depth_, count, [&](std::uint64_t i) { return lows[i]; });
  append(lows, g0, count, std::max(guess, hit_));
  if (guess == kNever) return;
  if (holds_depth(guess)) {
    bound_ = guess;
  } else {
    size_ = 0;
    append(lows, g0, count, kNever);
  }
}

void HeadList::append(const float* lows, std::int64_t g0, std::int64_t count, float limit) {
  for (std::int64_t begin = 0; begin < count; begin += kChunk) {
    if (size_ + static_cast<std::size_t>(kChunk) > entries_.size())
      entries_.resize(2 * size_ + static_cast<std::size_t>(kChunk));
    const float* some = lows + begin;
    Entry* out = entries_.data() + size_;
    for_each_flag([&](std::int64_t c) { return some[c] <= limit; },
                  [&](std::int64_t c) {
                    *out++ = {some[c], static_cast<std::int32_t>(g0 + begin + c)};
                  });
    size_ = static_cast<std::size_t>(out - entries_.data());
  }
}

bool HeadList::holds_depth(float bound) const {
  std::int64_t within = 0;
  for (const Entry& entry : entries()) within += high(entry) <= bound ? 1 : 0;
  return within >= depth_;
}

// All candidates so far that are not above the limit are in the list, so it may be bounded like them.
void HeadList::shrink() {
  const float guess =
      guessed_bound(depth_, std::ssize(entries()), [&](std::uint64_t i) { return entries_[i].low; });
  if (guess >= bound_ || !holds_depth(guess)) return;
  bound_ = guess;
  const auto last = entries_.begin() + std::ssize(entries());
  const float most = limit();
  size_ = static_cast<std::size_t>(
      std::remove_if(entries_.begin(), last, [&](const Entry& entry) { return entry.low > most; }) -
      entries_.begin());
}

void HeadList::sort(std::vector<Place>& places) const {
  places.resize(size_);
  for (std::size_t i = 0; i < size_; ++i) places[i] = {entries_[i].low, static_cast<std::uint32_t>(i)};
  sort_by_float(places, [](const Place& place) { return place.low; });
  float bound = bound_;
  if (std::ssize(places) >=
      depth_) {  // the keys of the first `depth` of them are not above the highest bound
    float highest = -kNever;
    for (std::int64_t i = 0; i < depth_; ++i) {
      const float own = high(entries_[places[static_cast<std::size_t>(i)].entry]);
      highest = own > highest ? own : highest;
    }
    bound = std::min(bound, highest);
  }
  const float most = std::max(bound, hit_);
  while (!places.empty() && places.back().low > most) places.pop_back();
}

}  // namespace nearfar
