#include "cli/generate.h"
#include "nearfar/core/version.h"

namespace nearfar::cli {
namespace {

// The same for every command, given _nearfar_COMMAND_value, which says what an option takes.
constexpr const char* kEngine = R"bash(
# _nearfar_header FILE: the names of its columns, one a line.
_nearfar_header() {
  local file=${1/#\~/$HOME} separator=, line
  [[ -f $file && -r $file ]] || return 0
  case ${file%.gz} in
    *.npy | *.fvecs | *.bvecs | *.idx | *-ubyte | *.json) return 0 ;;
    *.tsv) separator=$'\t' ;;
  esac
  if [[ $file == *.gz ]]; then line=$(gzip -cd -- "$file" 2>/dev/null | head -n 1); else IFS= read -r line <"$file"; fi
  if [[ ${file%.gz} == *.jsonl ]]; then
    grep -o '"[^"]*" *:' <<<"$line" | sed 's/" *:$//; s/^"//'
  else
    line=${line#$'\xef\xbb\xbf'} line=${line%$'\r'}
    tr "$separator" '\n' <<<"${line//\"/}"
  fi
}

# _nearfar_values FILE COLUMN: the texts in the column, of the first thousand rows.
_nearfar_values() {
  local file=${1/#\~/$HOME} separator=, number
  [[ -f $file && ( $file == *.csv || $file == *.tsv ) ]] || return 0
  [[ $file == *.tsv ]] && separator=$'\t'
  number=$(_nearfar_header "$file" | grep -nxF -e "$2" | cut -d: -f1)
  [[ -z $number ]] || sed -n '2,1000p' -- "$file" | cut -d"$separator" -f"$number" | tr -d '"\r' | sort -u | head -n 50
}

# _nearfar_offer PREFIX BEGIN WORD...: the words that begin with BEGIN, with PREFIX before each.
_nearfar_offer() {
  local prefix=$1 begin=$2 word
  shift 2
  for word in "$@"; do
    [[ -n $word && $word == "$begin"* ]] || continue
    COMPREPLY+=("$prefix$word")
    [[ $word == *[:@=] ]] && compopt -o nospace 2>/dev/null
  done
}

# _nearfar_complete COMMAND: readline cuts words at : = @ too, so the word is taken from the line itself.
_nearfar_complete() {
  local takes=_nearfar_${1//-/_}_value line=${COMP_LINE:0:COMP_POINT} cur option='' prefix='' value
  local kind words from input='' source='' i
  local -a before columns
  cur=${line##*[[:space:]]}
  read -ra before <<<"${line%"$cur"}"
  COMPREPLY=()
  # FILE, and the file of the option named by `from`, among the words so far.
  local -A file_of=()
  for ((i = 1; i < ${#before[@]}; ++i)); do
    kind='' words='' from=''
    case ${before[i]} in
      --*=*) file_of[${before[i]%%=*}]=${before[i]#*=} ;;
      -?*)
        "$takes" "${before[i]}"
        if [[ $kind != none ]]; then
          option=${before[i]}
          ((++i < ${#before[@]})) && file_of[$option]=${before[i]} && option=''
        fi ;;
      *) input=${before[i]} ;;
    esac
  done
  kind='' words='' from='' value=$cur
  if [[ -z $option && $cur == --*=* ]]; then
    option=${cur%%=*} value=${cur#*=} prefix=$option=
  elif [[ -z $option && $cur == -* ]]; then
    _nearfar_offer '' "$cur" $("$takes" --list)
    return
  fi
  if [[ -n $option ]]; then "$takes" "$option"; else kind=file; fi
  if [[ -n $from ]]; then source=${file_of[$from]:-}; else source=$input; fi
  case $kind in
    column | selector | condition)
      mapfile -t columns < <(_nearfar_header "$source"; [[ -n $from ]] || _nearfar_header "${file_of[--labels-from]:-}") ;;
  esac
  case $kind in
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$value")
      return ;;
    words) _nearfar_offer "$prefix" "$value" $words ;;
    list | selector)
      compopt -o nospace 2>/dev/null
      [[ $value == *,* ]] && prefix+=${value%,*},
      [[ $kind == list ]] && mapfile -t columns < <(printf '%s\n' $words)
      _nearfar_offer "$prefix" "${value##*,}" "${columns[@]}" ;;
    prefixed)
      if [[ $value == *:* ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "${value#*:}")
        return
      fi
      _nearfar_offer "$prefix" "$value" $words ;;
    column) _nearfar_offer "$prefix" "$value" "${columns[@]}" ;;
    condition)
      if [[ $value == *=* ]]; then
        mapfile -t columns < <(_nearfar_values "$source" "${value%%=*}")
        _nearfar_offer "$prefix${value%%=*}=" "${value#*=}" "${columns[@]}"
      else
        _nearfar_offer "$prefix" "$value" "${columns[@]/%/=}"
      fi ;;
  esac
  # Readline replaces only what follows the last character at which it cuts.
  local kept=${cur##*[$COMP_WORDBREAKS]}
  local cut=${cur%"$kept"}
  for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$cut"}; done
}
)bash";

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string kind_text(ValueKind kind) {
  switch (kind) {
    case ValueKind::none:
      return "none";
    case ValueKind::text:
      return "text";
    case ValueKind::file:
      return "file";
    case ValueKind::words:
      return "words";
    case ValueKind::list:
      return "list";
    case ValueKind::prefixed:
      return "prefixed";
    case ValueKind::column:
      return "column";
    case ValueKind::selector:
      return "selector";
    case ValueKind::condition:
      return "condition";
  }
  return "";
}

}  // namespace

std::string bash_completion(const Command& command) {
  std::string id = command.name;
  for (char& c : id) c = c == '-' ? '_' : c;
  std::string all;
  std::string cases;
  for (const Option& option : command.options) {
    const std::vector<std::string> names = option_names(option);
    all += "      " + joined(names, " ") + " \\\n";
    cases += "    " + joined(names, " | ") + ") kind=" + kind_text(value_kind(option));
    if (!option.choices.empty()) cases += " words='" + joined(typed_choices(option), " ") + "'";
    if (const std::string from = columns_from(command, option); !from.empty()) cases += " from=" + from;
    cases += " ;;\n";
  }
  return "# bash completion for " + command.name + " (nearfar " + std::string(version()) + "), made by `" +
         command.name + " --generate bash`.\n" + kEngine + "\n_nearfar_" + id +
         "_value() {\n  case $1 in\n    --list) printf '%s\\n' \\\n" + all + "      ;;\n" + cases +
         "    *) kind=none ;;\n  esac\n}\n\n_nearfar_" + id + "() { _nearfar_complete " + command.name +
         "; }\ncomplete -F _nearfar_" + id + " " + command.name + "\n";
}

}  // namespace nearfar::cli
