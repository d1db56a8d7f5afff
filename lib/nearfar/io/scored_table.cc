#include "nearfar/io/scored_table.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/format.h"
#include "nearfar/io/record_queue.h"
#include "nearfar/io/row_filter.h"
#include "nearfar/io/tuple_layout.h"

namespace nearfar {
namespace {

using Header = std::vector<std::string>;

std::optional<std::size_t> column(const Header& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

// Where the numbers stand.
struct Layout {
  TupleKind kind = TupleKind::pairs;
  bool from_scores = false;
  std::size_t distance = 0;  // or score, or d_ap
  std::optional<std::size_t> far_distance;
  std::optional<std::size_t> value;
  std::optional<std::size_t> probability;
  std::optional<std::size_t> same;
};

[[noreturn]] void refuse(const RecordReader& reader, const std::string& wanted, const std::string& nearest,
                         const std::string& advice) {
  data_error("expected " + wanted + did_you_mean(nearest, reader.header()) + ", found the columns " +
                 columns_listed(reader.header()),
             {reader.name(), 1, 0, {}}, advice);
}

Layout layout_of(const RecordReader& reader, const ScoredTableOptions& options) {
  const Header& header = reader.header();
  Layout layout;
  const std::optional<std::size_t> d_ap = column(header, "d_ap");
  const std::optional<std::size_t> d_an = column(header, "d_an");
  const std::optional<std::size_t> similar = column(header, "similar");
  layout.value = similar ? similar : column(header, "similarity");
  if (!layout.value && d_ap && d_an) {
    const bool four = item_columns(header).size() == tuple_kind(TupleKind::quadruplets).items;
    layout.kind = four ? TupleKind::quadruplets : TupleKind::triplets;
    layout.distance = *d_ap;
    layout.far_distance = d_an;
    return layout;
  }
  const std::optional<std::size_t> distance = column(header, "distance");
  const std::optional<std::size_t> score = column(header, "score");
  if (!distance && !score) {
    const bool tuples = !item_columns(header).empty();
    refuse(reader, "a column distance, or score where larger is nearer", "distance",
           tuples ? "to take the distances of items in data: eval-pairs DATA --pairs FILE; or pipe the table "
                    "through score-pairs"
                  : "rename the column, or pipe pairs through score-pairs");
  }
  if (distance && score) {
    data_error("the table has a column distance and a column score, and which is meant is not said",
               {reader.name(), 1, 0, {}}, "take one of them out, or rename it");
  }
  if (!layout.value) {
    refuse(reader, "a column similar (1 or 0) or similarity (a number)", "similar",
           "it says what is true of each pair, beside its distance");
  }
  layout.kind = similar ? TupleKind::pairs : TupleKind::graded_pairs;
  layout.from_scores = score.has_value();
  layout.distance = score ? *score : *distance;
  if (layout.kind == TupleKind::pairs && options.probability)
    layout.probability = column(header, "probability");
  if (layout.kind == TupleKind::pairs && options.same) layout.same = column(header, "same");
  return layout;
}

// The numbers of one record.
struct Numbers {
  bool passes = false;
  float distance = 0;
  float far_distance = 0;
  float value = 0;
  double log_odds = 0;
  std::uint8_t same = 0;
};

class NumberReader {
 public:
  NumberReader(const RecordReader& reader, const Layout& layout) : reader_(reader), layout_(layout) {
    value_.kind = layout.kind;
    value_.value = layout.value;
  }

  void read(const Record& record, Numbers& numbers) const {
    numbers.distance = number<float>(record, layout_.distance);
    if (layout_.from_scores) numbers.distance = -numbers.distance;
    if (layout_.far_distance) numbers.far_distance = number<float>(record, *layout_.far_distance);
    if (layout_.value) numbers.value = tuple_value(reader_, record, value_);
    if (layout_.probability) numbers.log_odds = log_odds(record, *layout_.probability);
    if (layout_.same) numbers.same = same(record, *layout_.same);
  }

 private:
  template <class Number>
  [[nodiscard]] Number number(const Record& record, std::size_t at) const {
    Number value = 0;
    const NumberStatus status = parse_number(record.fields[at], value);
    if (status == NumberStatus::ok) return value;
    data_error("expected a " + std::string(status == NumberStatus::not_a_number ? "" : "finite ") +
                   "number, found '" + std::string(record.fields[at]) + "'",
               reader_.place(record, at), "fill it in, or leave such rows out with --where");
  }

  // ln(p / (1 - p)), infinite for 0 and 1
  [[nodiscard]] double log_odds(const Record& record, std::size_t at) const {
    const auto p = number<double>(record, at);
    if (p < 0 || p > 1) {
      data_error("expected a probability from 0 to 1, found '" + std::string(record.fields[at]) + "'",
                 reader_.place(record, at),
                 "write the chance that the pair is similar, for example 0.93, or rename the column");
    }
    return std::log(p) - std::log1p(-p);
  }

  [[nodiscard]] std::uint8_t same(const Record& record, std::size_t at) const {
    const auto value = number<float>(record, at);
    if (value != 0 && value != 1) {
      data_error(
          "expected 1 or 0, found '" + std::string(record.fields[at]) + "'", reader_.place(record, at),
          "similar is 1 for pairs that are alike, else 0; graded values stand in a column called similarity");
    }
    return value == 1 ? 1 : 0;
  }

  const RecordReader& reader_;
  const Layout& layout_;
  TupleLayout value_;  // as far as tuple_value() looks at it
};

void keep(const Numbers& numbers, const Layout& layout, ScoredTuples& tuples) {
  tuples.distances.push_back(numbers.distance);
  if (layout.far_distance) tuples.far_distances.push_back(numbers.far_distance);
  if (layout.value) tuples.values.push_back(numbers.value);
  if (layout.probability) tuples.log_odds.push_back(numbers.log_odds);
  if (layout.same) tuples.same.push_back(numbers.same);
}

}  // namespace

ScoredTuples read_scored_table(const ScoredTableOptions& options, std::vector<std::string>& notes) {
  auto source = std::make_unique<Source>(options.file);
  const Format format = input_format(options.format, *source);
  RecordQueue queue(open_records(std::move(source), format, options.delimiter, true));
  const RecordReader& reader = queue.reader();
  const Layout layout = layout_of(reader, options);
  RowFilter filter(options.where, reader.header(), reader.name(), options.where_option);
  TupleColumns columns(reader, item_columns(reader.header()), options.extras);
  const NumberReader read(reader, layout);

  ScoredTuples tuples;
  tuples.kind = layout.kind;
  tuples.from_scores = layout.from_scores;
  std::int64_t seen = 0;
  std::vector<Numbers> numbers;
  while (const std::size_t count = queue.ahead()) {
    numbers.assign(count, {});
    const auto records = queue.take(count, [&](const Record& record, std::size_t i) {
      numbers[i].passes = filter.passes(record);
      if (numbers[i].passes) read.read(record, numbers[i]);
    });
    for (std::size_t i = 0; i < count; ++i) {
      ++seen;
      if (!numbers[i].passes) {
        filter.note_refused(records[i]);
        continue;
      }
      keep(numbers[i], layout, tuples);
      if (!columns.empty()) columns.add(records[i]);
    }
  }
  if (tuples.distances.empty())
    filter.refuse_all(seen, std::string(tuple_kind(layout.kind).name), reader.name());
  columns.take(tuples);
  notes.insert(notes.end(), reader.notes().begin(), reader.notes().end());
  return tuples;
}

}  // namespace nearfar
