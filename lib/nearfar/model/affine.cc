#include "nearfar/model/affine.h"

#include <algorithm>

namespace nearfar {
namespace {

// y = P (x - shift) * scale, coordinate by coordinate.
AffineMap after(AffineMap map, const PreprocessStep& step) {
  for (std::size_t k = 0; k < step.shift.size(); ++k) map.b[k] -= static_cast<double>(step.shift[k]);
  if (!step.projection.empty()) map = map.then(step.projection);
  for (std::size_t k = 0; k < step.scale.size(); ++k) {
    const auto scale = static_cast<double>(step.scale[k]);
    const auto row = map.a.begin() + static_cast<std::ptrdiff_t>(k) * map.inputs;
    std::for_each(row, row + map.inputs, [=](double& value) { value *= scale; });
    map.b[k] *= scale;
  }
  return map;
}

}  // namespace

std::optional<AffineMap> affine_map(const Model& model) {
  if (model.normalize || model.network) return std::nullopt;
  AffineMap map = AffineMap::identity(model.input_dim);
  for (const PreprocessStep& step : model.preprocessing.steps) {
    if (step.unit) return std::nullopt;
    map = after(std::move(map), step);
  }
  return map.then(model.l);
}

std::int64_t image_dims(const Model& model) {
  std::int64_t width = model.input_dim;  // coordinates of a row at this point
  std::int64_t dims = width;             // of the set of them
  for (const PreprocessStep& step : model.preprocessing.steps) {
    width = step.output_dim(width);
    dims = std::min(dims, step.unit ? width - 1 : width);
  }
  width = model.output_dim();
  if (model.network) dims = width;  // a curved set of few dimensions may lie in no flat one of as few
  return std::min(dims, model.normalize ? width - 1 : width);
}

}  // namespace nearfar
