#include "nearfar/mahalanobis/start.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/closed_form.h"
#include "nearfar/mahalanobis/learners.h"

namespace nearfar {

namespace {

// No map where fewer than `dim` directions tell the class means apart.
Matrix discriminant_map(MatrixView x, const Labels& labels, std::int64_t dim) {
  LearnerInput input;
  input.x = x;
  input.labels = &labels;
  LearnerOptions options;
  options.dim = dim;
  Matrix l;
  try {
    l = kLdaLearner.learn(input, options, {}).l;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) throw;
    return {};
  }
  // The scatter within the classes is the identity; the covariance shall be.
  const std::int64_t degrees = x.rows - std::ssize(rows_by_class(labels));
  const auto scale = static_cast<float>(std::sqrt(static_cast<double>(std::max<std::int64_t>(degrees, 1))));
  for (std::int64_t i = 0; i < l.size(); ++i) l.data()[i] *= scale;
  return l;
}

StartingMap start_at(const Matrix& l) {
  StartingMap start;
  start.rows = l.rows();
  start.cols = l.cols();
  start.l.assign(l.data(), l.data() + l.size());
  return start;
}

StartingMap given_map(const LearnerOptions& options) {
  if (options.dim != 0 && options.dim != options.init.rows()) {
    usage_error("--dim " + std::to_string(options.dim) + ": the map of --init has " +
                    counted(options.init.rows(), "dimension"),
                "leave --dim out");
  }
  StartingMap start = start_at(options.init);
  start.scaled = true;
  return start;
}

StartingMap reached_map(const SolverState& state, std::int64_t cols) {
  StartingMap start;
  start.l = state.get("map");
  start.cols = cols;
  start.rows = static_cast<std::int64_t>(start.l.size()) / cols;
  start.scaled = true;
  return start;
}

StartingMap map_of_sample(const LearnerInfo& learner, const LearnerInput& input,
                          const LearnerOptions& options) {
  const std::int64_t n = input.x.rows;
  Random random(options.seed, RandomPurpose::initialisation);
  Matrix x;
  x.reserve(n / 4, input.x.cols);
  Labels labels;
  std::vector<double> targets;
  for (const std::uint64_t row :
       random.sample(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(n / 4))) {
    const auto i = static_cast<std::int64_t>(row);
    x.append(input.x.slice(i, i + 1));
    if (input.labels != nullptr) labels.codes.push_back(input.labels->codes[row]);
    if (!input.targets.empty()) targets.push_back(input.targets[row]);
  }
  LearnerInput sample;
  sample.x = x;
  if (input.labels != nullptr) {
    labels.names = input.labels->names;
    sample.labels = &labels;
  }
  sample.targets = targets;
  LearnerOptions own = options;
  own.checkpoint = {};
  const LearnedMap found = learner.learn(sample, own, {});
  StartingMap start = start_at(found.l);
  start.scaled = true;
  start.notes = found.notes;
  start.notes.push_back("start: the map of " + counted(n / 4, "row") + " drawn by seed, after " +
                        counted(std::ssize(found.history), "iteration"));
  return start;
}

}  // namespace

StartingMap starting_map(const LearnerInfo& learner, const LearnerInput& input,
                         const LearnerOptions& options) {
  if (options.resume != nullptr) return reached_map(*options.resume, input.x.cols);
  if (!options.init.empty()) return given_map(options);
  const std::int64_t dim = options.dim == 0 ? input.x.cols : options.dim;
  if (dim == input.x.cols) return start_at(identity_map(input.x, 0));
  Matrix l;
  if (learner.from_labels && dim < input.labels->classes()) l = discriminant_map(input.x, *input.labels, dim);
  if (l.empty()) l = pca_map(input.x, dim);
  return start_at(l);
}

StartingMap starting_map_of_sample(const LearnerInfo& learner, const LearnerInput& input,
                                   const LearnerOptions& options) {
  constexpr std::int64_t kManyRows = 20000;
  const bool known = options.resume != nullptr || !options.init.empty();
  return known || input.x.rows < kManyRows ? starting_map(learner, input, options)
                                           : map_of_sample(learner, input, options);
}

}  // namespace nearfar
