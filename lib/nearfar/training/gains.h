#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/model/model.h"

namespace nearfar {

/// How well neighbours tell the class under one map.
struct MapScore {
  std::string map;      ///< the model's method, "identity" or "covariance", all after its preprocessing
  double accuracy = 0;  ///< knn-accuracy@3
  std::pair<double, double> interval;  ///< of the accuracy, 95 %
  double map_at_r = 0;
};

/// What a model gained over the plain distances.
struct Gains {
  bool held_out = false;         ///< the rows looked at are the validation rows, else the training rows
  bool among_themselves = true;  ///< each against the others; else against the training rows
  std::int64_t queries = 0;      ///< rows that were looked at ...
  std::int64_t of = 0;  ///< ... out of so many: a sample drawn by seed where there are more than 2,000
  /// The model first; covariance is missing where there is none, or beyond 2,048 dimensions.
  std::vector<MapScore> maps;

  /// "training rows: knn-accuracy@3 0.98 [0.97, 0.99] (identity 0.95 [0.94, 0.96], ...); map@r ..."
  [[nodiscard]] NEARFAR_EXPORT std::string text() const;
};

/// Measures the model on the training rows, or on `valid` against them; where these are of other classes
/// altogether, on `valid`, each row against the others. Rows of unknown class are left out. O(2,000 n r) a
/// map. Throws Error (data) where no row has another of its class to be found.
[[nodiscard]] NEARFAR_EXPORT Gains measure_gains(const Model& model, const Dataset& train,
                                                 const Dataset* valid, std::uint64_t seed);

/// measure_gains() on the training rows, where that is asked for, and on the validation rows; left out where
/// rows have no label or several, or none has another of its class to be found.
[[nodiscard]] NEARFAR_EXPORT std::vector<Gains> all_gains(const Model& model, const Dataset& train,
                                                          const Dataset* valid, bool on_training_rows);

/// Throws Error (data) where measure_gains() could not measure `valid`: told before anything is learned.
NEARFAR_EXPORT void check_gains(const Dataset& train, const Dataset& valid);

}  // namespace nearfar
