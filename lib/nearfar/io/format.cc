#include "nearfar/io/format.h"

#include <algorithm>
#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/foreign_file.h"
#include "nearfar/io/fvecs.h"
#include "nearfar/io/idx.h"
#include "nearfar/io/jsonl.h"
#include "nearfar/io/npy_reader.h"
#include "nearfar/io/plain_labels.h"

namespace nearfar {
namespace {

constexpr std::string_view kIdxMagic("\0\0", 2);

constexpr std::array<FormatInfo, 7> kFormats{{
    {Format::csv, "csv", ".csv", "", false, Format::csv, "comma-separated values with a header (RFC 4180)"},
    {Format::tsv, "tsv", ".tsv .tab", "", false, Format::tsv, "the same with tabs"},
    {Format::jsonl, "jsonl", ".jsonl .ndjson", "{", false, Format::jsonl,
     "JSON Lines, flat or with a vector"},
    {Format::npy, "npy", ".npy", "\x93NUMPY", true, Format::npy, "a NumPy array, one row a row"},
    {Format::idx, "idx", ".idx -ubyte", kIdxMagic, true, Format::npy,
     "the format of MNIST's images and labels"},
    {Format::fvecs, "fvecs", ".fvecs", "", true, Format::fvecs, "each row its length and its 32-bit floats"},
    {Format::bvecs, "bvecs", ".bvecs", "", true, Format::fvecs,
     "each row its length and its bytes; read only"},
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
  const FormatInfo* info = by_name(name, "--output-format");
  if (info == nullptr) {
    if (file.ends_with(".gz")) {
      usage_error("gzip is read but not written: " + std::string(file),
                  "write to standard output and pipe it through gzip");
    }
    info = by_extension(file);
  }
  if (info == nullptr) return format_info(fallback).written_as;
  if (info->format == Format::bvecs)
    usage_error("bvecs holds bytes; it is read but not written", "write fvecs or npy");
  return info->format;
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
  if (format_info(format).is_matrix)
    usage_error(source->name() + " is a matrix; a text table is needed here",
                "give a table as text: .csv, .tsv or .jsonl");
  refuse_foreign_file(*source);
  if (format == Format::jsonl) {
    if (!delimiter.empty())
      usage_error("--delimiter does not apply to JSON Lines",
                  "leave it out, or say what the file is: --input-format csv");
    if (!header)
      usage_error("--no-header does not apply to JSON Lines",
                  "leave it out, or say what the file is: --input-format csv");
    return open_jsonl(std::move(source));
  }
  CsvOptions options;
  options.delimiter = delimiter_of(format, delimiter);
  options.header = header;
  return open_csv(std::move(source), options);
}

std::unique_ptr<MatrixReader> open_matrix(std::unique_ptr<Source> source, Format format) {
  using Kind = ElementType::Kind;
  switch (format) {
    case Format::npy:
      return open_npy(std::move(source));
    case Format::idx:
      return open_idx(std::move(source));
    case Format::fvecs:
      return open_fvecs(std::move(source), {Kind::floating, 4, false});
    case Format::bvecs:
      return open_fvecs(std::move(source), {Kind::unsigned_integer, 1, false});
    case Format::csv:
    case Format::tsv:
    case Format::jsonl:
      break;
  }
  throw Error(ErrorKind::internal, "no matrix is read as " + std::string(format_info(format).name));
}

bool is_side_table(std::string_view file) {
  const FormatInfo* info = by_extension(file);
  return info != nullptr && !info->is_matrix;
}

Beside open_beside(const std::string& file) {
  auto source = std::make_unique<Source>(file);
  Beside beside;
  beside.is_table = is_side_table(file);
  if (beside.is_table) {
    beside.format = input_format("auto", *source);
    beside.records = open_records(std::move(source), beside.format, "", true);
  } else if (source->peek(kIdxMagic.size()) == kIdxMagic) {
    beside.records = open_idx_labels(std::move(source));
  } else {
    beside.records = open_plain_labels(std::move(source));
  }
  return beside;
}

}  // namespace nearfar
