#include "nearfar/core/legend.h"

#include <algorithm>
#include <cctype>

namespace nearfar {
namespace {

bool in_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool occurs(std::string_view symbol, std::string_view formula) {
  for (std::size_t at = formula.find(symbol); at != std::string_view::npos;
       at = formula.find(symbol, at + 1)) {
    const std::size_t end = at + symbol.size();
    const bool begins = at == 0 || !in_a_word(formula[at - 1]);
    if (begins && (end == formula.size() || !in_a_word(formula[end]))) return true;
  }
  return false;
}

}  // namespace

std::string legend_of(std::span<const std::string> formulas, std::span<const Symbol> symbols) {
  std::string legend;
  for (const Symbol& symbol : symbols) {
    const bool used = std::any_of(formulas.begin(), formulas.end(),
                                  [&](const std::string& formula) { return occurs(symbol.name, formula); });
    if (!used) continue;
    if (!legend.empty()) legend += "; ";
    legend += symbol.meaning;
  }
  return legend;
}

}  // namespace nearfar
