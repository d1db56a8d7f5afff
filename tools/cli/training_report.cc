#include "cli/training_report.h"

#include <fmt/core.h>

#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

std::string log_line(const EpochRecord& record) {
  std::string line = fmt::format("{{\"epoch\":{},\"step\":{},\"loss\":", record.epoch, record.steps);
  append_number(line, record.loss);
  line += ",\"active\":";
  append_number(line, record.active);
  line += ",\"lr\":";
  append_number(line, record.learning_rate);
  return line + fmt::format(",\"seconds\":{:.3f}}}\n", record.seconds);
}

std::string log_line(const IterationRecord& record) {
  std::string line = fmt::format("{{\"iteration\":{},\"objective\":", record.iteration);
  append_number(line, record.objective);
  if (record.active >= 0) line += fmt::format(",\"active\":{}", record.active);
  if (record.gradient_norm >= 0) {
    line += ",\"gradient_norm\":";
    append_number(line, record.gradient_norm);
  }
  return line + fmt::format(",\"seconds\":{:.3f}}}\n", record.seconds);
}

std::string progress_line(const IterationRecord& record) {
  std::string line = fmt::format("iteration {}  objective {:.6g}", record.iteration, record.objective);
  if (record.active >= 0) line += "  active " + grouped(record.active);
  if (record.gradient_norm >= 0) line += fmt::format("  gradient {:.3g}", record.gradient_norm);
  return line + fmt::format("  {:.1f} s", record.seconds);
}

}  // namespace

std::string summary_text(const Model& model, std::int64_t rows) {
  std::string summary = fmt::format("{}: {}, {} -> {} dimensions", model.method, counted(rows, "row"),
                                    model.input_dim, model.output_dim());
  std::int64_t iterations = 0;
  for (const auto& [name, value] : model.training) {
    if (name == "first_epoch_loss") summary += fmt::format(", loss {:.4f}", value);
    if (name == "last_epoch_loss") summary += fmt::format(" -> {:.4f}", value);
    if (name == "last_epoch_active") summary += fmt::format(", active at the end {:.1f} %", 100 * value);
    if (name == "iterations") iterations = static_cast<std::int64_t>(value);
    if (name == "converged") {
      summary += (value > 0 ? ", converged after " : ", stopped by --max-iterations after ") +
                 counted(iterations, "iteration");
    }
    if (name == "objective") summary += fmt::format(", objective {:.6g}", value);
    if (name == "active") summary += ", " + grouped(static_cast<std::int64_t>(value)) + " active";
  }
  return summary;
}

LearnWatch watch_training(Console& console, Sink* log) {
  const auto write_log = [log](const std::string& line) {
    if (log == nullptr) return;
    log->write(line);
    log->flush();
  };
  LearnWatch watch;
  watch.epoch = [&console, write_log, idle_noted = false](const EpochRecord& record) mutable {
    write_log(log_line(record));
    console.progress(fmt::format("epoch {}/{}  loss {:.4f}  active {:.1f} %  {:.1f} s", record.epoch,
                                 record.epochs, record.loss, 100 * record.active, record.seconds));
    if (record.active == 0 && !idle_noted) {
      idle_noted = true;
      console.note(
          fmt::format("epoch {}: no pair or triplet has a positive loss, so nothing more is learned; a "
                      "larger margin would go on",
                      record.epoch));
    }
  };
  watch.iteration = [&console, write_log](const IterationRecord& record) {
    write_log(log_line(record));
    console.progress(progress_line(record));
  };
  watch.note = [&console](const std::string& text) { console.note(text); };
  return watch;
}

}  // namespace nearfar::cli
