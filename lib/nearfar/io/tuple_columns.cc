#include "nearfar/io/tuple_columns.h"

#include <algorithm>

#include "nearfar/core/error.h"

namespace nearfar {
namespace {

std::vector<std::size_t> columns_of(const TupleKindInfo& kind, bool by_row,
                                    const std::vector<std::string>& header) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < kind.items; ++i) {
    const auto at =
        std::find(header.begin(), header.end(), (by_row ? "row_" : "") + std::string(kind.item_names[i]));
    if (at == header.end()) return {};
    columns.push_back(static_cast<std::size_t>(at - header.begin()));
  }
  return columns;
}

}  // namespace

std::vector<std::size_t> item_columns(const std::vector<std::string>& header) {
  std::vector<std::size_t> most;
  for (const TupleKindInfo& kind : tuple_kinds()) {
    for (const bool by_row : {false, true}) {
      std::vector<std::size_t> columns = columns_of(kind, by_row, header);
      if (columns.size() > most.size()) most = std::move(columns);
    }
  }
  return most;
}

TupleColumns::TupleColumns(const RecordReader& reader, std::vector<std::size_t> items,
                           const TupleExtras& extras)
    : items_(std::move(items)), components_(extras.components), ids_(extras.ids && !items_.empty()) {
  if (components_ && items_.empty()) {
    data_error("the items of each tuple are needed, to keep them in one fold, and no column names them",
               {reader.name(), 1, 0, {}},
               "the columns are a and b (or row_a and row_b); or give the folds: --fold COL");
  }
  for (const NamedColumn& named : extras.named) {
    columns_.push_back(find_column(named.column, reader.header(), reader.name(), named.option));
    encoders_.emplace_back();
  }
  item_texts_.resize(items_.size());
}

TupleColumns::~TupleColumns() = default;

void TupleColumns::add(const Record& record) {
  for (std::size_t c = 0; c < columns_.size(); ++c) encoders_[c].add(record.fields[columns_[c]]);
  for (std::size_t i = 0; i < items_.size(); ++i) item_texts_[i] = record.fields[items_[i]];
  if (components_) hanging_.add(item_texts_);
  if (!ids_) return;
  std::string& name = names_.emplace_back();
  for (const std::string_view item : item_texts_) {
    if (!name.empty()) name += '\t';
    name += item;
  }
}

void TupleColumns::take(ScoredTuples& tuples) {
  for (LabelEncoder& encoder : encoders_) tuples.columns.push_back(encoder.take());
  if (components_) tuples.components = hanging_.take();
  tuples.ids = std::move(names_);
}

}  // namespace nearfar
