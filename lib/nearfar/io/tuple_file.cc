#include "nearfar/io/tuple_file.h"

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/format.h"
#include "nearfar/io/item_index.h"
#include "nearfar/io/jsonl.h"
#include "nearfar/io/row_filter.h"
#include "nearfar/io/tuple_layout.h"

namespace nearfar {
Tuples read_tuples(const std::string& file, const std::vector<Condition>& where, const Dataset& data,
                   std::vector<std::string>& notes) {
  auto source = std::make_unique<Source>(file);
  const Format format = input_format("auto", *source);
  const std::unique_ptr<RecordReader> reader = open_records(std::move(source), format, "", true);
  const TupleLayout layout = tuple_layout(*reader);
  check_ids(layout, data, *reader);
  const ItemIndex index(data, layout.by_row);
  RowFilter filter(where, reader->header(), reader->name(), "--tuples-where");
  Tuples tuples;
  tuples.kind = layout.kind;
  Record record;
  std::int64_t seen = 0;
  while (reader->next(record)) {
    ++seen;
    if (!filter.passes(record)) {
      filter.note_refused(record);
      continue;
    }
    for (const std::size_t item : layout.items) tuples.items.push_back(index.find(*reader, record, item));
    if (layout.value) tuples.values.push_back(tuple_value(*reader, record, layout));
  }
  if (tuples.items.empty())
    filter.refuse_all(seen, std::string(tuple_kind(tuples.kind).name), reader->name());
  notes.insert(notes.end(), reader->notes().begin(), reader->notes().end());
  return tuples;
}

TupleWriter::TupleWriter(Sink& sink, TupleKind kind, const Dataset& data, Format format,
                         std::vector<std::string> extra)
    : sink_(sink), data_(data), format_(format) {
  if (format_info(format).is_matrix)
    usage_error("tuples are written as csv, tsv or jsonl, not as " + std::string(format_info(format).name),
                "write --output-format csv, or a name that ends in .csv");
  const TupleKindInfo& info = tuple_kind(kind);
  for (std::size_t i = 0; i < info.items; ++i) {
    columns_.push_back((data.ids.empty() ? "row_" : "") + std::string(info.item_names[i]));
  }
  if (!info.value_name.empty()) columns_.emplace_back(info.value_name);
  columns_.insert(columns_.end(), std::make_move_iterator(extra.begin()),
                  std::make_move_iterator(extra.end()));
  if (format_ == Format::jsonl) return;
  std::string header;
  for (const std::string& column : columns_)
    header += (header.empty() ? "" : std::string(1, delimiter_of(format_, ""))) + column;
  sink_.write(header + "\n");
}

void TupleWriter::write(std::span<const std::int32_t> items, std::span<const float> numbers) {
  const bool json = format_ == Format::jsonl;
  const char delimiter = json ? ',' : delimiter_of(format_, "");
  std::string line = json ? "{" : "";
  for (std::size_t c = 0; c < items.size() + numbers.size(); ++c) {
    if (c > 0) line += delimiter;
    if (json) {
      append_json_string(line, columns_[c]);
      line += ':';
    }
    if (c >= items.size()) {
      append_number(line, numbers[c - items.size()]);
    } else if (const std::string name = data_.row_name(items[c]); json && !data_.ids.empty()) {
      append_json_string(line, name);
    } else if (json) {
      line += name;
    } else {
      append_csv_field(line, name, delimiter);
    }
  }
  sink_.write(line + (json ? "}\n" : "\n"));
}

}  // namespace nearfar
