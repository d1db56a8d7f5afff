#pragma once

#include <cstdint>
#include <memory>

#include "nearfar/model/model_fields.h"
#include "nearfar/network/network.h"

namespace nearfar {

/// The network of a model file, which takes rows of `inputs` numbers, from its member "network". Everything
/// that the file claims of it is held against it before memory is taken for its numbers. Throws Error (data).
[[nodiscard]] std::shared_ptr<const Network> read_network(const ModelFields& fields, const JsonObject& parts,
                                                          std::int64_t inputs);

}  // namespace nearfar
