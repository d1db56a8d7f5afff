#include "nearfar/io/split_keys.h"

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/data/columns.h"
#include "nearfar/io/tuple_layout.h"

namespace nearfar {

SplitKeys::SplitKeys(SplitStrategy strategy, const std::string& column, const LabelRules& rules,
                     const RecordReader& reader)
    : strategy_(strategy), labels_(rules) {
  switch (strategy) {
    case SplitStrategy::random:
      break;
    case SplitStrategy::stratified:
    case SplitStrategy::by_class:
      columns_ = {find_column(column, reader.header(), reader.name(), "--label")};
      break;
    case SplitStrategy::by_group:
      columns_ = {find_column(column, reader.header(), reader.name(), "--group")};
      break;
    case SplitStrategy::by_items: {
      const TupleLayout layout = tuple_layout(reader);
      columns_ = layout.items;
      items_by_row_ = layout.by_row;
      break;
    }
  }
}

void SplitKeys::add(const RecordReader& reader, const Record& record) {
  switch (strategy_) {
    case SplitStrategy::random:
      break;
    case SplitStrategy::stratified:
    case SplitStrategy::by_class:
      labels_.add(reader, record, columns_[0]);
      break;
    case SplitStrategy::by_group: {
      const std::string_view group = record.fields[columns_[0]];
      if (group.empty()) {
        data_error("an empty value in the column of --group", reader.place(record, columns_[0]),
                   "leave such rows out with --where, or give them a group of their own");
      }
      groups_.add(group);
      break;
    }
    case SplitStrategy::by_items:
      add_tuple(reader, record);
      break;
  }
}

void SplitKeys::add_tuple(const RecordReader& reader, const Record& record) {
  items_.clear();
  numbers_.clear();
  numbers_.reserve(columns_.size());  // so that views of them stay valid
  for (const std::size_t column : columns_) {
    const std::string_view field = record.fields[column];
    if (!items_by_row_) {
      if (field.empty())
        data_error("an empty item", reader.place(record, column),
                   "fill it in, or leave such rows out with --where");
      items_.push_back(field);
      continue;
    }
    const std::optional<std::int64_t> number = parse_integer(field);
    if (!number || *number < 1) {
      data_error(
          "expected a row number, found " + (field.empty() ? "nothing" : "'" + std::string(field) + "'"),
          reader.place(record, column), "row numbers start at 1");
    }
    numbers_.push_back(std::to_string(*number));
    items_.push_back(numbers_.back());
  }
  tuples_.add(items_);
}

Labels SplitKeys::take() {
  if (strategy_ == SplitStrategy::by_items) return tuples_.take();
  if (strategy_ == SplitStrategy::by_group) return groups_.take();
  labels_.refuse_fractions();
  return labels_.take();
}

std::vector<std::string> SplitKeys::notes(const std::string& file) const { return labels_.notes(file); }

}  // namespace nearfar
