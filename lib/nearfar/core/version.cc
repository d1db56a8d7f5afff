#include "nearfar/core/version.h"

namespace nearfar {

std::string_view version() { return NEARFAR_VERSION; }

std::string_view instruction_set() { return NEARFAR_ISA; }

}  // namespace nearfar
