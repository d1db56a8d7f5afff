#include <algorithm>

#include "cli/command.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kColumn = 30;

// Appends words, broken at kWidth and indented by `indent`; `at` is the column where the first word goes.
void append_wrapped(std::string& out, const std::string& text, std::size_t indent, std::size_t at) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = std::min(text.find(' ', begin), text.size());
    if (at + (end - begin) > kWidth && at > indent) {
      while (out.back() == ' ') out.pop_back();
      out += "\n" + std::string(indent, ' ');
      at = indent;
    }
    out += text.substr(begin, end - begin);
    at += end - begin;
    begin = end;
    while (begin < text.size() && text[begin] == ' ') ++begin;
    if (begin < text.size()) {
      out += ' ';
      ++at;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += "\n";
}

void append_option(std::string& out, const Option& option) {
  const std::size_t comma = option.names.find(',');
  std::string names = comma == std::string::npos
                          ? "    " + option.names
                          : option.names.substr(0, comma) + ", " + option.names.substr(comma + 1);
  if (!option.value.empty()) names += " " + option.value;
  std::string line = "  " + names;
  if (line.size() + 2 > kColumn) {
    out += line + "\n";
    line.clear();
  }
  line.resize(kColumn, ' ');
  out += line;
  std::string help = option.help;
  if (option.choices_follow) help += ": " + listed(names_of(option.choices));
  if (option.repeatable) help += "; may be repeated";
  if (!option.default_text.empty()) help += " [" + option.default_text + "]";
  append_wrapped(out, help, kColumn, kColumn);
}

}  // namespace

std::string help_text(const Command& command) {
  std::string out =
      command.name + ": " + command.summary + "\n\nUsage: " + command.name + " " + command.usage + "\n\n";
  append_wrapped(out, command.description, 0, 0);
  std::vector<std::string> groups;
  for (const Option& option : command.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  for (const std::string& group : groups) {
    out += "\n" + group + ":\n";
    for (const Option& option : command.options) {
      if (option.group == group) append_option(out, option);
    }
  }
  out += "\nExamples:\n";
  for (const Example& example : command.examples)
    out += "  # " + example.text + "\n  " + example.command + "\n";
  out +=
      "\nExit status: 0 done, 1 a gate failed, 2 usage, 3 data refused, 4 reading or writing failed, 5 "
      "numerical failure, 6 a gate against a baseline is inconclusive.\n";
  return out;
}

}  // namespace nearfar::cli
