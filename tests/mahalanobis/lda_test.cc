#include <doctest/doctest.h>

#include "mahalanobis/learner_cases.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("lda: the rows of L solve S_b v = w S_w v, v'S_w v = 1, and have all of the ratio between") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const auto classes = static_cast<std::int32_t>(2 + seed % 3);
    const LabelledRows data = labelled_rows(60, 5, classes, seed);
    const NaiveScatters naive = naive_scatters(data);
    const LearnedMap learned = learn_from_labels(kLdaLearner, data.x, data.labels, unshrunk());
    REQUIRE(learned.l.rows() == classes - 1);
    std::vector<double> ratios;
    CHECK(eigen_residual(learned.l, naive.between, naive.within, &ratios) < 1e-5);
    CHECK(orthonormality(learned.l, naive.within) < 1e-4);
    // trace(S_w^-1 S_b) is the sum of all w, so no direction with w > 0 is missing.
    double sum = 0;
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      if (i > 0) CHECK(ratios[i] <= ratios[i - 1]);
      sum += ratios[i];
    }
    CHECK(near(sum, naive_trace(times(naive_inverse(naive.within), naive.between)), 1e-4));
  }
}

TEST_CASE("lda: --dim keeps the first directions; more than the classes allow are refused") {
  const LabelledRows data = labelled_rows(60, 5, 4, 3);
  const LearnedMap all = learn_from_labels(kLdaLearner, data.x, data.labels);
  LearnerOptions options;
  options.dim = 2;
  const LearnedMap two = learn_from_labels(kLdaLearner, data.x, data.labels, options);
  CHECK(same_bits(values(two.l), values(Matrix::copy_of(all.l.view().slice(0, 2)))));
  options.dim = 4;
  const auto error = error_of([&] { (void)learn_from_labels(kLdaLearner, data.x, data.labels, options); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::data);
  CHECK(contains(error->message(), "at most 3"));
}

TEST_CASE("lda: classes without any spread are refused") {
  Matrix x(4, 2);
  x(2, 0) = x(3, 0) = 1;
  const Labels labels = labels_of({0, 0, 1, 1});
  CHECK(kind_of([&] { (void)learn_from_labels(kLdaLearner, x, labels); }) == kData);
}

TEST_CASE("--regularization of the closed forms lies between 0 and 1") {
  const LabelledRows data = labelled_rows(30, 3, 2, 1);
  for (const double bad : {-0.1, 1.5}) {
    LearnerOptions options;
    options.regularization = bad;
    CHECK(kind_of([&] { (void)learn_from_labels(kLdaLearner, data.x, data.labels, options); }) == kUsage);
  }
}
