// The values that trec_eval prints for its own test files, which may lie beside the source tree.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "nearfar/evaluation/run_evaluation.h"
#include "nearfar/io/trec.h"
#include "real_data.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Our name of one of trec_eval's measures, "" for one that is not among ours.
std::string our_name(const std::string& theirs) {
  const std::map<std::string, std::string> whole = {
      {"map", "map"}, {"Rprec", "r-precision"}, {"bpref", "bpref"}, {"recip_rank", "mrr"}, {"ndcg", "ndcg"}};
  const std::map<std::string, std::string> with_k = {{"P", "precision"},   {"recall", "recall"},
                                                     {"ndcg_cut", "ndcg"}, {"map_cut", "map"},
                                                     {"success", "hit"},   {"relative_P", "recall-cap"}};
  if (const auto found = whole.find(theirs); found != whole.end()) return found->second;
  const std::size_t at = theirs.rfind('_');
  if (at == std::string::npos) return "";
  const auto found = with_k.find(theirs.substr(0, at));
  return found == with_k.end() ? "" : found->second + "@" + theirs.substr(at + 1);
}

struct Expected {
  std::string measure;  // ours
  std::string query;    // or "all"
  double value;
};

std::vector<Expected> expected_in(const std::string& file) {
  std::vector<Expected> all;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string measure;
    std::string query;
    std::string value;
    fields >> measure >> query >> value;
    measure = our_name(measure);
    if (!measure.empty()) all.push_back({measure, query, std::stod(value)});
  }
  return all;
}

struct Case {
  std::string expected;
  std::string qrels;
  std::string run;
  std::int64_t depth = kAllRanks;
  std::int32_t min_grade = 1;
};

}  // namespace

TEST_CASE("trec_eval: every value of ours in its expected outputs, to 4 decimals") {
  const std::string folder = real_data("trec_eval");
  if (folder.empty()) {
    MESSAGE("skipped: trec_eval's test files are not here");
    return;
  }
  const std::vector<Case> cases = {
      {"out.test", "qrels.test", "results.test"},
      {"out.test.a", "qrels.test", "results.test"},
      {"out.test.aq", "qrels.test", "results.test"},
      {"out.test.aqc", "qrels.test", "results.trunc"},
      {"out.test.aqcM", "qrels.test", "results.trunc", 100},
      {"out.test.aql", "qrels.rel_level", "results.test", kAllRanks, 2},
      {"out.test.meas_params", "qrels.test", "results.test"},
      {"out.comment.test", "qrels.comment.test", "results.comment.test"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.expected);
    NameTable items;
    std::vector<std::string> notes;
    const Qrels qrels = read_qrels(folder + "/" + one.qrels, items, notes);
    const Run run = read_run(folder + "/" + one.run, items, notes);
    const std::vector<Expected> values = expected_in(folder + "/" + one.expected);
    REQUIRE(values.size() >= 13);
    std::string names;
    for (const Expected& value : values) names += (names.empty() ? "" : ",") + value.measure;
    RetrievalOptions options;
    options.measures = parse_measures(names);
    options.ties = TiePolicy::trec;
    options.no_relevant = NoRelevantPolicy::zero;
    options.depth = one.depth;
    options.grading.min_grade = one.min_grade;
    const RetrievalResult result = evaluate_run(qrels, run, items, options);
    for (const Expected& value : values) {
      CAPTURE(value.measure);
      CAPTURE(value.query);
      std::size_t m = 0;
      while (options.measures[m].name != value.measure) ++m;
      const double ours =
          value.query == "all"
              ? result.values[m]
              : result.per_query[m][static_cast<std::size_t>(*qrels.queries.find(value.query))];
      CHECK(std::abs(ours - value.value) <= 0.5e-4 + 1e-12);
    }
    if (one.run == "results.test") CHECK(result.queries == 3);
  }
}
