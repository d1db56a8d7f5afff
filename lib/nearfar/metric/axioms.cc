#include "nearfar/metric/axioms.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/metric/axiom_points.h"
#include "nearfar/metric/axiom_search.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, kAxioms> kNames{"non-negativity", "identity of indiscernibles",
                                                       "symmetry", "triangle inequality"};
constexpr std::array<std::string_view, 4> kVerdicts{"metric", "pseudometric", "semimetric", "none"};

constexpr std::int64_t kSubset = 256;  // of many rows, those whose triples are all looked at
constexpr std::int64_t kChains = 64;   // nearest neighbours of nearest neighbours
constexpr std::int64_t kGroups = 200;  // of made rows
// Three roundings to float, and of sums of doubles.
constexpr double kFloatTolerance = 2.5e-7;
constexpr double kDoubleTolerance = 1e-15;

constexpr std::size_t at(Axiom axiom) { return static_cast<std::size_t>(axiom); }

Theory theorem(bool proved, bool map_is_linear) {
  if (proved) return Theory::proved;
  return map_is_linear ? Theory::refuted : Theory::open;  // images of a network may avoid what breaks it
}

// What is proved of a distance holds for the images under any map. That only equal rows have equal images is
// a matter of the rank of a linear map; and no continuous map into fewer dimensions is one-to-one (Brouwer
// 1912, invariance of domain).
std::array<Theory, kAxioms> theory_of(const AxiomSubject& subject, const AxiomImages& images,
                                      const std::optional<Rank>& rank) {
  const Axioms& proved = images.distance().info().proved;
  const bool linear = images.is_linear();
  Theory identity = theorem(proved.identity && linear, linear);
  if (rank ? !rank->null_vector.empty() : !linear && subject.map_dims < subject.rows.cols)
    identity = Theory::refuted;
  return {theorem(proved.non_negativity, linear), identity, theorem(proved.symmetry, linear),
          theorem(proved.triangle, linear)};
}

