// doctest's main, compiled once and linked into every test binary. The tests run in the locale of the
// environment, as a program with this library may.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <clocale>

int main(int argc, char** argv) {
  std::setlocale(LC_ALL, "");  // NOLINT(concurrency-mt-unsafe)
  return doctest::Context(argc, argv).run();
}
