// The losses that classify a row by the cosine of its class's trained vector against those of the others:
//   -log e^{f(s_y)/T} / (e^{f(s_y)/T} + sum_{c != y} e^{s_c/T})
//   normalized-softmax  f(s) = s                     Zhai, Wu 2019, arXiv:1811.12649
//   cosface             f(s) = s - margin            Wang et al. 2018, arXiv:1801.09414, eq. 4
//   arcface             f(s) = cos(angle + margin)   Deng, Guo, Xue, Zafeiriou 2019, arXiv:1801.07698, eq. 3
// where arcface's angle would pass pi: s - margin sin(margin), as its authors' program does.
//   proxy-nca           s = -|x - p|^2 of rows of length 1
//                       Movshovitz-Attias et al. 2017, arXiv:1703.07464, eq. 4, with the own proxy in the
//                       denominator as in Teh, DeVries, Taylor 2020, arXiv:2004.01113
// Gradient: against_negatives().
#include <numbers>

#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kPlain{temperature(0.05)};
constexpr std::array kProxyNca{temperature(1)};
constexpr std::array kCosface{number("margin", "taken from the cosine of the own class", &LossOptions::margin,
                                     LossRange::not_negative, 0.35),
                              temperature(1.0 / 64)};
constexpr std::array kArcface{number("margin", "added to the angle to the own class, radians",
                                     &LossOptions::margin, LossRange::not_negative, 0.5),
                              temperature(1.0 / 64)};

template <class SeenAs>
LossValue classify(LossBatch& batch, double scale, SeenAs seen) {
  return against_negatives(batch, batch.relations(), scale / batch.options.temperature, seen);
}

LossValue plain(LossBatch& batch) { return classify(batch, 1, as_it_is); }
// |x - p|^2 = 2 - 2 s, and a constant does not matter.
LossValue by_squared_distance(LossBatch& batch) { return classify(batch, 2, as_it_is); }
LossValue less_margin(LossBatch& batch) {
  return classify(batch, 1, [m = batch.options.margin](double s) { return Seen{s - m, 1}; });
}
LossValue angle_and_margin(LossBatch& batch) {
  return classify(batch, 1, [m = batch.options.margin](double s) { return angle_moved(s, m); });
}

LossInfo row(std::string_view name, std::string_view meaning, std::string_view formula,
             std::string_view source, std::span<const LossOptionInfo> options,
             LossValue (*evaluate)(LossBatch&)) {
  return {.name = name,
          .meaning = meaning,
          .formula = formula,
          .source = source,
          .options = options,
          .distances = kCosine,
          .from_labels = true,
          .own = OwnWeights::class_vectors,
          .over_distances = evaluate};
}

}  // namespace

LossInfo normalized_softmax() {
  return row("normalized-softmax", "class vectors: cosine softmax", "-log e^{s_y/T} / sum_c e^{s_c/T}",
             "Zhai, Wu 2019, arXiv:1811.12649", kPlain, plain);
}
LossInfo cosface() {
  return row("cosface", "class vectors: cosine softmax with a margin in the cosine",
             "normalized-softmax with s_y - margin", "Wang et al. 2018, arXiv:1801.09414, eq. 4", kCosface,
             less_margin);
}
LossInfo arcface() {
  return row("arcface", "class vectors: cosine softmax with a margin in the angle",
             "normalized-softmax with cos(angle_y + margin)",
             "Deng, Guo, Xue, Zafeiriou 2019, arXiv:1801.07698, eq. 3", kArcface, angle_and_margin);
}
LossInfo proxy_nca() {
  return row("proxy-nca", "proxies: nca against one proxy a class",
             "-log e^{-|x - p_y|^2/T} / sum_c e^{-|x - p_c|^2/T}, rows and proxies of length 1",
             "Movshovitz-Attias et al. 2017, arXiv:1703.07464; Teh, DeVries, Taylor 2020, arXiv:2004.01113",
             kProxyNca, by_squared_distance);
}

}  // namespace nearfar::loss_rows
