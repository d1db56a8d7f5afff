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

class LossBatch;
struct RowBatch;
template <class Scalar>
struct Rows;

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
  /// The tuples are those that a miner chose in this batch: of their first item alone, and all there are.
  bool mined = false;

  /// Whether two rows of the batch are alike by their labels.
  [[nodiscard]] bool similar(std::int64_t i, std::int64_t j) const {
    const std::int32_t a = labels[static_cast<std::size_t>(i)];
    const std::int32_t b = labels[static_cast<std::size_t>(j)];
    return a == b || (sets != nullptr && sets->similar(a, b));
  }
};

/// Options of all losses; a loss reads those that its table row names, which also say what they mean.
struct LossOptions {
  double pos_margin = 0;
  double neg_margin = 1;
  double margin = 0.2;
  double temperature = 0.1;
  double alpha = 2;
  double beta = 50;
  double base = 0.5;
  double gamma = 16;
  double degrees = 40;
  double bins = 10;
  double centers = 10;
  double tau = 0.2;
  double invariance = 25;
  double variance = 25;
  double covariance = 1;
  double memory = 0;  ///< rows of earlier batches that labels are compared with too; of no row of the table
  bool smooth = false;
  bool swap = false;
  bool symmetric = false;
  Reduction reduction = Reduction::mean_nonzero;
};

/// The value of a loss over a batch, after its reduction.
struct LossValue {
  double value = 0;
  std::int64_t terms = 0;   ///< pairs, triplets or anchors that the loss is a sum over
  std::int64_t active = 0;  ///< of them, with a value above 0
};

/// What an option of a loss may be.
enum class LossRange {
  any,
  positive,      ///< above 0
  not_negative,  ///< 0 or more
  whole,         ///< a whole number of 1 or more
  acute,         ///< an angle between 0 and 90
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

/// Weights that a loss trains beside those of the network.
enum class OwnWeights {
  none,
  threshold,     ///< one number
  class_vectors  ///< a vector for every class, or LossOptions::centers of them
};

/// One loss. Each loss or family has a file of its own, where its row, formula and gradient are.
struct LossInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view formula;
  std::string_view source;
  std::span<const LossOptionInfo> options;
  std::span<const DistanceKind> distances;  ///< allowed; the first is the default
  bool from_labels = false;
  bool from_pairs = false;
  bool from_triplets = false;
  bool from_graded_pairs = false;
  Reduction reduction = Reduction::mean;  ///< default
  bool reduces = true;                    ///< false: no sum of terms, so no reduction applies
  OwnWeights own = OwnWeights::none;
  /// Gives the value and adds the derivative by each distance; null for a loss over the rows themselves.
  LossValue (*over_distances)(LossBatch& batch) = nullptr;
  /// Gives the value and adds the derivative by each row, in double.
  LossValue (*over_rows)(RowBatch& batch) = nullptr;
  /// What the own weights cost by themselves, added to the value, and its derivative; may be null.
  double (*penalty)(Rows<double> own, const LossOptions& options, std::vector<double>& gradient) = nullptr;

  /// Class vectors of each class, where the loss has them.
  [[nodiscard]] std::int64_t vectors_per_class(const LossOptions& chosen) const {
    return penalty != nullptr ? static_cast<std::int64_t>(chosen.centers) : 1;
  }
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

}  // namespace nearfar
