#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/labels.h"
#include "nearfar/data/tuples.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

class BatchDistances;

enum class Reduction { mean, mean_nonzero, sum };

/// By the name on the command line: mean, mean-nonzero, sum. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT Reduction parse_reduction(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view reduction_name(Reduction reduction);

/// What is known of the rows of a batch: their classes, or tuples of them.
struct Supervision {
  std::span<const std::int32_t> labels;  ///< one code a row; empty when there are tuples
  const Tuples* tuples = nullptr;        ///< items are rows of the batch
  const Labels* sets =
      nullptr;  ///< where codes stand for sets of labels: which are similar; null: equal ones

  /// Whether two rows of the batch are alike by their labels.
  [[nodiscard]] bool similar(std::int64_t i, std::int64_t j) const {
    const std::int32_t a = labels[static_cast<std::size_t>(i)];
    const std::int32_t b = labels[static_cast<std::size_t>(j)];
    return a == b || (sets != nullptr && sets->similar(a, b));
  }
};

/// Options of all losses; a loss reads those that its table row names.
struct LossOptions {
  double pos_margin = 0;
  double neg_margin = 1;
  double margin = 0.2;
  bool smooth = false;
  bool swap = false;
  Reduction reduction = Reduction::mean_nonzero;
};

/// A loss over a batch: its value and, in the caller's n x n weights, its derivative by every distance.
struct LossValue {
  double value = 0;
  std::int64_t terms = 0;   ///< pairs or triplets looked at
  std::int64_t active = 0;  ///< of them, with a value above 0
};

/// What an option of a loss may be.
enum class LossRange {
  any,
  positive,      ///< above 0
  not_negative,  ///< 0 or more
  whole,         ///< a whole number of 1 or more
  distance       ///< a margin in the unit of the distance: 0 or more, below the largest distance there is
};

/// An option of one loss, a number or a switch: declared once, in the loss's row of the table.
struct LossOptionInfo {
  std::string_view name;  ///< as on the command line, without dashes
  std::string_view meaning;
  double LossOptions::*number;  ///< where it is kept ...
  bool LossOptions::*flag;      ///< ... or here, if it is a switch; the other is null
  LossRange range = LossRange::any;
  double usual = 0;             ///< the default
  double usual_cosine = usual;  ///< the default where the distance is cosine
};
/// "a number above 0", ... for messages.
[[nodiscard]] NEARFAR_EXPORT std::string_view range_text(LossRange range);
[[nodiscard]] NEARFAR_EXPORT bool in_range(LossRange range, double value);

struct LossInfo {
  std::string_view name;
  std::string_view formula;
  std::string_view source;
  std::span<const LossOptionInfo> options;
  std::span<const DistanceKind> distances;  ///< allowed; the first is the default
  bool from_labels;
  bool from_pairs;
  bool from_triplets;
  Reduction reduction;  ///< default
  /// Adds to `weights` (n x n) the derivative of the loss by each distance.
  LossValue (*evaluate)(const BatchDistances& distances, const Supervision& supervision,
                        const LossOptions& options, std::vector<double>& weights);
};

[[nodiscard]] NEARFAR_EXPORT std::span<const LossInfo> losses();
/// By name. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const LossInfo& loss_info(std::string_view name);
/// The loss's option of that name, or null.
[[nodiscard]] NEARFAR_EXPORT const LossOptionInfo* find_option(const LossInfo& loss, std::string_view name);
/// All options of the loss and its reduction at their defaults for a distance.
[[nodiscard]] NEARFAR_EXPORT LossOptions default_options(const LossInfo& loss, DistanceKind distance);

struct LossGradient {
  LossValue loss;
  Matrix gradient;  ///< with respect to the embeddings, same shape
};

/// A loss and its gradient for the rows of one batch (n x dim; O(n^2 (n + dim)) operations, O(n^2) memory).
[[nodiscard]] NEARFAR_EXPORT LossGradient evaluate_loss(const LossInfo& loss, const LossOptions& options,
                                                        DistanceKind distance, MatrixView embeddings,
                                                        const Supervision& supervision);

// The rows of the table, one file each.
LossValue contrastive_loss(const BatchDistances&, const Supervision&, const LossOptions&,
                           std::vector<double>&);
LossValue contrastive_squared_loss(const BatchDistances&, const Supervision&, const LossOptions&,
                                   std::vector<double>&);
LossValue triplet_loss(const BatchDistances&, const Supervision&, const LossOptions&, std::vector<double>&);

}  // namespace nearfar
