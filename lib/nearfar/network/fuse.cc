#include "nearfar/network/fuse.h"

#include "nearfar/network/activation.h"
#include "nearfar/network/conv3x3.h"
#include "nearfar/network/flatten.h"
#include "nearfar/network/pool.h"

namespace nearfar {
void fuse_pools(Chain& chain) {
  for (std::size_t l = 0; l + 1 < chain.layers().size(); ++l) {
    const auto* conv = dynamic_cast<const Conv3x3*>(chain.layers()[l].get());
    if (conv == nullptr) continue;
    const auto* activation = dynamic_cast<const Activation*>(chain.layers()[l + 1].get());
    const bool relu = activation != nullptr && activation->info().name == "relu";
    const std::size_t last = relu ? l + 2 : l + 1;
    if (last >= chain.layers().size()) continue;
    const auto* pool = dynamic_cast<const MaxPool*>(chain.layers()[last].get());
    if (pool == nullptr || pool->window().size != 2 || pool->window().stride != 2) continue;
    const Shape pooled = pool->output();
    if (relu) chain.replace(last, std::make_unique<Activation>(pooled, activation->info()));
    // In the place of a layer whose work another one does.
    chain.replace(l + 1, std::make_unique<Unchanged>(pooled, pooled));
    chain.replace(l, std::make_unique<Conv3x3>(conv->input(), conv->convolved(), conv->options(), true));
  }
}

}  // namespace nearfar
