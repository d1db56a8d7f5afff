#include "cli/generate.h"

namespace nearfar::cli {
namespace {

// The columns of a file on the command line: that of the option $argv[1], or any that is there.
constexpr const char* kEngine = R"fish(
function __nearfar_columns
    set -l words (commandline -opc)
    set -l file
    if test -n "$argv[1]"
        set -l at (contains -i -- $argv[1] $words)
        and set file $words[(math $at + 1)]
    else
        for word in $words[2..-1]
            string match -qr -- '\.(csv|tsv|jsonl)(\.gz)?$' $word
            and test -f $word
            and set file $word
            and break
        end
    end
    test -n "$file" -a -f "$file"
    or return
    set -l separator ,
    string match -q -- '*.tsv*' $file
    and set separator \t
    set -l line
    if string match -q -- '*.gz' $file
        set line (gzip -cd -- $file 2>/dev/null | head -n 1)
    else
        set line (head -n 1 -- $file)
    end
    if string match -q -- '*.jsonl*' $file
        string match -rag -- '"([^"]*)" *:' $line
    else
        string split -- $separator (string replace -a -- '"' '' (string trim -c \r -- $line))
    end
end
)fish";

// Inside single quotes.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + escaped(word);
  return out;
}

std::string value_text(const Command& command, const Option& option) {
  std::string columns = "__nearfar_columns";
  if (const std::string from = columns_from(command, option); !from.empty()) columns += " " + from;
  switch (value_kind(option)) {
    case ValueKind::none:
      return "";
    case ValueKind::text:
      return " -x";
    case ValueKind::file:
      return " -r -F";
    case ValueKind::words:
    case ValueKind::prefixed:
      return " -x -a '" + joined(typed_choices(option)) + "'";
    case ValueKind::list:
      return " -x -a '(__fish_append , " + joined(typed_choices(option)) + ")'";
    case ValueKind::column:
      return " -x -a '(" + columns + ")'";
    case ValueKind::selector:
      return " -x -a '(__fish_append , (" + columns + "))'";
    case ValueKind::condition:
      return " -x -a '(" + columns + ")='";
  }
  return "";
}

}  // namespace

std::string fish_completion(const Command& command) {
  std::string out = "# fish completion for " + command.name + ", made by `" + command.name +
                    " --generate fish`.\n" + kEngine + "\n";
  for (const Option& option : command.options) {
    out += "complete -c " + command.name;
    for (const std::string& name : option_names(option)) {
      const bool is_long = name.starts_with("--");
      out += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
    }
    out += value_text(command, option) + " -d '" + escaped(short_help(option)) + "'\n";
  }
  return out;
}

}  // namespace nearfar::cli
