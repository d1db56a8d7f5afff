#pragma once

// Models with every field of the file in use, and a small one.

#include <memory>
#include <string>

#include "nearfar/model/model_file.h"
#include "nearfar/network/network.h"
#include "random_rows.h"

namespace nearfar::testing {

/// Three features, standardised, projected on two directions, mapped to two.
inline Model sample_model() {
  Model model;
  model.tool_version = "0.1.0";
  model.method = "linear";
  model.options = {{"preprocess", "standardize,pca:2"}, {"loss", "triplet"}, {"lr", "0.01"}};
  model.seed = 7;
  model.feature_names = {"width", "height, \"tall\"",
                         "gr\xC3\xB6\xC3\x9F"
                         "e"};
  model.input_dim = 3;
  PreprocessStep standardize;
  standardize.name = "standardize";
  standardize.shift = {1, 2, 3};
  standardize.scale = {0.5F, 0.25F, 4};
  PreprocessStep pca;
  pca.name = "pca:2";
  pca.shift = {0, 0.5F, 0};
  pca.projection = Matrix(2, 3);
  pca.projection(0, 1) = 1;
  pca.projection(1, 2) = -1;
  model.preprocessing.steps = {standardize, pca};
  model.l = Matrix(2, 2);
  model.l(0, 0) = 1.5F;
  model.l(0, 1) = -0.1F;
  model.l(1, 1) = 0.3F;
  model.normalize = false;
  model.distance = "euclidean";
  model.threshold = 0.75F;
  model.fingerprint = "xxh3-128:00112233445566778899aabbccddeeff";
  model.training = {{"rows", 150}, {"last_epoch_loss", 0.125}};
  return model;
}

/// The same with a network in place of the matrix.
inline Model network_model() {
  Model model = sample_model();
  model.method = "mlp";
  model.l = Matrix();
  auto network = std::make_shared<Network>(Shape::vector(2), "linear 3, batchnorm, relu, linear 2");
  network->initialise(4);
  model.network = network;
  return model;
}

/// One feature, one number.
inline Model tiny_model() {
  Model model;
  model.tool_version = "0.1.0";
  model.method = "identity";
  model.input_dim = 1;
  model.l = Matrix(1, 1);
  model.l(0, 0) = 2.5F;
  return model;
}

inline Model reread(const Model& model) { return parse_model(model_text(model), "model.json"); }

}  // namespace nearfar::testing
