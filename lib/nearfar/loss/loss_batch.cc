#include "nearfar/loss/loss_batch.h"

namespace nearfar {

LossBatch::LossBatch(DistanceTable table, const Supervision& known, const LossOptions& chosen,
                     bool class_columns)
    : distances(table),
      supervision(known),
      options(chosen),
      columns_are_classes(class_columns),
      weights(static_cast<std::size_t>(table.rows * table.cols)) {}

void LossBatch::mark_similar(std::int64_t i, std::uint8_t* similar) const {
  const std::int32_t* labels = supervision.labels.data();
  const std::int32_t own = labels[i];
  const std::int64_t m = cols();
  if (columns_are_classes) {
    for (std::int64_t j = 0; j < m; ++j) similar[j] = j == own ? 1 : 0;
  } else if (supervision.sets == nullptr) {
    for (std::int64_t j = 0; j < m; ++j) similar[j] = labels[j] == own ? 1 : 0;
  } else {
    for (std::int64_t j = 0; j < m; ++j) similar[j] = supervision.similar(i, j) ? 1 : 0;
  }
}

std::vector<Relation> LossBatch::relations() const {
  const std::int64_t n = rows();
  const std::int64_t m = cols();
  std::vector<Relation> marks(static_cast<std::size_t>(n * m));
  if (supervision.tuples == nullptr) {
    std::vector<std::uint8_t> similar(static_cast<std::size_t>(m));
    for (std::int64_t i = 0; i < n; ++i) {
      mark_similar(i, similar.data());
      Relation* row = marks.data() + i * m;
      for (std::int64_t j = 0; j < m; ++j)
        row[j] = static_cast<Relation>(2 - similar[static_cast<std::size_t>(j)]);
      if (!columns_are_classes) row[i] = Relation::none;
    }
    return marks;
  }
  const Tuples& tuples = *supervision.tuples;
  const auto mark = [&](std::int64_t i, std::int64_t j, bool similar) {
    if (i != j)
      marks[static_cast<std::size_t>(i * m + j)] = similar ? Relation::positive : Relation::negative;
  };
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    const auto items = tuples[t];
    if (tuples.kind == TupleKind::pairs) {
      const bool similar = tuples.values[static_cast<std::size_t>(t)] != 0;
      mark(items[0], items[1], similar);
      if (!supervision.mined) mark(items[1], items[0], similar);
    } else {
      mark(items[0], items[1], true);
      mark(items[0], items[2], false);
    }
  }
  return marks;
}

std::vector<Relation> LossBatch::relations_in_batch(bool both) const {
  if (supervision.tuples == nullptr || supervision.mined) return relations();
  const std::int64_t n = rows();
  const std::int64_t m = cols();
  const Tuples& tuples = *supervision.tuples;
  std::vector<Relation> marks(static_cast<std::size_t>(n * m));
  std::vector<char> is_anchor(static_cast<std::size_t>(n));
  const auto for_similar = [&](auto use) {
    for (std::int64_t t = 0; t < tuples.size(); ++t) {
      const bool similar = tuples.kind != TupleKind::pairs || tuples.values[static_cast<std::size_t>(t)] != 0;
      if (similar && tuples[t][0] != tuples[t][1]) use(tuples[t][0], tuples[t][1]);
    }
  };
  for_similar([&](std::int64_t a, std::int64_t p) {
    is_anchor[static_cast<std::size_t>(a)] = 1;
    if (both) is_anchor[static_cast<std::size_t>(p)] = 1;
  });
  for (std::int64_t i = 0; i < n; ++i) {
    if (!is_anchor[static_cast<std::size_t>(i)]) continue;
    for (std::int64_t j = 0; j < m; ++j)
      if (j != i) marks[static_cast<std::size_t>(i * m + j)] = Relation::negative;
  }
  // What is similar the other way round is no negative; a positive only where both directions count.
  for_similar([&](std::int64_t a, std::int64_t p) {
    Relation& back = marks[static_cast<std::size_t>(p * m + a)];
    back = both ? Relation::positive : Relation::none;
  });
  for_similar([&](std::int64_t a, std::int64_t p) {
    marks[static_cast<std::size_t>(a * m + p)] = Relation::positive;
  });
  return marks;
}

std::vector<Relation> relations_of_rows(std::int64_t rows, const Supervision& supervision) {
  const LossOptions unused;
  return LossBatch({DistanceKind::cosine, rows, rows, nullptr}, supervision, unused, false).relations();
}

double reduction_scale(Reduction reduction, const LossBatch::Sum& sum) {
  const std::int64_t count = reduction == Reduction::sum    ? 1
                             : reduction == Reduction::mean ? sum.terms
                                                            : sum.active;
  return count > 0 ? 1 / static_cast<double>(count) : 0;
}

LossValue LossBatch::reduced(const Sum& sum) {
  const double scale = reduction_scale(options.reduction, sum);
  for (double& weight : weights) weight *= scale;
  own_gradient *= scale;
  return {sum.value * scale, sum.terms, sum.active};
}

}  // namespace nearfar
