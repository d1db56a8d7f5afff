#include "nearfar/loss/loss.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/loss/batch_distances.h"

namespace nearfar {
namespace {

constexpr LossOptionInfo number(std::string_view name, std::string_view meaning, double LossOptions::*where,
                                LossRange range, double usual, double usual_cosine) {
  return {name, meaning, where, nullptr, range, usual, usual_cosine};
}
constexpr LossOptionInfo number(std::string_view name, std::string_view meaning, double LossOptions::*where,
                                LossRange range, double usual) {
  return number(name, meaning, where, range, usual, usual);
}
constexpr LossOptionInfo flag(std::string_view name, std::string_view meaning, bool LossOptions::*where) {
  return {name, meaning, nullptr, where};
}

constexpr std::array kPairMargins{
    number("pos-margin", "similar pairs nearer than this cost nothing", &LossOptions::pos_margin,
           LossRange::distance, 0),
    number("neg-margin", "dissimilar pairs farther than this cost nothing", &LossOptions::neg_margin,
           LossRange::distance, 1, 0.5),
};
constexpr std::array kTripletOptions{
    number("margin", "how much farther the negative must be", &LossOptions::margin, LossRange::distance, 0.2),
    flag("smooth", "log(1 + e^x) in place of max(0, x)", &LossOptions::smooth),
    flag("swap", "the smaller of d(anchor, negative) and d(positive, negative)", &LossOptions::swap),
};
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

std::string_view range_text(LossRange range) {
  switch (range) {
    case LossRange::any:
      return "a number";
    case LossRange::positive:
      return "a number above 0";
    case LossRange::whole:
      return "a whole number of 1 or more";
    default:
      return "a number of 0 or more";
  }
}

bool in_range(LossRange range, double value) {
  switch (range) {
    case LossRange::any:
      return std::isfinite(value);
    case LossRange::positive:
      return std::isfinite(value) && value > 0;
    case LossRange::whole:
      return value >= 1 && value <= 1e9 && value == std::floor(value);
    default:
      return std::isfinite(value) && value >= 0;
  }
}

const LossOptionInfo* find_option(const LossInfo& loss, std::string_view name) {
  const auto found = std::find_if(loss.options.begin(), loss.options.end(),
                                  [&](const LossOptionInfo& option) { return option.name == name; });
  return found == loss.options.end() ? nullptr : &*found;
}

LossOptions default_options(const LossInfo& loss, DistanceKind distance) {
  LossOptions options;
  options.reduction = loss.reduction;
  for (const LossOptionInfo& option : loss.options) {
    if (option.number != nullptr)
      options.*option.number = distance == DistanceKind::cosine ? option.usual_cosine : option.usual;
  }
  return options;
}

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
