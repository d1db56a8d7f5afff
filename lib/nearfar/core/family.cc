#include "nearfar/core/family.h"

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {

void refuse_name(std::string_view option, std::string_view what, std::string_view name,
                 std::span<const std::string> names) {
  const std::string prefix = option.empty() ? "" : std::string(option) + ": ";
  std::string plural(what);
  if (plural.ends_with('y')) plural.replace(plural.size() - 1, 1, "ie");
  plural += plural.ends_with("ss") ? "es" : "s";
  usage_error(prefix + "there is no " + std::string(what) + " '" + std::string(name) + "' in this version" +
                  did_you_mean(name, names),
              "the " + plural + " are " + listed(names));
}

}  // namespace nearfar
