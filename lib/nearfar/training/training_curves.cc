#include "nearfar/training/training_curves.h"

#include <cmath>
#include <limits>

#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kTableRows = 100;

// One number of every record.
struct Series {
  std::string title;
  std::string name;  // of the axis and the column
  YAxis axis;
  std::vector<double> values;  // not finite where a record has none
};

// A training as numbers: what counts its records, and what each of them says.
struct Numbers {
  std::string unit;  // "epoch"
  std::vector<double> counts;
  std::vector<Series> series;
  std::size_t best = 0;  // its place; none where nothing was measured
  bool has_best = false;
};

Numbers of_epochs(const std::vector<EpochRecord>& epochs, const std::string& select) {
  Numbers numbers{"epoch", {}, {}, 0, false};
  numbers.series = {{"Loss", "loss, mean over the epoch", YAxis::values, {}},
                    {"On the validation rows", select, YAxis::values, {}},
                    {"Active share", "share of terms above 0", YAxis::shares, {}},
                    {"Learning rate", "learning rate", YAxis::values, {}}};
  for (const EpochRecord& epoch : epochs) {
    const std::size_t at = numbers.counts.size();
    numbers.counts.push_back(static_cast<double>(epoch.epoch));
    const double values[] = {epoch.loss, epoch.valid.value_or(kNone), epoch.active, epoch.learning_rate};
    for (std::size_t s = 0; s < std::size(values); ++s) numbers.series[s].values.push_back(values[s]);
    if (epoch.valid && (!numbers.has_best || *epoch.valid > numbers.series[1].values[numbers.best])) {
      numbers.best = at;
      numbers.has_best = true;
    }
  }
  return numbers;
}

Numbers of_iterations(const std::vector<IterationRecord>& iterations) {
  Numbers numbers{"iteration", {}, {}, 0, false};
  numbers.series = {{"Objective", "objective", YAxis::values, {}},
                    {"Norm of the gradient", "norm of the gradient", YAxis::powers, {}},
                    {"Above the minimum, at most", "above the minimum, at most", YAxis::powers, {}},
                    {"Active constraints", "active constraints", YAxis::values, {}}};
  for (const IterationRecord& iteration : iterations) {
    numbers.counts.push_back(static_cast<double>(iteration.iteration));
    const double values[] = {iteration.objective,
                             iteration.gradient_norm < 0 ? kNone : iteration.gradient_norm,
                             iteration.gap > 0 ? iteration.gap : kNone,
                             iteration.active < 0 ? kNone : static_cast<double>(iteration.active)};
    for (std::size_t s = 0; s < std::size(values); ++s) numbers.series[s].values.push_back(values[s]);
  }
  return numbers;
}

Numbers numbers_of(const LearnHistory& history, const std::string& select) {
  Numbers numbers =
      history.epochs.empty() ? of_iterations(history.iterations) : of_epochs(history.epochs, select);
  std::erase_if(numbers.series, [](const Series& series) {
    for (const double value : series.values) {
      if (std::isfinite(value)) return false;
    }
    return true;
  });
  return numbers;
}

// Four significant digits.
std::string four_digits(double value) { return number_text(value, 4); }

std::string unit_and_number(const std::string& unit, double number) {
  return unit + " " + number_text(number);
}

// What a run that goes on from an older checkpoint does not know.
std::string missing_note(const Numbers& numbers) {
  if (numbers.counts.empty() || numbers.counts.front() <= 1) return "";
  return "From " + unit_and_number(numbers.unit, numbers.counts.front()) +
         " on: the checkpoint did not hold those before.";
}

}  // namespace

TrainingEnd training_end(const Model& model, const LearnHistory& history, std::int64_t patience) {
  if (!history.epochs.empty()) {
    const EpochRecord& last = history.epochs.back();
    const Numbers numbers = of_epochs(history.epochs, "");
    const std::string all = counted(last.epoch, "epoch") + ", " + counted(last.steps, "step") + ", loss " +
                            four_digits(history.epochs.front().loss) + " to " + four_digits(last.loss);
    if (!numbers.has_best) return {false, "trained", all};
    const EpochRecord& best = history.epochs[numbers.best];
    std::string select;
    for (const auto& [name, value] : model.options) {
      if (name == "select") select = value;
    }
    std::string sentence =
        "the best on the validation rows, " + select + " " + four_digits(*best.valid) + "; " + all;
    if (patience > 0 && last.epoch - best.epoch >= patience)
      sentence += "; ended by " + counted(patience, "epoch") + " without a better one";
    return {false, "epoch " + grouped(best.epoch) + " kept", sentence};
  }
  std::optional<bool> converged;
  for (const auto& [name, value] : model.training) {
    if (name == "converged") converged = value > 0;
  }
  if (!converged) return {false, "solved", "in closed form; there is nothing to iterate"};
  std::string sentence = "after 0 iterations";
  if (!history.iterations.empty()) {
    const IterationRecord& last = history.iterations.back();
    sentence = "after " + counted(last.iteration, "iteration") + ", objective " + four_digits(last.objective);
  }
  if (*converged) return {false, "converged", sentence};
  return {true, "stopped", sentence + "; --max-iterations was reached before it converged"};
}

std::vector<Chart> training_curves(const LearnHistory& history, const std::string& select) {
  const Numbers numbers = numbers_of(history, select);
  std::vector<Chart> charts;
  for (const Series& series : numbers.series) {
    Chart chart{series.title, numbers.unit, series.name, false, {{series.name, {}, {}}}, {}};
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (!std::isfinite(series.values[i])) continue;
      chart.curves[0].x.push_back(numbers.counts[i]);
      chart.curves[0].y.push_back(series.values[i]);
    }
    chart.y_axis = series.axis;
    chart.counts_x = true;
    chart.note = missing_note(numbers);
    if (numbers.has_best) {
      const double best = numbers.counts[numbers.best];
      chart.mark = AxisMark{best, "kept: " + unit_and_number(numbers.unit, best)};
    }
    charts.push_back(std::move(chart));
  }
  return charts;
}

NumberTable training_records(const LearnHistory& history, const std::string& select) {
  const Numbers numbers = numbers_of(history, select);
  const std::size_t all = numbers.counts.size();
  NumberTable table;
  table.head.push_back(numbers.unit);
  for (const Series& series : numbers.series) table.head.push_back(series.name);
  const std::size_t every = all / kTableRows + (all % kTableRows > 0 ? 1 : 0);
  for (std::size_t i = 0; i < all; ++i) {
    const bool is_best = numbers.has_best && i == numbers.best;
    if (i % every != 0 && i + 1 != all && !is_best) continue;
    std::vector<double> row{numbers.counts[i]};
    for (const Series& series : numbers.series) row.push_back(series.values[i]);
    table.rows.push_back(std::move(row));
  }
  if (every > 1) {
    table.note = std::to_string(table.rows.size()) + " of " + grouped(static_cast<std::int64_t>(all)) + " " +
                 numbers.unit + "s.";
  }
  return table;
}

}  // namespace nearfar
