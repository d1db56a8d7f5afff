#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/io/table.h"

namespace nearfar {

class Network;

/// A learned metric: preprocessing, a linear map or a network, and a distance between the images, with where
/// it came from.
struct Model {
  static constexpr int kVersion = 1;  ///< of the file format

  std::string tool_version;
  std::string method;
  std::vector<std::pair<std::string, std::string>> options;  ///< as on the command line, without dashes
  std::uint64_t seed = 0;
  std::vector<std::string> feature_names;  ///< empty when the training data had none
  std::int64_t input_dim = 0;
  Preprocessing preprocessing;
  Matrix l;  ///< R x d', d' = preprocessing.output_dim(input_dim); empty where there is a network
  std::shared_ptr<const Network> network;
  bool normalize = false;              ///< images are scaled to length 1
  std::string distance = "euclidean";  ///< between images
  std::optional<float> threshold;
  std::string fingerprint;                               ///< of the training data
  std::vector<std::pair<std::string, double>> training;  ///< summary: rows, epochs, loss, ...

  [[nodiscard]] NEARFAR_EXPORT std::int64_t output_dim() const;
  /// What data for this model must have.
  [[nodiscard]] NEARFAR_EXPORT ExpectedFeatures expected_features() const;
  /// Images of rows of input_dim features: n x R. The image of a row does not depend on the other rows of the
  /// call.
  [[nodiscard]] NEARFAR_EXPORT Matrix apply(MatrixView x) const;
};

/// XXH3-128 over feature values, ids and label texts, in row order: "xxh3-128:..." in hexadecimal.
[[nodiscard]] NEARFAR_EXPORT std::string data_fingerprint(const Dataset& data);

}  // namespace nearfar
