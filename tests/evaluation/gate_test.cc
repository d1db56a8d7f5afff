#include "nearfar/evaluation/gate.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Values = std::vector<std::pair<std::string, double>>;

bool passes(std::string_view gate, double value) {
  const Values values = {{"queries", 5}, {"map@r", value}};
  return decide(parse_gate(gate), values).passed;
}

}  // namespace

TEST_CASE("parse_gate: name, comparison, bound") {
  const Gate gate = parse_gate("map@r>=0.62");
  CHECK(gate.text == "map@r>=0.62");
  CHECK(gate.name == "map@r");
  CHECK(gate.comparison == Comparison::at_least);
  CHECK(gate.bound == 0.62);
  CHECK(parse_gate("a>1").comparison == Comparison::above);
  CHECK(parse_gate("a<=1").comparison == Comparison::at_most);
  CHECK(parse_gate("a<1").comparison == Comparison::below);
  CHECK(parse_gate(" hit@1  >=  -2.5e-1 ").name == "hit@1");
  CHECK(parse_gate(" hit@1  >=  -2.5e-1 ").bound == -0.25);
  CHECK(parse_gate("queries>=540").bound == 540);
}

TEST_CASE("parse_gate: anything else is a usage error that shows how") {
  for (const std::string text : {"",
                                 "map@r",
                                 "map@r=0.6",
                                 "map@r==0.6",
                                 "=>0.6",
                                 ">=0.6",
                                 "  >=0.6",
                                 "map@r>=",
                                 "map@r>= ",
                                 "map@r>=x",
                                 "map@r>=0.6x",
                                 "map@r>=0,6",
                                 "map@r>==0.6",
                                 "map@r=>0.6",
                                 "map@r<>0.6",
                                 "map@r!=0.6",
                                 "map@r>0.5<0.7",
                                 "map@r>=nan",
                                 "map@r>=NaN",
                                 "map@r>=-nan",
                                 "map@r>=inf",
                                 "map@r<=Infinity",
                                 "map@r<=-inf",
                                 "map@r>=1e999",
                                 "map@r>=0x1p-1",
                                 "map@r>>0.5",
                                 "map@r>=map@r"}) {
    CAPTURE(text);
    const auto error = error_of([&] { (void)parse_gate(text); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::usage);
    CHECK(contains(error->advice(), "--gate 'map@r>=0.6'"));
  }
}

TEST_CASE("decide: equality passes >= and <= and fails > and <, unrounded") {
  const double below = std::nextafter(0.6, 0.0);
  const double above = std::nextafter(0.6, 1.0);
  CHECK(passes("map@r>=0.6", 0.6));
  CHECK(passes("map@r<=0.6", 0.6));
  CHECK(!passes("map@r>0.6", 0.6));
  CHECK(!passes("map@r<0.6", 0.6));
  CHECK(!passes("map@r>=0.6", below));
  CHECK(passes("map@r>0.6", above));
  CHECK(passes("map@r<0.6", below));
  CHECK(!passes("map@r<=0.6", above));
  CHECK(passes("queries>=5", 0));
  CHECK(!passes("queries>5", 0));
  CHECK(passes("map@r>=-0", 0.0));
}

TEST_CASE("decide: keeps the gate and the value") {
  const GateVerdict verdict = decide(parse_gate("map@r >= 0.7"), Values{{"map@r", 0.625}});
  CHECK(verdict.gate.text == "map@r >= 0.7");
  CHECK(verdict.value == 0.625);
  CHECK(!verdict.passed);
}

TEST_CASE("decide: an unknown number is a usage error that lists the known ones") {
  const auto error = error_of([] {
    (void)decide(parse_gate("map@R>=0.5"), Values{{"map@r", 1}, {"queries", 3}});
  });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK(contains(error->message(), "did you mean 'map@r'"));
  CHECK(contains(error->advice(), "queries"));
  CHECK(kind_of([] { (void)decide(parse_gate("mrr>=0"), Values{}); }) == kUsage);
}

TEST_CASE("decide: never passes, nor fails, on a value that is not finite") {
  for (const double value : {std::nan(""), static_cast<double>(INFINITY), -static_cast<double>(INFINITY)}) {
    for (const std::string gate : {"map@r>=0", "map@r>0", "map@r<=0", "map@r<0"}) {
      CHECK(kind_of([&] { (void)passes(gate, value); }) == kData);
    }
  }
}
