#include "nearfar/report/band.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/text.h"

namespace nearfar {

std::string style_share(double value) {
  return number_text(std::round(10000 * std::clamp(value, 0.0, 1.0)) / 100) + "%";
}

std::string value_band(double value, const std::optional<Interval>& interval) {
  if (!(value >= 0 && value <= 1)) return "";
  std::string out = "<div class=\"band\">";
  if (interval) {
    out += "<i style=\"left:" + style_share(interval->low) +
           ";width:" + style_share(interval->high - interval->low) + "\"></i>";
  }
  return out + "<u style=\"left:" + style_share(value) + "\"></u></div>";
}

}  // namespace nearfar
