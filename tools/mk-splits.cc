// mk-splits: the same rows with a column that says which part, or which fold, each belongs to.
#include <fmt/core.h>

#include <algorithm>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/data/split.h"
#include "nearfar/io/append_column.h"
#include "nearfar/io/row_filter.h"
#include "nearfar/io/sink.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  std::string strategy = "random";
  std::string fractions;
  std::int64_t folds = 0;
  std::string column;
  std::string group;
  std::string output = "-";
};

struct Rows {
  std::vector<std::string> texts;  // records as they stand, empty for a bare matrix
  std::vector<std::string> line_ends;
  std::vector<std::string> groups;    // class or group of each row
  std::vector<std::int64_t> numbers;  // 1-based row in the file; empty for a bare matrix
  std::int64_t count = 0;
  std::int64_t seen = 0;
};

std::vector<SplitPart> parts_of(const Options& options) {
  if (options.fractions.empty() == (options.folds == 0)) {
    usage_error("give either --fractions or --folds", "for example --fractions train=0.7,test=0.3");
  }
  if (options.folds == 0) return parse_fractions(options.fractions);
  const bool named = !options.column.empty() && options.column != "fold";
  std::vector<SplitPart> parts;
  for (std::int64_t f = 1; f <= options.folds; ++f) {
    parts.push_back({(named ? "fold" : "") + std::to_string(f), 1.0 / static_cast<double>(options.folds)});
  }
  return parts;
}

SplitStrategy strategy_of(const Options& options) {
  const SplitStrategy strategy =
      row_named(split_strategies(), "--strategy", "strategy", options.strategy).strategy;
  const bool by_label = strategy == SplitStrategy::stratified || strategy == SplitStrategy::by_class;
  if (!by_label && !options.data.label.empty()) {
    usage_error("--label does not apply to --strategy " + options.strategy,
                "for the same share of every class: --strategy stratified");
  }
  if (by_label && options.data.label.empty())
    usage_error("--strategy " + options.strategy + " needs --label COL");
  if ((strategy == SplitStrategy::by_group) == options.group.empty()) {
    usage_error(options.group.empty() ? "--strategy group needs --group COL"
                                      : "--group goes with --strategy group");
  }
  return strategy;
}

