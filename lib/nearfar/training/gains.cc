#include "nearfar/training/gains.h"

#include <cmath>
#include <cstdio>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/wilson.h"
#include "nearfar/mahalanobis/closed_form.h"

namespace nearfar {
namespace {

constexpr std::uint64_t kMostQueries = 2000;

// Rows of known class, by number.
std::vector<std::int64_t> known_rows(const Labels& labels) {
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < labels.codes.size(); ++i) {
    if (labels.codes[i] != Labels::kUnknown) rows.push_back(static_cast<std::int64_t>(i));
  }
  return rows;
}

Matrix picked(MatrixView x, const std::vector<std::int64_t>& rows) {
  Matrix chosen;
  chosen.reserve(std::ssize(rows), x.cols);
  for (const std::int64_t row : rows) chosen.append(x.slice(row, row + 1));
  return chosen;
}

std::string four_digits(double value) {
  char text[16];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

// One set of queries and its gallery, for which every map is measured.
class Comparison {
 public:
  Comparison(const Dataset& train, const Dataset* valid, std::uint64_t seed) {
    const Labels joined = valid != nullptr ? join_labels(train.labels, valid->labels) : train.labels;
    const auto train_rows = train.labels.codes.size();
    for (const std::int64_t row : known_rows(train.labels)) gallery_rows_.push_back(row);
    const std::vector<std::int64_t> all = valid != nullptr ? known_rows(valid->labels) : gallery_rows_;
    of_ = std::ssize(all);
    Random random(seed, RandomPurpose::general, 1);
    for (const std::uint64_t place : random.sample(all.size(), kMostQueries)) {
      query_rows_.push_back(all[place]);
      const std::size_t offset = valid != nullptr ? train_rows : 0;
      query_codes_.push_back(joined.codes[offset + static_cast<std::size_t>(all[place])]);
      if (valid == nullptr) self_.push_back(static_cast<std::int64_t>(place));
    }
    for (const std::int64_t row : gallery_rows_)
      gallery_codes_.push_back(joined.codes[static_cast<std::size_t>(row)]);
  }

  // `queries`: the rows of the validation part, or those of the training part.
  [[nodiscard]] MapScore measure(const std::string& name, MatrixView queries, MatrixView gallery,
                                 const Distance& distance) const {
    const Matrix own = picked(queries, query_rows_);
    const Matrix others = picked(gallery, gallery_rows_);
    RetrievalTask task;
    task.queries = own;
    task.query_codes = query_codes_;
    task.gallery = others;
    task.gallery_codes = gallery_codes_;
    task.self = self_;
    RetrievalOptions options;
    options.measures = parse_measures("knn-accuracy@3,map@r");
    options.distance = distance;
    const RetrievalResult result = evaluate_retrieval(task, options);
    const auto hits = std::llround(result.values[0] * static_cast<double>(result.queries));
    return {name, result.values[0], wilson_interval(hits, result.queries, 0.95), result.values[1]};
  }

  [[nodiscard]] std::int64_t queries() const { return std::ssize(query_rows_); }
  [[nodiscard]] std::int64_t of() const { return of_; }

 private:
  std::vector<std::int64_t> query_rows_;
  std::vector<std::int64_t> gallery_rows_;
  std::vector<std::int32_t> query_codes_;
  std::vector<std::int32_t> gallery_codes_;
  std::vector<std::int64_t> self_;
  std::int64_t of_ = 0;
};

}  // namespace

Gains measure_gains(const Model& model, const Dataset& train, const Dataset* valid, std::uint64_t seed) {
  const Comparison comparison(train, valid, seed);
  const Matrix x = model.preprocessing.apply(train.features);
  const Matrix v = valid != nullptr ? model.preprocessing.apply(valid->features) : Matrix();
  Gains gains;
  gains.held_out = valid != nullptr;
  gains.queries = comparison.queries();
  gains.of = comparison.of();
  const auto add = [&](const std::string& name, const Matrix& images, const Matrix& valid_images,
                       const Distance& distance) {
    gains.maps.push_back(
        comparison.measure(name, valid != nullptr ? valid_images : images, images, distance));
  };
  add(model.method, model.apply(train.features), valid != nullptr ? model.apply(valid->features) : Matrix(),
      parse_distance(model.distance));
  add("identity", x, v, Distance());
  try {
    const Matrix whitening = covariance_map(x, 0);
    add("covariance", multiply_abt(x, whitening), valid != nullptr ? multiply_abt(v, whitening) : Matrix(),
        Distance());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) throw;
  }
  return gains;
}

std::string Gains::text() const {
  std::string line = held_out ? "validation rows" : "training rows, each against the others";
  if (queries < of) line += " (" + grouped(queries) + " drawn of " + grouped(of) + ")";
  line += ": knn-accuracy@3 [95 % interval] and map@r";
  for (const MapScore& gain : maps) {
    line += (&gain == maps.data() ? " " : ", ") + gain.map + " " + four_digits(gain.accuracy) + " [" +
            four_digits(gain.interval.first) + ", " + four_digits(gain.interval.second) + "] " +
            four_digits(gain.map_at_r);
  }
  return line;
}

}  // namespace nearfar
