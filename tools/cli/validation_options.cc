#include "cli/validation_options.h"

#include <fmt/core.h>

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/data/split.h"
#include "nearfar/io/row_filter.h"

namespace nearfar::cli {
namespace {

SplitStrategy strategy_named(const std::string& name) {
  if (name == "items")
    usage_error("--valid-strategy: items is for tuple files", "write stratified, class or group");
  return row_named(split_strategies(), "--valid-strategy", "strategy", name).strategy;
}

const TextColumn& last_column(const Dataset& data) { return data.columns.back(); }

// The tuples whose items are all kept, with their items' new rows; `place` is -1 for a row that is not kept.
Tuples kept_tuples(const Tuples& tuples, const std::vector<std::int32_t>& place) {
  Tuples kept;
  kept.kind = tuples.kind;
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    const auto items = tuples[t];
    if (std::any_of(items.begin(), items.end(),
                    [&](std::int32_t item) { return place[static_cast<std::size_t>(item)] < 0; })) {
      continue;
    }
    for (const std::int32_t item : items) kept.items.push_back(place[static_cast<std::size_t>(item)]);
    if (!tuples.values.empty()) kept.values.push_back(tuples.values[static_cast<std::size_t>(t)]);
  }
  return kept;
}

}  // namespace

void ValidationOptions::add_to(Command& command, LossTraining& training) {
  command.add(
      "Validation",
      {
          file_option("--valid",
                      "rows to measure every epoch on, or once the map of a method with its own solver, "
                      "beside identity and covariance; with the columns of FILE",
                      file),
          text_option("--valid-where", "COL=VALUE", "take them out of FILE: the rows with this text", where),
          number_option("--valid-fraction", "X", "take them out of FILE: this share", fraction, 0),
          with_choices(text_option("--valid-strategy", "NAME",
                                   "which: random, stratified, class (whole ones) or group", strategy),
                       {"random", "stratified", "class", "group"}),
          text_option("--valid-group", "COL", "the groups of --valid-strategy group", group),
          text_option("--select", "MEASURE",
                      "a measure of eval-retrieval, between the validation rows; the epoch with the highest "
                      "value is kept; not of a method with its own solver",
                      select),
          integer_option("--patience", "N", "end after N epochs without a better value; 0: never",
                         training.patience, 0, 1 << 20),
      });
}

void ValidationOptions::resolve(const Command& command, const DataOptions& data, LearnOptions& learn) const {
  const int ways = (file.empty() ? 0 : 1) + (where.empty() ? 0 : 1) + (fraction > 0 ? 1 : 0);
  const bool by_loss = method_info(learn.method).by_loss;
  if (!by_loss) {
    command.refuse_given({"select", "patience"},
                         "--method " + learn.method + ", which has no epochs to choose from",
                         "choose a method with a loss, such as --method linear");
  }
  if (ways == 0) {
    command.refuse_given({"valid-strategy", "valid-group", "select", "patience"},
                         "training without --valid, --valid-where or --valid-fraction",
                         "hold rows out: --valid-fraction 0.2");
    return;
  }
  if (ways > 1)
    usage_error("--valid, --valid-where and --valid-fraction are three ways; choose one",
                "leave the others out");
  if (fraction == 0)
    command.refuse_given({"valid-strategy", "valid-group"}, "training without --valid-fraction",
                         "hold rows out with --valid-fraction 0.2");
  if (!(fraction < 1)) usage_error("--valid-fraction is a share below 1", "for example --valid-fraction 0.2");
  if (!where.empty()) (void)parse_condition(where, "--valid-where");
  if ((strategy_named(strategy) == SplitStrategy::by_group) != !group.empty())
    usage_error("--valid-strategy group goes with --valid-group COL",
                group.empty() ? "name the column whose rows stay together: --valid-group COL"
                              : "add --valid-strategy group");
  if (data.label.empty() && data.labels_from.empty()) {
    const LearnerInfo* learner = method_info(learn.method).learner;
    const bool from_numbers = learner != nullptr && learner->from_targets && !learner->from_labels;
    usage_error("the validation rows need labels, which tell what should be found",
                from_numbers
                    ? "name a column of classes with --label, or judge the map by graded pairs of other "
                      "rows: mk-triplets --kind pairs --target, then eval-pairs --target"
                    : "name their column with --label");
  }
  if (by_loss) learn.training.select = parse_measure(select);
}

void ValidationOptions::name_columns(TableOptions& table) const {
  if (!where.empty())
    table.named.push_back({"--valid-where", parse_condition(where, "--valid-where").column});
  if (!group.empty()) table.named.push_back({"--valid-group", group});
}

std::optional<Dataset> ValidationOptions::hold_out(const DataOptions& options, std::uint64_t seed,
                                                   Dataset& data, std::optional<Tuples>& tuples,
                                                   Console& console) const {
  if (!file.empty()) {
    TableOptions table = of_another_file(options.table(), file);
    table.no_features.insert(table.no_features.end(), no_features.begin(), no_features.end());
    table.expected = features_of(data, data.features.cols(), options.file);
    table.expected->chosen = !options.features.empty();
    return read_labelled(options, table, console, true);
  }
  if (where.empty() && fraction == 0) return std::nullopt;
  std::vector<std::int32_t> part(static_cast<std::size_t>(data.rows()));  // 1: held out
  if (!where.empty()) {
    const Condition condition = parse_condition(where, "--valid-where");
    const std::vector<std::string>& texts = last_column(data).values;
    for (std::size_t i = 0; i < part.size(); ++i)
      part[i] = (texts[i] == condition.value) == condition.equal ? 1 : 0;
  } else {
    const std::vector<SplitPart> parts{{"train", 1 - fraction}, {"valid", fraction}};
    const Labels groups = group.empty() ? data.labels : encode_labels(last_column(data).values);
    // A seed of its own: mk-splits with the same seed must not deal the same rows.
    const std::uint64_t own_seed = Random(seed, RandomPurpose::split, 1).next64();
    part = split_rows(data.rows(), groups, parts, strategy_named(strategy), own_seed);
  }
  std::vector<std::int64_t> rows[2];
  std::vector<std::int32_t> place(part.size(), -1);
  for (std::size_t i = 0; i < part.size(); ++i) {
    std::vector<std::int64_t>& to = rows[part[i]];
    if (part[i] == 0) place[i] = static_cast<std::int32_t>(to.size());
    to.push_back(static_cast<std::int64_t>(i));
  }
  if (rows[0].empty() || rows[1].empty()) {
    std::string advice = "hold another share out, for example --valid-fraction 0.2";
    if (!where.empty()) {
      SeenValues seen;
      for (const std::string& text : last_column(data).values) seen.add(text);
      advice = options.where.empty()
                   ? "is --valid-where " + where + " right? the column holds " + seen.listed()
                   : "--where has left no more than " + seen.listed() +
                         " in the column, and --valid-where takes its rows out of those: leave --where out";
    }
    data_error(rows[1].empty() ? "no row is left to validate on" : "no row is left to learn from", {},
               advice);
  }
  Dataset valid = select_rows(data, rows[1]);
  data = select_rows(data, rows[0]);
  console.note(
      fmt::format("{} to learn from, {} to validate on", counted(data.rows(), "row"), grouped(valid.rows())));
  if (tuples) {
    const std::int64_t before = tuples->size();
    tuples = kept_tuples(*tuples, place);
    console.note(fmt::format("{} {} touch the rows to validate on and are left out",
                             grouped(before - tuples->size()), tuple_kind(tuples->kind).name));
  }
  return valid;
}

}  // namespace nearfar::cli
