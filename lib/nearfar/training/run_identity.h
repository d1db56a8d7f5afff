#pragma once

#include <span>
#include <string>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/model/model.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/learn.h"

namespace nearfar {

/// What a checkpoint must agree on with the run that goes on from it, for every method: the options that the
/// model tells by now, the rows, and what is known of them. A method adds facts of its own.
[[nodiscard]] std::vector<Checkpoint::Fact> run_identity(const Model& model,
                                                         const SideInformation& supervision);

/// XXH3-128 of numbers, "xxh3-128:..." in hexadecimal.
[[nodiscard]] std::string values_fingerprint(std::span<const float> values);
[[nodiscard]] std::string values_fingerprint(const Matrix& values);

}  // namespace nearfar
