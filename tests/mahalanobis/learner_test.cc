#include "nearfar/mahalanobis/learner.h"

#include <doctest/doctest.h>

#include "mahalanobis/learner_cases.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

// What holds for every learner of the table that learns from labels, or from the rows alone.

namespace {

std::vector<LearnerInfo> from_labels() {
  std::vector<LearnerInfo> list;
  for (const LearnerInfo& learner : learners()) {
    if (learner.from_labels || learner.unsupervised) list.push_back(learner);
  }
  return list;
}

// A finite map of the rows' width, or an Error (data) that says something.
void works_or_is_refused(const LearnerInfo& learner, const Matrix& x, const Labels& labels) {
  INFO(std::string(learner.name));
  try {
    const LearnedMap learned = learn_from_labels(learner, x, labels);
    CHECK(learned.l.cols() == x.cols());
    CHECK(learned.l.rows() >= 1);
    for (const float value : values(learned.l)) CHECK(std::isfinite(value));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::data);
    CHECK(error.message().size() > 10);
  }
}

}  // namespace

TEST_CASE("every learner: the same bits for any number of threads, and again") {
  const LabelledRows data = labelled_rows(90, 5, 4, 2);
  for (const LearnerInfo& learner : from_labels()) {
    INFO(std::string(learner.name));
    LearnedMap first;
    for (const int count : {1, 2, 3, 1}) {
      const Threads set(count);
      const LearnedMap learned = learn_from_labels(learner, data.x, data.labels);
      if (first.l.empty()) first.l = learned.l;
      CHECK(same_bits(values(first.l), values(learned.l)));
    }
  }
}

TEST_CASE("every learner: a constant feature, a repeated one, a combination of others") {
  LabelledRows data = labelled_rows(60, 5, 3, 1);
  for (std::int64_t i = 0; i < 60; ++i) {
    data.x(i, 1) = 2.5F;
    data.x(i, 2) = data.x(i, 0);
    data.x(i, 3) = 2 * data.x(i, 0) - data.x(i, 4);
  }
  for (const LearnerInfo& learner : from_labels()) works_or_is_refused(learner, data.x, data.labels);
}

TEST_CASE("every learner: a constant feature gets no weight in closed form") {
  LabelledRows data = labelled_rows(60, 4, 3, 1);
  for (std::int64_t i = 0; i < 60; ++i) data.x(i, 1) = 0.1F;
  for (const LearnerInfo& learner : from_labels()) {
    if (learner.iterates || learner.name == "identity" || learner.name == "pca") continue;
    INFO(std::string(learner.name));
    const LearnedMap learned = learn_from_labels(learner, data.x, data.labels);
    double weight = 0;
    double largest = 0;
    for (std::int64_t r = 0; r < learned.l.rows(); ++r) {
      weight = std::max(weight, std::abs(static_cast<double>(learned.l(r, 1))));
      for (std::int64_t j = 0; j < 4; ++j)
        largest = std::max(largest, std::abs(static_cast<double>(learned.l(r, j))));
    }
    CHECK(weight <= 1e-6 * largest);
  }
}

TEST_CASE("every learner: fewer rows than features") {
  const LabelledRows data = labelled_rows(8, 20, 2, 4);
  for (const LearnerInfo& learner : from_labels()) works_or_is_refused(learner, data.x, data.labels);
}

TEST_CASE("every learner: every row twice, and all rows the same") {
  const LabelledRows once = labelled_rows(20, 3, 2, 6);
  Matrix x;
  std::vector<std::int32_t> codes;
  for (std::int64_t i = 0; i < 40; ++i) {
    x.append(once.x.view().slice(i / 2, i / 2 + 1));
    codes.push_back(once.labels.codes[static_cast<std::size_t>(i / 2)]);
  }
  for (const LearnerInfo& learner : from_labels()) {
    works_or_is_refused(learner, x, labels_of(codes));
    works_or_is_refused(learner, Matrix(10, 3), labels_of({0, 1, 0, 1, 0, 1, 0, 1, 0, 1}));
  }
}

TEST_CASE("every learner: one class, singleton classes, one feature, two rows, one row") {
  const Matrix x = random_rows(6, 3, 1);
  const Matrix narrow = random_rows(6, 1, 2);
  for (const LearnerInfo& learner : from_labels()) {
    works_or_is_refused(learner, x, labels_of({0, 0, 0, 0, 0, 0}));
    works_or_is_refused(learner, x, labels_of({0, 1, 2, 3, 4, 5}));
    works_or_is_refused(learner, x, labels_of({0, 0, 0, 1, 1, 2}));
    works_or_is_refused(learner, narrow, labels_of({0, 0, 0, 1, 1, 1}));
    works_or_is_refused(learner, Matrix::copy_of(x.view().slice(0, 2)), labels_of({0, 1}));
    works_or_is_refused(learner, Matrix::copy_of(x.view().slice(0, 1)), labels_of({0}));
  }
}

TEST_CASE("every learner: values near the ends of the range of floats") {
  for (const double scale : {1e-30, 1e-12, 1e12, 1e18}) {
    LabelledRows data = labelled_rows(40, 3, 2, 3);
    for (std::int64_t i = 0; i < data.x.size(); ++i)
      data.x.data()[i] = static_cast<float>(static_cast<double>(data.x.data()[i]) * scale);
    for (const LearnerInfo& learner : from_labels()) works_or_is_refused(learner, data.x, data.labels);
  }
}
