// mk-triplets: pairs, triplets or quadruplets worth learning from, chosen by class label and distance, or
// pairs graded by a number.
#include <fmt/core.h>

#include <array>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/neighbor_file.h"
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
  std::string target;
  std::string strategy;
  std::string rank_range;
  std::string neighbors_from;
  bool with_distances = false;
  std::string output = "-";
  std::string output_format = "auto";

  [[nodiscard]] bool graded() const { return !target.empty(); }
};

TupleKind kind_of(const Options& options) {
  constexpr std::array<std::string_view, 3> kNames{"triplets", "pairs", "quadruplets"};
  constexpr std::array<TupleKind, 3> kKinds{TupleKind::triplets, TupleKind::pairs, TupleKind::quadruplets};
  const auto at = value_named<std::size_t>(kNames, "--kind", "kind", options.kind);
  if (options.graded() && kKinds[at] != TupleKind::pairs)
    usage_error("--target makes graded pairs, not " + options.kind, "add --kind pairs");
  return options.graded() ? TupleKind::graded_pairs : kKinds[at];
}

// Options that the chosen strategy, or graded pairs, or given distances do not have.
void refuse_inapplicable(const cli::Command& command, const Options& options,
                         const MiningStrategy& strategy) {
  const std::string by = "--strategy " + std::string(strategy.name);
  if (strategy.per_anchor == PerAnchor::one)
    command.refuse_given({"per-anchor"}, by + ", which gives one triplet an anchor");
  for (const StrategyOption& option : strategy_options()) {
    if (!command.given.contains(std::string(option.name)) || has_option(strategy, option.name)) continue;
    usage_error("--" + std::string(option.name) + " does not apply to " + by,
                "it is an option of " + listed(strategies_with([&](const MiningStrategy& other) {
                  return has_option(other, option.name);
                })));
  }
  if (options.graded()) {
    command.refuse_given({"label", "margin", "guard", "rank-range", "neighbors-from"},
                         "graded pairs (--target)");
    if (!options.with_distances) {
      command.refuse_given({"distance", "matrix", "model", "unsealed"},
                           "graded pairs without --with-distances");
    }
  }
  if (!options.neighbors_from.empty()) {
    command.refuse_given({"distance", "matrix", "model", "unsealed", "features"},
                         "--neighbors-from, which holds the distances");
  }
}

class Writer {
 public:
  Writer(Sink& sink, const Dataset& data, Format format, TupleKind kind, bool with_distances)
      : kind_(kind),
        pairs_(kind == TupleKind::pairs || kind == TupleKind::graded_pairs),
        with_distances_(with_distances),
        writer_(sink, kind, data, format, columns()) {}

  void write(const MinedTuple& tuple) {
    numbers_.clear();
    if (pairs_) numbers_.push_back(tuple.value);
    if (with_distances_) numbers_.push_back(tuple.d_ap);
    if (with_distances_ && !pairs_) numbers_.push_back(tuple.d_an);
    if (kind_ == TupleKind::quadruplets) {
      writer_.write(std::array{tuple.anchor, tuple.other, tuple.anchor, tuple.negative}, numbers_);
    } else {
      const std::array items{tuple.anchor, tuple.other, tuple.negative};
      writer_.write(std::span(items).first(pairs_ ? 2 : 3), numbers_);
    }
  }

 private:
  [[nodiscard]] std::vector<std::string> columns() const {
    if (!with_distances_) return {};
    return pairs_ ? std::vector<std::string>{"distance"} : std::vector<std::string>{"d_ap", "d_an"};
  }

  TupleKind kind_;
  bool pairs_;
  bool with_distances_;
  TupleWriter writer_;
  std::vector<float> numbers_;
};