Rows read_rows(const Options& options, RecordReader& reader) {
  Rows rows;
  const std::vector<std::string>& header = reader.header();
  std::optional<std::size_t> key;
  const std::string key_name = !options.group.empty() ? options.group : options.data.label;
  const std::string key_option = !options.group.empty() ? "--group" : "--label";
  if (!key_name.empty()) key = find_column(key_name, header, reader.name(), key_option);
  std::vector<Condition> conditions;
  for (const std::string& text : options.data.where) conditions.push_back(parse_condition(text, "--where"));
  const RowFilter filter(conditions, header, reader.name(), "--where");
  Record record;
  while (reader.next(record)) {
    ++rows.seen;
    if (!filter.passes(record)) continue;
    rows.numbers.push_back(rows.seen);
    if (key && record.fields[*key].empty())
      data_error("an empty value in the column of " + key_option, reader.place(record, *key));
    rows.texts.emplace_back(record.text);
    rows.line_ends.emplace_back(record.line_end);
    if (key) rows.groups.emplace_back(record.fields[*key]);
  }
  rows.count = static_cast<std::int64_t>(rows.texts.size());
  if (rows.count == 0)
    data_error("there are no data rows" + std::string(conditions.empty() ? "" : " that pass --where"),
               {reader.name(), 0, 0, {}});
  return rows;
}

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

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  const std::vector<SplitPart> parts = parts_of(options);
  const SplitStrategy strategy = strategy_of(options);
  const std::string column = !options.column.empty() ? options.column : options.folds > 0 ? "fold" : "split";

  auto source = std::make_unique<Source>(options.data.file);
  Format format = input_format(options.data.format, *source);
  std::unique_ptr<MatrixReader> matrix;
  std::unique_ptr<RecordReader> reader;
  bool is_table = true;  // false: labels alone, so there is no table to add the column to
  if (format_info(format).is_matrix) {
    matrix = open_matrix(std::move(source), format);
    if (!options.data.labels_from.empty()) {
      Beside beside = open_beside(options.data.labels_from);
      is_table = beside.is_table;
      format = beside.format;
      reader = std::move(beside.records);
    }
  } else {
    if (!options.data.labels_from.empty())
      usage_error("--labels-from goes with a matrix; FILE has columns of its own");
    reader = open_records(std::move(source), format, options.data.delimiter, !options.data.no_header);
  }

  const std::int64_t matrix_rows = matrix ? count_rows(*matrix) : 0;
  Rows rows;
  std::optional<ColumnAppender> appender;
  if (reader) {
    if (is_table)
      appender.emplace(*reader, format,
                       matrix || format == Format::jsonl ? delimiter_of(format, "")
                                                         : delimiter_of(format, options.data.delimiter),
                       column);
    rows = read_rows(options, *reader);
    console.notes(reader->notes());
    if (matrix && rows.seen != matrix_rows) {
      data_error(fmt::format("expected {} rows, one for each row of {}, found {}", matrix_rows,
                             matrix->name(), rows.seen),
                 {reader->name(), 0, 0, {}});
    }
  } else {
    if (!options.data.label.empty() || !options.group.empty() || !options.data.where.empty()) {
      usage_error("a matrix has no columns with names",
                  "put them into a table beside it: --labels-from FILE.csv");
    }
    rows.count = matrix_rows;
  }

  const Labels groups = encode_labels(rows.groups);
  const std::vector<std::int32_t> part_of =
      split_rows(rows.count, groups, parts, strategy, static_cast<std::uint64_t>(command.common.seed));

  if (const Format named = output_format("auto", options.output, format);
      appender && format_info(named).name != format_info(format).name) {
    usage_error("the rows are copied as they stand, as " + std::string(format_info(format).name) + "; " +
                    options.output + " has the name of another format",
                "give it the extension ." + std::string(format_info(format).name));
  }
  Sink out(options.output);
  out.write(appender ? appender->header() : "row," + column + "\n");
  std::vector<std::int64_t> counts(parts.size());
  for (std::size_t i = 0; i < part_of.size(); ++i) {
    const std::string& part = parts[static_cast<std::size_t>(part_of[i])].name;
    ++counts[static_cast<std::size_t>(part_of[i])];
    out.write(
        appender ? appender->record(rows.texts[i], rows.line_ends[i], part)
                 : std::to_string(rows.numbers.empty() ? static_cast<std::int64_t>(i) + 1 : rows.numbers[i]) +
                       "," + part + "\n");
  }
  out.close();
  std::string summary;
  for (std::size_t p = 0; p < parts.size(); ++p)
    summary += fmt::format("{}{} {}", p > 0 ? ", " : "", parts[p].name, grouped(counts[p]));
  console.note(fmt::format("{}: {}", counted(rows.count, "row"), summary));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "mk-splits";
  command.summary = "divide the rows of a table into parts or folds";
  command.usage = "[FILE] (--fractions NAME=X,... | --folds K) [OPTION ...]";
  command.description =
      "Writes the rows of FILE (or standard input) as they stand, with one more column that names the part "
      "each row belongs to. "
      "For a matrix with --labels-from the table beside it is written, for a bare matrix the columns row and "
      "the new one.";
  options.data.add_to(command, false);
  command.in_place = true;
  command.add(
      "Division",
      {
          cli::choice_option("--strategy", "NAME", "how rows are dealt", names_of(split_strategies()),
                             options.strategy),
          cli::text_option("--fractions", "NAME=X,...", "parts and their shares, which add up to 1",
                           options.fractions),
          cli::integer_option("--folds", "K", "K folds of equal size, numbered from 1", options.folds, 2,
                              1000000),
          cli::text_option("--group", "COL", "the column whose values stay together, for --strategy group",
                           options.group),
          cli::text_option("--column", "NAME", "name of the new column; default split, or fold",
                           options.column),
      });
  command.add("Output", {cli::output_option("-o,--output", "where to write", options.output)});
  command.examples = {
      {"seven tenths of every class for training",
       "mk-splits sample_data/digits.csv --label digit --strategy stratified --fractions train=0.7,test=0.3 "
       "-o split.csv"},
      {"unseen classes in the test part",
       "mk-splits sample_data/iris.csv --label species --strategy class --fractions train=0.67,test=0.33 -o "
       "split.csv"},
      {"ten folds",
       "mk-splits sample_data/iris.csv --label species --strategy stratified --folds 10 -o folds.csv"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