// The numbers of all rows, or of as many as are looked at, drawn by seed.
std::vector<std::int64_t> rows_used(std::int64_t rows, std::uint64_t seed) {
  if (rows > kAxiomRows) {
    const std::vector<std::uint64_t> drawn =
        Random(seed, RandomPurpose::general, std::uint64_t{1} << 32U)
            .sample(static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(kAxiomRows));
    return {drawn.begin(), drawn.end()};
  }
  std::vector<std::int64_t> all(static_cast<std::size_t>(rows));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// Violations among the given items.
Tally search_given(const AxiomSpace& space, const AxiomOptions& options, double tolerance) {
  const AxiomSearch search(space, tolerance);
  std::vector<std::int64_t> items(static_cast<std::size_t>(space.size()));
  std::iota(items.begin(), items.end(), 0);
  if (space.size() <= kAllTriples) return search.all_of(items);
  Tally tally = search.drawn(options.samples, options.seed);
  tally.add(search.chains(kChains, options.seed));
  Random random(options.seed, RandomPurpose::general, (std::uint64_t{1} << 32U) + 1);
  const std::vector<std::uint64_t> subset =
      random.sample(static_cast<std::uint64_t>(items.size()), static_cast<std::uint64_t>(kSubset));
  tally.add(search.all_of(std::vector<std::int64_t>(subset.begin(), subset.end())));
  return tally;
}

// The points of a group of made rows, and their distances; none where the map refuses one of them.
struct Group {
  std::vector<AxiomItem> points;
  std::optional<PointSpace> space;

  Group(const PointMaker& maker, const AxiomImages& images, std::int64_t number)
      : points(maker.group(number)) {
    std::vector<double> inputs;
    for (const AxiomItem& point : points)
      inputs.insert(inputs.end(), point.values.begin(), point.values.end());
    try {
      space.emplace(images, std::move(inputs));
    } catch (const Error&) {
      // A made row can leave the range of a map that holds the data.
    }
  }
};

// Violations among made rows.
Tally search_made(const PointMaker& maker, const AxiomImages& images, double tolerance) {
  std::vector<Tally> tallies(kGroups);
  parallel_blocks(kGroups, [&](std::int64_t g) {
    const Group group(maker, images, g);
    if (!group.space) return;
    std::vector<std::int64_t> items(static_cast<std::size_t>(group.space->size()));
    std::iota(items.begin(), items.end(), 0);
    Tally& tally = tallies[static_cast<std::size_t>(g)];
    tally = AxiomSearch(*group.space, tolerance).all_of(items);
    for (Witness& witness : tally.worst) witness.group = g;
  });
  Tally sum;
  for (const Tally& tally : tallies) sum.add(tally);
  return sum;
}

// A violation in words and numbers.
Counterexample describe(Axiom axiom, const Witness& witness, const AxiomSpace& space,
                        const std::function<AxiomItem(std::int64_t)>& item) {
  const auto [x, y, z] = witness.at;
  Counterexample example;
  const auto distance = [&](const char* name, std::int64_t i, std::int64_t j) {
    example.distances.emplace_back(name, space.between(i, j));
  };
  for (const std::int64_t i : witness.at) {
    if (i >= 0 && !(witness.of_itself && !example.items.empty())) example.items.push_back(item(i));
  }
  switch (axiom) {
    case Axiom::non_negativity:
      example.statement = "d(x,y) < 0";
      distance("d(x,y)", x, y);
      break;
    case Axiom::identity:
      example.statement =
          witness.of_itself ? "d(x,x) is not 0" : "d(x,y) = 0 but for rounding, and x is not y";
      if (witness.of_itself)
        distance("d(x,x)", x, x);
      else
        distance("d(x,y)", x, y);
      break;
    case Axiom::symmetry:
      example.statement = "d(x,y) is not d(y,x)";
      example.excess = witness.badness;
      distance("d(x,y)", x, y);
      distance("d(y,x)", y, x);
      break;
    case Axiom::triangle:
      example.statement = "d(x,z) > d(x,y) + d(y,z)";
      example.excess = witness.badness;
      distance("d(x,z)", x, z);
      distance("d(x,y)", x, y);
      distance("d(y,z)", y, z);
      break;
  }
  return example;
}

bool reflexive(const AxiomFinding& identity) {
  return !identity.worst || identity.worst->distances.front().first != "d(x,x)";
}

AxiomVerdict verdict_of(const AxiomReport& report) {
  const bool identity = !report.fails(Axiom::identity);
  const bool triangle = !report.fails(Axiom::triangle);
  if (report.fails(Axiom::non_negativity) || report.fails(Axiom::symmetry)) return AxiomVerdict::none;
  if (identity) return triangle ? AxiomVerdict::metric : AxiomVerdict::semimetric;
  return triangle && reflexive(report[Axiom::identity]) ? AxiomVerdict::pseudometric : AxiomVerdict::none;
}

// Status and verdict from theory and the violations that were found; `worst` is set already.
void conclude(AxiomReport& report, const std::array<Theory, kAxioms>& theory, const Tally& looked_at) {
  for (std::size_t a = 0; a < kAxioms; ++a) {
    AxiomFinding& finding = report.findings[a];
    finding.theory = theory[a];
    finding.checked = a == at(Axiom::triangle) ? looked_at.triples : looked_at.pairs;
    finding.status = finding.worst                 ? AxiomStatus::violated
                     : theory[a] == Theory::proved ? AxiomStatus::proved
                     : report.all                  ? AxiomStatus::held
                                                   : AxiomStatus::sampled;
  }
  report.verdict = verdict_of(report);
}

// A matrix of distances between items that are known by nothing else.
class MatrixSpace final : public AxiomSpace {
 public:
  MatrixSpace(std::span<const double> distances, std::int64_t items)
      : distances_(distances.data()), items_(items), largest_(static_cast<std::size_t>(items)) {
    for (std::int64_t i = 0; i < items; ++i) {
      for (std::int64_t j = 0; j < items; ++j) {
        const double value = std::fabs(between(i, j));
        for (const std::int64_t item : {i, j}) {
          double& most = largest_[static_cast<std::size_t>(item)];
          most = std::max(most, value);
        }
      }
    }
  }
  [[nodiscard]] std::int64_t size() const override { return items_; }
  [[nodiscard]] double between(std::int64_t i, std::int64_t j) const override {
    return distances_[i * items_ + j];
  }
  [[nodiscard]] bool symmetric() const override { return false; }
  [[nodiscard]] double difference(std::int64_t i, std::int64_t j) const override { return i == j ? 0 : 1; }
  [[nodiscard]] double zero(std::int64_t /*i*/, std::int64_t /*j*/) const override { return 0; }
  [[nodiscard]] double scale(std::int64_t i, std::int64_t j) const override {
    return std::max(largest_[static_cast<std::size_t>(i)], largest_[static_cast<std::size_t>(j)]);
  }

 private:
  const double* distances_;
  std::int64_t items_;
  std::vector<double> largest_;  // of the row and column of each item
};

}  // namespace

