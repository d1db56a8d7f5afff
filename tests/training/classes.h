#pragma once

// Labelled rows for training: classes that the first feature separates, among features of noise.

#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"
#include "random_rows.h"

namespace nearfar::testing {

/// `d` features; row i is of class i mod `classes`, whose mean in the first feature is `gap` times the class.
inline Dataset separable_data(std::int64_t rows, std::int64_t d, std::int64_t classes, std::uint64_t seed,
                              double gap = 2) {
  Dataset data;
  data.features = random_rows(rows, d, seed);
  for (std::int64_t j = 0; j < d; ++j) data.feature_names.push_back("f" + std::to_string(j + 1));
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < rows; ++i) {
    data.features(i, 0) =
        static_cast<float>(gap * static_cast<double>(i % classes) + 0.2 * data.features(i, 0));
    names.push_back("c" + std::to_string(i % classes));
    data.row_numbers.push_back(i + 1);
  }
  data.labels = encode_labels(names);
  data.file_rows = rows;
  return data;
}

/// Random triplets of the labels, or random pairs.
inline Tuples tuples_of(const Labels& labels, TupleKind kind, std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  const auto draw = [&] { return static_cast<std::int32_t>(random.below(labels.codes.size())); };
  const auto alike = [&](std::int32_t a, std::int32_t b) {
    return labels.codes[static_cast<std::size_t>(a)] == labels.codes[static_cast<std::size_t>(b)];
  };
  Tuples tuples;
  tuples.kind = kind;
  while (tuples.size() < count) {
    const std::int32_t a = draw();
    const std::int32_t b = draw();
    const std::int32_t c = draw();
    if (a == b) continue;
    if (kind == TupleKind::pairs) {
      tuples.items.insert(tuples.items.end(), {a, b});
      tuples.values.push_back(alike(a, b) ? 1 : 0);
    } else if (alike(a, b) && !alike(a, c)) {
      tuples.items.insert(tuples.items.end(), {a, b, c});
    }
  }
  return tuples;
}

}  // namespace nearfar::testing
