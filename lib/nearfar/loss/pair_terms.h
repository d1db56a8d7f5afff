#pragma once

#include <vector>

#include "nearfar/loss/batch_distances.h"
#include "nearfar/loss/loss.h"

namespace nearfar {

/// The value of one pair's term and its derivative by the pair's distance.
struct PairTerm {
  double value = 0;
  double slope = 0;
};

/// Calls use(i, j, similar) for every pair of the supervision: all pairs i < j of the batch by their labels,
/// the pairs of a tuple file, or the two pairs of each triplet.
template <class Use>
void for_each_pair(std::int64_t rows, const Supervision& supervision, Use use) {
  if (supervision.tuples == nullptr) {
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = i + 1; j < rows; ++j) {
        use(i, j, supervision.similar(i, j));
      }
    }
    return;
  }
  const Tuples& tuples = *supervision.tuples;
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    const auto items = tuples[t];
    if (tuples.kind == TupleKind::pairs) {
      use(items[0], items[1], tuples.values[static_cast<std::size_t>(t)] != 0);
    } else {
      use(items[0], items[1], true);
      use(items[0], items[2], false);
    }
  }
}

/// What the losses over pairs share: sums the terms of the similar and of the dissimilar pairs, reduces each
/// sum on its own, adds the two. `term(d, similar)` gives a PairTerm.
template <class Term>
LossValue reduce_pairs(const BatchDistances& distances, const Supervision& supervision, Reduction reduction,
                       std::vector<double>& weights, Term term) {
  struct Part {
    double sum = 0;
    std::int64_t terms = 0;
    std::int64_t active = 0;
  };
  Part parts[2];
  for_each_pair(distances.size(), supervision, [&](std::int64_t i, std::int64_t j, bool similar) {
    const PairTerm pair = term(distances(i, j), similar);
    Part& part = parts[similar ? 1 : 0];
    part.sum += pair.value;
    ++part.terms;
    if (pair.value > 0) ++part.active;
  });
  double scale[2];
  LossValue loss;
  for (int s = 0; s < 2; ++s) {
    const Part& part = parts[s];
    const std::int64_t count = reduction == Reduction::sum    ? 1
                               : reduction == Reduction::mean ? part.terms
                                                              : part.active;
    scale[s] = count > 0 ? 1.0 / static_cast<double>(count) : 0;
    loss.value += part.sum * scale[s];
    loss.terms += part.terms;
    loss.active += part.active;
  }
  const std::int64_t n = distances.size();
  for_each_pair(n, supervision, [&](std::int64_t i, std::int64_t j, bool similar) {
    const double slope = term(distances(i, j), similar).slope;
    if (slope != 0) weights[static_cast<std::size_t>(i * n + j)] += slope * scale[similar ? 1 : 0];
  });
  return loss;
}

}  // namespace nearfar
