#include "nearfar/evaluation/verification.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "nearfar/core/hash.h"

namespace nearfar {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> numbers{0};
  return ++numbers;
}

bool one_kind_only(const Accepted& all) { return all.similar == 0 || all.dissimilar == 0; }

}  // namespace

Verification::Verification(std::span<const float> distances, std::vector<std::uint8_t> similar)
    : number_(next_number()),
      distances_(distances),
      similar_(std::move(similar)),
      order_(tied_order(distances)),
      similar_in_order_(order_.size()) {
  for (std::size_t i = 0; i < order_.size(); ++i) similar_in_order_[i] = similar_[order_.items[i]];
}

// The measures of one resample come one after the other, and to put counts in order costs more than a pass
// over them in order: their hash tells whether they are the ones at hand.
std::span<const std::uint32_t> Verification::in_order(std::span<const std::uint32_t> counts) const {
  if (counts.empty()) return counts;
  struct Known {
    std::uint64_t number = 0;
    Hash128 hash;
    std::vector<std::uint32_t> counts;
  };
  thread_local Known known;
  const Hash128 hash = hash_bytes({reinterpret_cast<const char*>(counts.data()), counts.size_bytes()});
  if (known.number == number_ && known.hash.low == hash.low && known.hash.high == hash.high)
    return known.counts;
  known.number = number_;
  known.hash = hash;
  known.counts.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) known.counts[i] = counts[order_.items[i]];
  return known.counts;
}

Accepted Verification::total(std::span<const std::uint32_t> counts) const {
  Accepted all;
  for (std::size_t u = 0; u < similar_.size(); ++u) {
    const std::uint64_t similar = similar_[u] * taken(counts, u);
    all.similar += similar;
    all.dissimilar += taken(counts, u) - similar;
  }
  return all;
}

float Verification::below_all(std::span<const std::uint32_t> counts) const {
  for (const std::uint32_t pair : order_.items) {
    if (taken(counts, pair) > 0)
      return std::nextafter(distances_[pair], -std::numeric_limits<float>::infinity());
  }
  return 0;
}

double Verification::auc(std::span<const std::uint32_t> counts) const {
  // 2 U = sum over distances of n (2 P_before + p), with p similar and n dissimilar pairs at the distance
  std::uint64_t twice_u = 0;
  Accepted before;
  each_step(counts, [&](float, const Accepted& accepted) {
    twice_u += (accepted.dissimilar - before.dissimilar) * (before.similar + accepted.similar);
    before = accepted;
  });
  if (one_kind_only(before)) return kUndefined;
  return static_cast<double>(twice_u) / 2 /
         (static_cast<double>(before.similar) * static_cast<double>(before.dissimilar));
}

double Verification::average_precision(std::span<const std::uint32_t> counts) const {
  // sum of p (P / (P + N)) / P_all
  double sum = 0;
  Accepted before;
  each_step(counts, [&](float, const Accepted& accepted) {
    // Without a branch: where no similar pair is, p = 0 adds nothing.
    sum += static_cast<double>(accepted.similar - before.similar) *
           share(accepted.similar, std::max<std::uint64_t>(accepted.similar + accepted.dissimilar, 1));
    before = accepted;
  });
  return one_kind_only(before) ? kUndefined : sum / static_cast<double>(before.similar);
}

double Verification::equal_error_rate(std::span<const std::uint32_t> counts) const {
  const Accepted all = total(counts);
  if (one_kind_only(all)) return kUndefined;
  // gap = (similar rejected) - (dissimilar accepted) falls from 1 to -1; linear where it passes 0.
  double far_before = 0;
  double gap_before = 1;
  double rate = kUndefined;
  each_step(counts, [&](float, const Accepted& accepted) {
    const double far = share(accepted.dissimilar, all.dissimilar);
    const double gap = 1 - share(accepted.similar, all.similar) - far;
    if (gap <= 0) rate = far_before + (far - far_before) * gap_before / (gap_before - gap);
    far_before = far;
    gap_before = gap;
    return std::isnan(rate);
  });
  return rate;
}

TarAtFar Verification::tar_at_far(double limit, std::span<const std::uint32_t> counts) const {
  const Accepted all = total(counts);
  if (one_kind_only(all)) return {kUndefined, kUndefined, {}};
  OperatingPoint point{below_all(counts), {}};
  each_step(counts, [&](float threshold, const Accepted& accepted) {
    if (share(accepted.dissimilar, all.dissimilar) > limit) return false;  // and so at all larger thresholds
    if (accepted.similar > point.accepted.similar) point = {threshold, accepted};
    return true;
  });
  return {share(point.accepted.similar, all.similar), share(point.accepted.dissimilar, all.dissimilar),
          point};
}

}  // namespace nearfar
