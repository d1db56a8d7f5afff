#include "nearfar/model/affine.h"

#include <doctest/doctest.h>

#include <vector>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Model model_with(const std::string& preprocess, const Matrix& x, std::int64_t outputs) {
  Model model;
  model.input_dim = x.cols();
  model.preprocessing = fit_preprocessing(preprocess, x);
  model.l = random_rows(outputs, model.preprocessing.output_dim(x.cols()), 8);
  return model;
}

}  // namespace

TEST_CASE("affine_map: the images are those of the model, after every preprocessing") {
  const Matrix x = random_rows(40, 6, 2, 5);
  for (const std::string preprocess : {"none", "center", "standardize", "minmax", "scale:3", "pca:4",
                                       "whiten:5", "center,pca:3", "scale:2,whiten:4,center"}) {
    const Model model = model_with(preprocess, x, 3);
    const std::optional<AffineMap> map = affine_map(model);
    INFO(preprocess);
    REQUIRE(map.has_value());
    CHECK(map->inputs == 6);
    CHECK(map->outputs == 3);
    const Matrix images = model.apply(x);
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      double y[3];
      map->apply(in_double(x.row(i), 6).data(), y);
      for (int r = 0; r < 3; ++r) CHECK(near(y[r], static_cast<double>(images(i, r)), 1e-5, 1e-5));
    }
    CHECK(image_dims(model) == 3);
  }
}

TEST_CASE("affine_map: none where rows are brought to length 1") {
  const Matrix x = random_rows(40, 6, 2, 5);
  for (const std::string preprocess : {"unit", "standardize,unit", "unit,pca:4"})
    CHECK_FALSE(affine_map(model_with(preprocess, x, 3)).has_value());
  Model model = model_with("standardize", x, 3);
  model.normalize = true;
  CHECK_FALSE(affine_map(model).has_value());
}

TEST_CASE("image_dims: the narrowest step counts, and length 1 takes one away") {
  const Matrix x = random_rows(40, 6, 2, 5);
  CHECK(image_dims(model_with("none", x, 6)) == 6);
  CHECK(image_dims(model_with("none", x, 9)) == 6);
  CHECK(image_dims(model_with("pca:4", x, 9)) == 4);
  CHECK(image_dims(model_with("unit", x, 9)) == 5);
  CHECK(image_dims(model_with("pca:4,unit", x, 9)) == 3);
  Model model = model_with("none", x, 6);
  model.normalize = true;
  CHECK(image_dims(model) == 5);
  model = model_with("none", x, 9);
  model.normalize = true;
  CHECK(image_dims(model) == 6);
}
