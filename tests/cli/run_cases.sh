#!/bin/bash
# usage: run_cases.sh BIN_DIR CASES_DIR [WORK_DIR]
#
# Runs every case of CASES_DIR, a folder of folders. A case holds
#   cmd            what is run, by bash -euo pipefail, in an empty folder that gets the case's other files, with
#                  PATH beginning with BIN_DIR, $SAMPLE_DATA the sample data, LC_ALL=C, nothing on standard input
#   expected_rc    the exit status; 0 without this file
#   expected_out   standard output, to the byte; not compared without this file
#   expected_err   each line is found in standard error as it stands, or, after "~ ", as an extended regular expression
#   check          run afterwards in the same way and the same folder, must exit 0; $STDOUT and $STDERR name what cmd wrote
# Every message is looked at, too: it names only options that its command has, and a refusal says what to do
# (messages.awk).
# In cmd and check `not COMMAND` succeeds when COMMAND fails; a leading `!` would be ignored by bash -e and is refused.
# limit_memory KIB is `ulimit -v KIB`, but for programs under the address sanitizer, which maps terabytes.
# WORK_DIR keeps the folders of the failing cases.
set -euo pipefail
export LC_ALL=C

if (($# < 2 || $# > 3)); then
  sed -n '2,16s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
bin=$(cd "$1" && pwd)
cases=$(cd "$2" && pwd)
SAMPLE_DATA=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../sample_data" && pwd)
export SAMPLE_DATA PATH="$bin:$PATH"
unset NO_COLOR

keep=
if (($# == 3)); then
  mkdir -p "$3"
  work=$(cd "$3" && pwd)
  keep=yes
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

not() { if "$@"; then return 1; fi; }
export -f not

limit_memory() { grep -q __asan_init "$(command -v embed)" || ulimit -v "$1"; }
export -f limit_memory

# The options of the commands, "COMMAND --option" a line.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
options=$work/options
for source in "$here"/../../tools/*.cc; do
  command=$(basename "$source" .cc)
  "$command" --generate options | sed 's/\\-/-/g' | grep '^\.It Fl' | grep -oE -- '-[a-z][a-z-]+' |
    sed "s/^/$command -/"
done >"$options"

# What is wrong with the case in folder $1, run in folder $2; nothing when it passes.
run_case() {
  local case=$1 folder=$2 rc=0 wanted=0 line snippet
  export STDOUT=$2.out STDERR=$2.err
  mkdir "$folder"
  find "$case" -mindepth 1 -maxdepth 1 ! -name cmd ! -name check ! -name 'expected_*' -exec cp -R {} "$folder" \;
  for snippet in "$case"/cmd "$case"/check; do
    if [[ -f $snippet ]] && grep -nE '^[[:space:]]*!' "$snippet"; then echo "$snippet: write \`not\` for a leading \`!\`"; fi
  done
  (cd "$folder" && exec bash -euo pipefail "$case/cmd") </dev/null >"$STDOUT" 2>"$STDERR" || rc=$?
  if [[ -f $case/expected_rc ]]; then wanted=$(<"$case/expected_rc"); fi
  ((rc == wanted)) || echo "exit status $rc, expected $wanted"
  awk -f "$here/messages.awk" -v rc="$rc" "$options" "$STDERR"
  if [[ -f $case/expected_out ]]; then
    diff --text -u --label expected_out --label stdout "$case/expected_out" "$STDOUT" | head -n 60 || true
  fi
  if [[ -f $case/expected_err ]]; then
    while IFS= read -r line || [[ -n $line ]]; do
      case $line in
        '') ;;
        '~ '*) grep -qE -e "${line#'~ '}" "$STDERR" || echo "no line of stderr matches: ${line#'~ '}" ;;
        *) grep -qF -e "$line" "$STDERR" || echo "not in stderr: $line" ;;
      esac
    done <"$case/expected_err"
  fi
  if [[ -f $case/check ]]; then
    rc=0
    (cd "$folder" && exec bash -euo pipefail "$case/check") </dev/null >"$folder.check" 2>&1 || rc=$?
    if ((rc != 0)); then
      echo "check: exit status $rc"
      (cd "$folder" && bash -euxo pipefail "$case/check" </dev/null 2>&1 | tail -n 12) || true
    fi
  fi
}

passed=0 failed=0
for case in "$cases"/*/; do
  case=${case%/}
  [[ -d $case ]] || continue
  name=$(basename "$case")
  if [[ -f $case/cmd ]]; then
    found=$(run_case "$case" "$work/$name" 2>&1)
  else
    found="the file cmd is missing"
  fi
  if [[ -z $found ]]; then
    passed=$((passed + 1))
    [[ $keep ]] && rm -rf "${work:?}/$name" "$work/$name".{out,err,check}
  else
    failed=$((failed + 1))
    printf 'FAILED %s/%s\n' "$(basename "$cases")" "$name"
    sed 's/^/    /' <<<"$found"
    if [[ -s $work/$name.err ]]; then
      printf '    its stderr:\n'
      head -n 12 "$work/$name.err" | sed 's/^/      /'
    fi
  fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
((passed + failed > 0)) || echo "no case found in $cases"
((failed == 0 && passed > 0))
