#include "nearfar/report/report.h"

#include <array>

#include "nearfar/core/family.h"
#include "nearfar/report/forms.h"

namespace nearfar {
namespace {

constexpr std::array<ReportFormat, 7> kFormats{{
    {"text", "for people", render_text},
    {"json", "one object", render_json},
    {"csv", "measure,slice,value,low,high,n", render_csv},
    {"markdown", "tables for a document or a merge request", render_markdown},
    {"junit", "XML with one test case a gate", render_junit},
    {"github", "a step summary, with annotations on standard error", render_github},
    {"html", "one self-contained page with pictures", render_html},
}};

}  // namespace

std::span<const ReportFormat> report_formats() { return kFormats; }

const ReportFormat& report_format(std::string_view name, std::string_view option) {
  return row_named(report_formats(), option, "report format", name);
}

}  // namespace nearfar