bool AxiomReport::fails(Axiom axiom) const {
  const AxiomFinding& finding = (*this)[axiom];
  return finding.status == AxiomStatus::violated || finding.theory == Theory::refuted;
}

AxiomReport check_axioms(const AxiomSubject& subject, const AxiomOptions& options) {
  const AxiomImages images(subject);
  std::optional<Rank> rank;
  if (images.linear()) rank = rank_of(*images.linear());
  const PointMaker maker{subject.rows, column_means(subject.rows),
                         rank ? rank->null_vector : std::vector<double>{}, options.seed};

  AxiomReport report;
  report.rows = subject.rows.rows;
  report.dims = subject.rows.cols;
  report.all = report.rows <= kAllTriples;
  report.rank = rank ? rank->rank : images.is_linear() ? -1 : subject.map_dims;
  const std::vector<std::int64_t> used = rows_used(report.rows, options.seed);
  report.rows_used = std::ssize(used);
  std::vector<double> inputs;
  inputs.reserve(used.size() * static_cast<std::size_t>(report.dims));
  for (const std::int64_t row : used) {
    const float* x = subject.rows.row(row);
    inputs.insert(inputs.end(), x, x + report.dims);
  }
  const PointSpace space(images, std::move(inputs));
  const Tally given = search_given(space, options, options.tolerance);
  const Tally made = search_made(maker, images, options.tolerance);

  for (std::size_t a = 0; a < kAxioms; ++a) {
    const auto axiom = static_cast<Axiom>(a);
    if (given.worst[a].badness > 0) {
      report.findings[a].worst = describe(axiom, given.worst[a], space, [&](std::int64_t i) {
        const std::int64_t row = used[static_cast<std::size_t>(space.point(i))];
        const float* x = subject.rows.row(row);
        return AxiomItem{row, -1, "{a}", {x, x + report.dims}};
      });
    } else if (made.worst[a].badness > 0) {
      const Group group(maker, images, made.worst[a].group);
      report.findings[a].worst = describe(axiom, made.worst[a], *group.space, [&](std::int64_t i) {
        return group.points[static_cast<std::size_t>(group.space->point(i))];
      });
    }
  }
  Tally looked_at;
  looked_at.pairs = given.pairs + (report.all ? 0 : made.pairs);
  looked_at.triples = given.triples + (report.all ? 0 : made.triples);
  conclude(report, theory_of(subject, images, rank), looked_at);
  return report;
}

AxiomReport check_axioms_of_matrix(std::span<const double> distances, std::int64_t items, bool floats,
                                   const AxiomOptions& options) {
  AxiomReport report;
  report.rows = report.rows_used = items;
  report.all = report.rows <= kAllTriples;
  const MatrixSpace space(distances, items);
  const double tolerance = std::max(options.tolerance, floats ? kFloatTolerance : kDoubleTolerance);
  const Tally given = search_given(space, options, tolerance);
  for (std::size_t a = 0; a < kAxioms; ++a) {
    if (given.worst[a].badness == 0) continue;
    report.findings[a].worst = describe(static_cast<Axiom>(a), given.worst[a], space, [&](std::int64_t i) {
      return AxiomItem{i, -1, "{a}", {}};
    });
  }
  conclude(report, {Theory::open, Theory::open, Theory::open, Theory::open}, given);
  return report;
}

std::string_view axiom_name(Axiom axiom) { return kNames[at(axiom)]; }

std::span<const std::string_view> axiom_verdict_names() { return kVerdicts; }

bool satisfies(AxiomVerdict verdict, AxiomVerdict required) {
  return verdict == AxiomVerdict::metric || verdict == required;
}

}  // namespace nearfar
