#include "nearfar/model/read_network.h"

#include <cmath>

#include "nearfar/core/rows.h"
#include "nearfar/model/base64.h"

namespace nearfar {
namespace {

Shape input_shape(const ModelFields& fields, const JsonValue& value) {
  const auto* sizes = value.as<JsonNumbers>();
  if (sizes == nullptr || (sizes->size() != 1 && sizes->size() != 3))
    fields.refuse("input_shape of the network is not an array of 1 or 3 numbers");
  std::vector<std::int64_t> whole;
  for (const float size : *sizes) {
    if (!(size >= 1 && size <= static_cast<float>(kMostDims)) || size != std::floor(size))
      fields.refuse("input_shape of the network has a size that is none");
    whole.push_back(static_cast<std::int64_t>(size));
  }
  return whole.size() == 1 ? Shape::vector(whole[0]) : Shape::image(whole[0], whole[1], whole[2]);
}

void check_tensor(const ModelFields& fields, const JsonValue& value, const Tensor& tensor) {
  const std::string what = "the tensor '" + tensor.name + "'";
  const JsonObject& parts = fields.object(value, what);
  fields.check_keys(parts, {"name", "shape", "base64"}, what);
  if (fields.text(parts, "name") != tensor.name)
    fields.refuse("the tensor '" + fields.text(parts, "name") + "' stands where '" + tensor.name +
                  "' should");
  const JsonNumbers& shape = fields.numbers(fields.member(parts, "shape"), "the shape of " + what,
                                            static_cast<std::int64_t>(tensor.shape.size()));
  for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
    if (shape[d] != static_cast<float>(tensor.shape[d]))
      fields.refuse("the shape of " + what + " is not that of its layer");
  }
  if (fields.text(parts, "base64").size() !=
      base64_size(static_cast<std::size_t>(tensor.size) * sizeof(float)))
    fields.refuse(what + " has not as many numbers as its shape says");
}

}  // namespace

std::shared_ptr<const Network> read_network(const ModelFields& fields, const JsonObject& parts,
                                            std::int64_t inputs) {
  fields.check_keys(parts, {"input_shape", "layers", "tensors"}, "the network");
  const Shape shape = input_shape(fields, fields.member(parts, "input_shape"));
  if (shape.size() != inputs) {
    fields.refuse("input_shape of the network is not that of rows of " + std::to_string(inputs) + " numbers");
  }
  std::shared_ptr<Network> network;
  try {
    network = std::make_shared<Network>(shape, fields.text(parts, "layers"));
  } catch (const Error& error) {
    fields.refuse("the layers of the network", error);
  }
  if (network->text() != fields.text(parts, "layers"))
    fields.refuse("the layers of the network are not written as usual");
  const std::vector<Tensor>& tensors = network->parameters().tensors();
  const JsonArray& items =
      fields.array(fields.member(parts, "tensors"), "the field 'tensors' is not an array of objects");
  if (items.size() != tensors.size())
    fields.refuse("the layers of the network have " + std::to_string(tensors.size()) +
                  " tensors, the file has " + std::to_string(items.size()));
  for (std::size_t t = 0; t < tensors.size(); ++t) check_tensor(fields, items[t], tensors[t]);
  network->allocate();
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    const std::span<float> values = network->parameters().values(t);
    const JsonObject& item = *items[t].as<JsonObject>();
    if (!floats_from_base64(fields.text(item, "base64"), values))
      fields.refuse("the tensor '" + tensors[t].name + "' is not base64");
    if (!all_finite(values))
      fields.refuse("the tensor '" + tensors[t].name + "' has a value that is not finite");
  }
  return network;
}

}  // namespace nearfar
