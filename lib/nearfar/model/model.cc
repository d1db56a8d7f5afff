#include "nearfar/model/model.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/product.h"
#include "nearfar/core/rows.h"
#include "nearfar/core/text.h"
#include "nearfar/network/network.h"
#include "nearfar/network/normalize.h"

namespace nearfar {
namespace {

// Identity and diagonal maps keep their zeros, so a full product is only needed where there is one off the
// diagonal.
bool is_diagonal(const Matrix& l) {
  if (l.rows() != l.cols()) return false;
  for (std::int64_t i = 0; i < l.rows(); ++i) {
    for (std::int64_t j = 0; j < l.cols(); ++j) {
      if (i != j && l(i, j) != 0) return false;
    }
  }
  return true;
}

}  // namespace

ExpectedFeatures Model::expected_features() const {
  const bool chosen = std::any_of(options.begin(), options.end(),
                                  [](const auto& option) { return option.first == "features"; });
  return {feature_names, input_dim, chosen};
}

std::int64_t Model::output_dim() const { return network ? network->output_dim() : l.rows(); }

Matrix Model::apply(MatrixView x) const {
  if (x.cols != input_dim) {
    data_error(
        "the model was trained on " + counted(input_dim, "feature") + ", the rows have " + grouped(x.cols),
        {}, "choose the same columns as in training with --features, or the model of these data");
  }
  Matrix y = preprocessing.apply(x);
  if (network) {
    y = network->apply(y);
  } else if (is_diagonal(l)) {
    for (std::int64_t i = 0; i < y.rows(); ++i) {
      for (std::int64_t j = 0; j < y.cols(); ++j) y(i, j) *= l(j, j);
    }
  } else {
    y = multiply_abt(y, l);
  }
  if (normalize) normalize_rows(y);
  for (std::int64_t i = 0; i < y.rows(); ++i) {
    if (!all_finite({y.row(i), static_cast<std::size_t>(y.cols())})) {
      data_error("the image of row " + grouped(i + 1) + " of " + grouped(y.rows()) +
                     " leaves the range of 32-bit floats",
                 {}, "such a row is far outside the training data; rescale or remove it");
    }
  }
  return y;
}

std::string data_fingerprint(const Dataset& data) {
  Hasher hasher;
  for (std::int64_t i = 0; i < data.rows(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    hasher.add({reinterpret_cast<const char*>(data.features.row(i)),
                static_cast<std::size_t>(data.features.cols()) * sizeof(float)});
    if (!data.ids.empty()) hasher.add(data.ids[at]);
    if (!data.labels.empty() && data.labels.codes[at] >= 0) {
      hasher.add(data.labels.names[static_cast<std::size_t>(data.labels.codes[at])]);
    }
  }
  return hasher.text();
}

}  // namespace nearfar
