#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/training/training_portrait.h"

namespace nearfar {

/// A form in which a training is shown.
struct TrainingReportFormat {
  std::string_view name;
  std::string_view meaning;
  std::string (*render)(const TrainingPortrait& portrait);
};
[[nodiscard]] NEARFAR_EXPORT std::span<const TrainingReportFormat> training_report_formats();
/// By name; `option` is for the message. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const TrainingReportFormat& training_report_format(std::string_view name,
                                                                                std::string_view option);

}  // namespace nearfar
