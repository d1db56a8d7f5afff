#!/bin/bash
# The main job on the sample data, every command printed as it runs. Called by `./build.sh demo`.
# usage: demo.sh FOLDER-WITH-THE-TOOLS
set -euo pipefail
tools=$(cd "$1" && pwd)
sample_data=$(cd "$(dirname "${BASH_SOURCE[0]}")/../sample_data" && pwd)
PATH=$tools:$PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$sample_data/digits.csv" "$folder"
cd "$folder"

# run COMMAND: prints it and runs it; `status` is its exit status.
run() {
  printf '\n$ %s\n' "$1"
  status=0
  bash -o pipefail -c "$1" || status=$?
}
must() {
  run "$1"
  ((status == 0)) || { printf 'demo: exit status %d, expected 0\n' "$status" >&2; exit 1; }
}

printf 'Handwritten digits: 1,797 rows of 64 pixels. A metric is learned on 70 %% of them and judged on the rest.\n'
must "mk-splits digits.csv --label digit --strategy stratified --fractions train=0.7,test=0.3 --seed 7 -o split.csv"
must "mk-triplets split.csv --where split=train --label digit --strategy semihard --per-anchor 5 -o triplets.csv"
must "train-metric split.csv --where split=train --label digit --tuples triplets.csv --method linear --loss triplet --dim 16 -o model.json"

printf '\nThe held-out rows, raw pixels:'
must "eval-retrieval split.csv --where split=test --label digit --measures precision@1,r-precision,map@r"
printf '\nThe same rows, through the learned metric, with gates:'
must "embed -m model.json split.csv --where split=test --keep digit |
    eval-retrieval - --label digit --measures precision@1,r-precision,map@r --expect-queries 540 --gate 'precision@1>=0.95' --gate 'map@r>=0.65'"

value() { cut -d, -f1,3 | sed -n 's/^map@r,//p'; }
raw=$(eval-retrieval -q split.csv --where split=test --label digit --measures map@r --format csv | value)
learned=$(eval-retrieval -q -m model.json split.csv --where split=test --label digit --measures map@r --format csv | value)

printf '\nA gate that cannot hold ends with exit status 1, which is what stops a CI job:'
run "embed -q -m model.json split.csv --where split=test --keep digit | eval-retrieval -q - --label digit --measures map@r --gate 'map@r>=0.99'"
printf 'exit status %d\n' "$status"
((status == 1)) || { printf 'demo: a gate that fails must exit with 1\n' >&2; exit 1; }

printf '\nmap@r on held-out digits: raw %s, learned %s\n' "$raw" "$learned"
awk -v raw="$raw" -v learned="$learned" 'BEGIN { exit !(learned > raw) }' || { printf 'demo: the learned metric is no better\n' >&2; exit 1; }
printf 'The learned metric is better. The model is one readable file: jq .L model.json shows its map.\n'
