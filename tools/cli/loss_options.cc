#include "cli/loss_options.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/loss/loss.h"
#include "nearfar/mining/strategy.h"

namespace nearfar::cli {
namespace {

// One option as several losses may have it: --margin is one of triplet and one of arcface.
struct Shared {
  std::string name;
  bool is_flag = false;
  std::vector<std::pair<std::string, std::vector<std::string>>> meanings;  ///< each with the losses
};

std::string with_default(const LossOptionInfo& option) {
  std::string text(option.meaning);
  if (option.flag != nullptr) return text;
  text += " (" + number_text(option.usual);
  if (option.usual_cosine != option.usual) text += ", for cosine " + number_text(option.usual_cosine);
  return text + ")";
}

std::vector<Shared> shared_options() {
  std::vector<Shared> all;
  for (const LossInfo& loss : losses()) {
    for (const LossOptionInfo& option : loss.options) {
      auto shared =
          std::find_if(all.begin(), all.end(), [&](const Shared& s) { return s.name == option.name; });
      if (shared == all.end()) {
        all.push_back({std::string(option.name), option.flag != nullptr, {}});
        shared = all.end() - 1;
      }
      const std::string meaning = with_default(option);
      auto same = std::find_if(shared->meanings.begin(), shared->meanings.end(),
                               [&](const auto& m) { return m.first == meaning; });
      if (same == shared->meanings.end()) {
        shared->meanings.push_back({meaning, {}});
        same = shared->meanings.end() - 1;
      }
      same->second.emplace_back(loss.name);
    }
  }
  return all;
}

std::pair<double, double> parse_range(const std::string& text) {
  const std::vector<std::string> parts = split_text(text, ',');
  double low = 0;
  double high = 0;
  if (parts.size() != 2 || parse_number(parts[0], low) != NumberStatus::ok ||
      parse_number(parts[1], high) != NumberStatus::ok || !(low < high)) {
    usage_error("--similarity-range: expected two numbers LO,HI with LO below HI, found '" + text + "'",
                "for example --similarity-range 0,5");
  }
  return {low, high};
}

std::string help_of(const Shared& option) {
  std::string text;
  for (const auto& [meaning, names] : option.meanings) {
    text += (text.empty() ? "" : "; ") + listed(names) + ": " + meaning;
  }
  return text;
}

}  // namespace

void LossChoice::add_to(Command& command) {
  std::vector<Option> rows;
  rows.push_back(choice_option("--loss", "NAME", "what is minimised", choices_of(losses()), loss));
  rows.back().legend =
      "There d is the distance, s the similarity and y the class or the similarity that the data give; a is "
      "the anchor, p a row that is similar to it and n one that is not, j any row; P are the similar rows, "
      "of proxy-anchor all proxies and P+ those with rows in the batch; [x]+ is x where that is above 0, "
      "else 0; T is --temperature, b a trained number, and what else has a name is the option of that name";
  rows.back().default_text =
      "triplet; from pairs logistic, contrastive for other distances; from graded pairs cosent";
  for (const Shared& shared : shared_options()) {
    Option row;
    row.names = "--" + shared.name;
    row.value = shared.is_flag ? "" : "X";
    row.help = help_of(shared);
    row.set = [this, shared](const std::string& text) {
      double value = text == "true" ? 1 : 0;
      if (shared.is_flag ? text != "true" && text != "false"
                         : parse_number(text, value) != NumberStatus::ok) {
        usage_error("--" + shared.name + ": expected " + (shared.is_flag ? "true or false" : "a number") +
                        ", found '" + text + "'",
                    "for example --" + shared.name + (shared.is_flag ? "" : " 0.5"));
      }
      if (!shared.is_flag || value != 0) given.emplace_back(shared.name, value);
    };
    rows.push_back(std::move(row));
  }
  rows.push_back(with_choices(
      text_option("--reduction", "NAME",
                  "mean, mean-nonzero or sum; default mean-nonzero for the contrastive losses, triplet "
                  "and margin, else mean",
                  reduction),
      {"mean", "mean-nonzero", "sum"}));
  Option range;
  range.names = "--similarity-range";
  range.value = "LO,HI";
  range.help = "cosine-mse: the lowest and the highest similarity of graded pairs, mapped to [0, 1]";
  range.set = [this](const std::string& text) { similarity_range = parse_range(text); };
  rows.push_back(std::move(range));
  rows.push_back(choice_option("--miner", "NAME",
                               "from labels: a strategy that chooses pairs or triplets in each batch",
                               names_of(mining_strategies()), miner));
  const auto add_miner_option = [&](const std::string& name, const std::string& value,
                                    const std::string& help) {
    Option row;
    row.names = "--miner-" + name;
    row.value = value;
    row.help = help;
    row.set = [this, name](const std::string& text) { miner_options.emplace_back(name, text); };
    rows.push_back(std::move(row));
  };
  add_miner_option("margin", "X",
                   "the margin of margin, hard-margin, semihard-margin and easy-margin; default: the loss's");
  for (const StrategyOption& option : strategy_options()) {
    add_miner_option(std::string(option.name), std::string(option.value),
                     std::string(option.meaning) + " (" + parameter_text(StrategyParameters{}, option) + ")");
  }
  rows.push_back(
      integer_option("--memory", "N",
                     "from labels: compare with the last N rows of earlier batches too (cross-batch memory)",
                     memory, 0, 1 << 20));
  command.add("Loss", std::move(rows));
}

void LossChoice::fill(LearnOptions& learn) const {
  if (!loss.empty()) learn.loss = loss;
  if (!reduction.empty()) learn.reduction = reduction;
  learn.loss_options = given;
  learn.similarity_range = similarity_range;
  learn.miner = miner;
  learn.miner_options = miner_options;
  learn.memory = memory;
}

void LossChoice::refuse(const Command& command, const std::string& what) {
  command.refuse_given({"loss", "reduction", "similarity-range", "miner", "miner-margin", "memory"}, what);
  for (const StrategyOption& option : strategy_options())
    command.refuse_given({"miner-" + std::string(option.name)}, what);
  for (const Shared& shared : shared_options()) command.refuse_given({shared.name}, what);
}

}  // namespace nearfar::cli
