#include "nearfar/loss/loss.h"

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/loss/batch_distances.h"

namespace nearfar {
namespace {

constexpr std::array<LossOptionInfo, 2> kPairMargins{{
    {"pos-margin", "similar pairs nearer than this cost nothing", "0"},
    {"neg-margin", "dissimilar pairs farther than this cost nothing", "1"},
}};
constexpr std::array<LossOptionInfo, 3> kTripletOptions{{
    {"margin", "how much farther the negative must be", "0.2"},
    {"smooth", "log(1 + e^x) in place of max(0, x)", "off"},
    {"swap", "the smaller of d(anchor, negative) and d(positive, negative)", "off"},
}};
constexpr std::array<DistanceKind, 4> kAnyDistance{DistanceKind::euclidean, DistanceKind::sqeuclidean,
                                                   DistanceKind::manhattan, DistanceKind::cosine};
constexpr std::array<DistanceKind, 2> kUnsquared{DistanceKind::euclidean, DistanceKind::manhattan};

constexpr std::array<LossInfo, 3> kLosses{{
    {"contrastive", "[d_p - pos]+ + [neg - d_n]+",
     "Musgrave, Belongie, Lim 2020, arXiv:2003.08505 (margins of both signs)", kPairMargins, kAnyDistance,
     true, true, true, Reduction::mean_nonzero, contrastive_loss},
    {"contrastive-squared",
     "[d_p^2 - pos^2]+ + [neg^2 - d_n^2]+; with pos = 0: y d^2 + (1-y) max(0, m^2 - d^2)",
     "Chopra, Hadsell, LeCun 2005 (squared distances)", kPairMargins, kUnsquared, true, true, true,
     Reduction::mean_nonzero, contrastive_squared_loss},
    {"triplet", "[d_ap - d_an + margin]+",
     "Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832; swap: Balntas et al. 2016", kTripletOptions,
     kAnyDistance, true, false, true, Reduction::mean_nonzero, triplet_loss},
}};

constexpr std::array<std::string_view, 3> kReductions{"mean", "mean-nonzero", "sum"};

}  // namespace

Reduction parse_reduction(std::string_view name) {
  return value_named<Reduction>(kReductions, "--reduction", "reduction", name);
}

std::string_view reduction_name(Reduction reduction) {
  return kReductions[static_cast<std::size_t>(reduction)];
}

std::span<const LossInfo> losses() { return kLosses; }

const LossInfo& loss_info(std::string_view name) { return row_named(losses(), "--loss", "loss", name); }

LossGradient evaluate_loss(const LossInfo& loss, const LossOptions& options, DistanceKind distance,
                           MatrixView embeddings, const Supervision& supervision) {
  const BatchDistances distances(embeddings, distance);
  std::vector<double> weights(static_cast<std::size_t>(embeddings.rows * embeddings.rows));
  LossGradient result;
  result.loss = loss.evaluate(distances, supervision, options, weights);
  result.gradient = distances.backward(weights);
  return result;
}

}  // namespace nearfar
