#include "cli/training_options.h"

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/training/schedule.h"

namespace nearfar::cli {
namespace {

void add_network(Command& command, NetworkOptions& network) {
  command.add(
      "Network",
      {
          text_option("--layers", "N,N,...",
                      "mlp: widths of the layers, the last one the output; default 512 and --dim, or 128",
                      network.layers),
          with_choices(
              text_option("--activation", "NAME",
                          "mlp: relu, leaky-relu, tanh or gelu behind each hidden layer", network.activation),
              {"relu", "leaky-relu", "tanh", "gelu"}),
          number_option("--dropout", "RATE", "mlp: share of numbers that become 0 in training, by chance",
                        network.dropout, 0),
          flag_option("--batch-norm", "mlp: batch norm in each hidden layer", network.batch_norm),
          flag_option("--residual",
                      "mlp: y = x + f(x), which starts as the identity; --layers are the widths inside",
                      network.residual),
          text_option(
              "--input-shape", "CxHxW",
              "cnn: the images; HxWxC for npy files of N x H x W x C; default: what npy and idx files say",
              network.input_shape),
          text_option("--network", "LAYERS",
                      "cnn: the layers, such as 'conv 32 3, relu, maxpool 2, flatten, linear 128'; default "
                      "two convolutions of 32 and 64 channels and --dim, or 128",
                      network.network),
      });
}

// What a checkpoint is kept of: "every method trained by a loss, nca, lmnn, ...".
std::string resuming_methods() {
  std::string names = "every method trained by a loss";
  for (const LearnerInfo& learner : learners()) {
    if (learner.iterates) names += ", " + std::string(learner.name);
  }
  return names;
}

}  // namespace

void TrainingArguments::add_to(Command& command, LearnOptions& learn) {
  LossTraining& training = learn.training;
  add_network(command, learn.network);
  Option epochs =
      integer_option("--epochs", "N", "passes over the rows or tuples", training.epochs, 1, 1000000);
  epochs.default_text = "30, more on small data: 500 steps at least";
  Option rate = number_option("--lr", "X", "learning rate", training.optimizer.learning_rate, 0);
  rate.default_text = "0.001; linear from tuples: less from 40 features on";
  rate.set = [&learn, set = rate.set](const std::string& text) {
    set(text);
    learn.rate_given = true;
  };
  command.add(
      "Training",
      {
          std::move(epochs),
          integer_option("--batch-size", "N", "tuples in a batch", training.batch_size, 1, 1 << 20),
          integer_option("--classes-per-batch", "P", "classes in a batch, from labels",
                         training.classes_per_batch, 2, 1 << 20),
          integer_option("--samples-per-class", "K",
                         "rows of each class in a batch; 0: 160 / P, with P at most the number of classes",
                         training.samples_per_class, 0, 1 << 20),
          integer_option(
              "--accumulate", "N",
              "let a batch pass the network in N parts, in 1/N of the memory; the loss sees all of it",
              training.accumulate, 1, 1 << 20),
          choice_option("--optimizer", "NAME", "how the weights are stepped",
                        names_of_texts(optimizer_names()), optimizer),
          std::move(rate),
          number_option("--momentum", "X", "of sgd", training.optimizer.momentum, 0),
          with_choices(text_option("--schedule", "NAME",
                                   "the learning rate in time: constant, cosine, step:EPOCHS[:FACTOR]; "
                                   "warmup:STEPS, before it",
                                   schedule),
                       {"constant", "cosine", "step:", "warmup:"}),
          number_option("--weight-decay", "X", "pull of the weights towards 0",
                        training.optimizer.weight_decay, 0),
          number_option("--clip-norm", "X", "longest gradient; 0: any", training.clip_norm, 0),
          with_choices(
              text_option(
                  "--augment", "LIST",
                  "cnn: changes of the images in training, of: shift PIXELS, flip, rotate DEGREES, crop "
                  "SHARE, noise DEVIATION",
                  augment),
              {"shift", "flip", "rotate", "crop", "noise"}),
          output_option("--checkpoint", "keep the state of the training in FILE: " + resuming_methods(),
                        learn.checkpoint.file),
          number_option("--checkpoint-every", "SECONDS",
                        "time between two checkpoints; 0: every step or iteration", learn.checkpoint.seconds,
                        0),
          flag_option("--resume", "go on from --checkpoint, if it is there, as if nothing had happened",
                      learn.checkpoint.resume),
          output_option(
              "--log",
              "JSON Lines, written as training goes: epoch, step, loss, active share, learning rate, "
              "seconds; of a method with its own solver iteration, objective, seconds",
              log),
      });
}

void TrainingArguments::resolve(const Command& command, LearnOptions& learn, bool from_tuples) const {
  const MethodInfo& method = method_info(learn.method);
  if (!method.by_loss) {
    const std::string what = "--method " + learn.method;
    command.refuse_given(
        {"epochs", "lr", "batch-size", "classes-per-batch", "samples-per-class", "accumulate", "optimizer",
         "momentum", "schedule", "weight-decay", "clip-norm", "augment"},
        what + ", which is not trained by a loss", "choose --method linear");
    if (!method.learner->iterates)
      command.refuse_given({"checkpoint", "checkpoint-every", "resume"}, what + ", which does not iterate");
  } else if (from_tuples) {
    command.refuse_given({"classes-per-batch", "samples-per-class"},
                         "training from tuples, which has --batch-size", "learn from --label alone");
  } else {
    command.refuse_given({"batch-size"},
                         "training from labels, which has --classes-per-batch and --samples-per-class",
                         "name tuples with --tuples");
  }
  const std::string named = "--method " + learn.method;
  if (learn.method != "mlp")
    command.refuse_given({"layers", "activation", "dropout", "batch-norm", "residual"}, named,
                         "choose --method mlp");
  if (learn.method != "cnn")
    command.refuse_given({"input-shape", "network", "augment"}, named, "choose --method cnn");
  if (learn.checkpoint.file.empty())
    command.refuse_given({"resume", "checkpoint-every"}, "training without --checkpoint FILE",
                         "name it: --checkpoint run.ckpt");
  if (learn.checkpoint.file == "-")
    usage_error("--checkpoint names a file, which is written again and again",
                "for example --checkpoint run.ckpt");
  learn.training.optimizer.kind = parse_optimizer(optimizer);
  if (learn.training.optimizer.kind != OptimizerKind::sgd)
    command.refuse_given({"momentum"}, "--optimizer " + optimizer, "choose --optimizer sgd");
  if (!(learn.training.optimizer.momentum < 1))
    usage_error("--momentum is below 1", "for example --momentum 0.9");
  learn.training.schedule = parse_schedule(schedule);
  if (!augment.empty()) learn.training.augmentation = parse_augmentation(augment);
}

}  // namespace nearfar::cli
