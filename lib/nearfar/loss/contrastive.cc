// contrastive: [d_p - pos]+ for a similar pair, [neg - d_n]+ for a dissimilar one.
// Source: Musgrave, Belongie, Lim 2020, arXiv:2003.08505; Hadsell, Chopra, LeCun 2006 for the idea of the
// margin.
#include "nearfar/loss/pair_terms.h"

namespace nearfar {

LossValue contrastive_loss(const BatchDistances& distances, const Supervision& supervision,
                           const LossOptions& options, std::vector<double>& weights) {
  return reduce_pairs(distances, supervision, options.reduction, weights,
                      [&](double d, bool similar) -> PairTerm {
                        const double value = similar ? d - options.pos_margin : options.neg_margin - d;
                        if (value <= 0) return {};
                        return {value, similar ? 1.0 : -1.0};
                      });
}

}  // namespace nearfar
