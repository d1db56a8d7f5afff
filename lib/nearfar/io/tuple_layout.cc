#include "nearfar/io/tuple_layout.h"

#include <algorithm>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

std::optional<std::size_t> column(const std::vector<std::string>& header, const std::string& name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::optional<TupleLayout> match(const TupleKindInfo& info, bool by_row,
                                 const std::vector<std::string>& header, bool without_value) {
  TupleLayout layout;
  layout.kind = info.kind;
  layout.by_row = by_row;
  for (std::size_t i = 0; i < info.items; ++i) {
    const std::optional<std::size_t> at =
        column(header, (by_row ? "row_" : "") + std::string(info.item_names[i]));
    if (!at) return std::nullopt;
    layout.items.push_back(*at);
  }
  if (!info.value_name.empty() && !without_value) {
    layout.value = column(header, std::string(info.value_name));
    if (!layout.value) return std::nullopt;
  }
  return layout;
}

}  // namespace

TupleLayout tuple_layout(const RecordReader& reader, bool without_value) {
  for (const TupleKindInfo& info : tuple_kinds()) {
    for (const bool by_row : {false, true}) {
      if (std::optional<TupleLayout> layout = match(info, by_row, reader.header(), false)) return *layout;
    }
  }
  const TupleKindInfo& pairs = tuple_kind(TupleKind::pairs);
  for (const bool by_row : {false, true}) {
    std::optional<TupleLayout> layout = match(pairs, by_row, reader.header(), without_value);
    if (layout) return *layout;
  }
  data_error(
      "the header is not that of a tuple file: " + listed(reader.header()), {reader.name(), 1, 0, {}},
      "expected a,b,similar or a,b,similarity or anchor,positive,negative or a,b,c,d (or row_a,row_b,...)");
}

void check_ids(const TupleLayout& layout, const Dataset& data, const RecordReader& reader) {
  if (layout.by_row || !data.ids.empty()) return;
  data_error("the tuples name items by id, and the data have no id column", {reader.name(), 1, 0, {}},
             "name it with --id; for row numbers the columns are row_anchor, row_positive, ... or row_a, "
             "row_b, ...");
}

float tuple_value(const RecordReader& reader, const Record& record, const TupleLayout& layout) {
  const std::string_view field = record.fields[*layout.value];
  float value = 0;
  const bool number = parse_number(field, value) == NumberStatus::ok;
  if (layout.kind == TupleKind::pairs && (!number || (value != 0 && value != 1))) {
    data_error("expected 1 (similar) or 0, found '" + std::string(field) + "'",
               reader.place(record, *layout.value), "for graded pairs call the column 'similarity'");
  }
  if (!number)
    data_error("expected a number, found '" + std::string(field) + "'", reader.place(record, *layout.value),
               "write how alike the two are, larger is more, for example 0.8");
  return value;
}

}  // namespace nearfar
