#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/gate.h"

namespace nearfar {

struct ReportMeasure {
  std::string name;
  std::string definition;
  double value = 0;
};

/// What an evaluation found, ready to be written in any form.
struct Report {
  std::vector<ReportMeasure> measures;
  std::vector<std::pair<std::string, std::int64_t>> counts;   ///< queries, gallery, skipped, tied
  std::vector<std::pair<std::string, std::string>> policies;  ///< distance, ties, ...
  std::vector<GateVerdict> gates;

  [[nodiscard]] NEARFAR_EXPORT bool passed() const;
};

struct ReportFormat {
  std::string_view name;
  std::string_view meaning;
  std::string (*render)(const Report& report);
};
[[nodiscard]] NEARFAR_EXPORT std::span<const ReportFormat> report_formats();
/// By name. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const ReportFormat& report_format(std::string_view name);

/// How a measured value is printed in every form: shortest text that reads back to the same double.
[[nodiscard]] NEARFAR_EXPORT std::string value_text(double value);

}  // namespace nearfar