// `similar`: how many of the pairs are.
void print_summary(cli::Console& console, const MiningSummary& summary, std::int64_t similar,
                   const Options& options) {
  const std::string drawn = summary.found > summary.tuples ? ", drawn from " + grouped(summary.found) : "";
  console.note(fmt::format("{} {} from {}{}", grouped(summary.tuples), options.kind,
                           counted(summary.anchors, "row"), drawn));
  const auto percent_of_all = [&](std::int64_t count) {
    return 100 * static_cast<double>(count) / static_cast<double>(summary.tuples);
  };
  const auto dropped = [&](std::int64_t count, const char* why) {
    if (count > 0)
      console.note(fmt::format("{} {} no anchor: {}", counted(count, "row"), count == 1 ? "is" : "are", why));
  };
  dropped(summary.without_positive, "no other row of the class");
  dropped(summary.without_negative, "no row of another class");
  dropped(summary.unlisted_positive, "no row of the class among its neighbours");
  dropped(summary.unlisted_negative, "no row of another class among its neighbours");
  dropped(summary.outside_ranks, "no negative has a rank in --rank-range");
  dropped(summary.without_tuple, options.mining.parameters.guard > 0
                                     ? "the strategy found nothing that --guard leaves"
                                     : "the strategy found nothing");
  if (options.graded() || summary.tuples == 0) return;
  if (options.mining.kind == TupleKind::pairs)
    console.note(fmt::format("{:.1f} % of the pairs are similar", percent_of_all(similar)));
  console.note(fmt::format("{:.1f} % of the {} have a positive loss at margin {}",
                           percent_of_all(summary.active), options.kind,
                           number_text(options.mining.parameters.margin)));
}

// Nothing was found: what may be changed.
std::string advice(const cli::Command& command, const MiningStrategy& strategy) {
  std::vector<std::string> options;
  for (const char* given : {"margin", "rank-range", "guard"}) {
    if (command.given.contains(given)) options.push_back(std::string("--") + given);
  }
  for (const StrategyOption& option : strategy_options()) {
    if (has_option(strategy, option.name)) options.push_back("--" + std::string(option.name));
  }
  return "try " + (options.empty() ? "" : "other values of " + listed(options) + ", or ") +
         "--strategy hard or random";
}

int run(const cli::Command& command, Options& options) {
  cli::Console console(command);
  MiningOptions& mining = options.mining;
  mining.kind = kind_of(options);
  mining.seed = static_cast<std::uint64_t>(command.common.seed);
  mining.strategy = !options.strategy.empty() ? options.strategy : options.graded() ? "random" : "semihard";
  if (!options.rank_range.empty()) mining.ranks = parse_rank_range(options.rank_range);
  refuse_inapplicable(command, options, mining_strategy(mining.strategy));

  const cli::Space space = cli::open_space(options.space);
  mining.distance = space.distance;
  TableOptions table = options.data.table();
  table.expected = space.expected();
  table.read_features = options.neighbors_from.empty() && (!options.graded() || options.with_distances);
  if (options.graded()) table.named.push_back({"--target", options.target});
  Dataset data = cli::read_labelled(options.data, table, console, !options.graded());
  NeighborLists neighbors;
  if (!options.neighbors_from.empty()) {
    std::vector<std::string> notes;
    neighbors = read_neighbors(options.neighbors_from, data, notes);
    console.notes(notes);
    mining.candidates = &neighbors;
  }
  Matrix mapped;
  MatrixView rows{nullptr, data.rows(), 0, 0};
  if (table.read_features) {
    cli::check_space(space, data, options.data.file);
    mapped = space.embed(std::move(data.features));
    rows = mapped;
  }

  Sink out(options.output);
  Writer writer(out, data, output_format(options.output_format, options.output, Format::csv), mining.kind,
                options.with_distances);
  mining.progress = [&](std::int64_t done, std::int64_t of) {
    console.progress(fmt::format("{} of {} anchors", grouped(done), grouped(of)));
  };
  std::int64_t similar = 0;
  const auto write = [&](const MinedTuple& tuple) {
    similar += tuple.value == 1 ? 1 : 0;
    writer.write(tuple);
  };
  const MiningSummary summary =
      options.graded()
          ? mine_graded(rows, cli::numbers_of(data, data.columns.front(), "target", options.data.file),
                        mining, write)
          : mine(rows, data.labels, mining, write);
  console.finish_progress();
  if (summary.tuples == 0) {
    print_summary(console, summary, similar, options);
    data_error("the strategy '" + mining.strategy + "' found no " + options.kind + " in these data",
               {options.data.file, 0, 0, {}}, advice(command, mining_strategy(mining.strategy)));
  }
  out.close();
  print_summary(console, summary, similar, options);
  return 0;
}

