#include "nearfar/evaluation/fingerprint.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace nearfar;

namespace {

std::string of(const std::vector<std::vector<std::string>>& facts) {
  Fingerprint fingerprint;
  for (const std::vector<std::string>& fact : facts) fingerprint.add({fact[0], fact[1]});
  return fingerprint.text();
}

}  // namespace

TEST_CASE("fingerprint: the same facts in any order, and no others") {
  const std::string same = of({{"a", "x"}, {"b", "y"}, {"c", "z"}});
  CHECK(of({{"c", "z"}, {"a", "x"}, {"b", "y"}}) == same);
  CHECK(same.starts_with("xxh3-128:"));
  const std::set<std::string> different = {
      same,
      of({}),
      of({{"a", "x"}, {"b", "y"}}),                          // one is missing
      of({{"a", "x"}, {"b", "y"}, {"c", "z"}, {"c", "z"}}),  // one is there twice
      of({{"a", "y"}, {"b", "x"}, {"c", "z"}}),              // labels shuffled
      of({{"ax", ""}, {"b", "y"}, {"c", "z"}}),              // the same bytes, cut elsewhere
      of({{"a", "x"}, {"a", "x"}}),
  };
  CHECK(different.size() == 7);
}
