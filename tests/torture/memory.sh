#!/bin/bash
# usage: memory.sh BIN_DIR
# Every command of outputs.txt in 32 address spaces, from one in which it can just print its version, in steps of 100 kB:
# it does its work, or has exit status 4 and one message about it. Then 100,000 arrays in one another as a model and as data:
# refused in less than a second and 64 MB. Exit status 1 if it ever is otherwise.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

within() { (ulimit -v "$1" && exec "${@:2}"); }  # KB COMMAND...

# What is wrong with the outcome of COMMAND... in KB; "" or "out" where nothing is.
outcome() {
  local rc=0 error
  error=$(within "$@" 2>&1 >/dev/null) || rc=$?
  if ((rc == 0)); then return; fi
  if ((rc == 4)) && [[ $error == *"out of memory"* ]] && is_message "$2" "$error"; then echo out && return; fi
  echo "FAILED in $1 kB: ${*:2}: exit status $rc: $error"
}

runs=0 out=0 failed=0
while read -r file command; do
  read -ra words <<<"${command//@OUT/$work/out/$file}"
  start=4000
  until within $start "${words[0]}" --version >/dev/null 2>&1; do start=$((start + 100)); done
  for step in {0..31}; do
    found=$(outcome $((start + 100 * step)) "${words[@]}")
    runs=$((runs + 1))
    case $found in
      '') ;;
      out) out=$((out + 1)) ;;
      *) failed=$((failed + 1)) && echo "$found" ;;
    esac
  done
done < <(outputs)
deep=$(printf '[%.0s' {1..100000})
printf '{"format": "nearfar-model", "L": %s' "$deep" >deep.json
printf '{"id": "a", "vector": %s' "$deep" >deep.jsonl
for refused in 'embed --unsealed -m deep.json iris.csv' 'embed -m deep.json iris.csv' 'embed -m model.json deep.jsonl' \
               'mk-splits deep.jsonl --folds 2' 'eval-retrieval deep.jsonl --label species'; do
  rc=0
  within 65536 timeout 1 $refused 2>error >/dev/null || rc=$?
  runs=$((runs + 1))
  ((rc == 3)) || { failed=$((failed + 1)) && echo "FAILED: $refused: exit status $rc: $(<error)"; }
done
echo "memory: $runs runs, $out of them out of memory, $failed failed"
((failed == 0 && out > 0))
