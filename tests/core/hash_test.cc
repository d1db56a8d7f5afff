#include "nearfar/core/hash.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace nearfar;

namespace {

std::string hash_of(std::initializer_list<std::string_view> parts) {
  Hasher hasher;
  for (const std::string_view part : parts) hasher.add(part);
  return hasher.text();
}

}  // namespace

TEST_CASE("hash_text: reference value of XXH3-128 and its form") {
  // The canonical form of the hash of no bytes, as xxhsum -H2 prints it.
  CHECK(hash_text("") == "xxh3-128:99aa06d3014798d86001c324468d497f");
  const std::string text = hash_text("nearfar");
  CHECK(text.size() == 9 + 32);
  CHECK(text.starts_with("xxh3-128:"));
  CHECK(std::all_of(text.begin() + 9, text.end(),
                    [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }));
  CHECK(text == hash_text("nearfar"));
  CHECK(text != hash_text("nearfaR"));
}

TEST_CASE("Hasher: every cut of the same bytes is another hash") {
  const std::set<std::string> all = {hash_of({}),          hash_of({""}),        hash_of({"", ""}),
                                     hash_of({"abc"}),     hash_of({"ab", "c"}), hash_of({"a", "bc"}),
                                     hash_of({"abc", ""}), hash_of({"", "abc"}), hash_of({"a", "b", "c"}),
                                     hash_of({"bc", "a"})};
  CHECK(all.size() == 10);
  CHECK(hash_of({"ab", "c"}) == hash_of({"ab", "c"}));
}

TEST_CASE("Hasher: text() can be asked on the way") {
  Hasher hasher;
  hasher.add("ab");
  CHECK(hasher.text() == hash_of({"ab"}));
  hasher.add("c");
  CHECK(hasher.text() == hash_of({"ab", "c"}));
  CHECK(hasher.text() == hash_of({"ab", "c"}));
}
