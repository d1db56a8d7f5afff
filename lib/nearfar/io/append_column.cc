#include "nearfar/io/append_column.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/jsonl.h"

namespace nearfar {
namespace {

// Whether a record of JSON Lines has this key, which is quoted.
bool has_key(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const std::size_t behind = text.find_first_not_of(" \t", at + key.size());
    if (behind != std::string_view::npos && text[behind] == ':') return true;
  }
  return false;
}

}  // namespace

ColumnAppender::ColumnAppender(const RecordReader& reader, Format format, char delimiter,
                               std::vector<NewColumn> columns, std::string advice)
    : header_(reader.header_text()),
      format_(format),
      delimiter_(delimiter),
      columns_(std::move(columns)),
      advice_(std::move(advice)) {
  if (reader.has_names()) refuse_if_among(reader.header(), reader.name());
  for (const NewColumn& column : columns_) append_json_string(keys_.emplace_back(), column.name);
}

ColumnAppender::ColumnAppender(std::vector<NewColumn> columns, std::string advice)
    : header_("row\n"),
      format_(Format::csv),
      delimiter_(','),
      columns_(std::move(columns)),
      advice_(std::move(advice)) {
  refuse_if_among({"row"}, "the table of row numbers");
}

void ColumnAppender::refuse_if_among(const std::vector<std::string>& names, const std::string& file) const {
  for (const NewColumn& column : columns_) {
    if (std::find(names.begin(), names.end(), column.name) != names.end())
      usage_error(file + " already has a column '" + column.name + "'", advice_);
  }
}

std::string ColumnAppender::header() const {
  if (header_.empty()) return "";
  const std::size_t end = std::min(header_.find_last_not_of("\r\n") + 1, header_.size());
  std::string out = header_.substr(0, end);
  for (const NewColumn& column : columns_) {
    out += delimiter_;
    append_csv_field(out, column.name, delimiter_);
  }
  return out + (end == header_.size() ? "\n" : header_.substr(end));
}

void ColumnAppender::append(std::string& out, std::string_view text, std::string_view line_end,
                            std::span<const std::string> values) const {
  if (format_ == Format::jsonl) {
    append_members(out, text, values);
  } else {
    out += text;
    for (const std::string& value : values) {
      out += delimiter_;
      append_csv_field(out, value, delimiter_);
    }
  }
  out += line_end.empty() ? std::string_view("\n") : line_end;
}

void ColumnAppender::append_members(std::string& out, std::string_view text,
                                    std::span<const std::string> values) const {
  const std::size_t brace = text.rfind('}');
  out += text.substr(0, brace);
  bool first = text.find('"') == std::string_view::npos;  // {}
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    // The key of a vector is not among the column names, so it is looked for here.
    if (has_key(text, keys_[c]))
      usage_error("the rows already have a key '" + columns_[c].name + "'", advice_);
    if (!first) out += ',';
    first = false;
    out += keys_[c] + ':';
    if (columns_[c].is_number) {
      out += values[c];
    } else {
      append_json_string(out, values[c]);
    }
  }
  out += text.substr(brace);
}

}  // namespace nearfar
