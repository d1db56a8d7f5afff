#include "nearfar/evaluation/verification.h"

#include <cmath>
#include <limits>

namespace nearfar {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

bool one_kind_only(const Accepted& all) { return all.similar == 0 || all.dissimilar == 0; }

}  // namespace

Verification::Verification(std::span<const float> distances, std::vector<std::uint8_t> similar)
    : distances_(distances),
      similar_(std::move(similar)),
      order_(tied_order(distances)),
      similar_in_order_(order_.size()) {
  for (std::size_t i = 0; i < order_.size(); ++i) similar_in_order_[i] = similar_[order_.items[i]];
}

Accepted Verification::total(std::span<const std::uint32_t> counts) const {
  std::uint64_t all[2] = {0, 0};
  for (std::size_t u = 0; u < similar_.size(); ++u) all[similar_[u]] += taken(counts, u);
  return {all[1], all[0]};
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
    if (accepted.similar > before.similar)
      sum += static_cast<double>(accepted.similar - before.similar) *
             share(accepted.similar, accepted.similar + accepted.dissimilar);
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
    if (!std::isnan(rate)) return;
    const double far = share(accepted.dissimilar, all.dissimilar);
    const double gap = 1 - share(accepted.similar, all.similar) - far;
    if (gap <= 0) rate = far_before + (far - far_before) * gap_before / (gap_before - gap);
    far_before = far;
    gap_before = gap;
  });
  return rate;
}

TarAtFar Verification::tar_at_far(double limit, std::span<const std::uint32_t> counts) const {
  const Accepted all = total(counts);
  if (one_kind_only(all)) return {kUndefined, kUndefined, {}};
  const OperatingPoint point = best(
      [limit](const Accepted& accepted, const Accepted& of) {
        return share(accepted.dissimilar, of.dissimilar) <= limit ? static_cast<double>(accepted.similar)
                                                                  : -1.0;
      },
      counts);
  return {share(point.accepted.similar, all.similar), share(point.accepted.dissimilar, all.dissimilar),
          point};
}

}  // namespace nearfar
