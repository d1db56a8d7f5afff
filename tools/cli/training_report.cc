#include "cli/training_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "cli/stop_signal.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/source.h"

namespace nearfar::cli {
namespace {

std::string log_line(const EpochRecord& record) {
  std::string line = fmt::format("{{\"epoch\":{},\"step\":{},\"loss\":", record.epoch, record.steps);
  append_number(line, record.loss);
  line += ",\"active\":";
  append_number(line, record.active);
  line += ",\"lr\":";
  append_number(line, record.learning_rate);
  if (record.valid) {
    line += ",\"valid\":";
    append_number(line, *record.valid);
  }
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
  if (record.gap >= 0) {
    line += ",\"gap\":";
    append_number(line, record.gap);
  }
  if (record.terms >= 0) line += fmt::format(",\"rows\":{}", record.terms);
  return line + fmt::format(",\"seconds\":{:.3f}}}\n", record.seconds);
}

std::string progress_line(const IterationRecord& record) {
  std::string line = fmt::format("iteration {}  objective {:.6g}", record.iteration, record.objective);
  if (record.active >= 0) line += "  active " + grouped(record.active);
  if (record.gradient_norm >= 0) line += fmt::format("  gradient {:.3g}", record.gradient_norm);
  if (record.gap >= 0) line += fmt::format("  gap {:.3g}", record.gap);
  if (record.terms >= 0) line += "  of " + counted(record.terms, "row");
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
    if (name == "best_epoch") summary += fmt::format(", kept epoch {}", value);
    if (name == "best_value") summary += fmt::format(" at {:.4f}", value);
    if (name == "last_epoch_active") {
      summary += fmt::format(", active at the end {:.1f} %", 100 * value);
      const bool mean_of_active =
          std::ranges::find(model.options, std::pair<std::string, std::string>(
                                               "reduction", "mean-nonzero")) != model.options.end();
      if (value < 1 && mean_of_active) summary += " (the loss is their mean)";
    }
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

TrainingLog::TrainingLog(std::string file, bool resumes, std::string unit)
    : file_(std::move(file)), unit_(std::move(unit)) {
  if (!file_.empty() && !resumes) sink_ = std::make_unique<Sink>(file_, Sink::Mode::follow);
}

void TrainingLog::go_on_after(std::int64_t count) {
  if (file_.empty() || sink_) return;
  if (count == 0) {
    sink_ = std::make_unique<Sink>(file_, Sink::Mode::follow);
    return;
  }
  constexpr std::size_t kLargest = std::size_t{1} << 30U;
  Source source(file_);
  const std::string text = read_all(source, kLargest);
  std::size_t end = 0;
  for (std::int64_t line = 1; line <= count; ++line) {
    const bool fits =
        std::string_view(text).substr(end).starts_with(fmt::format("{{\"{}\":{},", unit_, line));
    const std::size_t line_end = fits ? text.find('\n', end) : std::string::npos;
    if (line_end == std::string::npos) {
      data_error("this is not the log of the training that goes on: the line of " + unit_ + " " +
                     std::to_string(line) + " is missing",
                 {file_, line, 0, {}},
                 "write the log to another file, or remove the checkpoint to start anew");
    }
    end = line_end + 1;
  }
  std::filesystem::resize_file(file_, end);
  sink_ = std::make_unique<Sink>(file_, Sink::Mode::append);
}

void TrainingLog::write(const std::string& line) {
  if (!sink_) return;
  sink_->write(line);
  sink_->flush();
}

void TrainingLog::close() {
  if (sink_) sink_->close();
}

namespace {

std::string time_text(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  return fmt::format("{:.0f} min", seconds / 60);
}

std::string progress_line(const StepRecord& record, double seconds_left) {
  return fmt::format("epoch {}/{}  loss {:.4f}  active {:.1f} %  {} rows/s  {} left", record.epoch,
                     record.epochs, record.loss, 100 * record.active,
                     grouped(static_cast<std::int64_t>(record.rows_per_second)), time_text(seconds_left));
}

// What goes wrong without an error is named once.
class Warnings {
 public:
  void look(const EpochRecord& record, Console& console) {
    constexpr double kCollapsed = 1e-3;
    if (record.active == 0 && !std::exchange(idle_, true)) {
      console.note(
          fmt::format("epoch {}: no pair or triplet has a positive loss, so nothing more is learned; a "
                      "larger margin would go on",
                      record.epoch));
    }
    if (record.spread < kCollapsed && !std::exchange(collapsed_, true)) {
      console.note(
          fmt::format("epoch {}: all rows have nearly the same image (collapse); a lower --lr, another "
                      "loss or miner, or --normalize may help",
                      record.epoch));
    }
  }

 private:
  bool idle_ = false;
  bool collapsed_ = false;
};

}  // namespace

LearnWatch watch_training(Console& console, TrainingLog& log) {
  LearnWatch watch;
  watch.training.begin = [&log](std::int64_t count) { log.go_on_after(count); };
  watch.training.epoch = [&console, &log, warnings = Warnings()](const EpochRecord& record) mutable {
    log.write(log_line(record));
    std::string line = fmt::format("epoch {}/{}  loss {:.4f}  active {:.1f} %", record.epoch, record.epochs,
                                   record.loss, 100 * record.active);
    if (record.valid) line += fmt::format("  valid {:.4f}", *record.valid);
    console.progress(line + fmt::format("  {:.1f} s", record.seconds));
    warnings.look(record, console);
  };
  watch.training.step = [&console, first = std::int64_t{-1},
                         start = std::chrono::steady_clock::now()](const StepRecord& record) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (first < 0) {
      first = record.step;
      start = now;
      return;
    }
    const double seconds = std::chrono::duration<double>(now - start).count();
    const auto done = static_cast<double>(record.step - first);
    console.progress(progress_line(
        record, seconds * static_cast<double>(record.steps - record.step) / std::max(1.0, done)));
  };
  watch.training.stop = [] { return StopSignal::come() != 0; };
  watch.iteration = [&console, &log](const IterationRecord& record) {
    log.write(log_line(record));
    console.progress(progress_line(record));
  };
  watch.note = [&console](const std::string& text) { console.note(text); };
  watch.training.note = watch.note;
  return watch;
}

}  // namespace nearfar::cli
