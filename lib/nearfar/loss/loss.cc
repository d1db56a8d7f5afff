#include "nearfar/loss/loss.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/loss/table.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 3> kReductions{"mean", "mean-nonzero", "sum"};

}  // namespace

Reduction parse_reduction(std::string_view name) {
  return value_named<Reduction>(kReductions, "--reduction", "reduction", name);
}

std::string_view reduction_name(Reduction reduction) {
  return kReductions[static_cast<std::size_t>(reduction)];
}

std::span<const LossInfo> losses() {
  using namespace loss_rows;
  static const std::array kLosses{
      contrastive(),
      contrastive_squared(),
      contrastive_hadsell(),
      triplet(),
      infonce(),
      supcon(),
      multi_similarity(),
      cosent(),
      cosine_mse(),
      logistic(),
      proxy_anchor(),
      proxy_nca(),
      normalized_softmax(),
      arcface(),
      cosface(),
      circle(),
      nca(),
      lifted_structure(),
      generalized_lifted_structure(),
      tuplet_margin(),
      fastap(),
      snr_contrastive(),
      n_pairs(),
      angular(),
      soft_triple(),
      vicreg(),
      margin_loss(),
  };
  return kLosses;
}

const LossInfo& loss_info(std::string_view name) { return row_named(losses(), "--loss", "loss", name); }

std::string_view range_text(LossRange range) {
  switch (range) {
    case LossRange::any:
      return "a number";
    case LossRange::positive:
      return "a number above 0";
    case LossRange::acute:
      return "an angle between 0 and 90";
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
    case LossRange::acute:
      return value > 0 && value < 90;
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

}  // namespace nearfar
