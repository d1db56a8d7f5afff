#!/bin/bash
# usage: same_bytes.sh SOURCE_DIR BUILD_DIR
# The main job on the digits: what it writes is the same to the byte for any number of threads, from a file or a pipe,
# packed or not.
set -euo pipefail
export LC_ALL=C PATH=$2/bin:$PATH
sample_data=$1/sample_data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
outputs=(split.csv triplets.csv pairs.csv tuples-model.json labels-model.json arcface-model.json memory-model.json
         mined-model.json pca-model.json nca-model.json lmnn-model.json lfda-model.json itml-model.json scml-model.json
         sdml-model.json mlp-model.json cnn-model.json mapped.npy embedded.csv embedded.jsonl
         embedded.npy scored.csv pairs.json neighbors.csv axioms.txt report.txt report.json report.csv
         saved.run judged.json report.html report.xml queries.csv baseline.json
         tuples.html labels.svg lmnn.html cnn.html)

cnn=(--method cnn --input-shape 1x8x8 --network 'conv 16 3, relu, maxpool 2, flatten, linear 32' --augment 'shift 1, rotate 5' --valid-fraction 0.2 --epochs 3)

# job FOLDER THREADS: every command reads and writes files
job() {
  local out=$1 j=$2
  mkdir "$out"
  mk-splits "$sample_data/digits.csv" -j "$j" --label digit --strategy stratified --fractions train=0.7,test=0.3 --seed 7 -q -o "$out/split.csv"
  mk-triplets "$out/split.csv" -j "$j" --where split=train --label digit --seed 3 -q -o "$out/triplets.csv"
  mk-triplets "$out/split.csv" -j "$j" --where split=train --label digit --seed 3 --kind pairs --strategy random --max 5000 --with-distances -q -o "$out/pairs.csv"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --tuples "$out/triplets.csv" --dim 16 --epochs 4 --seed 5 --write "html:$out/tuples.html" -q -o "$out/tuples-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --loss contrastive --dim 16 --epochs 4 --seed 5 --write "svg:$out/labels.svg" -q -o "$out/labels-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --loss arcface --dim 16 --epochs 4 --seed 5 -q -o "$out/arcface-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --loss infonce --memory 500 --dim 16 --epochs 4 --seed 5 -q -o "$out/memory-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --loss margin --normalize --miner distance-weighted --dim 16 --epochs 4 --seed 5 -q -o "$out/mined-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --method pca --dim 16 -q -o "$out/pca-model.json"
  for method in lfda itml scml sdml; do
    train-metric "$out/split.csv" -j "$j" --where split=train --label digit --method "$method" -q -o "$out/$method-model.json"
  done
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --method nca --dim 8 --max-iterations 10 -q -o "$out/nca-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --method lmnn --dim 8 --max-iterations 10 --write "html:$out/lmnn.html" -q -o "$out/lmnn-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit --method mlp --layers 300,64 --dropout 0.2 --batch-norm --epochs 3 -q -o "$out/mlp-model.json"
  train-metric "$out/split.csv" -j "$j" --where split=train --label digit "${cnn[@]}" --write "html:$out/cnn.html" -q -o "$out/cnn-model.json"
  embed -m "$out/cnn-model.json" "$out/split.csv" -j "$j" --label digit -q -o "$out/mapped.npy"
  for format in csv jsonl; do
    embed -m "$out/tuples-model.json" "$out/split.csv" -j "$j" --where split=test --keep digit -q -o "$out/embedded.$format"
  done
  embed -m "$out/tuples-model.json" "$out/split.csv" -j "$j" --label digit -q -o "$out/embedded.npy"
  score-pairs "$out/split.csv" -j "$j" --label digit --pairs "$out/triplets.csv" -m "$out/tuples-model.json" -q -o "$out/scored.csv"
  eval-pairs "$out/split.csv" -j "$j" --label digit --pairs "$out/pairs.csv" -m "$out/labels-model.json" --threshold 1 --format json -q -o "$out/pairs.json"
  find-neighbors "$out/split.csv" -j "$j" --label digit -m "$out/tuples-model.json" -k 5 -q -o "$out/neighbors.csv"
  check-metric "$out/split.csv" -j "$j" --label digit --distance cosine -q -o "$out/axioms.txt"
  report "$out" "$j" "$out/embedded.csv"
}

