// score-pairs: the distance of every pair of a pair file. Pairs stream through in blocks; in memory are the
// rows of FILE (and --queries), or their images under the model, at 4 bytes a coordinate, and the ids.
#include <fmt/core.h>

#include <cmath>

#include "cli/data_options.h"
#include "cli/exchanged_files.h"
#include "cli/tuple_scoring.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"
#include "nearfar/io/append_column.h"
#include "nearfar/io/record_store.h"
#include "nearfar/io/sink.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  cli::TupleOptions tuples;
  std::string output = "-";
};

// What the model says of a pair besides its distance.
struct Verdicts {
  std::optional<float> same;         // its threshold
  std::optional<float> probability;  // b of 1 / (1 + e^(d - b))
};

Verdicts verdicts_of(const cli::Space& space, TupleKind kind, cli::Console& console) {
  if (!space.model || !space.model->threshold || cli::distances_of(kind).size() > 1) return {};
  if (space.distance.name() != space.model->distance) {
    console.note("no column same: the threshold of the model is for its own distance, " +
                 space.model->distance);
    return {};
  }
  return {space.model->threshold, cli::logistic_threshold(space)};
}

// The new columns of tuples, and their texts.
class Texts {
 public:
  Texts(std::span<const cli::TupleDistance> distances, const Verdicts& verdicts)
      : distances_(distances), verdicts_(verdicts) {}

  [[nodiscard]] std::vector<NewColumn> columns() const {
    std::vector<NewColumn> columns;
    for (const cli::TupleDistance& distance : distances_) columns.push_back({distance.column, true});
    if (verdicts_.same) columns.push_back({"same", true});
    if (verdicts_.probability) columns.push_back({"probability", true});
    return columns;
  }

  // Writes records with the columns added, in their order; `distances` are those of all of them.
  void write(const RecordStore& records, std::span<const float> distances, const ColumnAppender& appender,
             Sink& out) const {
    constexpr std::int64_t kRange = 1024;
    std::vector<std::string> texts(static_cast<std::size_t>((records.size() + kRange - 1) / kRange));
    parallel_ranges(records.size(), kRange, [&](std::int64_t begin, std::int64_t end) {
      std::string& text = texts[static_cast<std::size_t>(begin / kRange)];
      std::vector<std::string> values;
      for (std::int64_t t = begin; t < end; ++t) {
        values.clear();
        add_values(distances.subspan(static_cast<std::size_t>(t) * distances_.size(), distances_.size()),
                   values);
        appender.append(text, records.text(t), records.line_end(t), values);
      }
    });
    for (const std::string& text : texts) out.write(text);
  }

 private:
  void add_values(std::span<const float> distances, std::vector<std::string>& values) const {
    for (const float distance : distances) append_number(values.emplace_back(), distance);
    if (verdicts_.same) values.emplace_back(distances[0] <= *verdicts_.same ? "1" : "0");
    if (verdicts_.probability) {
      // 1 / (1 + e^(d - b))
      const double above = static_cast<double>(distances[0]) - static_cast<double>(*verdicts_.probability);
      append_number(values.emplace_back(), static_cast<float>(1 / (1 + std::exp(above))));
    }
  }

  std::span<const cli::TupleDistance> distances_;
  Verdicts verdicts_;
};

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  if (options.tuples.pairs.empty()) {
    usage_error("a file of pairs is needed: --pairs FILE",
                "its columns are a,b (ids) or row_a,row_b (row numbers)");
  }
  const std::vector<Condition> conditions = options.tuples.conditions();
  const cli::Space space = cli::open_space(options.space);
  const cli::ItemRows rows(options.data, options.tuples, space, false, console);
  cli::TupleScorer scorer(rows, options.tuples.pairs, conditions, "--tuples-where", false);
  const Texts texts(scorer.distances(), verdicts_of(space, scorer.layout().kind, console));
  const ColumnAppender appender(scorer.reader(), scorer.format(), delimiter_of(scorer.format(), ""),
                                texts.columns(), "take that column out of the file of pairs, or rename it");
  cli::check_copied_format(options.output, scorer.format());

  Sink out(options.output);
  out.write(appender.header());
  RecordStore records;
  const std::int64_t tuples = scorer.stream([&](const Record& record) { records.add(record); },
                                            [&](std::span<const float> distances) {
                                              texts.write(records, distances, appender, out);
                                              records = RecordStore();
                                            },
                                            console);
  out.close();
  console.notes(scorer.reader().notes());
  console.note(grouped(tuples) + " " + std::string(tuple_kind(scorer.layout().kind).name) +
               ", distance: " + space.name);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "score-pairs";
  command.summary = "the distance of every pair of a file of pairs";
  command.usage = "[FILE] --pairs PAIRS [--queries FILE] [-m MODEL] [--distance NAME] [OPTION ...]";
  command.description =
      "Copies the file of pairs as it stands and adds the column distance: larger is farther. With a model "
      "that has a threshold also the column same: 1 where the distance is not above it, else 0; with one "
      "trained by the logistic loss also probability: 1 / (1 + e^(distance - threshold)). Pairs name their "
      "items by id (columns a,b) or by row number (row_a,row_b); to triplets and quadruplets both "
      "distances are added, as d_ap and d_an. Pairs stream through in blocks.";
  options.data.add_to(command);
  options.tuples.add_to(command);
  options.space.add_to(command);
  command.add("Output", {cli::output_option("-o,--output", "where to write", options.output)});
  command.second_file = "name the pairs with --pairs: score-pairs DATA --pairs PAIRS";
  command.examples = {
      {"how far apart mined pairs are by another distance",
       "mk-triplets sample_data/iris.csv --label species --kind pairs --strategy hard -o pairs.csv && "
       "score-pairs sample_data/iris.csv --label species --pairs pairs.csv --distance cosine -o scored.csv"},
      {"under a model",
       "train-metric sample_data/digits.csv --label digit --dim 16 -o model.json && "
       "mk-triplets sample_data/digits.csv --label digit --kind pairs --strategy random | "
       "score-pairs sample_data/digits.csv --label digit --pairs - -m model.json -o scored.csv"},
  };
  command.run = [&] {
    return cli::run_on_data_and_tuples(options.data.file, options.tuples.pairs, "--pairs",
                                       [&] { return run(command, options); });
  };
  return cli::run_command(command, argc, argv);
}
