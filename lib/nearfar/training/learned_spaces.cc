#include "nearfar/training/learned_spaces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <unordered_map>

#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/correlation.h"
#include "nearfar/evaluation/distance_histogram.h"
#include "nearfar/evaluation/projection.h"
#include "nearfar/network/normalize.h"

namespace nearfar {
namespace {

constexpr std::uint64_t kPoints = 1500;
constexpr std::uint64_t kTuples = 5000;
constexpr std::uint64_t kGrades = 1500;

// Rows as they were before and as they are after, with what is far in either space.
struct Space {
  std::string name;  // "Before"
  std::string what;
  Matrix rows;
  Distance distance;
};

// Both are measured by the model's distance, so that what differs is the map's work.
std::vector<Space> spaces_of(const Model& model, const Dataset& rows) {
  const Distance distance = parse_distance(model.distance);
  std::vector<Space> spaces;
  spaces.push_back(
      {"Before", "the features after the preprocessing", model.preprocessing.apply(rows.features), distance});
  spaces.push_back({"After", "the images under the learned map", model.apply(rows.features), distance});
  if (distance.kind() == DistanceKind::cosine || distance.kind() == DistanceKind::angular)
    normalize_rows(spaces.back().rows);
  return spaces;
}

std::vector<std::int64_t> drawn(std::int64_t all, std::uint64_t most, std::uint64_t seed,
                                std::uint64_t index) {
  Random random(seed, RandomPurpose::portrait, index);
  std::vector<std::int64_t> chosen;
  for (const std::uint64_t i : random.sample(static_cast<std::uint64_t>(all), most))
    chosen.push_back(static_cast<std::int64_t>(i));
  return chosen;
}

// Classes of numbers: fifths by rank, of equal numbers the first row first.
void colour_by_fifth(Projection& projection, const std::vector<double>& numbers) {
  constexpr std::size_t kParts = 5;
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
  projection.of_class.resize(numbers.size());
  for (std::size_t part = 0; part < kParts; ++part) {
    const std::size_t begin = order.size() * part / kParts;
    const std::size_t end = order.size() * (part + 1) / kParts;
    if (begin == end) continue;
    for (std::size_t i = begin; i < end; ++i)
      projection.of_class[order[i]] = static_cast<std::int32_t>(projection.classes.size());
    projection.classes.push_back(number_text(static_cast<float>(numbers[order[begin]])) + " to " +
                                 number_text(static_cast<float>(numbers[order[end - 1]])));
  }
}

// `targets`: one a row of a regression, or none.
void add_projections(const Model& model, const Dataset& rows, std::span<const double> targets, bool held_out,
                     TrainingPortrait& portrait) {
  const std::vector<std::int64_t> chosen = drawn(rows.rows(), kPoints, model.seed, 1);
  if (chosen.size() < 3) return;
  const Dataset some = select_rows(rows, chosen);
  const std::string note = sample_note(chosen.size(), static_cast<std::size_t>(rows.rows()),
                                       held_out ? "validation rows" : "training rows");
  for (const Space& space : spaces_of(model, some)) {
    Projection projection = project(space.rows);
    projection.title = space.name + ": " + space.what;
    projection.note = note;
    if (!some.labels.empty()) {
      colour_by_class(projection, some.labels.codes, some.labels.names);
    } else if (!targets.empty()) {
      std::vector<double> numbers;
      for (const std::int64_t row : chosen) numbers.push_back(targets[static_cast<std::size_t>(row)]);
      colour_by_fifth(projection, numbers);
    }
    portrait.spaces.push_back(std::move(projection));
  }
}

// Some of the tuples, with the rows they name and nothing else.
struct SomeTuples {
  Tuples tuples;
  Dataset rows;
};

SomeTuples some_of(const Tuples& all, const std::vector<std::int64_t>& chosen, const Dataset& data) {
  SomeTuples some;
  some.tuples.kind = all.kind;
  std::vector<std::int64_t> named;
  std::unordered_map<std::int32_t, std::int32_t> place;
  for (const std::int64_t t : chosen) {
    for (const std::int32_t item : all[t]) {
      const auto [at, is_new] = place.try_emplace(item, static_cast<std::int32_t>(named.size()));
      if (is_new) named.push_back(item);
      some.tuples.items.push_back(at->second);
    }
    if (!all.values.empty()) some.tuples.values.push_back(all.values[static_cast<std::size_t>(t)]);
  }
  some.rows = select_rows(data, named);
  return some;
}

float between(const Space& space, std::int32_t a, std::int32_t b) {
  return space.distance.between(space.rows.row(a), space.rows.row(b), space.rows.cols());
}

std::string title_of(const Space& space) { return space.name + ": distances of the training tuples"; }

std::string axis_of(const Space& space) {
  return space.distance.name() + " distance " + (space.name == "Before" ? "before" : "after");
}

Scatter grades_in(const Space& space, const Tuples& pairs, const std::string& note) {
  Scatter scatter{title_of(space), "similarity", axis_of(space), {}, {}, note};
  std::vector<float> closeness;
  for (std::int64_t t = 0; t < pairs.size(); ++t) {
    const float distance = between(space, pairs[t][0], pairs[t][1]);
    closeness.push_back(-distance);
    scatter.x.push_back(static_cast<double>(pairs.values[static_cast<std::size_t>(t)]));
    scatter.y.push_back(static_cast<double>(distance));
  }
  const double rho = Correlation(closeness, pairs.values).spearman();
  if (!std::isnan(rho))
    scatter.note += " Spearman correlation of closeness and similarity: " +
                    number_text(static_cast<float>(std::round(rho * 1e4) / 1e4)) + ".";
  return scatter;
}

// What should be near and what far: similar and dissimilar pairs, or the two distances of each triplet or
// quadruplet.
Histogram near_and_far_in(const Space& space, const Tuples& tuples, const std::string& note) {
  const bool pairs = tuples.kind == TupleKind::pairs;
  std::vector<double> kinds[2];
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    const auto items = tuples[t];
    const auto first = static_cast<double>(between(space, items[0], items[1]));
    if (pairs) {
      kinds[tuples.values[static_cast<std::size_t>(t)] > 0 ? 0 : 1].push_back(first);
      continue;
    }
    kinds[0].push_back(first);
    const std::size_t far = items.size() - 2;  // (anchor, negative), (c, d)
    kinds[1].push_back(static_cast<double>(
        between(space, tuples.kind == TupleKind::triplets ? items[0] : items[far], items.back())));
  }
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  for (const std::vector<double>& kind : kinds) {
    for (const double distance : kind) {
      low = std::min(low, distance);
      high = std::max(high, distance);
    }
  }
  DistanceHistogram counts(low, high,
                           pairs ? std::vector<std::string>{"similar", "dissimilar"}
                                 : std::vector<std::string>{"should be small", "should be large"});
  for (const std::size_t kind : {0U, 1U}) {
    for (const double distance : kinds[kind]) counts.add(kind, distance);
  }
  Histogram histogram = counts.take(title_of(space), axis_of(space));
  histogram.note = note;
  return histogram;
}

void add_tuples(const Model& model, const Dataset& data, const Tuples& tuples, TrainingPortrait& portrait) {
  const bool graded = tuples.kind == TupleKind::graded_pairs;
  const std::vector<std::int64_t> chosen = drawn(tuples.size(), graded ? kGrades : kTuples, model.seed, 2);
  if (chosen.empty()) return;
  const SomeTuples some = some_of(tuples, chosen, data);
  const std::string note = sample_note(chosen.size(), static_cast<std::size_t>(tuples.size()),
                                       "training " + std::string(tuple_kind(tuples.kind).name));
  for (const Space& space : spaces_of(model, some.rows)) {
    if (graded) {
      portrait.grades.push_back(grades_in(space, some.tuples, note));
    } else {
      portrait.distances.push_back(near_and_far_in(space, some.tuples, note));
    }
  }
}

}  // namespace

void add_learned_spaces(const Model& model, const Dataset& data, const SideInformation& supervision,
                        TrainingPortrait& portrait) {
  const bool held_out = supervision.valid != nullptr;
  const std::span<const double> targets = held_out ? std::span<const double>() : supervision.targets;
  add_projections(model, held_out ? *supervision.valid : data, targets, held_out, portrait);
  if (supervision.tuples != nullptr) add_tuples(model, data, *supervision.tuples, portrait);
}

}  // namespace nearfar
