#include "nearfar/report/training_report.h"

#include <array>

#include "nearfar/core/family.h"
#include "nearfar/report/training_forms.h"

namespace nearfar {
namespace {

constexpr std::array<TrainingReportFormat, 2> kFormats{{
    {"html", "one self-contained page with curves, weights and projections", render_training_page},
    {"svg", "the projections before and after as one picture", render_training_picture},
}};

}  // namespace

std::span<const TrainingReportFormat> training_report_formats() { return kFormats; }

const TrainingReportFormat& training_report_format(std::string_view name, std::string_view option) {
  return row_named(training_report_formats(), option, "report format", name);
}

}  // namespace nearfar
