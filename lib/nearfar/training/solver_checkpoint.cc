#include "nearfar/training/solver_checkpoint.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nearfar/core/advice.h"
#include "nearfar/core/checked_count.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/training/checkpoint.h"

namespace nearfar {
namespace {

constexpr std::string_view kHistory = "history";
constexpr std::size_t kNumbers = 6;  // of an iteration

std::vector<double> history_numbers(const std::vector<IterationRecord>& behind) {
  std::vector<double> numbers;
  for (const IterationRecord& record : behind) {
    numbers.insert(numbers.end(), {static_cast<double>(record.iteration), record.objective,
                                   static_cast<double>(record.active), record.gradient_norm,
                                   static_cast<double>(record.terms), record.gap});
  }
  return numbers;
}

// Throws Error (data) for numbers that are none of iterations.
std::vector<IterationRecord> history_of(const std::vector<double>& numbers) {
  if (numbers.size() % kNumbers != 0) data_error("the checkpoint has a part of an iteration", {}, kStartAnew);
  std::vector<IterationRecord> behind;
  for (std::size_t at = 0; at < numbers.size(); at += kNumbers) {
    behind.push_back({.iteration = checked_count(numbers[at]),
                      .objective = numbers[at + 1],
                      .active = checked_count_or_none(numbers[at + 2]),
                      .gradient_norm = numbers[at + 3],
                      .terms = checked_count_or_none(numbers[at + 4]),
                      .gap = numbers[at + 5]});
  }
  return behind;
}

}  // namespace

std::optional<SolverState> SolverCheckpoint::read(std::vector<IterationRecord>& behind,
                                                  const std::function<void(const std::string&)>& note) const {
  if (!options_.resume) return std::nullopt;
  const std::optional<Checkpoint> found = read_checkpoint(options_.file);
  if (!found) {
    if (note) note(options_.file + ": no checkpoint yet, so this starts at the beginning");
    return std::nullopt;
  }
  found->check_identity(options_.identity, options_.file);
  SolverState state;
  for (const Checkpoint::Array& array : found->arrays) {
    const auto& values = found->get<double>(array.name);
    if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
      data_error("the checkpoint has a number in '" + array.name + "' that is not finite",
                 {options_.file, 0, 0, {}}, kStartAnew);
    }
    if (array.name == kHistory) {
      behind = history_of(values);
    } else {
      state.arrays.emplace_back(array.name, values);
    }
  }
  if (note) note(options_.file + ": going on after iteration " + std::to_string(iterations_of(state)));
  return state;
}

void SolverCheckpoint::offer(const std::function<SolverState()>& state,
                             const std::vector<IterationRecord>& behind, bool last) {
  const double seconds = std::chrono::duration<double>(Clock::now() - written_).count();
  if (!last && seconds < options_.seconds) return;
  Checkpoint checkpoint;
  checkpoint.identity = options_.identity;
  for (auto& [name, values] : state().arrays) checkpoint.add(name, std::move(values));
  checkpoint.add(std::string(kHistory), history_numbers(behind));
  write_checkpoint(checkpoint, options_.file);
  written_ = Clock::now();
}

std::int64_t iterations_of(const SolverState& state) {
  const std::vector<double>& count = state.get("iteration");
  if (count.size() != 1) data_error("the checkpoint has no count of iterations", {}, kStartAnew);
  return checked_count(count[0]);
}

}  // namespace nearfar
