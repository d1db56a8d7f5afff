#include "nearfar/io/tuple_columns.h"

#include <algorithm>

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
    : items_(std::move(items)),
      components_(extras.components && !items_.empty()),
      ids_(extras.ids && !items_.empty()) {
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
