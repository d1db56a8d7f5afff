#include "nearfar/training/gains.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "nearfar/training/learn.h"
#include "scratch.h"
#include "training/classes.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Model learned(const Dataset& data, const std::string& method, std::uint64_t seed = 0) {
  LearnOptions options;
  options.method = method;
  options.preprocess = "standardize";
  options.training.seed = seed;
  return learn(data, nullptr, options, {});
}

// The share of query rows whose three nearest rows (of `gallery`, other than themselves) have their class
// most often; equal counts to the class with the nearest.
double naive_accuracy(const Matrix& queries, const Labels& classes, const Matrix& gallery,
                      const Labels& gallery_classes, bool same) {
  double hits = 0;
  double counted = 0;
  for (std::int64_t q = 0; q < queries.rows(); ++q) {
    const std::string own =
        classes.names[static_cast<std::size_t>(classes.codes[static_cast<std::size_t>(q)])];
    std::vector<std::pair<double, std::string>> others;
    for (std::int64_t g = 0; g < gallery.rows(); ++g) {
      if (same && g == q) continue;
      double sum = 0;
      for (std::int64_t k = 0; k < queries.cols(); ++k) {
        const double delta = static_cast<double>(queries(q, k)) - static_cast<double>(gallery(g, k));
        sum += delta * delta;
      }
      const auto code = gallery_classes.codes[static_cast<std::size_t>(g)];
      others.emplace_back(sum, gallery_classes.names[static_cast<std::size_t>(code)]);
    }
    std::sort(others.begin(), others.end());
    std::string voted = others[0].second;
    if (others[1].second == others[2].second) voted = others[1].second;
    hits += voted == own ? 1 : 0;
    ++counted;
  }
  return hits / counted;
}

}  // namespace

TEST_CASE("gains: accuracy of the model and of the identity, as counted by hand") {
  const Dataset train = separable_data(90, 4, 3, 2, 0.7);
  const Dataset valid = separable_data(40, 4, 3, 5, 0.7);
  const Model model = learned(train, "lmnn");
  const Matrix x = model.preprocessing.apply(train.features);
  const Gains own = measure_gains(model, train, nullptr, 0);
  CHECK(!own.held_out);
  CHECK(own.queries == 90);
  REQUIRE(own.maps.size() == 3);
  CHECK(own.maps[0].map == "lmnn");
  CHECK(own.maps[1].map == "identity");
  CHECK(own.maps[2].map == "covariance");
  const Matrix images = model.apply(train.features);
  CHECK(own.maps[0].accuracy ==
        doctest::Approx(naive_accuracy(images, train.labels, images, train.labels, true)));
  CHECK(own.maps[1].accuracy == doctest::Approx(naive_accuracy(x, train.labels, x, train.labels, true)));
  const Gains held = measure_gains(model, train, &valid, 0);
  CHECK(held.held_out);
  CHECK(held.queries == 40);
  CHECK(held.maps[0].accuracy == doctest::Approx(naive_accuracy(model.apply(valid.features), valid.labels,
                                                                images, train.labels, false)));
  CHECK(held.maps[0].interval.first < held.maps[0].accuracy);
  CHECK(held.maps[0].interval.second > held.maps[0].accuracy);
  CHECK(!held.among_themselves);
  CHECK(contains(held.text(), "validation rows, against the training rows:"));
  CHECK(contains(held.text(), "covariance"));
}

TEST_CASE("gains: many rows are sampled by seed, and the text says so") {
  const Dataset train = separable_data(2500, 2, 3, 2, 0.7);
  const Model model = learned(train, "lda");
  const Gains gains = measure_gains(model, train, nullptr, 1);
  CHECK(gains.queries == 2000);
  CHECK(gains.of == 2500);
  CHECK(contains(gains.text(), "2,000 drawn of 2,500"));
  CHECK(measure_gains(model, train, nullptr, 1).maps[0].accuracy == gains.maps[0].accuracy);
  CHECK(measure_gains(model, train, nullptr, 2).maps[0].map_at_r != gains.maps[0].map_at_r);
}

TEST_CASE("gains: validation rows of other classes are searched among themselves") {
  const Dataset all = separable_data(90, 4, 4, 2, 0.9);
  std::vector<std::int64_t> rows[2];
  for (std::size_t i = 0; i < all.labels.codes.size(); ++i)
    rows[all.labels.codes[i] >= 2 ? 1 : 0].push_back(static_cast<std::int64_t>(i));
  const Dataset train = select_rows(all, rows[0]);
  const Dataset valid = select_rows(all, rows[1]);
  const Model model = learned(train, "lmnn");
  const Gains gains = measure_gains(model, train, &valid, 0);
  CHECK(gains.among_themselves);
  CHECK(gains.queries == std::ssize(rows[1]));
  const Matrix images = model.apply(valid.features);
  CHECK(gains.maps[0].accuracy ==
        doctest::Approx(naive_accuracy(images, valid.labels, images, valid.labels, true)));
  // The whitening is of the training rows all the same.
  const Model whitening = learned(train, "covariance");
  const Matrix white = whitening.apply(valid.features);
  CHECK(gains.maps[2].accuracy ==
        doctest::Approx(naive_accuracy(white, valid.labels, white, valid.labels, true)));
  CHECK(contains(gains.text(), "of classes that were not trained on, each against the others"));

  check_gains(train, valid);
  check_gains(all, valid);
  const auto error = error_of([&] { check_gains(train, select_rows(valid, std::vector<std::int64_t>{0})); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::data);
}

TEST_CASE("gains: are part of the model of a learner that knows the labels") {
  const Dataset train = separable_data(60, 3, 3, 2);
  const auto has = [](const Model& model, std::string_view name) {
    return std::any_of(model.training.begin(), model.training.end(),
                       [&](const auto& fact) { return fact.first == name; });
  };
  CHECK(has(learned(train, "nca"), "knn_accuracy@3"));
  CHECK(has(learned(train, "nca"), "identity_map@r"));
  CHECK(has(learned(train, "nca"), "knn_accuracy@3_low"));
  CHECK(!has(learned(train, "nca"), "valid_rows"));
  CHECK(!has(learned(train, "pca"), "knn_accuracy@3"));
}
