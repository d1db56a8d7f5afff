#include "nearfar/evaluation/chance.h"

#include <algorithm>
#include <numeric>

namespace nearfar {
namespace {

double real(std::int64_t value) { return static_cast<double>(value); }

}  // namespace

// P(x) = C(marked, x) C(items - marked, drawn - x) / C(items, drawn), by its ratio from one x to the next,
// beginning at the most likely x, where nothing is lost to underflow.
MarkedDrawn marked_drawn(std::int64_t items, std::int64_t marked, std::int64_t drawn) {
  const std::int64_t others = items - marked;
  const std::int64_t least = std::max<std::int64_t>(0, drawn - others);
  const std::int64_t most = std::min(marked, drawn);
  const std::int64_t mode = std::clamp<std::int64_t>((drawn + 1) * (marked + 1) / (items + 2), least, most);
  MarkedDrawn result{least, std::vector<double>(static_cast<std::size_t>(most - least + 1))};
  const auto at = [&](std::int64_t x) -> double& {
    return result.chances[static_cast<std::size_t>(x - least)];
  };
  at(mode) = 1;
  for (std::int64_t x = mode; x < most; ++x)
    at(x + 1) = at(x) * real(marked - x) * real(drawn - x) / (real(x + 1) * real(others - drawn + x + 1));
  for (std::int64_t x = mode; x > least; --x)
    at(x - 1) = at(x) * real(x) * real(others - drawn + x) / (real(marked - x + 1) * real(drawn - x + 1));
  const double sum = std::accumulate(result.chances.begin(), result.chances.end(), 0.0);
  for (double& chance : result.chances) chance /= sum;
  return result;
}

}  // namespace nearfar
