#include "nearfar/training/batch_miner.h"

#include <map>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"
#include "nearfar/mining/anchor_source.h"
#include "nearfar/mining/found_tuples.h"
#include "nearfar/mining/hardest_pairs.h"
#include "nearfar/mining/numbered.h"

namespace nearfar {
namespace {

// The labels of the batch on a numbering of their own: what knows all classes is too much for every batch.
Labels own_labels(const Supervision& supervision) {
  Labels labels;
  std::map<std::int32_t, std::int32_t> codes;
  for (const std::int32_t code : supervision.labels) {
    const auto [found, is_new] = codes.emplace(code, static_cast<std::int32_t>(codes.size()));
    labels.codes.push_back(found->second);
    if (!is_new) continue;
    labels.names.emplace_back();
    if (supervision.sets != nullptr && supervision.sets->several())
      labels.sets.push_back(supervision.sets->sets[static_cast<std::size_t>(code)]);
  }
  if (!labels.sets.empty()) labels.label_names = supervision.sets->label_names;
  return labels;
}

bool as_pairs(const BatchMining& mining, const LossInfo& loss) {
  return mining.strategy->choose_pairs != nullptr && loss.from_pairs;
}

void append(Tuples& tuples, const MinedTuple& tuple) {
  tuples.items.push_back(tuple.anchor);
  tuples.items.push_back(tuple.other);
  if (tuples.kind == TupleKind::triplets) {
    tuples.items.push_back(tuple.negative);
  } else {
    tuples.values.push_back(tuple.value);
  }
}

}  // namespace

void check_batch_mining(const BatchMining& mining, const LossInfo& loss, DistanceKind distance,
                        bool normalize) {
  const std::string name(mining.strategy->name);
  if (!loss.from_pairs && !loss.from_triplets) {
    usage_error("--miner does not apply to --loss " + std::string(loss.name) +
                    ", which looks at no pairs or triplets of rows",
                "leave --miner out, or choose a loss over pairs or triplets, such as --loss triplet");
  }
  if (mining.strategy->check != nullptr) mining.strategy->check(Distance(distance), MatrixView{});
  const bool by_length = distance == DistanceKind::euclidean || distance == DistanceKind::sqeuclidean;
  if (name == "distance-weighted" && by_length && !normalize) {
    usage_error("--miner distance-weighted: the density of distances is that of rows of length 1",
                "give --normalize, or --distance cosine where the loss takes it");
  }
}

Tuples mine_batch(const BatchMining& mining, const LossInfo& loss, DistanceKind distance, MatrixView rows,
                  const Supervision& supervision, std::uint64_t seed, std::int64_t step) {
  const MiningStrategy& strategy = *mining.strategy;
  const bool pairs = as_pairs(mining, loss);
  const Labels labels = own_labels(supervision);
  const SimilarRows similar(labels);
  const Distance between(distance);
  const AllRows source(rows, similar, between, {}, false);
  MiningContext context;
  context.parameters = mining.parameters;
  context.distance = distance;
  context.dim = rows.cols;
  context.between = RowDistance(rows, between);
  if (strategy.needs_hardest_pairs)
    context.hardest = hardest_pairs(source, rows.rows, mining.parameters.share);

  std::vector<FoundTuples> found(static_cast<std::size_t>(rows.rows));
  source.for_each(0, rows.rows, [&](Anchor&& anchor) {
    if (!pairs && (anchor.positives.empty() || anchor.negatives.empty())) return;
    const auto row = static_cast<std::size_t>(anchor.row);
    Random random(seed, RandomPurpose::mining, static_cast<std::uint64_t>(step) << 24U | row);
    const std::int64_t limit = strategy.name == "random" ? kFewPerAnchor : 0;
    found[row] = find_tuples(strategy, anchor, context, pairs, limit, random);
  });
  Tuples tuples{pairs ? TupleKind::pairs : TupleKind::triplets, {}, {}};
  for (const FoundTuples& of_row : found) {
    for (const MinedTuple& tuple : of_row.tuples) append(tuples, tuple);
    if (!of_row.unlisted) continue;
    for (std::int64_t t = 0; t < of_row.unlisted->selection.size(); ++t)
      append(tuples, (*of_row.unlisted)[t]);
  }
  return tuples;
}

}  // namespace nearfar
