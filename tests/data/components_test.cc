#include "nearfar/data/components.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "data/several_labels.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Codes = std::vector<std::int32_t>;

/// The component of each node by flooding the graph from every node in turn; `linked` tells edges.
template <class Linked>
Codes flood(std::size_t nodes, Linked linked) {
  Codes component(nodes, -1);
  std::int32_t next = 0;
  for (std::size_t start = 0; start < nodes; ++start) {
    if (component[start] >= 0) continue;
    std::vector<std::size_t> wave{start};
    component[start] = next;
    while (!wave.empty()) {
      const std::size_t at = wave.back();
      wave.pop_back();
      for (std::size_t other = 0; other < nodes; ++other) {
        if (component[other] >= 0 || !linked(at, other)) continue;
        component[other] = next;
        wave.push_back(other);
      }
    }
    ++next;
  }
  return component;
}

std::vector<std::vector<std::string>> random_tuples(std::size_t count, std::uint64_t items, std::size_t width,
                                                    std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<std::string>> tuples(count);
  for (auto& tuple : tuples) {
    for (std::size_t k = 0; k < width; ++k) tuple.push_back("i" + std::to_string(random.below(items)));
  }
  return tuples;
}

}  // namespace

TEST_CASE("DisjointSets: joined numbers share a root, others do not") {
  DisjointSets sets;
  for (std::int32_t i = 0; i < 6; ++i) CHECK(sets.add() == i);
  sets.join(0, 1);
  sets.join(2, 3);
  sets.join(3, 3);
  CHECK(sets.root(0) == sets.root(1));
  CHECK(sets.root(1) != sets.root(2));
  sets.join(1, 3);
  for (const std::int32_t i : {0, 1, 2, 3}) CHECK(sets.root(i) == sets.root(0));
  CHECK(sets.root(4) == 4);
  CHECK(sets.root(5) == 5);
}

TEST_CASE("tuples: components against a flood fill, from scattered to one of all") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const std::size_t width = 2 + seed % 3;
    const auto tuples = random_tuples(120, 60 + 40 * (seed % 12), width, seed);
    TupleComponents components;
    std::set<std::string> items;
    for (const auto& tuple : tuples) {
      const std::vector<std::string_view> views(tuple.begin(), tuple.end());
      components.add(views);
      items.insert(tuple.begin(), tuple.end());
    }
    CHECK(components.items() == static_cast<std::int64_t>(items.size()));
    const Labels labels = components.take();
    const Codes expected = flood(tuples.size(), [&](std::size_t s, std::size_t t) {
      return std::any_of(tuples[s].begin(), tuples[s].end(), [&](const std::string& item) {
        return std::find(tuples[t].begin(), tuples[t].end(), item) != tuples[t].end();
      });
    });
    CHECK(labels.codes == expected);  // both number components as they appear
    REQUIRE(labels.names.size() ==
            static_cast<std::size_t>(*std::max_element(expected.begin(), expected.end())) + 1);
    for (std::size_t t = tuples.size(); t > 0; --t) {  // the name is the first item of the first tuple
      const auto code = static_cast<std::size_t>(labels.codes[t - 1]);
      if (std::find(labels.codes.begin(), labels.codes.end(), labels.codes[t - 1]) - labels.codes.begin() ==
          static_cast<std::ptrdiff_t>(t) - 1) {
        CHECK(labels.names[code] == tuples[t - 1][0]);
      }
    }
  }
}

TEST_CASE("tuples: a long chain is one component, and order does not matter") {
  for (const bool backwards : {false, true}) {
    TupleComponents components;
    for (int i = 0; i < 20000; ++i) {
      const int at = backwards ? 20000 - i : i;
      const std::string a = std::to_string(at);
      const std::string b = std::to_string(at + 1);
      components.add(std::vector<std::string_view>{a, b});
    }
    const Labels labels = components.take();
    CHECK(labels.classes() == 1);
    CHECK(labels.codes == Codes(20000, 0));
  }
}

TEST_CASE("label components: rows hang together through shared labels, against a flood fill") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const LabelSets sets = random_label_sets(80, 20 + 10 * (seed % 8), 1 + seed % 3, seed);
    const Labels components = label_components(encode_sets(sets));
    const Codes flooded =
        flood(sets.size(), [&](std::size_t i, std::size_t j) { return share(sets[i], sets[j]); });
    std::map<std::int32_t, std::int32_t> pairs;  // of components, one to one
    std::map<std::int32_t, std::int32_t> back;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      CHECK((components.codes[i] == Labels::kUnknown) == sets[i].empty());
      if (sets[i].empty()) continue;
      CHECK(pairs.emplace(flooded[i], components.codes[i]).first->second == components.codes[i]);
      CHECK(back.emplace(components.codes[i], flooded[i]).first->second == flooded[i]);
    }
    CHECK(components.classes() == static_cast<std::int32_t>(back.size()));
    CHECK_FALSE(components.several());
  }
}

TEST_CASE("label components of single labels are the classes") {
  const Labels labels = encode_labels({"x", "y", "x", "?"}, {";", {"?"}});
  CHECK(label_components(labels).codes == labels.codes);
  CHECK(label_components(labels).names == labels.names);
}
