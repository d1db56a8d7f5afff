#pragma once

#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

/// Version of the loaded library, "MAJOR.MINOR.PATCH".
NEARFAR_EXPORT std::string_view version();

/// Instruction set the loaded library was compiled for: "x86-64", "x86-64-v3" or "x86-64-v4".
NEARFAR_EXPORT std::string_view instruction_set();

}  // namespace nearfar
