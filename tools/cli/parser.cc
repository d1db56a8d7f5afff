// The only file that knows CLI11. CLI11 cuts the command line into options and values; what they mean is
// decided by the rows.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/generate.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/source.h"

namespace nearfar::cli {
namespace {

using Given = decltype(Command::given);

std::vector<std::string> long_names(const Command& command) {
  std::vector<std::string> names;
  for (const Option& option : command.options) names.push_back("--" + option.key());
  return names;
}

const Option* find_row(const Command& command, const std::string& key) {
  const auto found = std::find_if(command.options.begin(), command.options.end(),
                                  [&](const Option& option) { return option.key() == key; });
  return found == command.options.end() ? nullptr : &*found;
}

Given cut(const Command& command, int argc, char** argv, std::vector<std::string>& files) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, bool> flags;
  for (const Option& option : command.options) {
    const std::string key = option.key();
    if (option.value.empty()) {
      app.add_flag(option.names, flags[key]);
    } else {
      // One value a time: otherwise a repeatable option swallows the FILE behind it.
      app.add_option(option.names, values[key])
          ->type_size(1)
          ->expected(1)
          ->allow_extra_args(false)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
  // Behind a lone "--" everything is a FILE.
  char** const last = argv + argc;
  char** const end =
      std::find_if(argv, last, [](const char* word) { return std::string_view(word) == "--"; });
  app.add_option("FILE", files)->expected(0, -1);
  try {
    app.parse(static_cast<int>(end - argv), argv);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    usage_error(what.substr(0, what.find(':')) + " needs a value", "see " + command.name + " --help");
  } catch (const CLI::ConversionError& error) {  // only flags are converted, to true or false
    const std::string what = error.what();
    const std::size_t at = what.find("--");
    usage_error(what.substr(at, what.find(' ', at) - at) + " takes no value",
                "write it without what follows the =");
  } catch (const CLI::ParseError& error) {
    usage_error(error.what(), "see " + command.name + " --help");
  }
  for (const std::string& extra : app.remaining()) {
    const std::string name = extra.substr(0, extra.find('='));
    if (name.starts_with('-') && name != "-") {
      usage_error("unknown option " + name + did_you_mean(name, long_names(command)),
                  "see " + command.name + " --help");
    }
    files.push_back(extra);
  }
  if (end != last) files.insert(files.end(), end + 1, last);
  Given given;
  for (const Option& option : command.options) {
    const std::string key = option.key();
    if (option.value.empty()) {
      if (app.count("--" + key) > 0) given[key] = {flags[key] ? "true" : "false"};
    } else if (!values[key].empty()) {
      given[key] = values[key];
    }
  }
  return given;
}

// Where an option of a config file stands, by long name.
using Origins = std::map<std::string, Place>;

// Options of a TOML file that the command line does not give.
void add_config(const Command& command, const std::string& file, Given& given, Origins& origins) {
  Source source(file);
  const std::string content = read_all(source, std::size_t{1} << 24U);
  for (const auto& [key, entry] : read_config(content, source.name())) {
    const Place place{source.name(), entry.line, 0, {}};
    const Option* row = find_row(command, key);
    if (row == nullptr || !belongs_in_config(*row)) {
      std::vector<std::string> keys;
      for (const Option& option : command.options) {
        if (belongs_in_config(option)) keys.push_back(option.key());
      }
      throw Error(ErrorKind::usage, "unknown key '" + key + "'" + did_you_mean(key, keys), place,
                  "keys are the long names of the options, without dashes");
    }
    if (entry.values.empty())
      throw Error(ErrorKind::usage, "the key '" + key + "' has no value", place,
                  "write " + key + " = and the value behind it");
    if (given.emplace(key, entry.values).second) origins.emplace(key, place);
  }
}

void set_values(const Option& option, const std::vector<std::string>& values) {
  const std::string name = "--" + option.key();
  if (!option.repeatable && values.size() > 1)
    usage_error(name + " is given " + std::to_string(values.size()) + " times", "give it once");
  for (const std::string& value : values) {
    if (value.empty() && !option.empty_allowed)
      usage_error(name + " has an empty value", "leave it out for the default; is a shell variable unset?");
    option.set(value);
  }
}

}  // namespace

Action parse(Command& command, int argc, char** argv, std::string& text) {
  bool help = false;
  bool version = false;
  bool print = false;
  std::string config_file;
  std::string generated;
  CommonOptions& common = command.common;
  command.add(
      "Common",
      {
          integer_option("-j,--threads", "N",
                         "threads; 0: the CPUs this process may use. Never changes a result", common.threads,
                         0, 1024),
          integer_option("--seed", "N", "seed of everything drawn by chance", common.seed, 0),
          with_choices(text_option("--progress", "WHEN", "progress on standard error: auto, always, never",
                                   common.progress),
                       {"auto", "always", "never"}),
          with_choices(
              text_option("--color", "WHEN", "colour on standard error: auto, always, never", common.color),
              {"auto", "always", "never"}),
          flag_option("-q,--quiet", "errors only", common.quiet),
          flag_option("-v,--verbose", "more detail; with -V: the instruction set in use", common.verbose),
          file_option("--config", "options from a TOML file; the command line wins", config_file),
          flag_option("--print-config", "print the options in effect and stop", print),
          choice_option("--generate", "WHAT", "print something made of this list of options, and stop",
                        generated_choices(), generated),
          flag_option("-h,--help", "this text", help),
          flag_option("-V,--version", "the version", version),
      });
  std::vector<std::string> files;
  command.given = cut(command, argc, argv, files);
  Given& given = command.given;
  if (given.contains("help")) return Action::help;
  if (const auto what = given.find("generate"); what != given.end()) {
    text = generated_text(command, what->second.back());
    return Action::generate;
  }
  if (files.size() > (command.input != nullptr ? 1U : 0U)) {
    usage_error("one input at a time: unexpected '" + files.back() + "'",
                (command.second_file.empty() ? "" : command.second_file + "; ") +
                    "a value with blanks stands in quotes; see " + command.name + " --help");
  }
  if (!files.empty()) *command.input = files.front();
  Origins origins;
  if (const auto file = given.find("config"); file != given.end()) {
    if (!given.contains("print-config")) check_files(command);  // before anything is read
    add_config(command, file->second.back(), given, origins);
  }
  for (const Option& option : command.options) {
    const auto values = given.find(option.key());
    if (values == given.end()) continue;
    try {
      set_values(option, values->second);
    } catch (const Error& error) {
      const auto origin = origins.find(option.key());
      if (origin == origins.end()) throw;
      throw Error(error.kind(), error.message(), origin->second, error.advice());
    }
  }
  if (version) return Action::version;
  const std::pair<const char*, const std::string&> occasions[]{{"--progress", common.progress},
                                                               {"--color", common.color}};
  for (const auto& [option, when] : occasions) {
    if (when != "auto" && when != "always" && when != "never")
      usage_error(std::string(option) + ": expected auto, always or never, found '" + when + "'",
                  "for example " + std::string(option) + " never");
  }
  if (!files.empty() && !command.reads_input()) {
    for (const std::string& key : command.in_place_of_input) {
      if (given.contains(key))
        usage_error("no FILE is read with --" + key + ": unexpected '" + files.front() + "'",
                    "leave one of the two out");
    }
  }
  if (print) {
    text = config_text(command);
    return Action::print_config;
  }
  check_files(command);
  if (command.reads_input() && files.empty() && ::isatty(STDIN_FILENO) == 1) {
    usage_error("no FILE is given and standard input is a terminal",
                "usage: " + command.name + " " + command.usage + "; more with --help");
  }
  return Action::run;
}

}  // namespace nearfar::cli
