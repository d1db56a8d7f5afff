#!/bin/bash
# usage: decimal_comma.sh SOURCE_DIR BUILD_DIR
# A locale that writes 1,5 changes nothing: neither in what the commands read and write, nor in the library when the
# program around it has set that locale (the test programs do). Skipped where no such locale can be made.
set -euo pipefail
export PATH=$2/bin:$PATH
unset LC_ALL
iris=$1/sample_data/iris.csv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

export LOCPATH=$work/locales
mkdir "$LOCPATH"
localedef -i de_DE -f UTF-8 "$LOCPATH/de_DE.UTF-8" >/dev/null 2>&1 || true  # 1 for warnings
if [[ $(LC_NUMERIC=de_DE.UTF-8 bash -c 'printf %.1f 1' 2>/dev/null) != 1,0 ]]; then
  echo "skipped: localedef cannot make de_DE.UTF-8 here (Debian package: locales)"
  exit 77
fi

# job FOLDER: every command, with numbers in its options, its input and its output
job() {
  mkdir "$1"
  mk-splits "$iris" --label species --strategy stratified --fractions train=0.7,test=0.3 -q -o "$1/split.csv"
  mk-triplets "$iris" --label species --margin 0.25 --with-distances -o "$1/triplets.csv" 2>"$1/mined"
  train-metric "$iris" --label species --margin 0.25 --lr 0.02 --epochs 3 --export "$1/l.npy" -o "$1/model.json" 2>"$1/trained"
  embed -m "$1/model.json" "$iris" --label species -q -o "$1/mapped.csv"
  embed -m "$1/model.json" "$iris" --label species -q -o "$1/mapped.jsonl"
  for format in text json csv; do
    eval-retrieval "$1/mapped.csv" --label species --gate 'map@r>=0.5' --format $format -q >"$1/report.$format"
  done
  eval-retrieval "$1/mapped.jsonl" --label species -q >"$1/report.jsonl"
  check-metric "$iris" --distance minkowski:1.5 --tolerance 0.001 --format json -q >"$1/axioms.json"
  check-metric "$iris" --distance cosine -q >"$1/axioms.txt"
  if mk-triplets "$iris" --label species --margin 0,25 2>"$1/refused"; then return 1; fi
}
job plain
LC_NUMERIC=de_DE.UTF-8 job comma
diff -r plain comma

# Not the tests that compare with the C library, which follows the locale: of test_core its own case of this is run.
LC_NUMERIC=de_DE.UTF-8 test_core --no-version --test-case='a locale*' | tee core
if grep -q 'skipped: ' core; then exit 1; fi
for test in test_io test_model; do LC_NUMERIC=de_DE.UTF-8 "$test" --no-version; done
