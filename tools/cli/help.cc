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

// The words of a shell command. What stands in quotes is one, and so are an option and its value, and a word
// and the | or && behind it.
std::vector<std::string> shell_words(const std::string& command) {
  std::vector<std::string> words{""};
  char quote = 0;
  for (const char c : command) {
    if (quote == 0 && c == ' ') {
      words.emplace_back();
      continue;
    }
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    words.back() += c;
  }
  std::vector<std::string> parts;
  for (const std::string& word : words) {
    const bool ends_command = word == "|" || word == "&&";
    const bool is_value = !parts.empty() && parts.back().starts_with('-') &&
                          parts.back().find(' ') == std::string::npos && !word.starts_with('-');
    if (ends_command || is_value) {
      parts.back() += " " + word;
    } else {
      parts.push_back(word);
    }
  }
  return parts;
}

// A command as it can be pasted: it goes on in the next line behind a pipe or &&, and behind a backslash
// where it is too wide.
void append_command(std::string& out, const std::string& command) {
  constexpr std::size_t kRoomForBackslash = 2;
  std::string indent = "  ";
  std::string line = indent;
  bool is_new = true;
  for (const std::string& word : shell_words(command)) {
    if (!is_new && line.size() + 1 + word.size() + kRoomForBackslash > kWidth) {
      out += line + " \\\n";
      line = indent + "      ";  // farther than an option of the list above
      is_new = true;
    }
    line += (is_new ? "" : " ") + word;
    is_new = false;
    if (!word.ends_with(" |") && !word.ends_with(" &&")) continue;
    out += line + "\n";
    indent = "    ";
    line = indent;
    is_new = true;
  }
  out += line + "\n";
}

}  // namespace

std::string help_text(const Command& command) {
  std::string out = command.name + ": " + command.summary + "\n\n";
  append_wrapped(out, "Usage: " + command.name + " " + command.usage, 7, 0);
  out += "\n";
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
  for (const Example& example : command.examples) {
    out += "  # " + example.text + "\n";
    append_command(out, example.command);
  }
  out += "\n";
  append_wrapped(
      out,
      "Exit status: 0 done, 1 a gate failed, 2 usage, 3 data refused, 4 reading or writing failed, 5 "
      "numerical failure, 6 a gate against a baseline is inconclusive.",
      0, 0);
  return out;
}

}  // namespace nearfar::cli
