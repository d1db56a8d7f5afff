#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace nearfar::cli {

/// What --write names: a form of a report, and the file it goes to.
struct WrittenForm {
  std::string format;
  std::string file;
};

/// "FORMAT:FILE". Throws Error (usage) for anything else; the format is looked up by the caller.
[[nodiscard]] WrittenForm parse_written_form(const std::string& value);

/// The row of --write, repeatable; its values go behind `values`.
[[nodiscard]] Option write_option(std::string help, std::vector<Choice> formats,
                                  std::vector<std::string>& values);

}  // namespace nearfar::cli
