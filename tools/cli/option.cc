#include <algorithm>

#include "cli/command.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

// `example`: a value that would do.
[[noreturn]] void refuse(const std::string& names, const std::string& found, const std::string& expected,
                         const std::string& example) {
  const std::string name = names.substr(names.rfind(',') + 1);
  usage_error(name + ": expected " + expected + ", found '" + found + "'",
              "for example " + name + " " + example);
}

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

// The default as the example, unless it is none in [low, high], such as the 0 that stands for "no limit".
std::string example_of(const std::string& default_text, double low, double high, double otherwise) {
  double number = 0;
  const bool fits = parse_number(default_text, number) == NumberStatus::ok && number >= low && number <= high;
  return fits && number != 0 ? default_text : number_text(std::clamp(otherwise, low, high));
}

std::int64_t whole_number(const std::string& names, const std::string& text, std::int64_t low,
                          std::int64_t high, const std::string& default_text) {
  const std::optional<std::int64_t> number = parse_integer(text);
  if (!number || *number < low || *number > high) {
    refuse(names, text,
           "a whole number " + (high == kNoLimit
                                    ? "of " + std::to_string(low) + " or more"
                                    : "from " + std::to_string(low) + " to " + std::to_string(high)),
           example_of(default_text, static_cast<double>(low), static_cast<double>(high), 10));
  }
  return *number;
}

}  // namespace

std::string Option::key() const {
  const std::string name = names.substr(names.rfind(',') + 1);
  return name.substr(name.find_first_not_of('-'));
}

Option text_option(std::string names, std::string value, std::string help, std::string& target) {
  Option option;
  option.names = std::move(names);
  option.value = std::move(value);
  option.help = std::move(help);
  option.default_text = target;
  option.set = [&target](const std::string& text) { target = text; };
  return option;
}

Option file_option(std::string names, std::string help, std::string& target) {
  Option option = text_option(std::move(names), "FILE", std::move(help), target);
  option.reads_file = true;
  return option;
}

Option output_option(std::string names, std::string help, std::string& target) {
  Option option = text_option(std::move(names), "FILE", std::move(help), target);
  option.writes_file = true;
  return option;
}

Option list_option(std::string names, std::string value, std::string help, std::vector<std::string>& target) {
  std::string none;
  Option option = text_option(std::move(names), std::move(value), std::move(help), none);
  option.repeatable = true;
  option.set = [&target](const std::string& text) { target.push_back(text); };
  return option;
}

Option flag_option(std::string names, std::string help, bool& target) {
  std::string none;
  Option option = text_option(std::move(names), "", std::move(help), none);
  option.set = [&target, name = option.names](const std::string& text) {
    if (text != "true" && text != "false") refuse(name, text, "true or false", "= true");
    target = text == "true";
  };
  return option;
}

Option integer_option(std::string names, std::string value, std::string help, std::int64_t& target,
                      std::int64_t low, std::int64_t high) {
  std::string shown = std::to_string(target);
  Option option = text_option(std::move(names), std::move(value), std::move(help), shown);
  option.set = [&target, low, high, shown, name = option.names](const std::string& text) {
    target = whole_number(name, text, low, high, shown);
  };
  return option;
}

Option optional_integer_option(std::string names, std::string value, std::string help,
                               std::optional<std::int64_t>& target, std::int64_t low,
                               std::string default_text) {
  Option option = text_option(std::move(names), std::move(value), std::move(help), default_text);
  option.set = [&target, low, default_text, name = option.names](const std::string& text) {
    target = whole_number(name, text, low, kNoLimit, default_text);
  };
  return option;
}

Option number_option(std::string names, std::string value, std::string help, double& target, double low) {
  std::string shown = number_text(target);
  Option option = text_option(std::move(names), std::move(value), std::move(help), shown);
  option.set = [&target, low, shown, name = option.names](const std::string& text) {
    double number = 0;
    if (parse_number(text, number) != NumberStatus::ok || number < low)
      refuse(name, text, "a number of " + number_text(low) + " or more",
             example_of(shown, low, std::numeric_limits<double>::max(), 0.5));
    target = number;
  };
  return option;
}

Option optional_number_option(std::string names, std::string value, std::string help,
                              std::optional<double>& target, std::string default_text) {
  Option option = text_option(std::move(names), std::move(value), std::move(help), default_text);
  option.set = [&target, default_text, name = option.names](const std::string& text) {
    double number = 0;
    if (parse_number(text, number) != NumberStatus::ok) {
      constexpr double kMost = std::numeric_limits<double>::max();
      refuse(name, text, "a number", example_of(default_text, -kMost, kMost, 0.5));
    }
    target = number;
  };
  return option;
}

Option choice_option(std::string names, std::string value, std::string help,
                     std::span<const std::string> choices, std::string& target) {
  std::vector<Choice> plain;
  for (const std::string& name : choices) plain.push_back({name, ""});
  return choice_option(std::move(names), std::move(value), std::move(help), std::move(plain), target);
}

Option choice_option(std::string names, std::string value, std::string help, std::vector<Choice> choices,
                     std::string& target) {
  Option option = text_option(std::move(names), std::move(value), std::move(help), target);
  option.choices = std::move(choices);
  option.choices_follow = true;
  return option;
}

Option measures_option(std::string help, std::vector<Choice> measures, std::span<const Symbol> symbols,
                       std::string& target) {
  Option option = choice_option("--measures", "LIST", std::move(help), std::move(measures), target);
  std::vector<std::string> definitions;
  for (const Choice& measure : option.choices) definitions.push_back(measure.meaning);
  option.legend = legend_of(definitions, symbols);
  return option;
}

Option table_format_option(std::string& target) {
  return with_choices(text_option("--output-format", "NAME", "auto, csv, tsv or jsonl", target),
                      {"auto", "csv", "tsv", "jsonl"});
}

Option with_choices(Option option, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) option.choices.push_back({std::string(name), ""});
  return option;
}

bool Command::reads_input() const {
  return input != nullptr && std::none_of(in_place_of_input.begin(), in_place_of_input.end(),
                                          [&](const std::string& key) { return given.contains(key); });
}

void Command::refuse_given(std::initializer_list<std::string_view> keys, const std::string& what,
                           const std::string& instead) const {
  for (const std::string_view key : keys) {
    if (!given.contains(std::string(key))) continue;
    const std::string option = "--" + std::string(key);
    usage_error(option + " does not apply to " + what,
                "leave " + option + " out" + (instead.empty() ? "" : ", or " + instead));
  }
}

void Command::add(std::string_view group, std::vector<Option> rows) {
  for (Option& row : rows) {
    row.group = group;
    options.push_back(std::move(row));
  }
}

}  // namespace nearfar::cli
