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

# feed INPUT OUTPUT TOOL ARGUMENT...: the tool reads INPUT where an argument is INPUT, and writes OUTPUT where one is OUTPUT
# or else what -o names. Where `way` is "names" it gets the names; else `way` is a program that unpacks or packs, and it
# reads standard input and writes standard output.
feed() {
  local input=$1 output=$2 tool=$3 word
  local -a words=()
  shift 3
  for word; do
    case $way:$word in
      names:INPUT) words+=("$input") ;;
      names:OUTPUT) words+=("$output") ;;
      packed:INPUT) ((${#words[@]} == 0)) || words+=(-) ;;  # without a FILE standard input is read
      *:INPUT | *:OUTPUT) words+=(-) ;;
      *) words+=("$word") ;;
    esac
  done
  [[ $way == names || $tool != embed ]] || words+=(--output-format "${output##*.}")
  [[ $way != names || " $* " == *' OUTPUT '* ]] || words+=(-o "$output")
  if [[ $way == names ]]; then
    "$tool" "${words[@]}" -j "$threads" -q
  else
    "$way" "$input" | "$tool" "${words[@]}" -j "$threads" -q >"$output"
  fi
}

# train INPUT NAME ARGUMENT...: a model of the training part
train() { feed "$1" "$out/$2-model.json" train-metric "${@:3}" --where split=train --label digit; }

# job FOLDER THREADS WAY: all commands of the test
job() {
  local out=$1 threads=$2 way=$3 split=$1/split.csv embedded=$1/embedded.csv format method baseline
  mkdir "$out"
  feed "$sample_data/digits.csv" "$split" mk-splits INPUT --label digit --strategy stratified --fractions train=0.7,test=0.3 --seed 7
  feed "$split" "$out/triplets.csv" mk-triplets INPUT --where split=train --label digit --seed 3
  feed "$split" "$out/pairs.csv" mk-triplets INPUT --where split=train --label digit --seed 3 --kind pairs --strategy random --max 5000 --with-distances
  train "$out/triplets.csv" tuples "$split" --tuples INPUT --dim 16 --epochs 4 --seed 5 --write "html:$out/tuples.html"
  train "$split" labels INPUT --loss contrastive --dim 16 --epochs 4 --seed 5 --write "svg:$out/labels.svg"
  train "$split" arcface INPUT --loss arcface --dim 16 --epochs 4 --seed 5
  train "$split" memory INPUT --loss infonce --memory 500 --dim 16 --epochs 4 --seed 5
  train "$split" mined INPUT --loss margin --normalize --miner distance-weighted --dim 16 --epochs 4 --seed 5
  train "$split" pca INPUT --method pca --dim 16
  for method in lfda itml scml sdml; do train "$split" "$method" INPUT --method "$method"; done
  train "$split" nca INPUT --method nca --dim 8 --max-iterations 10
  train "$split" lmnn INPUT --method lmnn --dim 8 --max-iterations 10 --write "html:$out/lmnn.html"
  train "$split" mlp INPUT --method mlp --layers 300,64 --dropout 0.2 --batch-norm --epochs 3
  train "$split" cnn INPUT "${cnn[@]}" --write "html:$out/cnn.html"
  feed "$split" "$out/mapped.npy" embed INPUT -m "$out/cnn-model.json" --label digit
  for format in csv jsonl; do
    feed "$split" "$out/embedded.$format" embed INPUT -m "$out/tuples-model.json" --where split=test --keep digit
  done
  feed "$out/tuples-model.json" "$out/embedded.npy" embed "$split" -m INPUT --label digit
  feed "$out/triplets.csv" "$out/scored.csv" score-pairs "$split" --label digit --pairs INPUT -m "$out/tuples-model.json"
  feed "$out/pairs.csv" "$out/pairs.json" eval-pairs "$split" --label digit --pairs INPUT -m "$out/labels-model.json" --threshold 1 --format json
  feed "$split" "$out/neighbors.csv" find-neighbors INPUT --label digit -m "$out/tuples-model.json" -k 5
  feed "$split" "$out/axioms.txt" check-metric INPUT --label digit --distance cosine
  for format in text json csv; do
    feed "$embedded" "$out/report.${format/text/txt}" eval-retrieval INPUT --label digit --gate 'precision@1>=0.9' --format "$format"
  done
  feed "$embedded" "$out/baseline.json" eval-retrieval INPUT --label digit --by digit --resamples 200 --write-baseline OUTPUT -o /dev/null
  baseline=$out/baseline.json
  [[ $way == names ]] || { mkfifo "$out/baseline"; baseline=$out/baseline; "$way" "$out/baseline.json" >"$baseline" & }
  feed "$embedded" "$out/report.html" eval-retrieval INPUT --label digit --by digit --baseline "$baseline" --gate 'map@r drop<=0' \
    --resamples 200 --format html --write junit:"$out/report.xml" --per-query "$out/queries.csv"
  feed "$embedded" "$out/saved.run" eval-retrieval INPUT --label digit --save-run OUTPUT --depth 20 -o /dev/null
  judgements "$out/saved.run" >"$out/qrels"
  feed "$out/qrels" "$out/judged.json" eval-retrieval --qrels INPUT --run "$out/saved.run" --ties expected --format json
}

# judgements RUN: made up, of every second item
judgements() { awk '{ print $1, 0, $3, ($1 + $3) % 5 - 1 }' "$1" | awk 'NR % 2'; }
packed() { gzip -c "$1"; }

job one 1 names
job two 2 names
job three 3 names
job pipe 2 cat
job gzip-pipe 3 packed

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
