#!/bin/bash
# usage: examples.sh SOURCE_DIR BUILD_DIR
# Runs every example of every --help and every command of the README in a temporary folder that holds the sample data;
# each must exit with 0, or with N where the comment above it says "exit status N".
set -euo pipefail
source=$1
export LC_ALL=C PATH=$2/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mapfile -t tools < <(cd "$source/tools" && printf '%s\n' *.cc | sed 's/\.cc$//')
status=0

# run WHERE COMMANDS EXPECTED: one example in the current folder
run() {
  local rc=0
  bash -o pipefail -c "$2" </dev/null >"$work/out" 2>"$work/err" || rc=$?
  if ((rc != $3)); then
    printf 'FAILED %s: exit status %d, expected %d\n  %s\n' "$1" "$rc" "$3" "$2"
    tail -n 8 "$work/err" | sed 's/^/    /'
    status=1
  fi
}

# run_lines WHERE: commands on standard input, a command may go on after a line that ends in | or \ or &&
run_lines() {
  local where=$1 line command='' expected=0 count=0
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ -z $command && $line =~ ^[[:space:]]*(#.*)?$ ]]; then
      [[ $line =~ exit\ status\ ([0-9]+) ]] && expected=${BASH_REMATCH[1]}
      continue
    fi
    command+=${command:+$'\n'}$line
    [[ $line =~ (\||\\|\&\&)[[:space:]]*$ ]] && continue
    if [[ $command != "set -o pipefail" ]]; then
      run "$where" "$command" "$expected"
      count=$((count + 1))
    fi
    command='' expected=0
  done
  [[ -z $command ]] || { echo "FAILED $where: the last command is not complete: $command"; status=1; }
  ran=$count
}

# In a folder of its own each, so that no example lives on the files of another.
total=0
for tool in "${tools[@]}"; do
  mkdir "$work/$tool"
  cp -r "$source/sample_data" "$work/$tool/sample_data"
  cd "$work/$tool"
  "$tool" --help | sed -n '/^Examples:$/,/^[^ ]*$/{/^  /s/^  //p}' >"$work/examples"
  run_lines "$tool --help" <"$work/examples"
  ((ran > 0)) || { echo "FAILED $tool --help: no example found"; status=1; }
  total=$((total + ran))
done

if [[ ! -f $source/README.md ]]; then
  echo "FAILED README.md does not exist, so its commands were not run"
  exit 1
fi
# One ```sh block after the other, all in one folder; those that build, install or clone are left out whole.
mkdir "$work/readme"
cp -r "$source/sample_data" "$work/readme/sample_data"
cd "$work/readme"
awk -v folder="$work" '
  /^```sh$/ { inside = 1; block = ""; next }
  /^```/ && inside {
    inside = 0
    if (block !~ /^# install/ && block !~ /build\.sh|cmake|apt|git clone/) printf "%s", block >(folder "/blocks")
    next
  }
  inside { block = block $0 "\n" }' "$source/README.md"
[[ -s $work/blocks ]] || { echo "FAILED README.md: no command found"; exit 1; }
run_lines README.md <"$work/blocks"
((ran >= 5)) || { echo "FAILED README.md: only $ran commands found"; status=1; }
for tool in "${tools[@]}"; do
  grep -q "$tool" "$work/blocks" || { echo "FAILED README.md: no command shows $tool"; status=1; }
done
total=$((total + ran))
((status == 0)) && echo "$total commands run as printed"
exit $status
