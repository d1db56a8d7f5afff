// embed: rows mapped by a model, in constant memory.
#include <fmt/core.h>

#include <algorithm>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/table_writer.h"
#include "nearfar/model/model_file.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  std::string model;
  bool unsealed = false;
  std::string keep;
  bool no_normalize = false;
  std::string output = "-";
  std::string output_format = "auto";
};

void scale_to_unit(Matrix& rows) {
  Preprocessing unit;
  unit.steps.emplace_back();
  unit.steps.back().unit = true;
  rows = unit.apply(rows);
}

// Column names of the output are unique, as in every table.
void check_names(const TableLayout& layout) {
  std::vector<std::string> names = layout.text_columns;
  if (layout.format == Format::jsonl) {
    names.emplace_back("vector");
  }
  for (std::int64_t r = 1; layout.format != Format::jsonl && r <= layout.dims; ++r)
    names.push_back("e" + std::to_string(r));
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end() && !format_info(layout.format).is_matrix) {
    usage_error("the output would have two columns called '" + *twice + "'", "leave it out of --keep");
  }
}

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  if (options.model.empty()) usage_error("a model is needed: -m MODEL", "train-metric writes one");
  const Model model = read_model(options.model, options.unsealed);
  TableOptions table = options.data.table();
  table.expected = model.expected_features();
  table.expected->can_keep =
      !format_info(output_format(options.output_format, options.output, Format::csv)).is_matrix;
  table.keep = options.keep;
  if (options.keep.empty() && !options.data.label.empty()) {
    table.named.push_back({"--label", options.data.label});
  }
  TableReader reader(table);
  console.notes(reader.notes());
  const std::size_t noted = reader.notes().size();

  Sink out(options.output);
  TableLayout layout;
  layout.format = output_format(options.output_format, options.output, reader.format());
  layout.delimiter =
      delimiter_of(layout.format, layout.format == reader.format() ? options.data.delimiter : "");
  layout.dims = model.output_dim();
  if (options.data.where.empty()) layout.rows = reader.declared_rows();
  const bool by_angle = model.distance == "cosine" || model.distance == "angular";
  if (!by_angle)
    command.refuse_given({"no-normalize"}, "a model whose distance is " + model.distance,
                         "train for the angle: train-metric --distance cosine");
  const bool unit = by_angle && !options.no_normalize;

  std::unique_ptr<TableWriter> writer;
  Dataset block;
  std::vector<std::string> row_ids;
  std::int64_t rows = 0;
  bool with_ids = false;
  bool row_numbers = false;
  for (bool more = true; more;) {
    more = reader.read_some(block);
    if (!writer) {
      // Ids by default; row numbers where a filter makes them the only way back to the data.
      with_ids = options.keep.empty() && !block.ids.empty();
      row_numbers = block.ids.empty() && !options.data.where.empty();
      if (with_ids || row_numbers) layout.text_columns.emplace_back("id");
      for (const TextColumn& column : block.columns) layout.text_columns.push_back(column.name);
      check_names(layout);
      if (format_info(layout.format).is_matrix && !layout.text_columns.empty()) {
        const std::string name(format_info(layout.format).name);
        if (!options.keep.empty())
          usage_error("--keep does not apply to " + name + ", which has no text columns",
                      "write csv: --output-format csv");
        console.note(name + " has no text columns; left out: " + listed(layout.text_columns));
      }
      writer = open_table_writer(out, layout);
    }
    if (!more) break;
    Matrix images = model.apply(block.features);
    if (unit) scale_to_unit(images);
    std::vector<const std::vector<std::string>*> texts;
    if (row_numbers) {
      row_ids.clear();
      for (const std::int64_t number : block.row_numbers) row_ids.push_back(std::to_string(number));
      texts.push_back(&row_ids);
    }
    if (with_ids) texts.push_back(&block.ids);
    for (const TextColumn& column : block.columns) texts.push_back(&column.values);
    writer->write(texts, images);
    rows += block.rows();
    console.progress(counted(rows, "row"));
  }
  console.finish_progress();
  if (rows == 0) reader.refuse_no_rows();
  writer->finish();
  out.close();
  const std::vector<std::string> notes = reader.notes();
  console.notes(std::vector<std::string>(notes.begin() + static_cast<std::ptrdiff_t>(noted), notes.end()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "embed";
  command.summary = "map rows by a model";
  command.usage = "-m MODEL [FILE] [OPTION ...]";
  command.description =
      "Writes the kept columns, then e1..eR, the image of each row; Euclidean distances between images are "
      "the learned distances. Rows stream through in constant "
      "memory. The data must have the features of the training data, by name, in any order; a further "
      "numeric column is refused, "
      "unless the training chose its features with --features.";
  options.data.add_to(command);
  command.in_place = true;
  command.add(
      "Model",
      {
          cli::file_option("-m,--model", "the model", options.model),
          cli::flag_option("--unsealed", "accept a model whose checksum does not match", options.unsealed),
          cli::flag_option("--no-normalize",
                           "do not scale rows to length 1 where the model's distance is cosine or angular",
                           options.no_normalize),
      });
  command.add(
      "Output",
      {
          cli::text_option("--keep", "SEL", "columns to copy; default: the id and, when named, the label",
                           options.keep),
          cli::output_option("-o,--output", "where to write", options.output),
          cli::choice_option("--output-format", "NAME", "format of the output",
                             cli::format_choices("by extension, else as the input"), options.output_format),
      });
  command.second_file = "name the model with -m: embed -m MODEL FILE";
  command.examples = {
      {"learn, then map",
       "train-metric sample_data/digits.csv --label digit --dim 2 -o model.json && embed -m model.json "
       "sample_data/digits.csv --keep digit -o mapped.csv"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
