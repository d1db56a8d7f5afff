#!/bin/bash
# usage: keel.sh BIN_DIR KEEL_DIR [PUBLISHED.csv] [METHOD ...]
#
# Ten-fold 3-NN accuracy after learning a metric on the other nine folds, for the KEEL data sets whose folds stand in
# the column `fold` (KEEL_DIR/SET.csv with the columns label and fold). PUBLISHED.csv has a row for each set and a
# column for each learner, as published by pyDML-Stats; their means are printed beside ours.
#
# Rules: features are min-max scaled on the nine folds; vote ties go to the class with the nearest member, distance
# ties to the lower row; an accuracy is the mean over the folds, a learner's figure the mean over the sets.
#
# Each learner has one command line for all sets, below. What is not the default was chosen without a fold's test
# rows, by leaving out its nine training folds in turn on all seven sets. There the closed forms do not tell a
# --regularization of 0 from one of 0.01 (means within 0.003, within 0.0018 for lda, dmlmj and gmml), nor dmlmj
# --neighbors 1 from 10 (0.8967 to 0.8980), so all of them keep their defaults. nca has 0.9147 from its own start
# after 10 iterations, 0.9275 from lfda, 0.9221, 0.9238 and 0.9286 from rca after 5, 10 and 20 (training rows of folds
# 1 and 6 only).
#
# Exit status 1 when a learner with a published column is more than 0.005 below it, when plain Euclidean differs from
# the published value on iris, wine, sonar, wdbc or vowel, or when no learner reaches 0.922.
set -euo pipefail
export LC_ALL=C

if (($# < 2)); then
  sed -n '2,20s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
bin=$(cd "$1" && pwd)
data=$(cd "$2" && pwd)
published=${3:-}
shift $(($# < 3 ? $# : 3))
only=" $* "
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sets='balance iris sonar vehicle vowel wdbc wine'

# METHOD COLUMN START OPTIONS; a dash where nothing was published, or where the learner starts by itself, else the
# method whose map it is given with --init.
learners='
identity    Euclidean  -
covariance  -          -
lda         LDA        -
rca         -          -
lfda        -          -
dmlmj       DMLMJ      -
gmml        GMML       -
kissme      -          -
itml        ITML       -
mmc         -          -
lsml        -          -
scml        -          -
sdml        -          -
ncm         -          -
nca         NCA        rca --max-iterations 20
lmnn        LMNN       -
'

# The published accuracy of a set, or the mean over the sets.
published_value() { # COLUMN [SET]
  [[ $published ]] || return 0
  awk -F, -v column="$1" -v set="${2:-}" -v sets="$sets" '
    NR == 1 { for (i = 2; i <= NF; i++) if ($i == column) at = i; next }
    at && (set == "" ? index(" " sets " ", " " $1 " ") : $1 == set) { sum += $at; n++ }
    END { if (n) printf "%.6f", sum / n }' "$published"
}

# The mean over ten folds of METHOD with OPTIONS on SET.
accuracy() { # SET START METHOD [OPTION ...]
  local table=$data/$1.csv start=$2 fold
  local method=(--method "${@:3}")
  for fold in 1 2 3 4 5 6 7 8 9 10; do
    local training=("$table" --where "fold!=$fold" --label label --preprocess minmax -q)
    if [[ $start != - ]]; then
      "$bin/train-metric" "${training[@]}" --method "$start" -o "$work/start.json"
      training+=(--init "$work/start.json")
    fi
    "$bin/train-metric" "${training[@]}" "${method[@]}" -o "$work/model.json"
    "$bin/eval-retrieval" "$table" --where "fold=$fold" --label label -m "$work/model.json" \
      --gallery "$table" --gallery-where "fold!=$fold" \
      --measures knn-accuracy@3 --ties index --intervals none --format csv -q | tail -n 1
  done | awk -F, '{ sum += $3; n++ } END { if (n != 10) exit 1; printf "%.6f", sum / n }'
}

started=$SECONDS
failed=0
best=0
printf '%-11s' method
for set in $sets; do printf '%9s' "$set"; done
printf '%9s%11s\n' mean published
while read -r method column start options; do
  [[ $method ]] || continue
  [[ $only == '  ' || $only == *" $method "* ]] || continue
  if ! "$bin/train-metric" --help | grep -qw -- "$method"; then
    printf '%-11s not in this version\n' "$method"
    continue
  fi
  printf '%-11s' "$method"
  sum=
  for set in $sets; do
    # shellcheck disable=SC2086  # the options are words
    value=$(accuracy "$set" "$start" "$method" $options)
    printf '%9.4f' "$value"
    sum+="$value "
    if [[ $column == Euclidean && $set != balance && $set != vehicle && $published &&
      $value != "$(published_value "$column" "$set")" ]]; then
      failed=1
      printf '!'
    fi
  done
  mean=$(awk '{ for (i = 1; i <= NF; i++) sum += $i; printf "%.4f", sum / NF }' <<<"$sum")
  wanted=$(published_value "$column")
  note=
  if [[ $wanted && $column != Euclidean ]] && awk "BEGIN { exit !($mean < $wanted - 0.005) }"; then
    failed=1
    note='  more than 0.005 below'
  fi
  printf '%9s%11.6s%s   train-metric --preprocess minmax --method %s\n' "$mean" "${wanted:--}" "$note" \
    "$method${options:+ $options}$([[ $start == - ]] || echo " --init (the map of $start)")"
  best=$(awk "BEGIN { print ($mean > $best ? $mean : $best) }")
done <<<"$learners"
printf 'best mean %s, wanted 0.922; %d s\n' "$best" $((SECONDS - started))
if [[ $only == '  ' ]] && awk "BEGIN { exit !($best < 0.922) }"; then failed=1; fi
exit $failed
