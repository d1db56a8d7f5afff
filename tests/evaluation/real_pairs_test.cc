// Graded pairs of real items, where they lie beside the source tree.
#include <doctest/doctest.h>

#include "evaluation/naive_pairs.h"
#include "nearfar/evaluation/pair_evaluation.h"
#include "nearfar/io/table.h"
#include "nearfar/io/tuple_file.h"
#include "nearfar/metric/distance.h"
#include "random_rows.h"
#include "real_data.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

ScoredTuples scored(const std::string& rows, const std::string& id, const std::string& pairs) {
  TableOptions options;
  options.file = rows;
  options.id = id;
  std::vector<std::string> notes;
  const Dataset data = read_table(options, notes);
  const Tuples tuples = read_tuples(pairs, {}, data, notes);
  const Distance cosine(DistanceKind::cosine);
  ScoredTuples result;
  result.kind = tuples.kind;
  result.values = tuples.values;
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    result.distances.push_back(cosine.between(data.features.row(tuples[t][0]),
                                              data.features.row(tuples[t][1]), data.features.cols()));
  }
  return result;
}

double measured(const ScoredTuples& tuples, const std::string& name) {
  return PairEvaluation(tuples).measure(parse_pair_measures(name)[0]).value;
}

void check_against_naive(const ScoredTuples& tuples) {
  std::vector<double> closeness;
  for (const float d : tuples.distances) closeness.push_back(-static_cast<double>(d));
  const std::vector<double> similarity(tuples.values.begin(), tuples.values.end());
  CHECK(near(measured(tuples, "pearson"), naive_pearson(closeness, similarity), 1e-10));
  CHECK(near(measured(tuples, "spearman"), naive_pearson(naive_ranks(closeness), naive_ranks(similarity)),
             1e-10));
  CHECK(near(measured(tuples, "kendall"), naive_kendall(closeness, similarity), 1e-12));
}

}  // namespace

TEST_CASE("real pairs: sentences, raw cosine") {
  const std::string rows = real_data("sts/dev-sentences.csv");
  if (rows.empty()) {
    MESSAGE("skipped: no sts beside the source tree");
    return;
  }
  const ScoredTuples tuples = scored(rows, "id", real_data("sts/dev-pairs.csv"));
  CHECK(tuples.size() == 1500);
  CHECK(near(measured(tuples, "spearman"), .4115, 0, 5e-5));  // published with the data
  check_against_naive(tuples);
}

TEST_CASE("real pairs: words that people compared") {
  const std::string rows = real_data("glove-twitter25/glove_twitter_25d.csv");
  if (rows.empty()) {
    MESSAGE("skipped: no glove-twitter25 beside the source tree");
    return;
  }
  const ScoredTuples tuples = scored(rows, "word", real_data("wordsim/wordsim353-pairs.csv"));
  CHECK(tuples.size() == 284);
  check_against_naive(tuples);
}
