// n-pairs: log(1 + sum_n e^{s_n - s_p}), s the inner product, where each class has one anchor and one
// positive and the negatives of an anchor are the positives of the others. From labels the pair is the first
// two rows of each class in the batch; from pairs or triplets each similar pair is one, and the positives of
// the others that are not known to be similar, and its own negative, are its negatives. Without the paper's
// weight decay on embeddings. Gradient: against_negatives(). Source: Sohn 2016, NIPS 29, eq. 3 and
// section 3.2.
#include <map>

#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kDistances{DistanceKind::dot, DistanceKind::cosine};

// One (anchor, positive) a class: the first row that has another of its class below it, and the next of
// those.
std::vector<std::pair<std::int64_t, std::int64_t>> pairs_of_classes(const LossBatch& batch) {
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
  std::vector<char> used(static_cast<std::size_t>(batch.rows()));
  std::map<std::int32_t, bool> done;
  for (std::int64_t i = 0; i < batch.rows(); ++i) {
    const std::int32_t code = batch.supervision.labels[static_cast<std::size_t>(i)];
    if (done[code] || used[static_cast<std::size_t>(i)] != 0) continue;
    for (std::int64_t j = i + 1; j < batch.rows(); ++j) {
      if (!batch.supervision.similar(i, j) || used[static_cast<std::size_t>(j)] != 0) continue;
      pairs.emplace_back(i, j);
      used[static_cast<std::size_t>(j)] = 1;
      done[code] = true;
      break;
    }
  }
  return pairs;
}

std::vector<Relation> relations_of(const LossBatch& batch) {
  const std::int64_t m = batch.cols();
  std::vector<Relation> relations(static_cast<std::size_t>(batch.rows() * m));
  const auto at = [&](std::int64_t i, std::int64_t j) -> Relation& {
    return relations[static_cast<std::size_t>(i * m + j)];
  };
  if (batch.supervision.tuples == nullptr) {
    const auto pairs = pairs_of_classes(batch);
    for (const auto& [a, p] : pairs) {
      for (const auto& [other, positive] : pairs) {
        if (!batch.supervision.similar(a, positive)) at(a, positive) = Relation::negative;
      }
      at(a, p) = Relation::positive;
    }
    return relations;
  }
  const std::vector<Relation> all = batch.relations_in_batch(false);
  const Tuples& tuples = *batch.supervision.tuples;
  std::vector<char> is_candidate(static_cast<std::size_t>(m));  // a positive, or a negative of a triplet
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    const bool pairs = tuples.kind == TupleKind::pairs;
    if (!pairs || tuples.values[static_cast<std::size_t>(t)] != 0)
      is_candidate[static_cast<std::size_t>(tuples[t][1])] = 1;
  }
  for (std::size_t k = 0; k < relations.size(); ++k) {
    const bool candidate = is_candidate[k % static_cast<std::size_t>(m)] != 0;
    if (candidate || all[k] == Relation::positive) relations[k] = all[k];
  }
  for (std::int64_t t = 0; t < tuples.size() && tuples.kind == TupleKind::triplets; ++t) {
    const auto items = tuples[t];
    if (at(items[0], items[2]) == Relation::none)
      at(items[0], items[2]) = all[static_cast<std::size_t>(items[0] * m + items[2])];
  }
  return relations;
}

LossValue evaluate(LossBatch& batch) { return against_negatives(batch, relations_of(batch), 1, as_it_is); }

}  // namespace

LossInfo n_pairs() {
  return {.name = "n-pairs",
          .meaning = "one pair a class against the positives of the other classes",
          .formula = "log(1 + sum_n e^{s_n - s_p}), s the inner product",
          .source = "Sohn 2016, NIPS 29, eq. 3",
          .options = {},
          .distances = kDistances,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
