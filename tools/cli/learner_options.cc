#include "cli/learner_options.h"

#include <algorithm>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/model/model_file.h"

namespace nearfar::cli {
namespace {

template <class Has>
bool any_learner(Has has) {
  return std::any_of(learners().begin(), learners().end(), has);
}

// "lmnn: 3, lfda: 7"
std::string defaults_text(std::string_view option) {
  std::string text;
  for (const LearnerInfo& learner : learners()) {
    for (const LearnerOptionInfo& own : learner.options) {
      if (own.name != option) continue;
      text += (text.empty() ? "" : ", ") + std::string(learner.name) + ": " + std::string(own.default_text);
    }
  }
  return text;
}

std::string meaning_of(std::string_view name) {
  for (const LearnerOptionMeaning& option : learner_options()) {
    if (option.name == name) return std::string(option.meaning);
  }
  throw Error(ErrorKind::internal, "no learner option is called " + std::string(name));
}

std::string value_of(std::string_view name) {
  for (const LearnerOptionMeaning& option : learner_options()) {
    if (option.name == name) return std::string(option.value);
  }
  return "";
}

Option integer(const std::string& name, std::optional<std::int64_t>& target, std::int64_t low) {
  return optional_integer_option("--" + name, value_of(name), meaning_of(name), target, low,
                                 defaults_text(name));
}

Option number(const std::string& name, std::optional<double>& target) {
  return optional_number_option("--" + name, value_of(name), meaning_of(name), target, defaults_text(name));
}

}  // namespace

void LearnerArguments::add_to(Command& command) {
  if (any_learner([](const LearnerInfo& learner) { return learner.from_targets; })) {
    command.add(
        "Supervision",
        {text_option(
            "--target", "COL",
            "the number to be predicted from near rows, for regression; with --tuples only no feature",
            target)});
  }
  if (any_learner([](const LearnerInfo& learner) { return learner.from_chunks; })) {
    command.add("Supervision",
                {text_option("--chunks", "COL",
                             "rows with the same text there are known to be alike; nothing there: a row in "
                             "no chunk",
                             chunks)});
  }
  std::string no_prior;
  Option prior = text_option("--prior", value_of("prior"), meaning_of("prior"), no_prior);
  prior = with_choices(std::move(prior), {"identity", "covariance"});
  prior.default_text = defaults_text("prior");
  prior.set = [this](const std::string& text) { options.prior = text; };
  Option start = file_option("--init", meaning_of("init"), init);
  start.value = value_of("init");
  start.default_text = defaults_text("init");
  Option diagonal = flag_option("--diagonal", meaning_of("diagonal"), options.diagonal);
  diagonal.default_text = defaults_text("diagonal");
  std::vector<Option> rows{
      integer("neighbors", options.neighbors, 1),
      number("push-weight", options.push_weight),
      std::move(prior),
      number("regularization", options.regularization),
      integer("constraints", options.constraints, 1),
      std::move(diagonal),
      integer("max-iterations", options.max_iterations, 0),
      number("tolerance", options.tolerance),
      std::move(start),
  };
  for (Option& row : rows) {
    if (!any_learner([&](const LearnerInfo& learner) { return learner.has_option(row.key()); })) continue;
    command.add("Methods with their own solver", {std::move(row)});
  }
}

void LearnerArguments::name_columns(TableOptions& table) const {
  if (!target.empty()) table.named.push_back({"--target", target});
  if (!chunks.empty()) table.named.push_back({"--chunks", chunks});
}

std::vector<double> LearnerArguments::targets_of(const Dataset& data, const std::string& file) const {
  if (target.empty()) return {};
  return numbers_of(data, data.columns.front(), "target", file);
}

std::vector<std::int32_t> LearnerArguments::chunks_of(const Dataset& data) const {
  if (chunks.empty()) return {};
  LabelRules rules;
  rules.ignored = {""};
  const std::size_t place = target.empty() ? 0 : 1;
  return encode_labels(data.columns.at(place).values, rules).codes;
}

std::optional<Model> LearnerArguments::read_init(bool by_loss) {
  if (init.empty()) return std::nullopt;
  Model model = read_model(init, false, false);
  if (by_loss) return model;
  if (model.network)
    data_error("its map is a network, and this method starts from a matrix", {init, 0, 0, {}},
               "give a model with a matrix, as --method linear or pca learns it, or leave --init out");
  options.init = std::move(model.l);
  return std::nullopt;
}

void refuse_learner_options(const Command& command, const std::string& method, const LearnerInfo* learner) {
  const std::string what = "--method " + method;
  // With tuples it says which column is no feature, as --label does.
  const bool from_tuples = command.given.contains("tuples");
  if (!from_tuples && (learner == nullptr || !learner->from_targets)) {
    command.refuse_given({"target"}, what + " without --tuples",
                         "choose --method mlkr, or learn from graded pairs: --tuples FILE");
  }
  if (learner == nullptr || !learner->from_chunks)
    command.refuse_given({"chunks"}, what, "choose --method rca");
  for (const LearnerOptionMeaning& option : learner_options()) {
    if (learner == nullptr && option.name == "init") continue;  // training by a loss starts from it too
    if (learner != nullptr && learner->has_option(option.name)) continue;
    std::vector<std::string> others;
    for (const LearnerInfo& other : learners()) {
      if (other.has_option(option.name)) others.emplace_back(other.name);
    }
    command.refuse_given({option.name}, what, "choose --method " + listed(others, "or"));
  }
}

}  // namespace nearfar::cli
