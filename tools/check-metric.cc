// check-metric: which of the four axioms of a metric hold, by theorem and on data, with counterexamples.
#include <fmt/core.h>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/square_matrix.h"
#include "nearfar/metric/axioms.h"
#include "nearfar/model/affine.h"
#include "nearfar/report/axiom_report.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  std::string pairs_matrix;
  AxiomOptions axioms;
  std::string require;
  std::string format = "text";
  std::string output = "-";
};

AxiomText check_matrix(const Options& options) {
  const SquareMatrix distances = read_square_matrix(options.pairs_matrix);
  AxiomText text;
  text.report = check_axioms_of_matrix(distances.values, distances.n, distances.from_floats, options.axioms);
  text.subject = "matrix of distances";
  text.item_word = "item";
  text.item_name = [](std::int64_t item) { return std::to_string(item + 1); };
  return text;
}

AxiomText check_rows(const Options& options, cli::Console& console) {
  const cli::Space space = cli::open_space(options.space);
  TableOptions table = options.data.table();
  table.expected = space.expected();
  const auto data = std::make_shared<const Dataset>(cli::read_labelled(options.data, table, console, false));
  cli::check_space(space, *data, options.data.file);
  AxiomSubject subject;
  subject.rows = data->features;
  subject.distance = space.distance;
  if (space.model) {
    (void)space.embed(data->features);  // refuses rows whose images the distance does not take
    subject.affine = affine_map(*space.model);
    if (!subject.affine) {
      subject.map = [&](MatrixView rows) { return space.model->apply(rows); };
      subject.map_dims = image_dims(*space.model);
    }
  }
  AxiomText text;
  text.report = check_axioms(subject, options.axioms);
  text.subject = space.name;
  text.formula = std::string(space.distance.info().formula) + (space.model ? " of the images" : "");
  text.item_word = "row";
  text.item_name = [data](std::int64_t row) { return data->row_name(row); };
  return text;
}

int run(const cli::Command& command, Options& options) {
  cli::Console console(command);
  options.axioms.seed = static_cast<std::uint64_t>(command.common.seed);
  const AxiomFormat& format = axiom_format(options.format);
  std::optional<AxiomVerdict> required;
  if (!options.require.empty()) {
    required = value_named<AxiomVerdict>(axiom_verdict_names().first(3), "--require-axioms", "verdict",
                                         options.require);
  }
  if (!options.pairs_matrix.empty()) {
    command.refuse_given(
        {"distance", "matrix", "model", "unsealed", "id", "label", "label-separator", "ignore-label",
         "features", "where", "labels-from", "input-format", "delimiter", "no-header"},
        "--pairs-matrix, which has no rows", "give FILE in place of --pairs-matrix");
  } else if (options.space.distance.empty() && options.space.model.empty()) {
    usage_error("what is to be checked is not named",
                "give --distance NAME, -m MODEL or --pairs-matrix FILE");
  }
  AxiomText text = options.pairs_matrix.empty() ? check_rows(options, console) : check_matrix(options);
  text.tolerance = options.axioms.tolerance;
  text.required = options.require;
  text.passed = !required || satisfies(text.report.verdict, *required);
  Sink out(options.output);
  out.write(format.render(text));
  out.close();
  if (!text.passed)
    console.note(fmt::format("gate failed: a {} was required, the verdict is {}", options.require,
                             axiom_verdict_names()[static_cast<std::size_t>(text.report.verdict)]));
  return text.passed ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "check-metric";
  command.summary = "which axioms of a metric hold, with counterexamples";
  command.usage = "[FILE] (--distance NAME | -m MODEL | --pairs-matrix FILE) [OPTION ...]";
  command.description =
      "Looks at non-negativity, identity of indiscernibles (of rows, whatever their ids), symmetry and the "
      "triangle inequality. An axiom is proved where it is a theorem about the distance, or follows from the "
      "rank of a linear map; of the others all pairs and triples of up to " +
      grouped(kAllTriples) +
      " rows are looked at, of more rows a sample, and in either case rows made to break it: points between "
      "two rows, copies scaled, shifted, reversed. The verdict is the weaker of theory and data: metric; "
      "pseudometric (different rows may be at 0); semimetric (a way over a third row may be shorter); or "
      "none.";
  options.data.add_to(command);
  options.space.add_to(command, "with a model its own is the default");
  command.in_place_of_input = {"pairs-matrix"};
  cli::Option require = cli::text_option(
      "--require-axioms", "NAME",
      "exit with 1 unless the verdict is a metric, or the pseudometric or semimetric named here",
      options.require);
  for (const std::string_view name : axiom_verdict_names().first(3))
    require.choices.push_back({std::string(name), ""});
  command.add(
      "Axioms",
      {
          cli::file_option("--pairs-matrix",
                           "check these distances: a square of numbers, CSV without header or npy; row i, "
                           "column j is d(i, j)",
                           options.pairs_matrix),
          cli::integer_option("--samples", "N", "triples drawn where there are too many to look at all",
                              options.axioms.samples, 1, 1'000'000'000),
          cli::number_option(
              "--tolerance", "T",
              "an axiom fails where it is missed by more than T times the largest distance involved",
              options.axioms.tolerance, 0),
          std::move(require),
      });
  command.add("Output", {
                            cli::choice_option("--format", "NAME", "form of the report",
                                               cli::choices_of(axiom_formats()), options.format),
                            cli::output_option("-o,--output", "where to write", options.output),
                        });
  command.examples = {
      {"cosine is no metric: see where it fails", "check-metric sample_data/iris.csv --distance cosine"},
      {"a gate for a learned metric",
       "train-metric sample_data/iris.csv --label species --dim 4 -o model.json && check-metric "
       "sample_data/iris.csv -m model.json --require-axioms metric"},
      {"distances that somebody else computed",
       "printf '0,1,5\\n1,0,2\\n5,2,0\\n' | check-metric --pairs-matrix - --format json"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
