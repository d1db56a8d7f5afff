#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/io/matrix_reader.h"
#include "nearfar/io/record.h"
#include "nearfar/io/source.h"

namespace nearfar {

enum class Format { csv, tsv, jsonl, npy, idx, fvecs, bvecs };

struct FormatInfo {
  Format format;
  std::string_view name;        ///< as in --input-format
  std::string_view extensions;  ///< blank-separated ends of file names, before .gz
  std::string_view magic;       ///< first bytes that give it away; "" when there are none
  bool is_matrix;               ///< rows of numbers without names or text columns
  Format written_as;  ///< the format of mapped rows when the output's is not told: itself, if it is written
                      ///< at all
  std::string_view meaning;
};
[[nodiscard]] NEARFAR_EXPORT std::span<const FormatInfo> formats();
[[nodiscard]] NEARFAR_EXPORT const FormatInfo& format_info(Format format);

/// `name` from --input-format; "auto": by extension (before .gz), then magic bytes, then CSV. Throws Error
/// (usage: unknown name).
[[nodiscard]] NEARFAR_EXPORT Format input_format(std::string_view name, Source& source);
/// `name` from --output-format; "auto": by the file's extension, else what `fallback` is written as. Throws
/// Error (usage: unknown name, a format that is only read).
[[nodiscard]] NEARFAR_EXPORT Format output_format(std::string_view name, std::string_view file,
                                                  Format fallback);

/// The delimiter of a text format: `text` from --delimiter (one character, or \t), "" for the format's own.
[[nodiscard]] NEARFAR_EXPORT char delimiter_of(Format format, std::string_view text);

/// A reader for a file of a text format. Throws Error (usage) for a matrix format.
[[nodiscard]] NEARFAR_EXPORT std::unique_ptr<RecordReader> open_records(std::unique_ptr<Source> source,
                                                                        Format format,
                                                                        std::string_view delimiter,
                                                                        bool header);

/// A reader for a file of a matrix format. Throws Error (internal) for a text format.
[[nodiscard]] NEARFAR_EXPORT std::unique_ptr<MatrixReader> open_matrix(std::unique_ptr<Source> source,
                                                                       Format format);

/// Whether a --labels-from file is a table with a header, by its extension.
[[nodiscard]] NEARFAR_EXPORT bool is_side_table(std::string_view file);

/// What stands beside a matrix: a side table, an idx file of labels, or one label a line.
struct Beside {
  std::unique_ptr<RecordReader> records;
  Format format = Format::csv;  ///< of a side table
  bool is_table = false;        ///< false: labels alone, in one column called "label"
};
[[nodiscard]] NEARFAR_EXPORT Beside open_beside(const std::string& file);

}  // namespace nearfar
