#include "nearfar/evaluation/gate.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {

Gate parse_gate(std::string_view text) {
  const std::string example = "for example --gate 'map@r>=0.6'; quote it, or the shell takes > for itself";
  const std::size_t at = text.find_first_of("<>=");
  if (at == std::string_view::npos || trimmed(text.substr(0, at)).empty() || text[at] == '=') {
    usage_error("--gate '" + std::string(text) + "': expected NAME>=NUMBER (or >, <=, <)", example);
  }
  const bool with_equal = at + 1 < text.size() && text[at + 1] == '=';
  Gate gate;
  gate.text = text;
  gate.name = trimmed(text.substr(0, at));
  gate.comparison = text[at] == '>' ? (with_equal ? Comparison::at_least : Comparison::above)
                                    : (with_equal ? Comparison::at_most : Comparison::below);
  const std::string_view bound = text.substr(at + (with_equal ? 2 : 1));
  if (parse_number(bound, gate.bound) != NumberStatus::ok) {
    usage_error("--gate '" + std::string(text) + "': '" + std::string(bound) + "' is not a number", example);
  }
  return gate;
}

GateVerdict decide(const Gate& gate, std::span<const std::pair<std::string, double>> values) {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const auto& value) { return value.first == gate.name; });
  if (found == values.end()) {
    std::vector<std::string> names;
    for (const auto& [name, value] : values) names.push_back(name);
    usage_error("--gate '" + gate.text + "': '" + gate.name + "' is not among the numbers of this run" +
                    did_you_mean(gate.name, names),
                "they are " + listed(names) + "; add it to --measures");
  }
  GateVerdict verdict{gate, found->second, false};
  if (!std::isfinite(verdict.value))
    data_error("the gate '" + gate.text + "' cannot be decided: the value is not a finite number");
  switch (gate.comparison) {
    case Comparison::at_least:
      verdict.passed = verdict.value >= gate.bound;
      break;
    case Comparison::above:
      verdict.passed = verdict.value > gate.bound;
      break;
    case Comparison::at_most:
      verdict.passed = verdict.value <= gate.bound;
      break;
    case Comparison::below:
      verdict.passed = verdict.value < gate.bound;
      break;
  }
  return verdict;
}

}  // namespace nearfar
