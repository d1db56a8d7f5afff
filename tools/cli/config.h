#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace nearfar::cli {

/// What a config file gives one option.
struct ConfigEntry {
  std::vector<std::string> values;  ///< several for an array
  std::int64_t line = 0;            ///< 1-based
};
using Config = std::map<std::string, ConfigEntry>;

/// The keys of a TOML document that holds nothing but options: KEY = VALUE, where a value is a string, a
/// number, true, false or an array of them. Sections, dotted keys, inline tables and multi-line strings,
/// which no option needs, are refused; so is a key given twice. Numbers keep their text, less the
/// underscores. Throws Error (usage) with the place in the file called `name`. Source: toml.io/en/v1.0.0.
[[nodiscard]] Config read_config(std::string_view text, const std::string& name);

/// The options that were given, as such a document; defaults are comments.
[[nodiscard]] std::string config_text(const Command& command);

/// Options that make the command do something else are no part of a config file.
[[nodiscard]] bool belongs_in_config(const Option& option);

}  // namespace nearfar::cli
