#pragma once

// What is made of a command's option table besides --help: parts of its manual page, and completions.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace nearfar::cli {

/// What can be asked for: the names and meanings of the table in generate.cc.
[[nodiscard]] std::vector<Choice> generated_choices();
/// The text called `what`. Throws Error (usage) for another name.
[[nodiscard]] std::string generated_text(const Command& command, const std::string& what);

/// Parts of the manual page, as mdoc(7): the sections NAME, SYNOPSIS and DESCRIPTION; what stands under
/// OPTIONS; what stands under EXAMPLES.
[[nodiscard]] std::string manual_head(const Command& command);
[[nodiscard]] std::string manual_options(const Command& command);
[[nodiscard]] std::string manual_examples(const Command& command);

/// Completions, each a file that the shell can also read by itself: source <(embed --generate bash).
[[nodiscard]] std::string bash_completion(const Command& command);
[[nodiscard]] std::string zsh_completion(const Command& command);
[[nodiscard]] std::string fish_completion(const Command& command);

/// What a shell can offer as the value of an option.
enum class ValueKind {
  none,       ///< a flag has no value
  text,       ///< nothing is known
  file,       ///< to read or to write
  words,      ///< one of the choices
  list,       ///< choices with commas between
  prefixed,   ///< CHOICE:FILE
  column,     ///< the name of a column
  selector,   ///< columns with commas between
  condition,  ///< COL=VALUE
};
[[nodiscard]] ValueKind value_kind(const Option& option);

/// The choices as a user begins to type them: "minkowski:" for minkowski:P, "precision@" for precision@k.
[[nodiscard]] std::vector<std::string> typed_choices(const Option& option);

/// The option whose file has the columns that this option names: "--gallery" for "--gallery-where"; "" for
/// FILE.
[[nodiscard]] std::string columns_from(const Command& command, const Option& option);

/// "-o,--output" as {"-o", "--output"}.
[[nodiscard]] std::vector<std::string> option_names(const Option& option);

/// The first clause of its sentence, for a line of a menu.
[[nodiscard]] std::string short_help(const Option& option);

}  // namespace nearfar::cli
