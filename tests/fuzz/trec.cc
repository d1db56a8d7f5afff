// Judgements and runs: what is read is numbered, finite, and there once; a run that goes with judgements
// gives measures between 0 and 1.
#include "nearfar/io/trec.h"

#include <cmath>
#include <set>

#include "fuzz/target.h"
#include "nearfar/evaluation/run_evaluation.h"

using namespace nearfar;
using namespace nearfar::fuzz;

namespace {

// Each item of a query once, by its number in the table.
template <class Rows>
void check_items(const Rows& rows, const NameTable& items) {
  std::set<std::int32_t> seen;
  for (const auto& row : rows) {
    require(row.item >= 0 && row.item < items.size(), "an item is in the table");
    require(seen.insert(row.item).second, "an item of a query is there once");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input(data, size);
  const InputFile file(input.bytes);
  NameTable items;
  std::vector<std::string> notes;
  Qrels qrels;
  const bool judged = accepted([&] { qrels = read_qrels(file.path(), items, notes); });
  for (std::int32_t q = 0; judged && q < qrels.queries.size(); ++q) {
    check_items(qrels.of(q), items);
    for (const Qrels::Judgement& judgement : qrels.of(q))
      require(judgement.grade >= 0, "a grade is 0 or more");
  }
  Run run;
  if (!accepted([&] { run = read_run(file.path(), items, notes); })) return 0;
  for (std::int32_t q = 0; q < run.queries.size(); ++q) {
    check_items(run.of(q), items);
    for (const Run::Row& row : run.of(q)) require(std::isfinite(row.score), "a score is finite");
  }
  // Judgements made of the run, a grade for every second item.
  Qrels made;
  for (std::int32_t q = 0; q < run.queries.size(); ++q) {
    (void)made.queries.number(run.queries.name(q));
    for (const Run::Row& row : run.of(q)) {
      if (row.item % 2 == 0) made.judgements.push_back({row.item, row.item % 3});
    }
    made.begin.push_back(std::ssize(made.judgements));
  }
  RetrievalOptions options;
  options.measures =
      parse_measures("precision@2,recall@3,map,mrr,ndcg,bpref,judged@2,minp,hit@4,recall-cap@2");
  options.ties = static_cast<TiePolicy>(input.choice % tie_policy_names().size());
  options.no_relevant = NoRelevantPolicy::zero;
  if (input.choice >= 128) options.depth = 1 + input.choice % 4;
  accepted([&] {
    const RetrievalResult result = evaluate_run(made, run, items, options);
    for (const double value : result.values)
      require(value >= 0 && value <= 1 + 1e-12, "a measure is between 0 and 1");
  });
  return 0;
}
