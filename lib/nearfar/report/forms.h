#pragma once

#include <string>

#include "nearfar/report/report.h"

namespace nearfar {

// The forms of a report; report.cc has their table.
[[nodiscard]] std::string render_text(const Report& report);
[[nodiscard]] std::string render_json(const Report& report);
[[nodiscard]] std::string render_csv(const Report& report);
[[nodiscard]] std::string render_markdown(const Report& report);
[[nodiscard]] std::string render_junit(const Report& report);
/// Markdown for a step summary, which must stay under 1 MiB: what is beyond is left out, and that is said.
[[nodiscard]] std::string render_github(const Report& report);
[[nodiscard]] std::string render_html(const Report& report);

}  // namespace nearfar
