#!/bin/bash
# usage: constant_memory.sh SOURCE_DIR BUILD_DIR
# embed reads from a pipe that goes on and on: its peak memory after 1,000,000 rows is that after 5,000,000 more.
set -euo pipefail
bin=$(cd "$2" && pwd)/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

printf 'a,b,c,d\n1,2,3,4\n5,6,7,8\n' >train.csv
"$bin/train-metric" train.csv --method identity -q -o model.json

peak() { sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status"; }
rows() { yes 0.25,0.5,0.75,1.25 | head -n "$1" || true; }

for format in csv fvecs; do
  mkfifo "in.$format"
  "$bin/embed" -m model.json - --input-format csv --output-format "$format" -q <"in.$format" >/dev/null &
  pid=$!
  exec 3>"in.$format"
  echo a,b,c,d >&3
  rows 1000000 >&3
  first=$(peak $pid)
  rows 5000000 >&3
  last=$(peak $pid)
  exec 3>&-
  wait $pid
  echo "CSV to $format: $first KiB after 1,000,000 rows, $last KiB after 6,000,000"
  ((last - first < 4096)) || { echo "memory grows"; exit 1; }
done
