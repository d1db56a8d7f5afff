#include "nearfar/mahalanobis/scatters.h"

#include <cmath>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/data/preprocess.h"

namespace nearfar {
namespace {

// The mean of each group and how many rows it has.
struct GroupMeans {
  Dense means;
  std::vector<double> sizes;
};

GroupMeans group_means(MatrixView x, std::span<const std::int32_t> groups) {
  std::int32_t last = -1;
  for (const std::int32_t group : groups) last = std::max(last, group);
  GroupMeans result{Dense(last + 1, x.cols), std::vector<double>(static_cast<std::size_t>(last + 1))};
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const std::int32_t group = groups[static_cast<std::size_t>(i)];
    if (group < 0) continue;
    ++result.sizes[static_cast<std::size_t>(group)];
    double* sum = result.means.row(group);
    for (std::int64_t j = 0; j < x.cols; ++j) sum[j] += static_cast<double>(x.row(i)[j]);
  }
  for (std::int64_t g = 0; g <= last; ++g) {
    const double size = result.sizes[static_cast<std::size_t>(g)];
    for (std::int64_t j = 0; j < x.cols && size > 0; ++j) result.means(g, j) /= size;
  }
  return result;
}

// sum over grouped rows of w (x - m_g)(x - m_g)', w = n_g if `by_size`, else 1.
Dense within_scatter(MatrixView x, std::span<const std::int32_t> groups, const GroupMeans& means,
                     bool by_size) {
  return outer_sum(x.rows, x.cols, [&](std::int64_t i, double* r) {
    const std::int32_t group = groups[static_cast<std::size_t>(i)];
    if (group < 0) return;  // r is zero
    const double root = by_size ? std::sqrt(means.sizes[static_cast<std::size_t>(group)]) : 1;
    const double* mean = means.means.row(group);
    for (std::int64_t j = 0; j < x.cols; ++j) r[j] = root * (static_cast<double>(x.row(i)[j]) - mean[j]);
  });
}

PairScatters means_of(Dense similar, double similar_pairs, Dense dissimilar, double dissimilar_pairs) {
  if (similar_pairs == 0)
    data_error("no two rows are similar, so there is nothing to draw together", {},
               "at least one class needs two rows, or one pair similar = 1");
  if (dissimilar_pairs == 0)
    data_error("no two rows are dissimilar, so there is nothing to push apart", {},
               "at least two classes are needed, or one pair similar = 0");
  for (double& value : similar.values) value /= similar_pairs;
  for (double& value : dissimilar.values) value /= dissimilar_pairs;
  return {std::move(similar), std::move(dissimilar), similar_pairs, dissimilar_pairs};
}

PairScatters from_labels(MatrixView x, std::span<const std::int32_t> codes) {
  const GroupMeans classes = group_means(x, codes);
  const auto n = static_cast<double>(x.rows);
  double similar_pairs = 0;
  for (const double size : classes.sizes) similar_pairs += size * (size - 1) / 2;
  // Over the pairs of a class of n_c rows it is n_c times its scatter, over all pairs n times that of all.
  Dense similar = within_scatter(x, codes, classes, true);
  Dense all(x.cols, x.cols);
  all.values = scatter_matrix(x, column_means(x));
  Dense dissimilar = weighted_sum(n, all, -1, similar);
  return means_of(std::move(similar), similar_pairs, std::move(dissimilar), n * (n - 1) / 2 - similar_pairs);
}

PairScatters from_pairs(MatrixView x, const Tuples& pairs) {
  std::vector<std::int64_t> of_sort[2];
  for (std::int64_t t = 0; t < pairs.size(); ++t)
    of_sort[pairs.values[static_cast<std::size_t>(t)] > 0 ? 1 : 0].push_back(t);
  const auto sum = [&](const std::vector<std::int64_t>& list) {
    return difference_scatter(x, std::ssize(list), [&](std::int64_t t) {
      const auto pair = pairs[list[static_cast<std::size_t>(t)]];
      return std::pair<std::int64_t, std::int64_t>(pair[0], pair[1]);
    });
  };
  return means_of(sum(of_sort[1]), static_cast<double>(of_sort[1].size()), sum(of_sort[0]),
                  static_cast<double>(of_sort[0].size()));
}

}  // namespace

GroupScatters group_scatters(MatrixView x, std::span<const std::int32_t> groups) {
  const GroupMeans means = group_means(x, groups);
  GroupScatters result;
  result.within = within_scatter(x, groups, means, false);
  std::vector<double> mean(static_cast<std::size_t>(x.cols));
  for (std::int64_t g = 0; g < means.means.rows; ++g) {
    const double size = means.sizes[static_cast<std::size_t>(g)];
    result.rows += static_cast<std::int64_t>(size);
    result.groups += size > 0;
    result.several += size > 1;
    for (std::int64_t j = 0; j < x.cols; ++j) mean[static_cast<std::size_t>(j)] += size * means.means(g, j);
  }
  for (double& value : mean) value /= std::max<double>(1, static_cast<double>(result.rows));
  result.between = outer_sum(means.means.rows, x.cols, [&](std::int64_t g, double* r) {
    const double root = std::sqrt(means.sizes[static_cast<std::size_t>(g)]);
    for (std::int64_t j = 0; j < x.cols; ++j)
      r[j] = root * (means.means(g, j) - mean[static_cast<std::size_t>(j)]);
  });
  return result;
}

PairScatters pair_scatters(const LearnerInput& input) {
  return input.tuples != nullptr ? from_pairs(input.x, *input.tuples)
                                 : from_labels(input.x, input.labels->codes);
}

Dense difference_scatter(MatrixView x, std::int64_t count, const RowPair& pair) {
  return outer_sum(count, x.cols, [&](std::int64_t t, double* r) {
    const auto [a, b] = pair(t);
    for (std::int64_t j = 0; j < x.cols; ++j)
      r[j] = static_cast<double>(x.row(a)[j]) - static_cast<double>(x.row(b)[j]);
  });
}

}  // namespace nearfar
