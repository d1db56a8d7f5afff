#!/bin/bash
# usage: cli_runner_can_fail.sh SOURCE_DIR BUILD_DIR
# Gives the runner of the command cases one wrong case at a time; it must fail on each, and say which and why.
set -euo pipefail
runner=$1/tests/cli/run_cases.sh
bin=$2/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# A right case: rows of a table get a fold each.
right() {
  rm -rf "$work/cases"
  mkdir -p "$work/cases/one"
  cat >"$work/cases/one/cmd" <<'CMD'
mk-splits t.csv --folds 2 -o out.csv
sed 's/,[12]$/,part/' out.csv
CMD
  printf 'x,y\n1,2\n3,4\n' >"$work/cases/one/t.csv"
  printf 'x,y,fold\n1,2,part\n3,4,part\n' >"$work/cases/one/expected_out"
  printf '2 rows\n~ 2 +1$\n' >"$work/cases/one/expected_err"
  printf 'not cmp t.csv out.csv\ntest -s "$STDOUT"\n' >"$work/cases/one/check"
}

# fails WHAT EXPECTED-TEXT: the cases as they stand are not accepted, and the text tells why
fails() {
  local output
  if output=$(bash "$runner" "$bin" "$work/cases" 2>&1); then
    printf 'accepted: %s\n%s\n' "$1" "$output"
    status=1
  elif [[ $output != *"$2"* ]]; then
    printf 'failed for another reason: %s\n%s\n' "$1" "$output"
    status=1
  fi
}

right
bash "$runner" "$bin" "$work/cases" >"$work/output" || { echo "the right case fails:"; cat "$work/output"; exit 1; }
grep -qx '1 passed, 0 failed' "$work/output" || { echo "no summary:"; cat "$work/output"; exit 1; }

one=$work/cases/one
right; printf 'x,y,fold\n1,2,part\n3,4,pat\n' >"$one/expected_out"; fails 'another output' '-3,4,pat'
right; printf 'x,y,fold\n1,2,part\n3,4,part' >"$one/expected_out"; fails 'a missing last newline' 'No newline at end of file'
right; echo 3 >"$one/expected_rc"; fails 'another exit status' 'exit status 0, expected 3'
right; echo 'mk-splits --no-such-option' >"$one/cmd"; fails 'a failing command' 'exit status 2, expected 0'
right; printf 'false\ncat out.csv\n' >"$one/cmd"; fails 'a failing first line of cmd' 'exit status 1, expected 0'
right; echo '3 rows' >"$one/expected_err"; fails 'a text that stderr lacks' 'not in stderr: 3 rows'
right; echo '~ ^fold [0-9]+' >"$one/expected_err"; fails 'an expression that stderr lacks' 'no line of stderr matches'
right; echo 'cmp t.csv out.csv' >"$one/check"; fails 'a failing check' 'check: exit status 1'
right; printf 'not test -e out.csv\ntrue\n' >"$one/check"; fails 'a failing first line of check' 'check: exit status 1'
right; printf '! test -e out.csv\ntrue\n' >"$one/check"; fails 'a check that bash would ignore' 'for a leading'
right; rm "$one/cmd"; fails 'a case without cmd' 'cmd is missing'
right; mkdir "$work/cases/two"; echo 'exit 7' >"$work/cases/two/cmd"; fails 'one of two' '1 passed, 1 failed'
right; echo 'echo "embed: x: refused, see --folds" >&2' >>"$one/cmd"; fails 'an option of another command' 'embed has no --folds'
right; printf 'echo "embed: x: refused" >&2\nexit 3\n' >"$one/cmd"; echo 3 >"$one/expected_rc"; fails 'a refusal that does not say what to do' 'a refusal without advice'
rm -rf "$work/cases"; mkdir "$work/cases"; fails 'no case at all' '0 passed, 0 failed'
((status == 0)) && echo "every wrong case was noticed"
exit $status
