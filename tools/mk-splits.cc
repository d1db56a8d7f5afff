// mk-splits: the same rows with a column that says which part, or which fold, each belongs to. The parts
// depend on all rows, so these are held in memory: the text of FILE, 16 bytes a row and more for the dealing,
// and the names of what the strategy deals by (classes, groups or items).
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/data/split.h"
#include "nearfar/io/append_column.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/split_input.h"

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

SplitStrategy strategy_of(const cli::Command& command, const Options& options) {
  const SplitStrategy strategy =
      row_named(split_strategies(), "--strategy", "strategy", options.strategy).strategy;
  const bool by_label = strategy == SplitStrategy::stratified || strategy == SplitStrategy::by_class;
  const bool plain_labels = !options.data.labels_from.empty() && !is_side_table(options.data.labels_from);
  if (!by_label && !options.data.label.empty()) {
    usage_error("--label does not apply to --strategy " + options.strategy,
                "leave it out, or deal the same share of every class: --strategy stratified");
  }
  if (!by_label)
    command.refuse_given({"label-separator", "ignore-label"}, "--strategy " + options.strategy,
                         "choose --strategy stratified");
  if (by_label && options.data.label.empty() && !plain_labels)
    usage_error("--strategy " + options.strategy + " needs --label COL",
                "name the class column, or deal rows without one: --strategy random");
  if ((strategy == SplitStrategy::by_group) == options.group.empty()) {
    usage_error(
        options.group.empty() ? "--strategy group needs --group COL" : "--group goes with --strategy group",
        options.group.empty() ? "name the column whose rows stay together"
                              : "add --strategy group, or leave --group out");
  }
  if (strategy == SplitStrategy::by_items && options.data.no_header) {
    usage_error("--no-header does not apply to --strategy items",
                "leave it out: the header tells which columns of a tuple file are items");
  }
  return strategy;
}

// Classes that are too small to be in every part are no fault, but the user should know.
void note_small_classes(const Labels& labels, std::size_t parts, cli::Console& console) {
  const auto rows = rows_by_label(labels);
  std::int64_t small = 0;
  std::size_t first = rows.size();
  for (std::size_t c = 0; c < rows.size(); ++c) {
    if (rows[c].empty() || rows[c].size() >= parts) continue;
    if (small++ == 0) first = c;
  }
  if (small == 0) return;
  const std::string& name = labels.several() ? labels.label_names[first] : labels.names[first];
  console.note(fmt::format("{} fewer rows than there are parts, so not in all of them: {}'{}' ({})",
                           small == 1 ? "1 class has" : grouped(small) + " classes have",
                           small == 1 ? "" : "first ", name,
                           counted(static_cast<std::int64_t>(rows[first].size()), "row")));
}

// "1,797 rows: train 1,258, test 539", and which part is off its share most because of what stays whole.
void note_parts(const std::vector<std::int64_t>& counts, std::int64_t rows,
                const std::vector<SplitPart>& parts, SplitStrategy strategy, cli::Console& console) {
  const std::string_view row = strategy == SplitStrategy::by_items ? "tuple" : "row";
  const auto total = static_cast<double>(rows);
  std::string summary;
  std::size_t worst = 0;
  const auto off = [&](std::size_t p) { return static_cast<double>(counts[p]) - parts[p].share * total; };
  for (std::size_t p = 0; p < parts.size(); ++p) {
    summary += fmt::format("{}{} {}", p > 0 ? ", " : "", parts[p].name, grouped(counts[p]));
    if (std::abs(off(p)) > std::abs(off(worst))) worst = p;
  }
  console.note(counted(rows, row) + ": " + summary);
  constexpr double kWorthANote = 0.02;  // of all rows
  if (!keeps_whole(strategy) || std::abs(off(worst)) <= std::max(1.0, kWorthANote * total)) return;
  console.note(fmt::format(
      "'{}' has {:.1f} % of the {}s for {:.1f} %, because what belongs together stays whole",
      parts[worst].name, 100 * static_cast<double>(counts[worst]) / total, row, 100 * parts[worst].share));
}

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  const std::vector<SplitPart> parts = parts_of(options);
  const SplitStrategy strategy = strategy_of(command, options);
  const std::string column = !options.column.empty() ? options.column : options.folds > 0 ? "fold" : "split";

  const TableOptions table = options.data.table();
  SplitInput input = open_split_input(table, strategy);
  const std::vector<NewColumn> added{{column}};
  const std::string advice = "choose another name with --column";
  const ColumnAppender appender =
      input.is_table ? ColumnAppender(*input.reader, input.format, input.delimiter, added, advice)
                     : ColumnAppender(added, advice);
  if (input.is_table) cli::check_copied_format(options.output, input.format);

  std::vector<std::string> notes;
  const SplitRows rows = read_split_rows(input, table, strategy, options.group, notes);
  console.notes(notes);
  if (strategy == SplitStrategy::stratified) note_small_classes(rows.groups, parts.size(), console);
  const std::vector<std::int32_t> part_of =
      split_rows(rows.count, rows.groups, parts, strategy, static_cast<std::uint64_t>(command.common.seed));

  Sink out(options.output);
  out.write(appender.header());
  std::vector<std::int64_t> counts(parts.size());
  std::string line;
  for (std::int64_t i = 0; i < rows.count; ++i) {
    const auto part = static_cast<std::size_t>(part_of[static_cast<std::size_t>(i)]);
    ++counts[part];
    const std::span value(&parts[part].name, 1);
    line.clear();
    if (input.is_table) {
      appender.append(line, rows.records.text(i), rows.records.line_end(i), value);
    } else {
      const std::int64_t number = rows.numbers.empty() ? i + 1 : rows.numbers[static_cast<std::size_t>(i)];
      appender.append(line, std::to_string(number), "\n", value);
    }
    out.write(line);
  }
  out.close();
  note_parts(counts, rows.count, parts, strategy, console);
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
      "the new one. FILE may also hold pairs, triplets or quadruplets. All rows are held in memory.";
  options.data.add_to(command, false);
  command.in_place = true;
  cli::Option folds = cli::integer_option("--folds", "K", "K folds of equal size, numbered from 1",
                                          options.folds, 2, 1000000);
  folds.default_text.clear();
  command.add(
      "Division",
      {
          cli::choice_option("--strategy", "NAME", "how rows are dealt", cli::choices_of(split_strategies()),
                             options.strategy),
          cli::text_option("--fractions", "NAME=X,...", "parts and their shares, which add up to 1",
                           options.fractions),
          std::move(folds),
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
      {"of a file of pairs: no item is in two parts",
       "mk-triplets sample_data/digits.csv --label digit --kind pairs --strategy hard | mk-splits --where "
       "similar=1 --strategy items --fractions train=0.8,test=0.2 -o pairs.csv"},
      {"ten folds",
       "mk-splits sample_data/iris.csv --label species --strategy stratified --folds 10 -o folds.csv"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
