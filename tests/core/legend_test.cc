#include "nearfar/core/legend.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace nearfar;

namespace {

constexpr std::array<Symbol, 3> kSymbols{{{"h", "h(k): hits"}, {"R", "R: relevant"}, {"r_i", "r_i: 1 or 0"}}};

std::string legend(const std::vector<std::string>& formulas) { return legend_of(formulas, kSymbols); }

}  // namespace

TEST_CASE("legend: the symbols that occur, once and in the order of the table") {
  CHECK(legend({"h(R)/R", "h(k)/k"}) == "h(k): hits; R: relevant");
  CHECK(legend({"(1/R) sum over i <= R of r_i h(i)/i"}) == "h(k): hits; R: relevant; r_i: 1 or 0");
}

TEST_CASE("legend: a letter inside a word is no symbol") {
  CHECK(legend({"1 / rank of the first hit", "\"Recall@k\"", "r_ij", "Rx", "hR"}).empty());
  CHECK(legend({}).empty());
  CHECK(legend({"Recall R"}) == "R: relevant");  // a word with the letter in front of the symbol
  CHECK(legend({"R"}) == "R: relevant");
}
