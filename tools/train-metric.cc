// train-metric: a model file from labelled rows or from tuples.
#include <fmt/core.h>

#include <memory>

#include "cli/data_options.h"
#include "cli/exchanged_files.h"
#include "cli/learner_options.h"
#include "cli/loss_options.h"
#include "cli/stop_signal.h"
#include "cli/training_options.h"
#include "cli/training_pages.h"
#include "cli/training_report.h"
#include "cli/validation_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/matrix_writer.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/tuple_file.h"
#include "nearfar/model/model_file.h"
#include "nearfar/training/learn.h"
#include "nearfar/training/network_options.h"
#include "nearfar/training/training_portrait.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  std::string tuples;
  std::vector<std::string> tuples_where;
  cli::LearnerArguments learner;
  LearnOptions learn;
  cli::LossChoice loss;
  std::int64_t dim = 0;
  std::string output = "-";
  std::string exported;
  cli::TrainingPages pages;
  cli::TrainingArguments training;
  cli::ValidationOptions validation;
};

void refuse_inapplicable(const cli::Command& command, const Options& options, const MethodInfo& method) {
  if (!method.by_loss) {
    const std::string what = "--method " + options.learn.method + ", which is not trained by a loss";
    cli::LossChoice::refuse(command, what);
    const LearnerInfo& learner = *method.learner;
    if (!learner.from_pairs && !learner.from_triplets && !learner.from_quadruplets)
      command.refuse_given({"tuples", "tuples-where"}, "--method " + options.learn.method,
                           "choose --method linear");
    if (learner.from_targets && !learner.from_labels && options.learner.target.empty()) {
      usage_error("--method " + options.learn.method + " learns from a column of numbers",
                  "name it with --target");
    }
    if (!learner.iterates)
      command.refuse_given({"log"}, "--method " + options.learn.method + ", which does not iterate");
    if (options.tuples.empty()) {
      command.refuse_given({"tuples-where"}, "training without --tuples", "name their file with --tuples");
    } else {
      command.refuse_given({"constraints", "neighbors"},
                           "training from --tuples, which are taken as they are",
                           "leave it out, or leave --tuples out to learn from labels");
    }
  } else if (options.tuples.empty()) {
    command.refuse_given({"tuples-where"}, "training from labels", "name the file of tuples with --tuples");
  }
}

// A training that keeps checkpoints ends on a signal when it has written one.
Model learn_until_done(const Dataset& data, const SideInformation& supervision, const LearnOptions& options,
                       const LearnWatch& watch, cli::Console& console) {
  if (options.checkpoint.file.empty()) return learn(data, supervision, options, watch);
  cli::StopSignal signal;
  try {
    return learn(data, supervision, options, watch);
  } catch (const TrainingStopped&) {
    console.finish_progress();
    console.note("stopped; go on with --resume");
    signal.let_go();
    throw;
  }
}

