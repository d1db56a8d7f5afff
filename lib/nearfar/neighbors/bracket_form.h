#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// One set of rows on the way into the form of Brackets. For every pair of a query q and a gallery row g
///   |key - (q.offset + g.offset - q.row'g.row as computed in float)| <= q.error + g.error.
struct FormSide {
  Matrix rows;                  ///< n x m, what is multiplied
  std::vector<double> squares;  ///< |row|^2
  std::vector<double> offset;
  std::vector<double> error;
};

struct BracketForm {
  FormSide queries;
  FormSide gallery;  ///< without rows when both sets are the same
  double unit = 1;   ///< a length in the rows' space is `unit` times a distance
};

/// The form of a distance for these rows, or nothing for a distance without one and for rows whose distances
/// come near the limits of float. An empty gallery stands for the queries themselves.
[[nodiscard]] std::optional<BracketForm> bracket_form(MatrixView queries, MatrixView gallery,
                                                      const Distance& distance);

/// The key of a pair at this distance in a form of that unit; monotone, also where no distance lies.
[[nodiscard]] double bracket_key(DistanceKind kind, double unit, float distance);

}  // namespace nearfar
