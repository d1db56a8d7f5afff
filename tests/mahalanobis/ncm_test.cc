#include "nearfar/mahalanobis/ncm.h"

#include <doctest/doctest.h>

#include "mahalanobis/learner_cases.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// -1/n sum log p(y_i | x_i) by its definition.
double naive_value(const LabelledRows& data, const std::vector<double>& l, std::int64_t r) {
  const std::int64_t d = data.x.cols();
  const std::int32_t classes = data.labels.classes();
  std::vector<std::vector<double>> means(static_cast<std::size_t>(classes),
                                         std::vector<double>(static_cast<std::size_t>(d)));
  std::vector<double> sizes(static_cast<std::size_t>(classes));
  for (std::int64_t i = 0; i < data.x.rows(); ++i) {
    const auto c = static_cast<std::size_t>(data.labels.codes[static_cast<std::size_t>(i)]);
    ++sizes[c];
    for (std::int64_t j = 0; j < d; ++j)
      means[c][static_cast<std::size_t>(j)] += static_cast<double>(data.x(i, j));
  }
  double sum = 0;
  for (std::int64_t i = 0; i < data.x.rows(); ++i) {
    double all = 0;
    double own = 0;
    for (std::size_t c = 0; c < means.size(); ++c) {
      double square = 0;
      for (std::int64_t k = 0; k < r; ++k) {
        double image = 0;
        for (std::int64_t j = 0; j < d; ++j) {
          image += l[static_cast<std::size_t>(k * d + j)] *
                   (static_cast<double>(data.x(i, j)) - means[c][static_cast<std::size_t>(j)] / sizes[c]);
        }
        square += image * image;
      }
      all += std::exp(-square / 2);
      if (static_cast<std::int32_t>(c) == data.labels.codes[static_cast<std::size_t>(i)])
        own = std::exp(-square / 2);
    }
    sum -= std::log(own / all);
  }
  return sum / static_cast<double>(data.x.rows());
}

}  // namespace

TEST_CASE("ncm: the value is that of the definition, the gradient that of central differences") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const LabelledRows data = labelled_rows(50, 4, 3, seed);
    NearestMeans objective(data.x, data.labels.codes);
    for (const std::int64_t r : {1, 2, 4}) {
      const Matrix start = random_rows(r, 4, seed + 5, 0.3);
      const std::vector<double> l(start.data(), start.data() + start.size());
      std::vector<double> gradient(l.size());
      CHECK(near(objective.evaluate(l, gradient), naive_value(data, l, r), 1e-10));
      for (std::size_t i = 0; i < l.size(); ++i) {
        const double h = 1e-5;
        std::vector<double> above = l;
        std::vector<double> below = l;
        above[i] += h;
        below[i] -= h;
        const double difference = (naive_value(data, above, r) - naive_value(data, below, r)) / (2 * h);
        CHECK(near(gradient[i], difference, 1e-6, 1e-8));
      }
    }
  }
}

TEST_CASE("ncm: more rows than a block, far from the origin, the same bits for any number of threads") {
  LabelledRows data = labelled_rows(2500, 3, 4, 1);
  for (std::int64_t i = 0; i < data.x.size(); ++i) data.x.data()[i] += 100;
  NearestMeans objective(data.x, data.labels.codes);
  const std::vector<double> l{0.5, 0.1, 0, 0, 0.4, 0.2};
  std::vector<double> first(6);
  std::vector<double> again(6);
  const double value = objective.evaluate(l, first);
  CHECK(near(value, naive_value(data, l, 2), 1e-9));
  const Threads three(3);
  CHECK(objective.evaluate(l, again) == value);
  CHECK(first == again);
}

TEST_CASE("ncm: rows come nearer to the mean of their class than to others") {
  const LabelledRows data = labelled_rows(200, 5, 4, 3, 0.7);
  const LearnedMap learned = learn_from_labels(kNcmLearner, data.x, data.labels);
  REQUIRE(learned.history.size() > 1);
  CHECK(learned.history.back().objective < learned.history.front().objective);
  const std::vector<double> l(learned.l.data(), learned.l.data() + learned.l.size());
  std::vector<double> identity(25);
  for (std::size_t i = 0; i < 5; ++i) identity[i * 6] = 1;
  CHECK(naive_value(data, l, learned.l.rows()) < naive_value(data, identity, 5));
  LearnerOptions options;
  options.dim = 2;
  CHECK(learn_from_labels(kNcmLearner, data.x, data.labels, options).l.rows() == 2);
}
