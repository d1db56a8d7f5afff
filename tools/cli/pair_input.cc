#include "cli/pair_input.h"

#include <algorithm>
#include <string_view>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/scored_table.h"
#include "nearfar/model/model_file.h"

namespace nearfar::cli {
namespace {

// Adds what a model of the logistic loss says of pairs: ln(p / (1 - p)) = b - d.
void add_log_odds(ScoredTuples& tuples, float b) {
  tuples.log_odds.clear();
  for (const float distance : tuples.distances)
    tuples.log_odds.push_back(static_cast<double>(b) - static_cast<double>(distance));
}

}  // namespace

PairInput::PairInput(const Command& command, const DataOptions& data, const SpaceOptions& space,
                     const TupleOptions& tuples, bool pictures, Console& console)
    : data_(data), tuples_(tuples), console_(console) {
  if (tuples.pairs.empty()) {
    command.refuse_given(
        {"distance", "matrix", "queries", "tuples-where", "features", "id", "label", "label-separator",
         "ignore-label", "labels-from", "no-header"},
        "a table of scored pairs; with --pairs FILE distances are taken between rows of data",
        "name the pairs with --pairs");
    if (space.unsealed && space.model.empty())
      usage_error("--unsealed goes with --model", "name the model with -m, or leave --unsealed out");
    if (space.model.empty()) return;
    space_.model = read_model(space.model, space.unsealed);
    if (!space_.model->threshold) {
      usage_error("the model " + space.model +
                      " has no threshold, which is all that a table of scored pairs "
                      "needs of it",
                  "leave -m out, or give the data as FILE and the pairs as --pairs");
    }
    return;
  }
  space_ = open_space(space);
  rows_ = std::make_unique<ItemRows>(data, tuples, space_, pictures, console);
}

ScoredTuples PairInput::read(const TupleExtras& extras) {
  if (rows_) return score(tuples_.pairs, tuples_.conditions(), "--tuples-where", extras);
  const TableOptions table = data_.table();
  ScoredTuples tuples = read_table(table.file, table.format, table.where, table.where_option, extras);
  if (space_.model && !model_threshold(tuples)) {
    usage_error(
        "--model does not apply: its threshold tells similar pairs from others by their distance, and "
        "the table has " +
            (tuples.from_scores ? "scores" : std::string(tuple_kind(tuples.kind).name)),
        "leave -m out");
  }
  return tuples;
}

ScoredTuples PairInput::read_also(const std::string& file, const std::vector<Condition>& where,
                                  const std::string& option) {
  return rows_ ? score(file, where, option, {}) : read_table(file, "auto", where, option, {});
}

std::optional<Thumbnail> PairInput::picture(TupleKind kind, std::size_t place, std::string_view item) const {
  if (!rows_) return std::nullopt;
  const std::span<const TupleDistance> distances = distances_of(kind);
  const bool from = std::any_of(distances.begin(), distances.end(),
                                [&](const TupleDistance& each) { return each.from == place; });
  const ItemRows::Side& side = from ? rows_->from() : rows_->to();
  if (side.pictures.empty()) return std::nullopt;
  const auto picture_at = [&](const auto& names, const auto& name) -> std::optional<Thumbnail> {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return side.pictures.of(found - names.begin());
  };
  return by_row_ ? picture_at(side.data.row_numbers, parse_integer(item).value_or(0))
                 : picture_at(side.data.ids, item);
}

std::optional<float> PairInput::model_threshold(const ScoredTuples& tuples) const {
  if (!space_.model || !space_.model->threshold || tuples.kind != TupleKind::pairs || tuples.from_scores)
    return std::nullopt;
  if (rows_ && space_.distance.name() != space_.model->distance) return std::nullopt;
  return space_.model->threshold;
}

std::string PairInput::distance_name(const ScoredTuples& tuples) const {
  if (rows_) return space_.name;
  if (!tuples.far_distances.empty()) return "columns d_ap and d_an";
  return tuples.from_scores ? "column score, larger is nearer" : "column distance";
}

std::optional<std::string> PairInput::own_distance() const {
  if (!rows_) return std::nullopt;
  return space_.distance.name();
}

ScoredTuples PairInput::read_table(const std::string& file, const std::string& format,
                                   const std::vector<Condition>& where, const std::string& option,
                                   const TupleExtras& extras) {
  ScoredTableOptions options;
  options.file = file;
  options.format = format;
  options.delimiter = data_.delimiter;
  options.where = where;
  options.where_option = option;
  options.extras = extras;
  options.probability = true;
  options.same = true;
  std::vector<std::string> notes;
  ScoredTuples tuples = read_scored_table(options, notes);
  console_.notes(notes);
  if (const std::optional<float> threshold = model_threshold(tuples); threshold && is_logistic(*space_.model))
    add_log_odds(tuples, *threshold);
  return tuples;
}

ScoredTuples PairInput::score(const std::string& file, const std::vector<Condition>& where,
                              const std::string& option, const TupleExtras& extras) {
  TupleScorer scorer(*rows_, file, where, option, true);
  const TupleLayout& layout = scorer.layout();
  by_row_ = layout.by_row;
  TupleColumns columns(scorer.reader(), layout.items, extras);
  ScoredTuples tuples;
  tuples.kind = layout.kind;
  const auto taken = [&](const Record& record) {
    if (layout.value) tuples.values.push_back(tuple_value(scorer.reader(), record, layout));
    if (!columns.empty()) columns.add(record);
  };
  const auto scored = [&](std::span<const float> distances) {
    if (scorer.distances().size() == 1) {
      tuples.distances.insert(tuples.distances.end(), distances.begin(), distances.end());
      return;
    }
    for (std::size_t i = 0; i < distances.size(); i += 2) {
      tuples.distances.push_back(distances[i]);
      tuples.far_distances.push_back(distances[i + 1]);
    }
  };
  scorer.stream(taken, scored, console_);
  columns.take(tuples);
  console_.notes(scorer.reader().notes());
  if (const std::optional<float> b = logistic_threshold(space_); b && layout.kind == TupleKind::pairs)
    add_log_odds(tuples, *b);
  return tuples;
}

}  // namespace nearfar::cli
