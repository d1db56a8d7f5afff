#pragma once

#include <string>

#include "nearfar/core/export.h"
#include "nearfar/model/model.h"

namespace nearfar {

/// The text of a model file: one JSON object, floats in the shortest form that reads back to the same value,
/// `checksum` last.
[[nodiscard]] NEARFAR_EXPORT std::string model_text(const Model& model);

/// Reads a model file. Throws Error (data) for anything that is not a model of this or an older version, for
/// a checksum that does not match (unless `unsealed`), for an unknown, missing or repeated field, and for
/// shapes that do not fit together.
/// `can_unseal`: the command at hand has --unsealed, for the message.
[[nodiscard]] NEARFAR_EXPORT Model read_model(const std::string& file, bool unsealed = false,
                                              bool can_unseal = true);
/// The same from the text of a file called `name`.
[[nodiscard]] NEARFAR_EXPORT Model parse_model(const std::string& text, const std::string& name,
                                               bool unsealed = false, bool can_unseal = true);

}  // namespace nearfar
