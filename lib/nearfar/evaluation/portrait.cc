#include "nearfar/evaluation/portrait.h"

#include "nearfar/core/text.h"

namespace nearfar {

std::string sample_note(std::size_t some, std::size_t all, std::string_view what) {
  const std::string total = grouped(static_cast<std::int64_t>(all)) + " " + std::string(what) + ".";
  if (some == all) return "All " + total;
  return "A sample of " + grouped(static_cast<std::int64_t>(some)) + " of " + total;
}

}  // namespace nearfar