int run(const cli::Command& command, Options& options) {
  cli::Console console(command);
  const MethodInfo& method = method_info(options.learn.method);
  refuse_inapplicable(command, options, method);
  cli::refuse_learner_options(command, options.learn.method, method.learner);
  options.pages.check();
  options.training.resolve(command, options.learn, !options.tuples.empty());
  options.validation.resolve(command, options.data, options.learn);
  const std::optional<Model> init = options.learner.read_init(method.by_loss);
  if (init) options.learn.init = &*init;
  options.learn.learner = options.learner.options;
  options.loss.fill(options.learn);
  options.learn.training.dim = options.dim;
  options.learn.training.seed = static_cast<std::uint64_t>(command.common.seed);

  options.learn.features = options.data.features;
  if (method.by_loss && options.learn.loss.empty() && options.tuples.empty())
    options.learn.loss = default_loss(options.learn, nullptr);
  check_options(options.learn);
  if (is_network_method(options.learn.method))
    command.refuse_given({"export"}, "--method " + options.learn.method + ", whose map is not one matrix",
                         "choose --method linear");
  Sink out(options.output);  // what cannot be written is known before the training, not after it
  std::unique_ptr<Sink> exported;
  if (!options.exported.empty()) exported = std::make_unique<Sink>(options.exported);
  options.pages.open();

  TableOptions table = options.data.table();
  options.learner.name_columns(table);
  options.validation.name_columns(table);
  options.validation.no_features = {options.learner.target, options.learner.chunks};
  const bool from_labels = options.tuples.empty() && options.learner.target.empty() &&
                           options.learner.chunks.empty() && (method.by_loss || method.learner->from_labels);
  Dataset data = cli::read_labelled(options.data, table, console, from_labels);
  std::optional<Tuples> tuples;
  if (!options.tuples.empty()) {
    std::vector<Condition> where;
    for (const std::string& text : options.tuples_where)
      where.push_back(parse_condition(text, "--tuples-where"));
    std::vector<std::string> notes;
    tuples = read_tuples(options.tuples, where, data, notes);
    console.notes(notes);
    console.note(
        fmt::format("{}: {} {}", options.tuples, grouped(tuples->size()), tuple_kind(tuples->kind).name));
  }
  const std::optional<Dataset> valid =
      options.validation.hold_out(options.data, options.learn.training.seed, data, tuples, console);
  std::vector<double> targets;
  if (!tuples) targets = options.learner.targets_of(data, options.data.file);
  const std::vector<std::int32_t> chunks = options.learner.chunks_of(data);
  if (method.by_loss && options.learn.loss.empty()) {
    options.learn.loss = default_loss(options.learn, tuples ? &*tuples : nullptr);
    check_options(options.learn);
    console.note("loss: " + options.learn.loss);
  }
  if (options.learn.method == "cnn" && options.learn.network.input_shape.empty()) {
    if (const std::optional<ImageShape> shape = image_shape(data)) {
      options.learn.network.input_shape = input_shape_text(*shape);
      console.note("input shape: " + options.learn.network.input_shape);
    }
  }
  if (options.learn.preprocess.empty())
    console.note("preprocessing: " + default_preprocessing(options.learn, data));

  cli::TrainingLog log(options.training.log, options.learn.checkpoint.resume,
                       method.by_loss ? "epoch" : "iteration");
  LearnWatch watch = cli::watch_training(console, log);
  LearnHistory history;
  if (options.pages.wanted()) watch.history = &history;
  SideInformation supervision(tuples ? &*tuples : nullptr);
  supervision.targets = targets;
  supervision.chunks = chunks;
  if (valid) supervision.valid = &*valid;
  const Model model = learn_until_done(data, supervision, options.learn, watch, console);
  console.finish_progress();
  out.write(model_text(model));
  if (exported) {
    const auto writer = open_matrix_writer(*exported, Format::npy, model.l.rows(), model.l.cols());
    writer->write(model.l);
    writer->finish();
  }
  if (options.pages.wanted())
    options.pages.write(training_portrait(model, data, supervision, options.learn, history));
  log.close();
  if (exported) exported->close();
  options.pages.close();
  out.close();
  console.note(cli::summary_text(model, data.rows()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  LossTraining& training = options.learn.training;
  cli::Command command;
  command.name = "train-metric";
  command.summary = "learn a metric from labelled rows, pairs or triplets";
  command.usage =
      "[FILE] (--label COL | --target COL | --tuples FILE) [--method NAME] [--loss NAME] [OPTION ...]";
  command.description =
      "Learns a map L so that the distance |L x - L y| is small between rows that are alike and large "
      "between rows that differ, and writes it as a model file "
      "(JSON; jq .L shows the map). What is alike is told by class labels, or by a file of pairs or "
      "triplets.";
  options.data.add_to(command, true, false);
  command.add(
      "Supervision",
      {
          cli::file_option(
              "--tuples",
              "pairs (a,b,similar) or triplets (anchor,positive,negative), as mk-triplets writes them",
              options.tuples),
          cli::list_option("--tuples-where", "COL=VALUE", "keep tuples by a column's text",
                           options.tuples_where),
      });
  command.add(
      "Method",
      {
          cli::choice_option("--method", "NAME", "what is learned", cli::choices_of(methods()),
                             options.learn.method),
          cli::integer_option("--dim", "R", "output dimensions; 0: as many as features, mlp and cnn: 128",
                              options.dim, 0, 1 << 20),
          cli::choice_option("--preprocess", "LIST",
                             "steps in this order; default none for identity, --residual, cosine, "
                             "angular and dot, scale:255 for bytes, else standardize",
                             cli::choices_of(preprocess_steps()), options.learn.preprocess),
          cli::choice_option("--distance", "NAME",
                             "distance inside the loss and of the model; default: the loss's",
                             cli::choices_of(distances()), options.learn.distance),
          cli::flag_option("--normalize", "scale outputs to length 1, as part of the model",
                           training.normalize),
      });
  options.learner.add_to(command);
  options.loss.add_to(command);
  options.training.add_to(command, options.learn);
  options.validation.add_to(command, training);
  command.add("Output",
              {
                  cli::output_option("-o,--output", "the model", options.output),
                  cli::output_option("--export", "also write L of a linear map as .npy", options.exported),
                  options.pages.option(),
              });
  command.examples = {
      {"from labels", "train-metric sample_data/digits.csv --label digit --dim 16 -o model.json"},
      {"from triplets",
       "mk-triplets sample_data/digits.csv --label digit | train-metric sample_data/digits.csv --label digit "
       "--tuples - --loss triplet --dim 16 -o model.json"},
      {"a weight for every feature, by the contrastive loss",
       "train-metric sample_data/iris.csv --label species --method diagonal --loss contrastive -o "
       "model.json"},
      {"a network over images, from labels",
       "train-metric sample_data/digits.csv --label digit --method cnn --input-shape 1x8x8 --loss supcon "
       "--network 'conv 16 3, relu, maxpool 2, flatten, linear 32' --epochs 3 -o model.json"},
  };
  command.second_file = "name tuples with --tuples: train-metric DATA --tuples TUPLES";
  command.run = [&] {
    return cli::run_on_data_and_tuples(options.data.file, options.tuples, "--tuples",
                                       [&] { return run(command, options); });
  };
  return cli::run_command(command, argc, argv);
}
