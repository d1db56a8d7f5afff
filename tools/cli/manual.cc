// The parts of a manual page that repeat the option table, in the language of mdoc(7).
#include <algorithm>

#include "cli/generate.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

// Text with the two characters that roff reads specially taken literally.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

constexpr std::size_t kWidth = 78;

// An escaped line as it stands: never taken for a macro, though it begins with a dot or an apostrophe.
std::string text_line(std::string_view line) {
  const bool control = line.starts_with('.') || line.starts_with('\'');
  return (control ? "\\&" : "") + std::string(line) + "\n";
}

// A paragraph; roff wants each sentence to begin a line.
std::string paragraph(const std::string& text) {
  std::string out;
  std::string line;
  for (const std::string& word : split_text(escaped(text), ' ')) {
    const bool sentence_ends = line.ends_with(". ") && !line.ends_with(".. ");
    if (sentence_ends || line.size() + word.size() > kWidth) {
      line.pop_back();
      out += text_line(line);
      line.clear();
    }
    line += word + " ";
  }
  line.pop_back();
  return out + text_line(line);
}

// One argument of a macro.
std::string argument(std::string_view text) {
  std::string quoted = "\"\\&";
  for (const char c : escaped(text)) quoted += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return quoted + "\"";
}

// ".It Fl o , Fl -output Ar FILE"
std::string heading(const Option& option) {
  std::string line = ".It";
  for (const std::string& name : option_names(option)) {
    if (line.size() > 3) line += " ,";
    line += " Fl " + escaped(name.substr(1));
  }
  if (!option.value.empty()) line += " Ar " + argument(option.value);
  return line + "\n";
}

std::string choices_list(const Option& option) {
  std::string out;
  const bool explained = std::any_of(option.choices.begin(), option.choices.end(),
                                     [](const Choice& choice) { return !choice.meaning.empty(); });
  if (!explained) return out;
  out += ".Pp\n.Bl -tag -width Ds -compact\n";
  for (const Choice& choice : option.choices) {
    out += ".It Cm " + argument(choice.name) + "\n";
    if (!choice.meaning.empty()) out += paragraph(choice.meaning);
  }
  out += ".El\n";
  return option.legend.empty() ? out : out + ".Pp\n" + paragraph(option.legend + ".");
}

std::string names_sentence(const Option& option) {
  std::string out;
  for (const Choice& choice : option.choices) out += (out.empty() ? "" : ", ") + choice.name;
  return out;
}

}  // namespace

std::string manual_head(const Command& command) {
  // "[FILE] --label COL [OPTION ...]" stands as it does in --help.
  return ".Sh NAME\n.Nm " + command.name + "\n.Nd " + escaped(command.summary) + "\n.Sh SYNOPSIS\n.Nm\n.Li " +
         argument(command.usage) + "\n.Sh DESCRIPTION\n" + paragraph(command.description);
}

std::string manual_options(const Command& command) {
  std::string out;
  std::vector<std::string> groups;
  for (const Option& option : command.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  for (const std::string& group : groups) {
    out += ".Ss " + argument(group) + "\n.Bl -tag -width Ds\n";
    for (const Option& option : command.options) {
      if (option.group != group) continue;
      out += heading(option);
      const std::string list = choices_list(option);
      std::string help = option.help;
      if (option.choices_follow && list.empty()) help += ": " + names_sentence(option);
      if (option.repeatable) help += "; may be repeated";
      out += paragraph(help + (help.ends_with("...") ? "" : "."));
      if (!option.default_text.empty() && !option.value.empty())
        out += "Default:\n.Li " + argument(option.default_text) + " .\n";
      out += list;
    }
    out += ".El\n";
  }
  return out;
}

std::string manual_examples(const Command& command) {
  std::string out;
  for (const Example& example : command.examples) {
    std::string text = example.text;
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
      text.front() = static_cast<char>(text.front() - 'a' + 'A');
    out += (out.empty() ? "" : ".Pp\n") + paragraph(text + ":") + ".Bd -literal\n";
    // A pipe or a list of commands goes on in the next line.
    std::string line;
    for (const std::string& word : split_text(escaped(example.command), ' ')) {
      if (!line.empty()) line += ' ';
      line += word;
      if (word != "|" && word != "&&") continue;
      out += text_line(line);
      line = "   ";
    }
    out += text_line(line) + ".Ed\n";
  }
  return out;
}

}  // namespace nearfar::cli
