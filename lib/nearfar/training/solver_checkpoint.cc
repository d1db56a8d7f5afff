#include "nearfar/training/solver_checkpoint.h"

#include <utility>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/training/checkpoint.h"

namespace nearfar {

std::optional<SolverState> SolverCheckpoint::read(const std::function<void(const std::string&)>& note) const {
  if (!options_.resume) return std::nullopt;
  const std::optional<Checkpoint> found = read_checkpoint(options_.file);
  if (!found) {
    if (note) note(options_.file + ": no checkpoint yet, so this starts at the beginning");
    return std::nullopt;
  }
  found->check_identity(options_.identity, options_.file);
  SolverState state;
  for (const Checkpoint::Array& array : found->arrays)
    state.arrays.emplace_back(array.name, found->get<double>(array.name));
  if (note) note(options_.file + ": going on after iteration " + std::to_string(iterations_of(state)));
  return state;
}

void SolverCheckpoint::offer(const std::function<SolverState()>& state, bool last) {
  const double seconds = std::chrono::duration<double>(Clock::now() - written_).count();
  if (!last && seconds < options_.seconds) return;
  Checkpoint checkpoint;
  checkpoint.identity = options_.identity;
  for (auto& [name, values] : state().arrays) checkpoint.add(name, std::move(values));
  write_checkpoint(checkpoint, options_.file);
  written_ = Clock::now();
}

std::int64_t iterations_of(const SolverState& state) {
  const std::vector<double>& count = state.get("iteration");
  if (count.size() != 1) data_error("the checkpoint has no count of iterations", {}, kStartAnew);
  return checked_count(count[0]);
}

}  // namespace nearfar
