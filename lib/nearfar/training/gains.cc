#include "nearfar/training/gains.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/random.h"
#include "nearfar/core/rows.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/wilson.h"
#include "nearfar/mahalanobis/closed_form.h"

namespace nearfar {
namespace {

constexpr std::uint64_t kMostQueries = 2000;
constexpr std::int64_t kWidestCovariance = 2048;

// Rows of known class, by number.
std::vector<std::int64_t> known_rows(const Labels& labels) {
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < labels.codes.size(); ++i) {
    if (labels.codes[i] != Labels::kUnknown) rows.push_back(static_cast<std::int64_t>(i));
  }
  return rows;
}

std::string four_digits(double value) {
  char text[16];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

// Whether a class of the first `count` rows is one of the others too.
bool share_a_class(const Labels& labels, std::size_t count) {
  const auto middle = labels.codes.begin() + static_cast<std::ptrdiff_t>(count);
  std::set<std::int32_t> classes(labels.codes.begin(), middle);
  classes.erase(Labels::kUnknown);
  return std::any_of(middle, labels.codes.end(), [&](std::int32_t code) { return classes.contains(code); });
}

// One set of queries and its gallery, for which every map is measured.
class Comparison {
 public:
  Comparison(const Dataset& train, const Dataset* valid, std::uint64_t seed) {
    const Labels joined = valid != nullptr ? join_labels(train.labels, valid->labels) : train.labels;
    const std::size_t offset = valid != nullptr ? train.labels.codes.size() : 0;
    const std::vector<std::int64_t> all = known_rows(valid != nullptr ? valid->labels : train.labels);
    of_ = std::ssize(all);
    if (valid != nullptr) among_themselves_ = !share_a_class(joined, offset);
    gallery_rows_ = among_themselves_ ? all : known_rows(train.labels);
    Random random(seed, RandomPurpose::general, 1);
    for (const std::uint64_t place : random.sample(all.size(), kMostQueries)) {
      query_rows_.push_back(all[place]);
      query_codes_.push_back(joined.codes[offset + static_cast<std::size_t>(all[place])]);
      if (among_themselves_) self_.push_back(static_cast<std::int64_t>(place));
    }
    const std::size_t gallery_offset = among_themselves_ ? offset : 0;
    for (const std::int64_t row : gallery_rows_)
      gallery_codes_.push_back(joined.codes[gallery_offset + static_cast<std::size_t>(row)]);
  }

  // `queries`: the rows of the validation part, or those of the training part, as are the others.
  [[nodiscard]] MapScore measure(const std::string& name, MatrixView queries, MatrixView training,
                                 const Distance& distance) const {
    const Matrix own = rows_at(queries, query_rows_);
    const Matrix others = rows_at(among_themselves_ ? queries : training, gallery_rows_);
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
  [[nodiscard]] bool among_themselves() const { return among_themselves_; }

 private:
  std::vector<std::int64_t> query_rows_;
  std::vector<std::int64_t> gallery_rows_;
  std::vector<std::int32_t> query_codes_;
  std::vector<std::int32_t> gallery_codes_;
  std::vector<std::int64_t> self_;
  std::int64_t of_ = 0;
  bool among_themselves_ = true;
};

}  // namespace

Gains measure_gains(const Model& model, const Dataset& train, const Dataset* valid, std::uint64_t seed) {
  const Comparison comparison(train, valid, seed);
  const Matrix x = model.preprocessing.apply(train.features);
  const Matrix v = valid != nullptr ? model.preprocessing.apply(valid->features) : Matrix();
  Gains gains;
  gains.held_out = valid != nullptr;
  gains.among_themselves = comparison.among_themselves();
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
  if (x.cols() > kWidestCovariance) return gains;
  try {
    const Matrix whitening = covariance_map(x, 0);
    add("covariance", multiply_abt(x, whitening), valid != nullptr ? multiply_abt(v, whitening) : Matrix(),
        Distance());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) throw;
  }
  return gains;
}

std::vector<Gains> all_gains(const Model& model, const Dataset& train, const Dataset* valid,
                             bool on_training_rows) {
  std::vector<Gains> all;
  const auto measure = [&](const Labels& labels, const Dataset* held_out) {
    if (labels.empty() || labels.several()) return;
    try {
      all.push_back(measure_gains(model, train, held_out, model.seed));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::data) throw;  // else no row has another of its class
    }
  };
  if (on_training_rows) measure(train.labels, nullptr);
  if (valid != nullptr) measure(valid->labels, valid);
  return all;
}

void check_gains(const Dataset& train, const Dataset& valid) {
  if (share_a_class(join_labels(train.labels, valid.labels), train.labels.codes.size())) return;
  std::set<std::int32_t> seen;
  for (const std::int64_t row : known_rows(valid.labels)) {
    if (!seen.insert(valid.labels.codes[static_cast<std::size_t>(row)]).second) return;
  }
  data_error("no validation row has another row of its class to be found, so nothing can be measured on them",
             {}, "give validation rows of which two or more have the same label");
}

std::string Gains::text() const {
  std::string line = held_out ? "validation rows" : "training rows";
  if (queries < of) line += " (" + grouped(queries) + " drawn of " + grouped(of) + ")";
  if (held_out && among_themselves) line += " of classes that were not trained on";
  line += among_themselves ? ", each against the others" : ", against the training rows";
  line += ": knn-accuracy@3 [95 % interval] and map@r";
  for (const MapScore& gain : maps) {
    line += (&gain == maps.data() ? " " : ", ") + gain.map + " " + four_digits(gain.accuracy) + " [" +
            four_digits(gain.interval.first) + ", " + four_digits(gain.interval.second) + "] " +
            four_digits(gain.map_at_r);
  }
  return line;
}

}  // namespace nearfar
