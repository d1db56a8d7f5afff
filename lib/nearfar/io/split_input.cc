#include "nearfar/io/split_input.h"

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/row_filter.h"
#include "nearfar/io/split_keys.h"

namespace nearfar {
namespace {

// Reads a matrix to its end, so that one that was cut is noticed.
std::int64_t count_rows(MatrixReader& matrix) {
  constexpr std::int64_t kBlock = 4096;
  std::int64_t rows = 0;
  Matrix block;
  while (const std::int64_t got = matrix.read(block, kBlock)) {
    rows += got;
    block.truncate(0);
  }
  return rows;
}

SplitRows number_rows(MatrixReader& matrix, const TableOptions& options, const std::string& group) {
  if (!options.label.empty() || !group.empty() || !options.where.empty()) {
    usage_error("a matrix has no columns with names",
                "put them into a table beside it: --labels-from FILE.csv");
  }
  SplitRows rows;
  rows.count = count_rows(matrix);
  return rows;
}

}  // namespace

SplitInput open_split_input(const TableOptions& options, SplitStrategy strategy) {
  SplitInput input;
  auto source = std::make_unique<Source>(options.file);
  input.format = input_format(options.format, *source);
  if (!format_info(input.format).is_matrix) {
    if (!options.labels_from.empty())
      usage_error("--labels-from goes with a matrix; FILE has columns of its own",
                  "leave it out, and name the column of FILE with --label");
    input.reader = open_records(std::move(source), input.format, options.delimiter, options.header);
    input.delimiter = delimiter_of(input.format, input.format == Format::jsonl ? "" : options.delimiter);
    return input;
  }
  if (strategy == SplitStrategy::by_items)
    usage_error("--strategy items goes with a tuple file; " + source->name() + " is a matrix",
                "deal rows with --strategy random, or with --labels-from FILE by their labels");
  if (!options.delimiter.empty())
    usage_error("--delimiter does not apply to a matrix", "leave --delimiter out");
  if (!options.header) usage_error("--no-header does not apply to a matrix", "leave --no-header out");
  input.matrix = open_matrix(std::move(source), input.format);
  input.is_table = false;
  if (options.labels_from.empty()) return input;
  Beside beside = open_beside(options.labels_from);
  input.is_table = beside.is_table;
  input.format = beside.format;
  input.reader = std::move(beside.records);
  input.delimiter = delimiter_of(input.format, "");
  return input;
}

SplitRows read_split_rows(SplitInput& input, const TableOptions& options, SplitStrategy strategy,
                          const std::string& group, std::vector<std::string>& notes) {
  if (!input.reader) return number_rows(*input.matrix, options, group);
  RecordReader& reader = *input.reader;
  // Labels that stand alone need no name.
  const std::string& label = options.label.empty() && !input.is_table ? reader.header()[0] : options.label;
  SplitKeys keys(strategy, strategy == SplitStrategy::by_group ? group : label, options.label_rules, reader);
  RowFilter filter(options.where, reader.header(), reader.name(), options.where_option);
  SplitRows rows;
  std::int64_t seen = 0;
  Record record;
  while (reader.next(record)) {
    ++seen;
    if (!filter.passes(record)) {
      filter.note_refused(record);
      continue;
    }
    keys.add(reader, record);
    if (input.is_table) {
      rows.records.add(record);
    } else {
      rows.numbers.push_back(seen);
    }
  }
  if (const std::int64_t wanted = input.matrix ? count_rows(*input.matrix) : seen; seen != wanted) {
    data_error("expected " + counted(wanted, "row") + ", one for each row of " + input.matrix->name() +
                   ", found " + grouped(seen),
               {reader.name(), 0, 0, {}}, "the two files do not belong together: is --labels-from right?");
  }
  rows.count = rows.records.size() + static_cast<std::int64_t>(rows.numbers.size());
  if (rows.count == 0) filter.refuse_all(seen, "data rows", reader.name());
  rows.groups = keys.take();
  notes = reader.notes();
  for (std::string& note : keys.notes(reader.name())) notes.push_back(std::move(note));
  return rows;
}

}  // namespace nearfar
