#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

enum class Comparator { at_least, above, at_most, below };

/// What a gate looks at.
enum class GateSubject {
  value,     ///< a measure or a count: 'map@r>=0.62', 'queries>=540'
  low,       ///< an end of a measure's interval: 'map@r.low>=0.6'
  high,      ///< 'eer.high<=0.1'
  least,     ///< over the slices of a column: 'min(hit@1 by camera)>=0.9'
  greatest,  ///< 'max(eer by camera)<=0.1'
  drop       ///< against the baseline: 'hit@1 drop<=0.005'
};

/// A condition on a number of the report.
struct Gate {
  std::string text;  ///< as the user wrote it
  GateSubject subject = GateSubject::value;
  std::string name;    ///< of the measure or count
  std::string column;  ///< of least and greatest
  Comparator comparator = Comparator::at_least;
  double bound = 0;
};

/// Reads one gate. Throws Error (usage) for anything else, a bound that is not finite and a drop that is not
/// bounded from above included.
[[nodiscard]] NEARFAR_EXPORT Gate parse_gate(std::string_view text);

/// What can be named in gates; known before any data are read.
struct GateScope {
  std::vector<std::string> numbers;  ///< measures and counts
  std::vector<std::string> columns;  ///< of the slices
  bool intervals = true;
  bool baseline = false;
};
/// Throws Error (usage) for a gate on what the run will not have, with what it has.
NEARFAR_EXPORT void check_gate(const Gate& gate, const GateScope& scope);

/// Whether the value, unrounded, fulfils the gate. Throws Error (data) for a value that is not finite: a gate
/// never passes, nor fails, on a number that could not be computed.
[[nodiscard]] NEARFAR_EXPORT bool holds(const Gate& gate, double value);

/// What becomes of a drop whose bounds lie on both sides of the margin.
enum class Inconclusive { point, pass, fail, error };
[[nodiscard]] NEARFAR_EXPORT Inconclusive parse_inconclusive(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> inconclusive_names();

enum class GateOutcome { pass, fail, inconclusive };
[[nodiscard]] NEARFAR_EXPORT std::string_view gate_outcome_name(GateOutcome outcome);

struct GateVerdict {
  Gate gate;
  double value = 0;
  bool is_count = false;  ///< and so a whole number
  GateOutcome outcome = GateOutcome::fail;
  bool passed = false;  ///< as decided
  std::string where;    ///< the slice that decides: "camera=3"
  struct Drop {
    double low = 0;  ///< one-sided bounds of the drop
    double high = 0;
    double p = 1;       ///< of failing: that the drop is at most the margin
    double p_holm = 1;  ///< adjusted for the number of drop gates
  };
  std::optional<Drop> drop;
};

/// pass if high fulfils the gate, fail if low does not, else inconclusive, which `policy` decides (error: not
/// passed). Throws Error (data) for bounds or a drop that are not numbers.
[[nodiscard]] NEARFAR_EXPORT GateVerdict decide_drop(const Gate& gate, double drop, double low, double high,
                                                     Inconclusive policy);

}  // namespace nearfar
