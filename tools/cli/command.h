#pragma once

// The command line as data: a command is a table of option rows. Parsing, --help, --print-config, "did you
// mean", the OPTIONS of the manual pages and the completions of the shells read that table.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/legend.h"

namespace nearfar::cli {

/// One of the values that an option takes.
struct Choice {
  std::string
      name;  ///< "euclidean"; with a placeholder, "minkowski:P" or "precision@k", a value has a number
  std::string meaning;  ///< formula or sentence, then the source; may be ""
};

struct Option {
  std::string names;                 ///< "-o,--output" or "--seed"; the long name last
  std::string value;                 ///< placeholder of its value, "FILE"; "" for a flag
  std::string group;                 ///< heading in --help
  std::string help;                  ///< one sentence, without the default
  std::vector<Choice> choices = {};  ///< the values it takes, where they are a known set
  std::string legend;                ///< of the letters in their meanings; the manual has it behind them
  bool choices_follow = false;  ///< --help lists the choices behind the sentence, which does not name them
  std::string default_text;     ///< as a user would write it; "" when there is none
  bool repeatable = false;
  bool empty_allowed = false;  ///< "" is a value; else it is refused as an unset shell variable
  bool reads_file = false;     ///< its value names a file to read, so "-" is standard input
  bool writes_file = false;    ///< its value names a file to write, so "-" is standard output
  bool after_colon = false;    ///< the file stands behind the first colon of its value: FORMAT:FILE
  std::string may_replace;     ///< the option whose file it may write over: "--model"
  std::function<void(const std::string&)> set;  ///< takes one value ("true" for a flag); throws Error (usage)

  /// The long name without dashes: "output".
  [[nodiscard]] std::string key() const;
};

/// Rows for the common kinds of values; the default shown is what the target holds.
Option text_option(std::string names, std::string value, std::string help, std::string& target);
Option file_option(std::string names, std::string help, std::string& target);
Option output_option(std::string names, std::string help, std::string& target);
Option list_option(std::string names, std::string value, std::string help, std::vector<std::string>& target);
Option flag_option(std::string names, std::string help, bool& target);
Option integer_option(std::string names, std::string value, std::string help, std::int64_t& target,
                      std::int64_t low, std::int64_t high = std::numeric_limits<std::int64_t>::max());
Option number_option(std::string names, std::string value, std::string help, double& target, double low);
Option optional_integer_option(std::string names, std::string value, std::string help,
                               std::optional<std::int64_t>& target, std::int64_t low,
                               std::string default_text);
Option optional_number_option(std::string names, std::string value, std::string help,
                              std::optional<double>& target, std::string default_text);
/// One of a family's names; the family's own function refuses an unknown one later.
Option choice_option(std::string names, std::string value, std::string help,
                     std::span<const std::string> choices, std::string& target);
Option choice_option(std::string names, std::string value, std::string help, std::vector<Choice> choices,
                     std::string& target);
/// --measures: names of a family, whose definitions have these symbols.
Option measures_option(std::string help, std::vector<Choice> measures, std::span<const Symbol> symbols,
                       std::string& target);
/// --output-format of a command that writes tables.
Option table_format_option(std::string& target);
/// The row, with the values it takes where its sentence names them already.
Option with_choices(Option option, std::initializer_list<std::string_view> names);

/// The names in a family's table with their formula, definition or meaning, and their source.
template <class Table>
[[nodiscard]] std::vector<Choice> choices_of(const Table& table) {
  std::vector<Choice> choices;
  for (const auto& row : table) {
    Choice choice{std::string(row.name), ""};
    if constexpr (requires { row.argument; }) {
      if (!row.argument.empty()) choice.name += ":" + std::string(row.argument);
    }
    if constexpr (requires { row.definition; }) {
      choice.meaning = row.definition;
    } else if constexpr (requires { row.formula; }) {
      choice.meaning = row.formula;
    } else {
      choice.meaning = row.meaning;
    }
    if constexpr (requires { row.source; }) {
      if (!row.source.empty()) choice.meaning += " (" + std::string(row.source) + ")";
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

struct Example {
  std::string text;     ///< what it does
  std::string command;  ///< runs from the top of the source tree
};

/// Options that every command has.
struct CommonOptions {
  std::int64_t threads = 0;
  std::int64_t seed = 0;
  std::string progress = "auto";
  std::string color = "auto";
  bool quiet = false;
  bool verbose = false;
};

struct Command {
  std::string name;
  std::string summary;      ///< one line
  std::string usage;        ///< what follows the name: "[FILE] --label COL [OPTION ...]"
  std::string description;  ///< a paragraph
  std::vector<Option> options;
  std::string* input = nullptr;  ///< the positional FILE, "-" by default; null: the command takes none
  std::string second_file;       ///< how another file than FILE is named: "name the pairs with --pairs"
  bool in_place = false;         ///< the output may replace FILE itself
  /// Long names of options in whose presence the command reads no FILE; standard input is then left alone.
  std::vector<std::string> in_place_of_input;
  std::vector<Example> examples;
  CommonOptions common;
  std::function<int()> run;  ///< returns the exit status

  /// Values of the options that were given on the command line or in --config, by long name; filled by
  /// parse().
  std::map<std::string, std::vector<std::string>> given;
  /// Whether FILE, or standard input in its place, is read.
  [[nodiscard]] bool reads_input() const;
  /// Refuses (usage) those of `keys` that were given: "--KEY does not apply to WHAT", with the advice "leave
  /// --KEY out, or INSTEAD".
  void refuse_given(std::initializer_list<std::string_view> keys, const std::string& what,
                    const std::string& instead = "") const;

  /// Adds rows under a heading of --help.
  void add(std::string_view group, std::vector<Option> rows);
};

/// Parses, runs and turns every outcome into an exit status of the contract. The only function main() calls.
int run_command(Command& command, int argc, char** argv);

/// Refuses (usage) standard input or output used twice, and an output that is a file which is read or written
/// already.
void check_files(const Command& command);

/// The text of --help.
[[nodiscard]] std::string help_text(const Command& command);

enum class Action { run, help, version, print_config, generate };
/// Reads the command line (and --config) into the command's targets. Throws Error (usage). With print_config
/// `text` gets the effective options as TOML, with generate what was asked for.
[[nodiscard]] Action parse(Command& command, int argc, char** argv, std::string& text);

}  // namespace nearfar::cli
