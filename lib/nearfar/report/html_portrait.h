#pragma once

#include "nearfar/evaluation/portrait.h"
#include "nearfar/report/page.h"

namespace nearfar {

/// Adds a section for everything that the portrait has.
void add_portrait(Page& page, const Portrait& portrait);

}  // namespace nearfar
