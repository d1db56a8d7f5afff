#include "nearfar/io/append_column.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/jsonl.h"

namespace nearfar {

ColumnAppender::ColumnAppender(const RecordReader& reader, Format format, char delimiter, std::string column)
    : header_(reader.header_text()), format_(format), delimiter_(delimiter), column_(std::move(column)) {
  if (reader.has_names()) refuse_if_among(reader.header(), reader.name());
}

ColumnAppender::ColumnAppender(std::string column)
    : header_("row\n"), format_(Format::csv), delimiter_(','), column_(std::move(column)) {
  refuse_if_among({"row"}, "the table of row numbers");
}

void ColumnAppender::refuse_if_among(const std::vector<std::string>& names, const std::string& file) const {
  if (std::find(names.begin(), names.end(), column_) == names.end()) return;
  usage_error(file + " already has a column '" + column_ + "'", "choose another name with --column");
}

std::string ColumnAppender::header() const {
  if (header_.empty()) return "";
  const std::size_t end = std::min(header_.find_last_not_of("\r\n") + 1, header_.size());
  std::string name;
  append_csv_field(name, column_, delimiter_);
  const std::string line_end = header_.substr(end);
  return header_.substr(0, end) + delimiter_ + name + (line_end.empty() ? "\n" : line_end);
}

std::string ColumnAppender::record(std::string_view text, std::string_view line_end,
                                   std::string_view value) const {
  std::string out;
  if (format_ == Format::jsonl) {
    const std::size_t brace = text.rfind('}');
    std::string key;
    append_json_string(key, column_);
    // The key of a vector is not among the column names, so it is looked for here.
    const std::size_t found = text.find(key);
    const std::size_t behind =
        found == std::string_view::npos ? found : text.find_first_not_of(" \t", found + key.size());
    if (behind != std::string_view::npos && text[behind] == ':') {
      usage_error("the rows already have a key '" + column_ + "'", "choose another name with --column");
    }
    out = text.substr(0, brace);
    const bool empty = text.find('"') == std::string_view::npos;  // {}
    if (!empty) out += ',';
    out += key + ':';
    append_json_string(out, value);
    out += text.substr(brace);
  } else {
    out = text;
    out += delimiter_;
    append_csv_field(out, value, delimiter_);
  }
  out += line_end.empty() ? std::string_view("\n") : line_end;
  return out;
}

}  // namespace nearfar
