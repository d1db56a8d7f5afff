#pragma once

#include <algorithm>
#include <vector>

#include "nearfar/loss/loss_batch.h"
#include "nearfar/metric/lanes.h"

namespace nearfar {

/// The value of one pair's term and its derivative by the pair's distance.
struct PairTerm {
  double value = 0;
  double slope = 0;
};

/// [x]+ and its derivative times `slope`.
[[nodiscard]] inline PairTerm hinge(double x, double slope) { return {x > 0 ? x : 0.0, x > 0 ? slope : 0.0}; }

/// Calls use(i, j, similar) for every pair that tuples name: the pairs of a file, or the two of each triplet.
template <class Use>
void for_each_pair(const Tuples& tuples, Use use) {
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

/// What the losses over pairs share: the sums of the terms of the similar and of the dissimilar pairs, each
/// reduced on its own and then added; with `together` they are one sum. Pairs are those of the tuples, or by
/// labels all i < j of the batch (all i != j under a distance that is not symmetric) and every row with every
/// column of the memory. similar(d) and dissimilar(d) give PairTerms.
template <class Similar, class Dissimilar>
LossValue over_pairs(LossBatch& batch, bool together, Similar similar_term, Dissimilar dissimilar_term) {
  LossBatch::Sum sums[2];  // dissimilar, similar
  double scales[2];
  const auto reduce = [&] {
    if (together) {
      const LossBatch::Sum both{0, sums[0].terms + sums[1].terms, sums[0].active + sums[1].active};
      scales[0] = scales[1] = reduction_scale(batch.options.reduction, both);
    } else {
      for (int s = 0; s < 2; ++s) scales[s] = reduction_scale(batch.options.reduction, sums[s]);
    }
    return LossValue{sums[0].value * scales[0] + sums[1].value * scales[1], sums[0].terms + sums[1].terms,
                     sums[0].active + sums[1].active};
  };
  if (batch.supervision.tuples != nullptr) {
    const Tuples& tuples = *batch.supervision.tuples;
    const auto term = [&](std::int64_t i, std::int64_t j, bool similar) {
      return similar ? similar_term(batch.distances(i, j)) : dissimilar_term(batch.distances(i, j));
    };
    for_each_pair(tuples, [&](std::int64_t i, std::int64_t j, bool similar) {
      sums[similar ? 1 : 0].add(term(i, j, similar).value);
    });
    const LossValue loss = reduce();
    for_each_pair(tuples, [&](std::int64_t i, std::int64_t j, bool similar) {
      batch.weight(i, j) += term(i, j, similar).slope * scales[similar ? 1 : 0];
    });
    return loss;
  }

  const std::int64_t n = batch.rows();
  const std::int64_t m = batch.cols();
  const bool ordered = batch.distances.kind == DistanceKind::snr;
  std::vector<std::uint8_t> similar(static_cast<std::size_t>(m));
  std::vector<double> values(static_cast<std::size_t>(m));
  for (std::int64_t i = 0; i < n; ++i) {
    batch.mark_similar(i, similar.data());
    const double* d = batch.distances.row(i);
    double* weights = batch.weights_of(i);
    const auto part = [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t j = begin; j < end; ++j) {
        const PairTerm of_similar = similar_term(d[j]);
        const PairTerm of_dissimilar = dissimilar_term(d[j]);
        const bool is = similar[static_cast<std::size_t>(j)] != 0;
        values[static_cast<std::size_t>(j)] = is ? of_similar.value : of_dissimilar.value;
        weights[j] = is ? of_similar.slope : of_dissimilar.slope;
      }
      for (int s = 0; s < 2; ++s) {
        const auto in = [&](std::int64_t j) { return similar[static_cast<std::size_t>(begin + j)] == s; };
        const auto value = [&](std::int64_t j) { return values[static_cast<std::size_t>(begin + j)]; };
        sums[s].value +=
            lane_sum<double>(end - begin, [&](std::int64_t j) { return in(j) ? value(j) : 0.0; });
        for (std::int64_t j = 0; j < end - begin; ++j) {
          sums[s].terms += in(j) ? 1 : 0;
          sums[s].active += in(j) && value(j) > 0 ? 1 : 0;
        }
      }
    };
    if (ordered) part(0, i);
    part(i + 1, m);
  }
  const LossValue loss = reduce();
  for (std::int64_t i = 0; i < n; ++i) {
    batch.mark_similar(i, similar.data());
    double* weights = batch.weights_of(i);
    for (std::int64_t j = ordered ? 0 : i + 1; j < m; ++j)
      weights[j] *= similar[static_cast<std::size_t>(j)] != 0 ? scales[1] : scales[0];
  }
  return loss;
}

}  // namespace nearfar
