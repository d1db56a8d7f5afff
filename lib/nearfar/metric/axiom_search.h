#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/metric/axioms.h"

namespace nearfar {

/// Items between which distances can be taken.
class AxiomSpace {
 public:
  virtual ~AxiomSpace() = default;
  [[nodiscard]] virtual std::int64_t size() const = 0;
  [[nodiscard]] virtual double between(std::int64_t i, std::int64_t j) const = 0;
  /// Whether between(i, j) is between(j, i) by its definition.
  [[nodiscard]] virtual bool symmetric() const = 0;
  /// How different two items are, beside their magnitude: 0 for equal ones.
  [[nodiscard]] virtual double difference(std::int64_t i, std::int64_t j) const = 0;
  /// The largest distance that is 0 but for rounding.
  [[nodiscard]] virtual double zero(std::int64_t i, std::int64_t j) const = 0;
  /// Further distances that those of a pair are measured against.
  [[nodiscard]] virtual double scale(std::int64_t i, std::int64_t j) const = 0;
};

/// The worst violation of an axiom so far.
struct Witness {
  double badness = 0;                          ///< 0: none
  std::array<std::int64_t, 3> at{-1, -1, -1};  ///< x, y, z
  std::int64_t group = -1;                     ///< which set of made rows `at` counts in
  bool of_itself = false;                      ///< identity: d(x, x) is not 0
};

struct Tally {
  std::array<Witness, kAxioms> worst;
  std::int64_t pairs = 0;
  std::int64_t triples = 0;

  /// Adds one that comes later in order: of two equally bad violations the first stays.
  void add(const Tally& later);
};

/// Looks for violations among the items of a space.
class AxiomSearch {
 public:
  AxiomSearch(const AxiomSpace& space, double tolerance) : space_(space), tolerance_(tolerance) {}

  /// All pairs and triples of the given items. n^2 distances and n^3 additions.
  [[nodiscard]] Tally all_of(std::span<const std::int64_t> items) const;
  /// So many triples drawn by `seed`; at least three items.
  [[nodiscard]] Tally drawn(std::int64_t samples, std::uint64_t seed) const;
  /// Items drawn by `seed`, their nearest item, and the nearest of that.
  [[nodiscard]] Tally chains(std::int64_t count, std::uint64_t seed) const;

 private:
  void judge_itself(Tally& tally, std::int64_t i) const;
  void judge_pair(Tally& tally, std::int64_t i, std::int64_t j, double ij, double ji) const;
  void judge_way(Tally& tally, std::array<std::int64_t, 3> at, double xz, double xy, double yz) const;
  void judge_triple(Tally& tally, std::array<std::int64_t, 3> at) const;
  [[nodiscard]] std::int64_t nearest(std::int64_t i) const;

  const AxiomSpace& space_;
  double tolerance_;
};

}  // namespace nearfar
