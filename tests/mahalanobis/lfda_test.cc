#include <doctest/doctest.h>

#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The local scatters by their definition: sums over all pairs with the weights of the paper.
NaiveScatters naive_local_scatters(const LabelledRows& data, std::size_t neighbors) {
  const std::vector<std::int32_t>& codes = data.labels.codes;
  const auto n = static_cast<std::int64_t>(codes.size());
  const auto same = [&](std::int64_t i, std::int64_t j) {
    return codes[static_cast<std::size_t>(i)] == codes[static_cast<std::size_t>(j)];
  };
  std::vector<double> scale;
  std::vector<double> size;
  for (std::int64_t i = 0; i < n; ++i) {
    std::vector<double> squares;
    for (std::int64_t j = 0; j < n; ++j) {
      if (same(i, j) && j != i) squares.push_back(squared_distance(data.x, i, j));
    }
    std::sort(squares.begin(), squares.end());
    size.push_back(static_cast<double>(squares.size() + 1));
    scale.push_back(squares.empty() ? 0 : std::sqrt(squares[std::min(neighbors, squares.size()) - 1]));
  }
  const auto affinity = [&](std::int64_t i, std::int64_t j) {
    const double product = scale[static_cast<std::size_t>(i)] * scale[static_cast<std::size_t>(j)];
    return product > 0 ? std::exp(-squared_distance(data.x, i, j) / product) : 0;
  };
  const double all = static_cast<double>(n);
  return {pair_sum(data.x,
                   [&](std::int64_t i, std::int64_t j) {
                     return same(i, j) ? affinity(i, j) / size[static_cast<std::size_t>(i)] : 0;
                   }),
          pair_sum(data.x, [&](std::int64_t i, std::int64_t j) {
            return same(i, j) ? affinity(i, j) * (1 / all - 1 / size[static_cast<std::size_t>(i)]) : 1 / all;
          })};
}

}  // namespace

TEST_CASE("lfda: the rows of L solve the eigenproblem of the local scatters, weighted by sqrt(w)") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    LabelledRows data = labelled_rows(70, 4, 3, seed);
    data.labels.codes.back() = 3;  // a class of one row
    data.labels.names.emplace_back("3");
    for (std::int64_t j = 0; j < 4; ++j) data.x(1, j) = data.x(4, j);  // a duplicate in a class
    LearnerOptions options = unshrunk();
    options.neighbors = 1 + static_cast<std::int64_t>(seed) * 2;
    const NaiveScatters naive = naive_local_scatters(data, static_cast<std::size_t>(*options.neighbors));
    const LearnedMap learned = learn_from_labels(kLfdaLearner, data.x, data.labels, options);
    REQUIRE(learned.l.rows() == 4);
    std::vector<double> ratios;
    CHECK(eigen_residual(learned.l, naive.between, naive.within, &ratios) < 1e-5);
    double sum = 0;
    for (std::int64_t r = 0; r < 4; ++r) {
      const std::vector<double> v = in_double(learned.l.row(r), 4);
      const double w = ratios[static_cast<std::size_t>(r)];
      CHECK(near(form(v, naive.within, v), w, 1e-4));  // sqrt(w) v with v'S v = 1
      sum += w;
    }
    CHECK(near(sum, naive_trace(times(naive_inverse(naive.within), naive.between)), 1e-4));
  }
}

TEST_CASE("lfda: a class of more rows than a block gives the same as the definition") {
  const LabelledRows data = labelled_rows(700, 3, 2, 4);
  const NaiveScatters naive = naive_local_scatters(data, 7);
  const LearnedMap learned = learn_from_labels(kLfdaLearner, data.x, data.labels, unshrunk());
  CHECK(eigen_residual(learned.l, naive.between, naive.within) < 1e-5);
}

// With the 7 neighbours of the paper it is 0.167, from 20 on below 0.15. (The 0.15 was published of 2
// neighbours, where the definition gives 0.183, by a program that partitions the distances along one axis and
// reads them along the other, so that a row's scale is a distance of another row.)
TEST_CASE("lfda: class separation of iris in two dimensions") {
  const Dataset data = iris();
  LearnerOptions options;
  options.dim = 2;
  options.neighbors = 30;
  CHECK(class_separation(learn_from_labels(kLfdaLearner, data.features, data.labels, options).l, data) <
        0.15);
}
