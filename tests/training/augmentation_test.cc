#include "nearfar/training/augmentation.h"

#include <doctest/doctest.h>

#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

const Shape kShape = Shape::image(2, 7, 9);

Matrix changed(const std::string& text, const Matrix& x, std::uint64_t seed = 1, std::int64_t step = 0,
               bool channels_last = false) {
  Matrix copy = x;
  parse_augmentation(text).apply(copy, kShape, channels_last, seed, step);
  return copy;
}

}  // namespace

TEST_CASE("augmentation: a shift moves whole pixels, a flip mirrors, and both leave the rest as it is") {
  const Matrix x = random_rows(60, kShape.size(), 1);
  const Matrix shifted = changed("shift 2", x);
  const Matrix flipped = changed("flip", x);
  int unchanged = 0;
  for (std::int64_t n = 0; n < 60; ++n) {
    bool found = false;
    for (std::int64_t down = -2; down <= 2 && !found; ++down) {
      for (std::int64_t right = -2; right <= 2 && !found; ++right) {
        bool same = true;
        for (std::int64_t c = 0; c < 2; ++c) {
          for (std::int64_t i = 0; i < 7; ++i) {
            for (std::int64_t j = 0; j < 9; ++j) {
              const std::int64_t y = i - down;
              const std::int64_t u = j - right;
              const bool inside = y >= 0 && u >= 0 && y < 7 && u < 9;
              const float wanted = inside ? x(n, (c * 7 + y) * 9 + u) : 0.0F;
              same = same && shifted(n, (c * 7 + i) * 9 + j) == wanted;
            }
          }
        }
        found = same;
      }
    }
    CHECK(found);
    bool as_it_was = true;
    bool mirrored = true;
    for (std::int64_t k = 0; k < x.cols(); ++k) {
      as_it_was = as_it_was && flipped(n, k) == x(n, k);
      mirrored = mirrored && std::abs(flipped(n, k) - x(n, k / 9 * 9 + 8 - k % 9)) < 1e-6F;
    }
    CHECK(as_it_was != mirrored);
    unchanged += as_it_was ? 1 : 0;
  }
  CHECK(unchanged > 10);
  CHECK(unchanged < 50);
}

TEST_CASE("augmentation: a small turn and a crop keep a plane nearly a plane; noise has its deviation") {
  Matrix x(40, kShape.size());
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = 5;
  const Matrix turned = changed("rotate 10, crop 0.8", x);
  for (std::int64_t n = 0; n < 40; ++n) CHECK(turned(n, 3 * 9 + 4) == doctest::Approx(5));  // the middle
  const Matrix noisy = changed("noise 0.5", x);
  double squares = 0;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const double delta = static_cast<double>(noisy.data()[i]) - 5;
    squares += delta * delta;
  }
  const auto count = static_cast<double>(x.size());
  CHECK(squares / count == doctest::Approx(0.25).epsilon(4 * std::sqrt(2 / count)));
}

TEST_CASE("augmentation: a function of seed, step and row; threads change nothing; both orders of channels") {
  const Matrix x = random_rows(30, kShape.size(), 2);
  const std::string all = "shift 1, flip, rotate 15, crop 0.7, noise 0.1";
  const Matrix one = changed(all, x);
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    CHECK(same_bits(values(changed(all, x)), values(one)));
  }
  CHECK(!same_bits(values(changed(all, x, 2)), values(one)));
  CHECK(!same_bits(values(changed(all, x, 1, 1)), values(one)));
  Matrix last(30, x.cols());
  for (std::int64_t n = 0; n < 30; ++n) {
    for (std::int64_t k = 0; k < x.cols(); ++k) last(n, k % 63 * 2 + k / 63) = x(n, k);
  }
  const std::string moved = "shift 1, flip, rotate 15, crop 0.7";
  const Matrix first = changed(moved, x);
  const Matrix behind = changed(moved, last, 1, 0, true);
  for (std::int64_t n = 0; n < 30; ++n) {
    for (std::int64_t k = 0; k < x.cols(); ++k) CHECK(behind(n, k % 63 * 2 + k / 63) == first(n, k));
  }
}

TEST_CASE("augmentation: written as it is read; what is none is refused") {
  CHECK(parse_augmentation("noise 0.05,flip, shift 2").text() == "shift 2, flip, noise 0.05");
  CHECK(!Augmentation().any());
  for (const std::string text : {"", "shift", "flip 1", "shift -1", "rotate 181", "crop 0", "crop 2",
                                 "noise nan", "flip, flip", "shiftt 2", "shift 1 2", "flip,"}) {
    CAPTURE(text);
    CHECK(kind_of([&] { (void)parse_augmentation(text); }) == kUsage);
  }
}
