#pragma once

#include "nearfar/network/chain.h"

namespace nearfar {

/// Replaces "conv 3, maxpool 2" and "conv 3, relu, maxpool 2" by layers that give the same numbers without
/// the large images in between: a convolution that pools, nothing, relu. (relu may change places with the
/// largest number of a window, and where that is not above 0 no gradient passes in either order.) Every layer
/// keeps its number.
void fuse_pools(Chain& chain);

}  // namespace nearfar