std::vector<cli::Option> mining_options(Options& options) {
  MiningOptions& mining = options.mining;
  cli::Option strategy = cli::choice_option("--strategy", "NAME", "which triplets",
                                            cli::choices_of(mining_strategies()), options.strategy);
  strategy.default_text = "semihard";
  cli::Option per_anchor = cli::integer_option(
      "--per-anchor", "N",
      "at most N triplets an anchor, drawn by seed; 0: all. Default 5, no limit for all, and one where a "
      "strategy gives one",
      mining.per_anchor, 0);
  per_anchor.default_text.clear();
  return {
      cli::with_choices(cli::text_option("--kind", "NAME",
                                         "triplets, pairs (similar ones and dissimilar ones) or quadruplets "
                                         "(anchor, positive, anchor, negative)",
                                         options.kind),
                        {"triplets", "pairs", "quadruplets"}),
      std::move(strategy),
      std::move(per_anchor),
      cli::integer_option("--max", "N", "of all found, N drawn by seed; 0: all", mining.max, 0),
      cli::number_option("--margin", "X",
                         "of the strategies called so, and at which positive losses are counted",
                         mining.parameters.margin, 0),
      cli::text_option("--rank-range", "FROM-TO",
                       "only negatives of these ranks, the nearest being 1; 10- has no end",
                       options.rank_range),
      cli::number_option(
          "--guard", "X",
          "drop negatives nearer than X times the positive, which may be unlabelled positives; "
          "0: none",
          mining.parameters.guard, 0),
      cli::text_option("--target", "COL",
                       "a number of each row: graded pairs, similarity 1 - |a - b| / (greatest - least); all "
                       "or random",
                       options.target),
      cli::file_option("--neighbors-from",
                       "only these candidates, with their distances: query,neighbor,distance as "
                       "find-neighbors writes it",
                       options.neighbors_from),
      cli::flag_option("--with-distances", "add the columns d_ap,d_an (or distance)", options.with_distances),
  };
}

std::vector<cli::Option> parameter_options(StrategyParameters& parameters) {
  std::vector<cli::Option> rows;
  for (const StrategyOption& option : strategy_options()) {
    std::string shown = parameter_text(parameters, option);
    cli::Option row = cli::text_option("--" + std::string(option.name), std::string(option.value),
                                       std::string(option.meaning), shown);
    row.set = [&](const std::string& text) { set_parameter(parameters, option, text); };
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "mk-triplets";
  command.summary = "choose pairs, triplets or quadruplets worth learning from";
  command.usage = "[FILE] --label COL [--strategy NAME] [OPTION ...]";
  command.description =
      "Writes anchor,positive,negative (or a,b,similar or a,b,similarity or a,b,c,d) by id, or by row number "
      "as "
      "row_anchor,... where the data have no ids. "
      "The gap of a triplet is d(anchor, negative) - d(anchor, positive).";
  options.data.add_to(command, true, false);
  options.space.add_to(command);
  command.add("Mining", mining_options(options));
  command.add("Options of single strategies", parameter_options(options.mining.parameters));
  command.add("Output", {
                            cli::output_option("-o,--output", "where to write", options.output),
                            cli::table_format_option(options.output_format),
                        });
  command.examples = {
      {"the nearest negative beyond each positive",
       "mk-triplets sample_data/digits.csv --label digit --strategy semihard -o triplets.csv"},
      {"hard pairs, with their distances",
       "mk-triplets sample_data/iris.csv --label species --kind pairs --strategy hard --with-distances -o "
       "pairs.csv"},
      {"pairs graded by a number",
       "mk-triplets sample_data/iris.csv --kind pairs --target petal_length -o graded.csv"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
