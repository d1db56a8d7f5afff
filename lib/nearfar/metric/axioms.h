#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/metric/affine_map.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

// Which of the four axioms of a metric hold: by theorem, and on data in double. An axiom of the data fails
// where it is missed by more than `tolerance` times the largest distance involved.

enum class Axiom { non_negativity, identity, symmetry, triangle };
constexpr std::size_t kAxioms = 4;

/// What is known without looking at data.
enum class Theory { proved, refuted, open };

enum class AxiomStatus {
  proved,   ///< by theorem, and nothing in the data speaks against it
  held,     ///< on all pairs or triples of the data
  sampled,  ///< no violation among those that were looked at
  violated
};

enum class AxiomVerdict {
  metric,
  pseudometric,  ///< all but identity, and d(x, x) = 0
  semimetric,    ///< all but the triangle inequality
  none
};

/// A row of the data, or one made of rows of the data to break an axiom.
struct AxiomItem {
  std::int64_t row = 0;        ///< a
  std::int64_t other = -1;     ///< b
  std::string recipe = "{a}";  ///< what it is, in terms of {a} and {b}
  std::vector<double> values;  ///< its coordinates; empty for an item of a matrix
};

struct Counterexample {
  std::vector<AxiomItem> items;                           ///< x, y and, for a triangle, z
  std::vector<std::pair<std::string, double>> distances;  ///< "d(x,z)" and so on
  std::string statement;                                  ///< "d(x,z) > d(x,y) + d(y,z)"
  double excess = 0;  ///< of the triangle and of symmetry: missed by this share of the largest distance
};

struct AxiomFinding {
  Theory theory = Theory::open;
  AxiomStatus status = AxiomStatus::sampled;
  std::int64_t checked = 0;  ///< pairs, or triples for the triangle inequality, of given rows and made ones
  std::optional<Counterexample> worst;
};

struct AxiomReport {
  std::array<AxiomFinding, kAxioms> findings;  ///< by Axiom
  AxiomVerdict verdict = AxiomVerdict::none;   ///< the weaker of theory and data
  std::int64_t rows = 0;
  std::int64_t rows_used = 0;  ///< fewer where there are more than kAxiomRows
  std::int64_t dims = 0;
  bool all = false;        ///< every pair and triple of the data was looked at
  std::int64_t rank = -1;  ///< of the linear map; -1 without one

  [[nodiscard]] const AxiomFinding& operator[](Axiom axiom) const {
    return findings[static_cast<std::size_t>(axiom)];
  }
  /// Whether the axiom counts as failed: violated, or known not to hold for all rows.
  [[nodiscard]] NEARFAR_EXPORT bool fails(Axiom axiom) const;
};

constexpr std::int64_t kAllTriples = 1000;   ///< up to so many rows every triple is looked at
constexpr std::int64_t kAxiomRows = 20'000;  ///< of more rows so many are drawn

struct AxiomOptions {
  std::int64_t samples = 1'000'000;  ///< triples drawn where there are too many to look at all
  double tolerance = 1e-6;
  std::uint64_t seed = 0;
};

/// d(x, y) = distance(map(x), map(y)).
struct AxiomSubject {
  MatrixView rows;  ///< x, y, ...
  Distance distance;
  std::optional<AffineMap> affine;        ///< a linear model's map
  std::function<Matrix(MatrixView)> map;  ///< any other model's, continuous; empty without one
  std::int64_t map_dims = 0;              ///< of the set of its images: 2 for the unit sphere in 3 dimensions
};

/// Looks at all pairs and triples of up to kAllTriples rows; of more, at drawn triples, all triples of a
/// subset, and nearest neighbours of nearest neighbours. Then, in either case, at rows made to break an
/// axiom: points between two rows, copies scaled, shifted, reversed, moved where a linear map is blind. A
/// violation by given rows is reported before one by made rows, the worst first. Same result for any number
/// of threads. O(rows^3) additions up to kAllTriples rows; else O((samples + 1e7) dims).
/// Memory: 8 bytes a coordinate of at most kAxiomRows rows and as many of their images, 16 bytes a pair of at
/// most kAllTriples rows.
[[nodiscard]] NEARFAR_EXPORT AxiomReport check_axioms(const AxiomSubject& subject,
                                                      const AxiomOptions& options);

/// The same for distances between items of which nothing else is known: d(i, j) is distances[i * items + j].
/// Different items are taken for different things. A tolerance below what rounding does to a sum of two
/// entries counts as that: 1e-15, or 2.5e-7 where they are `floats`.
[[nodiscard]] NEARFAR_EXPORT AxiomReport check_axioms_of_matrix(std::span<const double> distances,
                                                                std::int64_t items, bool floats,
                                                                const AxiomOptions& options);

[[nodiscard]] NEARFAR_EXPORT std::string_view axiom_name(Axiom axiom);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> axiom_verdict_names();
/// Whether a verdict is at least what was required: a metric is everything, else each only itself.
[[nodiscard]] NEARFAR_EXPORT bool satisfies(AxiomVerdict verdict, AxiomVerdict required);

}  // namespace nearfar
