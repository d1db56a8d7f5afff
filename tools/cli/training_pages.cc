#include "cli/training_pages.h"

#include "cli/write_option.h"

namespace nearfar::cli {
namespace {

const TrainingReportFormat& format_of(const std::string& value) {
  return training_report_format(parse_written_form(value).format, "--write");
}

}  // namespace

Option TrainingPages::option() {
  return write_option("also show the training: how it went, what was learned and what it changed",
                      choices_of(training_report_formats()), values_);
}

void TrainingPages::check() const {
  for (const std::string& value : values_) (void)format_of(value);
}

void TrainingPages::open() {
  for (const std::string& value : values_)
    pages_.emplace_back(&format_of(value), std::make_unique<Sink>(parse_written_form(value).file));
}

void TrainingPages::write(const TrainingPortrait& portrait) {
  for (const auto& [format, sink] : pages_) sink->write(format->render(portrait));
}

void TrainingPages::close() {
  for (const auto& [format, sink] : pages_) sink->close();
}

}  // namespace nearfar::cli
