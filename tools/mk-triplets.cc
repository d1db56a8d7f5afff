// mk-triplets: pairs or triplets worth learning from, chosen by class label and distance.
#include <fmt/core.h>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/tuple_file.h"
#include "nearfar/mining/miner.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  MiningOptions mining;
  std::string kind = "triplets";
  double margin = 0.2;
  std::string output = "-";
  std::string output_format = "auto";
};

TupleKind kind_of(const std::string& name) {
  const std::vector<std::string> kinds{"triplets", "pairs"};
  if (name == "triplets") return TupleKind::triplets;
  if (name == "pairs") return TupleKind::pairs;
  usage_error("--kind: there is no kind '" + name + "' in this version" + did_you_mean(name, kinds),
              "the kinds are " + listed(kinds));
}

void print_summary(cli::Console& console, const MiningSummary& summary, const Options& options) {
  console.note(
      fmt::format("{} {} from {}", grouped(summary.tuples), options.kind, counted(summary.anchors, "row")));
  const auto dropped = [&](std::int64_t count, const char* why) {
    if (count > 0) console.note(fmt::format("{} rows are no anchor: {}", grouped(count), why));
  };
  dropped(summary.without_positive, "no other row of their class");
  dropped(summary.without_negative, "no row of another class");
  dropped(summary.without_tuple, "the strategy found nothing for them");
  if (summary.active >= 0 && summary.found > 0) {
    console.note(fmt::format("{:.1f} % of the triplets have a positive loss at margin {} in this space",
                             100 * static_cast<double>(summary.active) / static_cast<double>(summary.found),
                             number_text(options.margin)));
  }
}

int run(const cli::Command& command, Options& options) {
  cli::Console console(command);
  options.mining.kind = kind_of(options.kind);
  options.mining.seed = static_cast<std::uint64_t>(command.common.seed);
  options.mining.margin = options.margin;
  const MiningStrategy& strategy = mining_strategy(options.mining.strategy);
  if (options.mining.strategy == "hard")
    command.refuse_given({"per-anchor"}, "--strategy hard, which gives one triplet an anchor");
  if (!strategy.needs_distances && !options.mining.distances_wanted) {
    command.refuse_given(
        {"distance", "matrix", "model", "margin"},
        "--strategy " + options.mining.strategy + ", which looks at no distances; --with-distances does");
  }
  const cli::Space space = cli::open_space(options.space);
  TableOptions table = options.data.table();
  table.expected = space.expected();
  const Dataset data = cli::read_labelled(options.data, table, console, true);
  cli::check_space(space, data, options.data.file);
  options.mining.distance = space.distance;
  const Matrix rows = space.embed(data.features);

  Sink out(options.output);
  const Format format = output_format(options.output_format, options.output, Format::csv);
  const bool triplets = options.mining.kind == TupleKind::triplets;
  std::vector<std::string> extra;
  if (options.mining.distances_wanted)
    extra = triplets ? std::vector<std::string>{"d_ap", "d_an"} : std::vector<std::string>{"distance"};
  TupleWriter writer(out, options.mining.kind, data, format, extra);
  std::vector<float> numbers;
  options.mining.progress = [&](std::int64_t done, std::int64_t of) {
    console.progress(fmt::format("{} of {} anchors", grouped(done), grouped(of)));
  };
  const MiningSummary summary = mine(rows, data.labels, options.mining, [&](const MinedTuple& tuple) {
    const std::int32_t items[3] = {tuple.anchor, tuple.other, tuple.negative};
    numbers.clear();
    if (!triplets) numbers.push_back(tuple.similar ? 1.0F : 0.0F);
    if (options.mining.distances_wanted) numbers.push_back(tuple.d_ap);
    if (options.mining.distances_wanted && triplets) numbers.push_back(tuple.d_an);
    writer.write(std::span(items, triplets ? 3U : 2U), numbers);
  });
  console.finish_progress();
  if (summary.tuples == 0) {
    data_error("the strategy '" + options.mining.strategy + "' found no " + options.kind + " in these data",
               {options.data.file, 0, 0, {}}, "try --strategy hard or random");
  }
  out.close();
  print_summary(console, summary, options);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  options.mining.strategy = "semihard";
  std::int64_t& per_anchor = options.mining.per_anchor;
  cli::Command command;
  command.name = "mk-triplets";
  command.summary = "choose pairs or triplets worth learning from";
  command.usage = "[FILE] --label COL [--strategy NAME] [OPTION ...]";
  command.description =
      "Writes anchor,positive,negative (or a,b,similar) by id, or by row number as row_anchor,... where the "
      "data have no ids. "
      "The gap of a triplet is d(anchor, negative) - d(anchor, positive).";
  options.data.add_to(command);
  options.space.add_to(command);
  cli::Option per = cli::integer_option(
      "--per-anchor", "N",
      "at most N triplets an anchor, drawn by seed; 0: all. Default 5 for random and semihard, no limit else",
      per_anchor, 0);
  per.default_text.clear();
  cli::Option max =
      cli::integer_option("--max", "N", "of all found, N drawn by seed; 0: all", options.mining.max, 0);
  command.add("Mining",
              {
                  cli::text_option("--kind", "NAME",
                                   "triplets or pairs (each triplet gives a similar and a dissimilar one)",
                                   options.kind),
                  cli::choice_option("--strategy", "NAME", "which triplets", names_of(mining_strategies()),
                                     options.mining.strategy),
                  std::move(per),
                  std::move(max),
                  cli::number_option("--margin", "X",
                                     "margin at which the share of triplets with positive loss is counted",
                                     options.margin, 0),
                  cli::flag_option("--with-distances", "add the columns d_ap,d_an (or distance)",
                                   options.mining.distances_wanted),
              });
  command.add("Output", {
                            cli::output_option("-o,--output", "where to write", options.output),
                            cli::text_option("--output-format", "NAME", "auto, csv, tsv or jsonl",
                                             options.output_format),
                        });
  command.examples = {
      {"the nearest negative beyond each positive",
       "mk-triplets sample_data/digits.csv --label digit --strategy semihard -o triplets.csv"},
      {"hard pairs, with their distances",
       "mk-triplets sample_data/iris.csv --label species --kind pairs --strategy hard --with-distances -o "
       "pairs.csv"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
