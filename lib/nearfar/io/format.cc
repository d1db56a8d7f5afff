#include "nearfar/io/format.h"

#include <algorithm>
#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/jsonl.h"

namespace nearfar {
namespace {

constexpr std::array<FormatInfo, 4> kFormats{{
    {Format::csv, "csv", ".csv", "", false, "comma-separated values with a header (RFC 4180)"},
    {Format::tsv, "tsv", ".tsv .tab", "", false, "the same with tabs"},
    {Format::jsonl, "jsonl", ".jsonl .ndjson", "{", false, "JSON Lines, flat or with a vector"},
    {Format::npy, "npy", ".npy", "\x93NUMPY", true, "a NumPy matrix, one row a row"},
}};

const FormatInfo* by_extension(std::string_view file) {
  if (file.ends_with(".gz")) file.remove_suffix(3);
  for (const FormatInfo& info : kFormats) {
    for (const std::string& extension : split_text(info.extensions, ' ')) {
      if (file.ends_with(extension)) return &info;
    }
  }
  return nullptr;
}

const FormatInfo* by_name(std::string_view name, std::string_view option) {
  return name == "auto" ? nullptr : &row_named(formats(), option, "format", name);
}

}  // namespace

std::span<const FormatInfo> formats() { return kFormats; }
const FormatInfo& format_info(Format format) { return kFormats[static_cast<std::size_t>(format)]; }

Format input_format(std::string_view name, Source& source) {
  if (const FormatInfo* info = by_name(name, "--input-format")) return info->format;
  if (const FormatInfo* info = by_extension(source.name())) return info->format;
  for (const FormatInfo& info : kFormats) {
    if (!info.magic.empty() && source.peek(info.magic.size()) == info.magic) return info.format;
  }
  return Format::csv;
}

Format output_format(std::string_view name, std::string_view file, Format fallback) {
  if (const FormatInfo* info = by_name(name, "--output-format")) return info->format;
  if (file.ends_with(".gz")) {
    usage_error("gzip is read but not written: " + std::string(file),
                "write to standard output and pipe it through gzip");
  }
  const FormatInfo* info = by_extension(file);
  return info != nullptr ? info->format : fallback;
}

char delimiter_of(Format format, std::string_view text) {
  if (text.empty()) return format == Format::tsv ? '\t' : ',';
  if (text == "\\t") return '\t';
  if (text.size() != 1 || text == "\"" || text == "\n" || text == "\r") {
    usage_error("--delimiter: '" + std::string(text) + "' is not one character",
                "for example -d ';' or -d '\\t'");
  }
  return text[0];
}

std::unique_ptr<RecordReader> open_records(std::unique_ptr<Source> source, Format format,
                                           std::string_view delimiter, bool header) {
  if (format == Format::npy) usage_error(source->name() + " is a matrix; a text table is needed here");
  if (format == Format::jsonl) {
    if (!delimiter.empty()) usage_error("--delimiter does not apply to JSON Lines");
    if (!header) usage_error("--no-header does not apply to JSON Lines");
    return open_jsonl(std::move(source));
  }
  CsvOptions options;
  options.delimiter = delimiter_of(format, delimiter);
  options.header = header;
  return open_csv(std::move(source), options);
}

}  // namespace nearfar
