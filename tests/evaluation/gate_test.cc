#include "nearfar/evaluation/gate.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

bool passes(std::string_view gate, double value) { return holds(parse_gate(gate), value); }

GateScope scope() { return {{"queries", "map@r", "hit@1"}, {"camera"}, true, true}; }

int checked(std::string_view gate, const GateScope& with = scope()) {
  return kind_of([&] { check_gate(parse_gate(gate), with); });
}

}  // namespace

TEST_CASE("parse_gate: name, comparison, bound") {
  const Gate gate = parse_gate("map@r>=0.62");
  CHECK(gate.text == "map@r>=0.62");
  CHECK(gate.name == "map@r");
  CHECK(gate.comparator == Comparator::at_least);
  CHECK(gate.bound == 0.62);
  CHECK(parse_gate("a>1").comparator == Comparator::above);
  CHECK(parse_gate("a<=1").comparator == Comparator::at_most);
  CHECK(parse_gate("a<1").comparator == Comparator::below);
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

TEST_CASE("holds: equality passes >= and <= and fails > and <, unrounded") {
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
  CHECK(passes("queries>=5", 5));
  CHECK(!passes("queries>5", 5));
  CHECK(passes("map@r>=-0", 0.0));
}

TEST_CASE("parse_gate: what a gate looks at") {
  const auto read = [](std::string_view text) { return parse_gate(text); };
  CHECK(read("map@r.low>=0.6").subject == GateSubject::low);
  CHECK(read("map@r.low>=0.6").name == "map@r");
  CHECK(read("map@r.high<=0.6").subject == GateSubject::high);
  CHECK(read("hit@1 drop<=0.005").subject == GateSubject::drop);
  CHECK(read("hit@1 drop<=0.005").name == "hit@1");
  CHECK(read("hit@1   drop < -0.01").name == "hit@1");
  CHECK(read("min(hit@1 by camera)>=0.9").subject == GateSubject::least);
  CHECK(read("min(hit@1 by camera)>=0.9").name == "hit@1");
  CHECK(read("min(hit@1 by camera)>=0.9").column == "camera");
  CHECK(read("max(eer by a column )<=0.1").subject == GateSubject::greatest);
  CHECK(read("max(eer by a column )<=0.1").column == "a column");
  for (const std::string text : {"min(hit@1)>=0.9", "min(hit@1 by )>=0.9", "min( by camera)>=0.9", "min()>=1",
                                 "hit@1 drop>=0.1", "hit@1 drop>0.1", ".low>=0.1"}) {
    CAPTURE(text);
    CHECK(kind_of([&] { (void)parse_gate(text); }) == kUsage);
  }
}

TEST_CASE("check_gate: what the run will not have is a usage error with what it has") {
  for (const std::string gate :
       {"map@r>=0", "queries>=1", "map@r.low>=0", "min(hit@1 by camera)>=0", "hit@1 drop<=0"})
    CHECK(checked(gate) == 0);
  for (const std::string gate : {"map@R>=0", "recall>=0", "min(hit@2 by camera)>=0", "min(hit@1 by cam)>=0",
                                 "hit@2 drop<=0", "map.low>=0", "map@r.lo>=0", "mean(hit@1 by camera)>=0"})
    CHECK(checked(gate) == kUsage);
  GateScope bare = scope();
  bare.intervals = false;
  CHECK(checked("hit@1 drop<=0", bare) == kUsage);
  CHECK(checked("hit@1.low>=0", bare) == kUsage);
  CHECK(checked("hit@1.high<=1", bare) == kUsage);
  CHECK(checked("hit@1>=0", bare) == 0);
  bare = scope();
  bare.baseline = false;
  CHECK(checked("hit@1 drop<=0", bare) == kUsage);
  const auto error = error_of([] { check_gate(parse_gate("map@R>=0.5"), scope()); });
  REQUIRE(error);
  CHECK(contains(error->message(), "did you mean 'map@r'"));
  CHECK(contains(error->advice(), "queries"));
}

TEST_CASE("decide_drop: pass, fail or inconclusive by the bounds, with equality as the gate says") {
  const Gate gate = parse_gate("hit@1 drop<=0.5");
  const Gate strict = parse_gate("hit@1 drop<0.5");
  const auto outcome = [](const Gate& of, double drop, double low, double high) {
    return decide_drop(of, drop, low, high, Inconclusive::point).outcome;
  };
  CHECK(outcome(gate, 0.2, 0.1, 0.5) == GateOutcome::pass);
  CHECK(outcome(strict, 0.2, 0.1, 0.5) == GateOutcome::inconclusive);
  CHECK(outcome(gate, 0.2, 0.1, std::nextafter(0.5, 1.0)) == GateOutcome::inconclusive);
  CHECK(outcome(gate, 0.7, std::nextafter(0.5, 1.0), 0.9) == GateOutcome::fail);
  CHECK(outcome(gate, 0.7, 0.5, 0.9) == GateOutcome::inconclusive);
  CHECK(outcome(strict, 0.7, 0.5, 0.9) == GateOutcome::fail);
}

TEST_CASE("decide_drop: the policy decides only what is inconclusive") {
  const Gate gate = parse_gate("hit@1 drop<=0.5");
  const auto passed = [&](double drop, double low, double high, Inconclusive policy) {
    return decide_drop(gate, drop, low, high, policy).passed;
  };
  for (const Inconclusive policy :
       {Inconclusive::point, Inconclusive::pass, Inconclusive::fail, Inconclusive::error}) {
    CHECK(passed(0.2, 0.1, 0.3, policy));
    CHECK(!passed(0.8, 0.7, 0.9, policy));
    CHECK(passed(0.4, 0.1, 0.9, policy) == (policy == Inconclusive::point || policy == Inconclusive::pass));
    CHECK(passed(0.6, 0.1, 0.9, policy) == (policy == Inconclusive::pass));
  }
}

TEST_CASE("decide_drop: what is not a number is refused, and infinite bounds decide nothing") {
  const Gate gate = parse_gate("hit@1 drop<=0.5");
  const double nan = std::nan("");
  const auto infinity = static_cast<double>(INFINITY);
  for (const auto& [drop, low, high] : {std::array{nan, 0.0, 0.1}, std::array{0.0, nan, 0.1},
                                        std::array{0.0, -0.1, nan}, std::array{infinity, 0.0, 0.1}}) {
    const double d = drop;
    const double l = low;
    const double h = high;
    CHECK(kind_of([&] { (void)decide_drop(gate, d, l, h, Inconclusive::pass); }) == kData);
  }
  CHECK(decide_drop(gate, 0, -infinity, infinity, Inconclusive::fail).outcome == GateOutcome::inconclusive);
  CHECK(!decide_drop(gate, 0, -infinity, infinity, Inconclusive::fail).passed);
}

TEST_CASE("parse_inconclusive: by name") {
  for (const std::string_view name : inconclusive_names()) (void)parse_inconclusive(name);
  CHECK(parse_inconclusive("error") == Inconclusive::error);
  CHECK(kind_of([] { (void)parse_inconclusive("maybe"); }) == kUsage);
}

TEST_CASE("holds: never passes, nor fails, on a value that is not finite") {
  for (const double value : {std::nan(""), static_cast<double>(INFINITY), -static_cast<double>(INFINITY)}) {
    for (const std::string gate : {"map@r>=0", "map@r>0", "map@r<=0", "map@r<0"}) {
      CHECK(kind_of([&] { (void)passes(gate, value); }) == kData);
    }
  }
}
