#include "nearfar/evaluation/tied_order.h"

#include "nearfar/core/ordered_float.h"
#include "nearfar/core/sort_keys.h"

namespace nearfar {

TiedOrder tied_order(std::span<const float> values) {
  std::vector<std::uint64_t> keys(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    keys[i] = std::uint64_t{ordered_bits(values[i])} << 32U | static_cast<std::uint32_t>(i);
  sort_keys(keys);
  TiedOrder order;
  order.items.resize(keys.size());
  order.ends.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    order.items[i] = static_cast<std::uint32_t>(keys[i]);
    order.ends[i] = i + 1 == keys.size() || keys[i] >> 32U != keys[i + 1] >> 32U ? 1 : 0;
  }
  return order;
}

}  // namespace nearfar
