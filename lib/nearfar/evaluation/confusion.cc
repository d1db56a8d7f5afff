#include "nearfar/evaluation/confusion.h"

#include <array>
#include <cmath>

#include "nearfar/evaluation/tied_order.h"

namespace nearfar {

double Confusion::accuracy() const {
  const std::uint64_t right = true_accepts + true_rejects;
  return static_cast<double>(right) / static_cast<double>(right + false_accepts + false_rejects);
}

double Confusion::f1() const {
  const std::uint64_t twice = 2 * true_accepts;
  const std::uint64_t wrong = false_accepts + false_rejects;
  return twice == 0 ? 0 : static_cast<double>(twice) / static_cast<double>(twice + wrong);
}

double Confusion::mcc() const {
  const auto ta = static_cast<double>(true_accepts);
  const auto fa = static_cast<double>(false_accepts);
  const auto fr = static_cast<double>(false_rejects);
  const auto tr = static_cast<double>(true_rejects);
  const double scale = std::sqrt(ta + fa) * std::sqrt(ta + fr) * std::sqrt(tr + fa) * std::sqrt(tr + fr);
  return scale == 0 ? 0 : (ta * tr - fa * fr) / scale;
}

Confusion confusion_of(std::span<const std::uint8_t> accepted, std::span<const std::uint8_t> similar,
                       std::span<const std::uint32_t> counts) {
  std::array<std::uint64_t, 4> cells{};  // by 2 accepted + similar
  for (std::size_t u = 0; u < accepted.size(); ++u) cells[2U * accepted[u] + similar[u]] += taken(counts, u);
  return {cells[3], cells[2], cells[1], cells[0]};
}

}  // namespace nearfar
