#include <doctest/doctest.h>

#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("rca: L'L is the inverse of the covariance within the classes") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const LabelledRows data = labelled_rows(50, 4, 3, seed);
    Square within = naive_scatters(data).within;
    for (auto& row : within) {
      for (double& value : row) value /= 50;
    }
    const LearnedMap learned = learn_from_labels(kRcaLearner, data.x, data.labels, unshrunk());
    CHECK(difference(naive_inverse(within), gram(learned.l)) < 1e-4);
  }
}

TEST_CASE("rca: chunks count as classes do, and rows in no chunk do not count") {
  const LabelledRows data = labelled_rows(40, 3, 3, 5);
  std::vector<std::int32_t> chunks = data.labels.codes;
  LabelledRows kept;
  std::vector<std::int32_t> kept_codes;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (i % 4 == 1) {
      chunks[i] = -1;
      continue;
    }
    const auto row = static_cast<std::int64_t>(i);
    kept.x.append(data.x.view().slice(row, row + 1));
    kept_codes.push_back(chunks[i]);
  }
  LearnerInput input;
  input.x = data.x;
  input.chunks = chunks;
  const LearnedMap from_chunks = kRcaLearner.learn(input, {}, {});
  const LearnedMap from_labels = learn_from_labels(kRcaLearner, kept.x, labels_of(kept_codes));
  CHECK(same_bits(values(from_chunks.l), values(from_labels.l)));
}

TEST_CASE("rca: fewer dimensions are those of largest total spread against that within") {
  const LabelledRows data = labelled_rows(60, 5, 3, 9);
  const NaiveScatters naive = naive_scatters(data);
  Square total = naive.within;
  for (std::size_t a = 0; a < total.size(); ++a) {
    for (std::size_t b = 0; b < total.size(); ++b) total[a][b] += naive.between[a][b];
  }
  LearnerOptions options = unshrunk();
  options.dim = 2;
  const LearnedMap learned = learn_from_labels(kRcaLearner, data.x, data.labels, options);
  REQUIRE(learned.l.rows() == 2);
  std::vector<double> ratios;
  CHECK(eigen_residual(learned.l, total, naive.within, &ratios) < 1e-5);
  // Only classes - 1 = 2 ratios are above 1: the total has nothing else than what is within.
  CHECK(ratios[1] > 1.001);
  CHECK(near(ratios[0] + ratios[1] + 3, naive_trace(times(naive_inverse(naive.within), total)), 1e-4));
}

TEST_CASE("rca: class separation of iris in two dimensions") {
  const Dataset data = iris();
  LearnerOptions options;
  options.dim = 2;
  CHECK(class_separation(learn_from_labels(kRcaLearner, data.features, data.labels, options).l, data) < 0.29);
}

TEST_CASE("rca: chunks of one row each say nothing") {
  const Matrix x = random_rows(4, 2, 1);
  const Labels labels = labels_of({0, 1, 2, 3});
  CHECK(kind_of([&] { (void)learn_from_labels(kRcaLearner, x, labels); }) == kData);
}