# report FOLDER THREADS INPUT
report() {
  local format name
  for format in text json csv; do
    name=$1/report.${format/text/txt}
    eval-retrieval "$3" -j "$2" --label digit --gate 'precision@1>=0.9' --format "$format" -q -o "$name"
  done
  eval-retrieval "$3" -j "$2" --label digit --by digit --resamples 200 --write-baseline "$1/baseline.json" -q -o /dev/null
  eval-retrieval "$3" -j "$2" --label digit --by digit --baseline "$1/baseline.json" --gate 'map@r drop<=0' --resamples 200 --format html \
    --write junit:"$1/report.xml" --per-query "$1/queries.csv" -q -o "$1/report.html"
  eval-retrieval "$3" -j "$2" --label digit --save-run "$1/saved.run" --depth 20 -q -o /dev/null
  judgements "$1/saved.run" >"$1/qrels"
  eval-retrieval -j "$2" --qrels "$1/qrels" --run "$1/saved.run" --ties expected --format json -q -o "$1/judged.json"
}

# judgements RUN: made up, of every second item
judgements() { awk '{ print $1, 0, $3, ($1 + $3) % 5 - 1 }' "$1" | awk 'NR % 2'; }

# piped FOLDER THREADS CAT: the same, every command from standard input to standard output; CAT unpacks or packs
piped() {
  local out=$1 j=$2 through=$3 format
  mkdir "$out"
  "$through" "$sample_data/digits.csv" | mk-splits -j "$j" --label digit --strategy stratified --fractions train=0.7,test=0.3 --seed 7 -q >"$out/split.csv"
  "$through" "$out/split.csv" | mk-triplets -j "$j" --where split=train --label digit --seed 3 -q >"$out/triplets.csv"
  "$through" "$out/split.csv" | mk-triplets - -j "$j" --where split=train --label digit --seed 3 --kind pairs --strategy random --max 5000 --with-distances -q >"$out/pairs.csv"
  "$through" "$out/triplets.csv" | train-metric "$out/split.csv" -j "$j" --where split=train --label digit --tuples - --dim 16 --epochs 4 --seed 5 --write "html:$out/tuples.html" -q >"$out/tuples-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --loss contrastive --dim 16 --epochs 4 --seed 5 --write "svg:$out/labels.svg" -q >"$out/labels-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --loss arcface --dim 16 --epochs 4 --seed 5 -q >"$out/arcface-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --loss infonce --memory 500 --dim 16 --epochs 4 --seed 5 -q >"$out/memory-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --loss margin --normalize --miner distance-weighted --dim 16 --epochs 4 --seed 5 -q >"$out/mined-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --method pca --dim 16 -q >"$out/pca-model.json"
  for method in lfda itml scml sdml; do
    "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --method "$method" -q >"$out/$method-model.json"
  done
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --method nca --dim 8 --max-iterations 10 -q >"$out/nca-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --method lmnn --dim 8 --max-iterations 10 --write "html:$out/lmnn.html" -q >"$out/lmnn-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit --method mlp --layers 300,64 --dropout 0.2 --batch-norm --epochs 3 -q >"$out/mlp-model.json"
  "$through" "$out/split.csv" | train-metric -j "$j" --where split=train --label digit "${cnn[@]}" --write "html:$out/cnn.html" -q >"$out/cnn-model.json"
  "$through" "$out/split.csv" | embed -m "$out/cnn-model.json" -j "$j" --label digit --output-format npy -q >"$out/mapped.npy"
  for format in csv jsonl; do
    "$through" "$out/split.csv" | embed -m "$out/tuples-model.json" -j "$j" --where split=test --keep digit --output-format "$format" -q >"$out/embedded.$format"
  done
  "$through" "$out/tuples-model.json" | embed -m - "$out/split.csv" -j "$j" --label digit --output-format npy -q >"$out/embedded.npy"
  "$through" "$out/triplets.csv" | score-pairs "$out/split.csv" -j "$j" --label digit --pairs - -m "$out/tuples-model.json" -q >"$out/scored.csv"
  "$through" "$out/pairs.csv" | eval-pairs "$out/split.csv" -j "$j" --label digit --pairs - -m "$out/labels-model.json" --threshold 1 --format json -q >"$out/pairs.json"
  "$through" "$out/split.csv" | find-neighbors -j "$j" --label digit -m "$out/tuples-model.json" -k 5 -q >"$out/neighbors.csv"
  "$through" "$out/split.csv" | check-metric -j "$j" --label digit --distance cosine -q >"$out/axioms.txt"
  for format in text json csv; do
    "$through" "$out/embedded.csv" | eval-retrieval -j "$j" --label digit --gate 'precision@1>=0.9' --format "$format" -q >"$out/report.${format/text/txt}"
  done
  "$through" "$out/embedded.csv" | eval-retrieval -j "$j" --label digit --by digit --resamples 200 --write-baseline - -q -o /dev/null >"$out/baseline.json"
  "$through" "$out/embedded.csv" | eval-retrieval -j "$j" --label digit --by digit --baseline <("$through" "$out/baseline.json") --gate 'map@r drop<=0' \
    --resamples 200 --format html --write junit:"$out/report.xml" --per-query "$out/queries.csv" -q >"$out/report.html"
  "$through" "$out/embedded.csv" | eval-retrieval -j "$j" --label digit --save-run - --depth 20 -q -o /dev/null >"$out/saved.run"
  judgements "$out/saved.run" >"$out/qrels"
  "$through" "$out/qrels" | eval-retrieval -j "$j" --qrels - --run "$out/saved.run" --ties expected --format json -q >"$out/judged.json"
}
packed() { gzip -c "$1"; }

