#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/loss/loss.h"
#include "nearfar/loss/pair_distances.h"
#include "nearfar/loss/rows.h"

namespace nearfar {

/// How a column of the distances is related to the row of an anchor.
enum class Relation : std::uint8_t { none, positive, negative };

/// What a loss over distances works on, and where it puts its derivatives. Column j < rows is row j itself;
/// further columns are rows of earlier batches (a memory), or all columns are class vectors.
class LossBatch {
 public:
  LossBatch(DistanceTable table, const Supervision& known, const LossOptions& chosen, bool class_columns);

  DistanceTable distances;
  const Supervision& supervision;  ///< labels, where there are any, of rows and of further columns
  const LossOptions& options;
  bool columns_are_classes;     ///< column j is the vector of class j, or one of its centers
  std::vector<double> weights;  ///< rows x columns, of zeros: the derivative by each distance
  double own_number = 0;        ///< OwnWeights::threshold
  double own_gradient = 0;

  [[nodiscard]] std::int64_t rows() const { return distances.rows; }
  [[nodiscard]] std::int64_t cols() const { return distances.cols; }
  [[nodiscard]] double* weights_of(std::int64_t i) { return weights.data() + i * cols(); }
  double& weight(std::int64_t i, std::int64_t j) { return weights[static_cast<std::size_t>(i * cols() + j)]; }
  /// 1 - d under cosine, -d under all others, so that its derivative by the distance is -1.
  [[nodiscard]] double similarity(std::int64_t i, std::int64_t j) const {
    return (distances.kind == DistanceKind::cosine ? 1 : 0) - distances(i, j);
  }
  /// similar[j] = 1 where column j is alike row i by its label, else 0; its own column too.
  void mark_similar(std::int64_t i, std::uint8_t* similar) const;

  /// The relation of every column to every row, rows x columns: by labels; by classes; or by tuples. Tuples
  /// of a file are undirected pairs, or triplets of their anchor; those of a miner belong to their first
  /// item.
  [[nodiscard]] std::vector<Relation> relations() const;
  /// The same for losses to which every other row of the batch is a negative, unless a miner chose: from
  /// tuples, the first item of a similar pair or triplet is an anchor (`both`: the second one too), its
  /// partner its positive, and all that is not known to be similar its negative.
  [[nodiscard]] std::vector<Relation> relations_in_batch(bool both) const;

  /// The sum of terms, brought to what the reduction asks for, and the weights with it.
  struct Sum {
    double value = 0;
    std::int64_t terms = 0;
    std::int64_t active = 0;
    void add(double term) {
      value += term;
      ++terms;
      if (term > 0) ++active;
    }
  };
  [[nodiscard]] LossValue reduced(const Sum& sum);
};

/// LossBatch::relations() of the rows of a batch among each other.
[[nodiscard]] std::vector<Relation> relations_of_rows(std::int64_t rows, const Supervision& supervision);
/// 1 / what a sum is divided by; 0 where that is nothing.
[[nodiscard]] double reduction_scale(Reduction reduction, const LossBatch::Sum& sum);

/// What a loss over the rows themselves works on.
struct RowBatch {
  Rows<double> rows;
  const Supervision& supervision;
  const LossOptions& options;
  std::vector<double> gradient;  ///< of zeros, as the rows

  [[nodiscard]] double* gradient_of(std::int64_t i) { return gradient.data() + i * rows.cols; }
};

}  // namespace nearfar
