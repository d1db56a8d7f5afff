#include "cli/generate.h"

namespace nearfar::cli {
namespace {

// The columns of a file on the command line: that of the option $1, or FILE.
constexpr const char* kEngine = R"zsh(
_nearfar_columns() {
  local file separator=, line i
  local -a columns
  for ((i = 2; i < CURRENT; ++i)); do
    if [[ -n $1 && $words[i] == $1 ]]; then
      file=$words[i+1]
    elif [[ $words[i] == -?* ]]; then
      (( $_nearfar_flags[(Ie)$words[i]] )) || [[ $words[i] == --*=* ]] || (( ++i ))
    elif [[ -z $1 ]]; then
      file=$words[i]
    fi
  done
  file=${(Q)file/#\~/$HOME}
  [[ -f $file && -r $file ]] || return 1
  case ${file%.gz} in
    *.npy | *.fvecs | *.bvecs | *.idx | *-ubyte | *.json) return 1 ;;
    *.tsv) separator=$'\t' ;;
  esac
  if [[ $file == *.gz ]]; then line=$(gzip -cd -- $file 2>/dev/null | head -n 1); else IFS= read -r line <$file; fi
  if [[ ${file%.gz} == *.jsonl ]]; then
    columns=(${(f)"$(grep -o '"[^"]*" *:' <<<$line | sed 's/" *:$//; s/^"//')"})
  else
    line=${line#$'\xef\xbb\xbf'}
    columns=(${(ps:$separator:)${${line%$'\r'}//\"/}})
  fi
  case $2 in
    selector) _sequence -s , compadd - $columns ;;
    condition) compadd -S '' -- ${^columns}= ;;
    *) compadd -- $columns ;;
  esac
}
)zsh";

// Inside a specification in single quotes: ' ends it, : [ ] and \ divide it.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == ':' || c == '[' || c == ']' || c == '\\') {
      out += std::string("\\") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string choices_text(const Option& option) {
  std::string out;
  for (const std::string& word : typed_choices(option)) out += (out.empty() ? "" : " ") + escaped(word);
  return out;
}

std::string action(const Command& command, const Option& option) {
  const std::string from = columns_from(command, option);
  const std::string columns = "_nearfar_columns \"" + from + "\"";
  switch (value_kind(option)) {
    case ValueKind::none:
    case ValueKind::text:
      return " ";
    case ValueKind::file:
      return "_files";
    case ValueKind::words:
    case ValueKind::prefixed:
      return "(" + choices_text(option) + ")";
    case ValueKind::list:
      return "_sequence -s , compadd - " + choices_text(option);
    case ValueKind::column:
      return columns;
    case ValueKind::selector:
      return columns + " selector";
    case ValueKind::condition:
      return columns + " condition";
  }
  return "";
}

std::string specification(const Command& command, const Option& option) {
  const std::vector<std::string> names = option_names(option);
  std::string out;
  if (option.repeatable) {
    out = "'*'";
  } else if (names.size() > 1) {
    out = "'(" + names.front() + " " + names.back() + ")'";
  }
  const bool takes_value = !option.value.empty();
  if (names.size() > 1) {
    out += "{" + names.front() + "," + names.back() + (takes_value ? "=" : "") + "}";
  } else {
    out += names.front() + (takes_value ? "=" : "");
  }
  out += "'[" + escaped(short_help(option)) + "]";
  if (takes_value) out += ":" + escaped(option.value) + ":" + action(command, option);
  return out + "'";
}

}  // namespace

std::string zsh_completion(const Command& command) {
  std::string flags;
  std::string specifications;
  for (const Option& option : command.options) {
    specifications += " \\\n  " + specification(command, option);
    if (!option.value.empty()) continue;
    for (const std::string& name : option_names(option)) flags += " " + name;
  }
  if (command.input != nullptr) specifications += " \\\n  '1:FILE:_files'";
  return "#compdef " + command.name + "\n# Made by `" + command.name + " --generate zsh`.\n" + kEngine +
         "\nlocal -a _nearfar_flags=(" + flags.substr(1) + ")\n_arguments -s -S" + specifications + "\n";
}

}  // namespace nearfar::cli
