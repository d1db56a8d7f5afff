#include "nearfar/evaluation/tied_order.h"

#include "nearfar/core/sort_by_float.h"

namespace nearfar {
namespace {

struct Item {
  float value;
  std::uint32_t place;
};

}  // namespace

TiedOrder tied_order(std::span<const float> values) {
  std::vector<Item> items(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) items[i] = {values[i], static_cast<std::uint32_t>(i)};
  sort_by_float(items, [](const Item& item) { return item.value; });
  TiedOrder order;
  order.items.resize(items.size());
  order.ends.resize(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    order.items[i] = items[i].place;
    order.ends[i] = i + 1 == items.size() || items[i].value != items[i + 1].value ? 1 : 0;
  }
  return order;
}

}  // namespace nearfar
