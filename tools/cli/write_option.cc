#include "cli/write_option.h"

#include <utility>

#include "nearfar/core/error.h"

namespace nearfar::cli {

WrittenForm parse_written_form(const std::string& value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string::npos || colon + 1 == value.size())
    usage_error("--write: expected FORMAT:FILE, found '" + value + "'",
                "for example --write html:report.html");
  return {value.substr(0, colon), value.substr(colon + 1)};
}

Option write_option(std::string help, std::vector<Choice> formats, std::vector<std::string>& values) {
  std::string unused;
  Option option = output_option("--write", std::move(help), unused);
  option.value = "FORMAT:FILE";
  option.after_colon = true;
  option.choices = std::move(formats);
  option.repeatable = true;
  option.default_text.clear();
  option.set = [&values](const std::string& value) { values.push_back(value); };
  return option;
}

}  // namespace nearfar::cli