job one 1
job two 2
job three 3
piped pipe 2 cat
piped gzip-pipe 3 packed

# From packed files, by name.
mkdir gzip-file
gzip -c "$sample_data/digits.csv" >digits.csv.gz
mk-splits digits.csv.gz --label digit --strategy stratified --fractions train=0.7,test=0.3 --seed 7 -q -o gzip-file/split.csv
gzip -c gzip-file/split.csv >split.csv.gz
mk-triplets split.csv.gz --where split=train --label digit --seed 3 -q -o gzip-file/triplets.csv
gzip -c gzip-file/triplets.csv >triplets.csv.gz
train-metric split.csv.gz --where split=train --label digit --tuples triplets.csv.gz --dim 16 --epochs 4 --seed 5 -q -o gzip-file/tuples-model.json
embed -m gzip-file/tuples-model.json split.csv.gz --where split=test --keep digit -q -o gzip-file/embedded.csv

status=0 compared=0
for other in two three pipe gzip-pipe gzip-file; do
  for file in "${outputs[@]}"; do
    [[ -s one/$file ]] || { echo "one/$file is missing or empty"; exit 1; }
    [[ $other == gzip-file && ! -e $other/$file ]] && continue
    if cmp "one/$file" "$other/$file"; then compared=$((compared + 1)); else status=1; fi
  done
done
# The comparison must be able to see a difference: another seed gives other triplets and another model.
mk-triplets one/split.csv --where split=train --label digit --seed 4 -q -o other.csv
train-metric one/split.csv --where split=train --label digit --loss contrastive --dim 16 --epochs 4 --seed 6 -q -o other.json
if cmp -s one/triplets.csv other.csv || cmp -s one/labels-model.json other.json; then
  echo "another seed changes nothing, so this test proves nothing"
  status=1
fi
expected=$((4 * ${#outputs[@]} + 4))  # gzip-file has four of them
((compared == expected || status != 0)) || { echo "compared $compared files, expected $expected"; status=1; }
((status == 0)) && echo "$compared files are the same to the byte"
exit $status
