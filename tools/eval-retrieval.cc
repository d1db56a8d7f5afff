// eval-retrieval: how well nearest neighbours share the query's class, with a verdict in the exit status.
#include "cli/retrieval_input.h"
#include "cli/verdict_options.h"

namespace {

using namespace nearfar;

struct Options {
  cli::RetrievalInput input;
  cli::VerdictOptions verdict;
};

int run(const cli::Command& command, Options& options) {
  cli::Console console(command);
  options.verdict.prepare(options.input.check(command), options.input.by);
  options.input.portrait = options.verdict.wants_page();
  const Outcome outcome = options.input.evaluate(console, static_cast<std::uint64_t>(command.common.seed));
  return options.verdict.finish(command, outcome, console);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "eval-retrieval";
  command.summary = "measure retrieval by class label or by judgements, and decide gates";
  command.usage =
      "[FILE] --label COL | [FILE] --qrels FILE --gallery FILE | --qrels FILE --run FILE [OPTION ...]";
  command.description =
      "Every row is a query; its relevant items are the rows of the same class (with --label-separator: that "
      "share a label). Without --gallery each row "
      "is compared with all others of FILE. With --qrels graded judgements say what is relevant, by id; with "
      "--run another system's ranking is judged by them, without any vectors. "
      "Every measure is printed with its definition; ties count with the exact mean over all orders of the "
      "tied items, however deep a measure looks. A gate that fails makes the exit status 1.";
  options.input.add_to(command);
  options.verdict.add_to(command);
  command.second_file = "name what is searched with --gallery: eval-retrieval QUERIES --gallery FILE";
  command.examples = {
      {"leave one out", "eval-retrieval sample_data/iris.csv --label species"},
      {"a run for other tools, and judging it",
       "eval-retrieval sample_data/iris.csv --label species --save-run iris.run -o /dev/null && "
       "awk '{ print $1, 0, $3, ($1 > 50) == ($3 > 50) }' iris.run | "
       "eval-retrieval --qrels - --run iris.run --measures ndcg@10,bpref"},
      {"a gate for a CI job",
       "eval-retrieval sample_data/digits.csv --label digit --measures precision@1,map@r --gate "
       "'precision@1>=0.95' --format json"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
