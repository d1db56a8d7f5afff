// contrastive-squared: [d_p^2 - pos^2]+ for a similar pair, [neg^2 - d_n^2]+ for a dissimilar one.
// Source: with pos = 0 it is y d^2 + (1-y) max(0, m^2 - d^2); Chopra, Hadsell, LeCun 2005 squared.
#include "nearfar/loss/pair_terms.h"

namespace nearfar {

LossValue contrastive_squared_loss(const BatchDistances& distances, const Supervision& supervision,
                                   const LossOptions& options, std::vector<double>& weights) {
  const double pos = options.pos_margin * options.pos_margin;
  const double neg = options.neg_margin * options.neg_margin;
  return reduce_pairs(distances, supervision, options.reduction, weights,
                      [&](double d, bool similar) -> PairTerm {
                        const double value = similar ? d * d - pos : neg - d * d;
                        if (value <= 0) return {};
                        return {value, similar ? 2 * d : -2 * d};
                      });
}

}  // namespace nearfar
