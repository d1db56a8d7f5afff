#include "nearfar/evaluation/calibration.h"

#include <doctest/doctest.h>

#include "evaluation/naive_pairs.h"
#include "nearfar/evaluation/confusion.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Confusion confusion_at(const NaivePairs& pairs, double t) {
  std::vector<std::uint8_t> accepted;
  for (const float d : pairs.distances) accepted.push_back(static_cast<double>(d) <= t ? 1 : 0);
  return confusion_of(accepted, pairs.similar);
}

double worth(const NaivePairs& pairs, const Calibration& calibration, double t) {
  switch (calibration.goal) {
    case Calibration::Goal::accuracy:
      return confusion_at(pairs, t).accuracy();
    case Calibration::Goal::f1:
      return confusion_at(pairs, t).f1();
    case Calibration::Goal::far:
      break;
  }
  return pairs.far(t) <= calibration.limit ? pairs.tar(t) : -1;
}

const std::vector<Calibration> kCalibrations{{Calibration::Goal::accuracy, 0},
                                             {Calibration::Goal::f1, 0},
                                             {Calibration::Goal::far, 0},
                                             {Calibration::Goal::far, 0.2}};

}  // namespace

TEST_CASE("parse_calibration") {
  CHECK(parse_calibration("accuracy").goal == Calibration::Goal::accuracy);
  CHECK(parse_calibration("f1").goal == Calibration::Goal::f1);
  CHECK(parse_calibration("far:0.01").goal == Calibration::Goal::far);
  CHECK(parse_calibration("far:0.01").limit == 0.01);
  for (const std::string text :
       {"", "far", "far:", "far:x", "far:-0.1", "far:1.1", "far:nan", "eer", "Accuracy"}) {
    CAPTURE(text);
    CHECK(kind_of([&] { (void)parse_calibration(text); }) == kUsage);
  }
}

TEST_CASE("calibrate: no threshold is better, none that is as good is stricter") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const NaivePairs pairs = random_pairs(3 + seed, 2 + seed % 7, seed);
    const Verification fast(pairs.distances, pairs.similar);
    for (const Calibration& calibration : kCalibrations) {
      const OperatingPoint point = calibrate(fast, calibration, "here");
      const auto chosen = static_cast<double>(point.threshold);
      const double reached = worth(pairs, calibration, chosen);
      CHECK(static_cast<double>(point.accepted.similar) == pairs.accepted(1, chosen));
      CHECK(static_cast<double>(point.accepted.dissimilar) == pairs.accepted(0, chosen));
      for (const double t : pairs.thresholds()) {
        CHECK(worth(pairs, calibration, t) <= reached);
        const bool accepts_fewer = pairs.accepted(1, t) + pairs.accepted(0, t) <
                                   pairs.accepted(1, chosen) + pairs.accepted(0, chosen);
        if (accepts_fewer) CHECK(worth(pairs, calibration, t) < reached);
      }
    }
  }
}

TEST_CASE("calibrate_on_other_folds: a fold has no say in its own threshold") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const NaivePairs pairs = random_pairs(60, 9, seed);
    Random random(seed, RandomPurpose::general, 7);
    Labels folds;
    folds.names = {"a", "b", "c"};
    for (std::size_t u = 0; u < pairs.size(); ++u)
      folds.codes.push_back(static_cast<std::int32_t>(random.below(3)));
    const Verification fast(pairs.distances, pairs.similar);
    for (const Calibration& calibration : kCalibrations) {
      const std::vector<OperatingPoint> points = calibrate_on_other_folds(fast, calibration, folds);
      REQUIRE(points.size() == 3);
      for (std::int32_t fold = 0; fold < 3; ++fold) {
        NaivePairs others;
        for (std::size_t u = 0; u < pairs.size(); ++u) {
          if (folds.codes[u] == fold) continue;
          others.distances.push_back(pairs.distances[u]);
          others.similar.push_back(pairs.similar[u]);
        }
        const OperatingPoint alone =
            calibrate(Verification(others.distances, others.similar), calibration, "alone");
        CHECK(points[static_cast<std::size_t>(fold)].threshold == alone.threshold);
      }
    }
  }
}

TEST_CASE("calibrate: pairs of one kind, and a single fold, are refused") {
  const std::vector<float> d{1, 2};
  for (const std::uint8_t kind : {std::uint8_t{0}, std::uint8_t{1}}) {
    const Verification one_kind(d, {kind, kind});
    CHECK(kind_of([&] { (void)calibrate(one_kind, kCalibrations[0], "here"); }) == kData);
  }
  const Verification both(d, {1, 0});
  const auto one_fold = error_of([&] {
    (void)calibrate_on_other_folds(both, kCalibrations[0], {{0, 0}, {"x"}, {}});
  });
  REQUIRE(one_fold);
  CHECK(one_fold->kind() == ErrorKind::data);
  // Each fold has one kind, so the other fold has one kind too.
  const auto error = error_of([&] {
    (void)calibrate_on_other_folds(both, kCalibrations[0], {{0, 1}, {"x", "y"}, {}});
  });
  REQUIRE(error);
  CHECK(contains(error->message(), "outside fold x"));
}

TEST_CASE("calibrate_on_other_folds: accept-none is just below the nearest pair of the others") {
  // Outside fold a the nearest pair is dissimilar, so a FAR of 0 accepts none of them; that of a is nearer.
  const std::vector<float> d{1, 2, 3, 4};
  const Verification pairs(d, {1, 0, 1, 0});
  const std::vector<OperatingPoint> points =
      calibrate_on_other_folds(pairs, {Calibration::Goal::far, 0}, {{0, 1, 1, 0}, {"a", "b"}, {}});
  CHECK(points[0].threshold < 2);
  CHECK(points[0].threshold > 1.999F);
  CHECK(points[1].threshold == 1);
}
