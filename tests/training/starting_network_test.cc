#include "nearfar/training/starting_network.h"

#include <doctest/doctest.h>

#include <cmath>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// An adapter: y = x + f(x), f = 0 at first.
LossTraining adapter(DistanceKind distance = DistanceKind::euclidean) {
  LossTraining training;
  training.loss = &loss_info("contrastive");
  training.distance = distance;
  training.map = MapKind::network;
  training.network = "residual (linear 8, relu, linear 5)";
  training.input = Shape::vector(5);
  return training;
}

double mean_squared_distance(const Matrix& x) {
  double sum = 0;
  for (std::int64_t a = 0; a < x.rows(); ++a) {
    for (std::int64_t b = 0; b < x.rows(); ++b) {
      for (std::int64_t k = 0; k < x.cols(); ++k)
        sum += std::pow(static_cast<double>(x(a, k)) - static_cast<double>(x(b, k)), 2);
    }
  }
  return sum / static_cast<double>(x.rows() * x.rows());
}

}  // namespace

TEST_CASE("starting_unit: the root mean squared distance of the images, to three digits") {
  Matrix x = random_rows(60, 5, 3);
  const double squares = mean_squared_distance(x);
  CHECK(starting_unit(x, adapter()) == doctest::Approx(std::sqrt(squares)).epsilon(0.005));
  CHECK(starting_unit(x, adapter(DistanceKind::sqeuclidean)) == doctest::Approx(squares).epsilon(0.005));
  const double unit = starting_unit(x, adapter());
  CHECK(unit * 1000 == doctest::Approx(std::round(unit * 100) * 10).epsilon(1e-12));
  for (std::int64_t k = 0; k < x.size(); ++k) x.data()[k] *= 1000;
  CHECK(starting_unit(x, adapter()) == doctest::Approx(1000 * unit).epsilon(0.005));

  LossTraining plain = adapter();
  plain.network = "linear 3";
  const Matrix images = starting_network(x, plain, nullptr).apply(x);
  CHECK(starting_unit(x, plain) == doctest::Approx(std::sqrt(mean_squared_distance(images))).epsilon(0.005));
}

TEST_CASE("starting_unit: 1 where no scale is to be found") {
  const Matrix x = random_rows(60, 5, 3);
  for (const DistanceKind kind : {DistanceKind::cosine, DistanceKind::dot, DistanceKind::snr})
    CHECK(starting_unit(x, adapter(kind)) == 1);
  LossTraining normalized = adapter();
  normalized.normalize = true;
  CHECK(starting_unit(x, normalized) == 1);
  LossTraining linear = adapter();
  linear.map = MapKind::linear;
  CHECK(starting_unit(x, linear) == 1);
  CHECK(starting_unit(Matrix(4, 5), adapter()) == 1);  // equal rows
}

TEST_CASE("starting_threshold: at the distance of two rows before the first step") {
  LossTraining training = adapter();
  training.unit = 12.5;
  CHECK(starting_threshold(training) == 12.5);
  training.normalize = true;
  CHECK(starting_threshold(training) == 1);
  training.normalize = false;
  training.map = MapKind::linear;
  CHECK(starting_threshold(training) == doctest::Approx(std::sqrt(2.0)));
  training.distance = DistanceKind::sqeuclidean;
  CHECK(starting_threshold(training) == 2);
}

TEST_CASE("wide_map_factor: smaller rates for wide maps that tuples teach") {
  LossTraining training;
  CHECK(wide_map_factor(training, 25, true) == 1);
  CHECK(wide_map_factor(training, 400, true) == doctest::Approx(250 / 8000.0));
  training.dim = 25;
  CHECK(wide_map_factor(training, 400, true) == doctest::Approx(250 / 2000.0));
  CHECK(wide_map_factor(training, 400, false) == 1);
  training.distance = DistanceKind::cosine;
  CHECK(wide_map_factor(training, 400, true) == 1);
  training = {};
  training.optimizer.kind = OptimizerKind::sgd;
  CHECK(wide_map_factor(training, 400, true) == 1);
  training = adapter();
  CHECK(wide_map_factor(training, 400, true) == 1);
}
