// eval-retrieval: how well nearest neighbours share the query's class, with a verdict in the exit status.
#include "cli/retrieval_input.h"
#include "cli/verdict_options.h"

namespace {

using namespace nearfar;

struct Options {
  cli::RetrievalInput input;
  cli::VerdictOptions verdict;
};

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  options.verdict.check(options.input.check());
  return options.verdict.finish(options.input.evaluate(console), console);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "eval-retrieval";
  command.summary = "measure retrieval by class label, and decide gates";
  command.usage = "[FILE] --label COL [--gallery FILE] [--gate 'MEASURE>=X'] [OPTION ...]";
  command.description =
      "Every row is a query; its relevant items are the rows of the same class (with --label-separator: that "
      "share a label). Without --gallery each row "
      "is compared with all others of FILE. "
      "Every measure is printed with its definition; tied distances count with their expected value. A gate "
      "that fails makes the exit status 1.";
  options.input.add_to(command);
  options.verdict.add_to(command);
  command.examples = {
      {"leave one out", "eval-retrieval sample_data/iris.csv --label species"},
      {"a gate for a CI job",
       "eval-retrieval sample_data/digits.csv --label digit --measures precision@1,map@r --gate "
       "'precision@1>=0.95' --format json"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
