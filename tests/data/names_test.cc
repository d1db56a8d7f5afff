#include "nearfar/data/names.h"

#include <doctest/doctest.h>

#include <string>

using namespace nearfar;

TEST_CASE("names: numbers in the order of first appearance, and back") {
  NameTable names;
  CHECK(names.size() == 0);
  CHECK(names.number("b") == 0);
  CHECK(names.number("a") == 1);
  CHECK(names.number("b") == 0);
  CHECK(names.number("") == 2);  // a text like any other
  CHECK(names.size() == 3);
  CHECK(names.name(1) == "a");
  CHECK(names.find("a") == 1);
  CHECK(!names.find("c"));
  CHECK(names.size() == 3);
}

TEST_CASE("names: a name is kept when what it was read from is gone, and stays where it is") {
  NameTable names;
  const char* place = nullptr;
  for (int i = 0; i < 50000; ++i) {
    const std::string name = "item " + std::to_string(i);
    CHECK(names.number(name) == i);
    if (i == 0) place = names.name(0).data();
  }
  const std::string long_name(200000, 'x');  // longer than a chunk
  CHECK(names.number(long_name) == 50000);
  CHECK(names.number("item 49999") == 49999);
  CHECK(names.name(0) == "item 0");
  CHECK(names.name(0).data() == place);
  CHECK(names.name(50000) == long_name);
  const NameTable moved = std::move(names);
  CHECK(moved.find("item 123") == 123);
}
