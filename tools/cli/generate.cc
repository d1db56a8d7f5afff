#include "cli/generate.h"

#include <algorithm>
#include <array>

#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

struct Generated {
  std::string_view name;
  std::string_view meaning;
  std::string (*text)(const Command& command);
};

constexpr std::array<Generated, 6> kGenerated{{
    {"bash", "completion for bash", bash_completion},
    {"zsh", "completion for zsh", zsh_completion},
    {"fish", "completion for fish", fish_completion},
    {"head", "NAME, SYNOPSIS and DESCRIPTION of the manual page, as mdoc", manual_head},
    {"options", "OPTIONS of the manual page", manual_options},
    {"examples", "EXAMPLES of the manual page", manual_examples},
}};

}  // namespace

std::vector<Choice> generated_choices() { return choices_of(kGenerated); }

std::string generated_text(const Command& command, const std::string& what) {
  return row_named(std::span<const Generated>(kGenerated), "--generate", "text", what).text(command);
}

ValueKind value_kind(const Option& option) {
  if (option.value.empty()) return ValueKind::none;
  if (!option.choices.empty()) {
    if (option.value.ends_with(":FILE")) return ValueKind::prefixed;
    return option.value == "LIST" ? ValueKind::list : ValueKind::words;
  }
  if (option.reads_file || option.writes_file) return ValueKind::file;
  if (option.value == "COL") return ValueKind::column;
  if (option.value == "SEL") return ValueKind::selector;
  return option.value == "COL=VALUE" ? ValueKind::condition : ValueKind::text;
}

std::vector<std::string> typed_choices(const Option& option) {
  std::vector<std::string> typed;
  const bool prefixed = value_kind(option) == ValueKind::prefixed;
  for (const Choice& choice : option.choices) {
    const std::size_t at = choice.name.find_last_of(":@");
    const bool placeholder = at != std::string::npos && at + 2 == choice.name.size();
    std::string name = placeholder ? choice.name.substr(0, at + 1) : choice.name;
    if (prefixed) name += ":";
    if (std::find(typed.begin(), typed.end(), name) == typed.end()) typed.push_back(std::move(name));
  }
  return typed;
}

std::string columns_from(const Command& command, const Option& option) {
  // --gallery-where and --gallery-labels-from speak of --gallery, --calibrate-where of --calibrate-on.
  const std::string key = option.key();
  const std::string stem = key.substr(0, key.find('-'));
  for (const Option& other : command.options) {
    const bool is_it = other.key() == stem || other.key() == stem + "-on";
    if (other.reads_file && is_it && key != other.key()) return "--" + other.key();
  }
  return "";
}

std::vector<std::string> option_names(const Option& option) { return split_text(option.names, ','); }

std::string short_help(const Option& option) {
  const std::size_t end = std::min({option.help.find("; "), option.help.find(": "), option.help.find(" (")});
  return option.help.substr(0, end);
}

}  // namespace nearfar::cli
