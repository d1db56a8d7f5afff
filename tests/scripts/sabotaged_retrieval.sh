#!/bin/bash
# usage: sabotaged_retrieval.sh SOURCE_DIR BUILD_DIR
# Inputs of eval-retrieval that were spoiled, each under gates that hold as soon as anything is measured: none passes.
# The exit status is that of the contract, and the message names what is wrong.
set -euo pipefail
export LC_ALL=C PATH=$2/bin:$PATH
sample_data=$1/sample_data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# What is good: rows, a gallery, judgements and a run.
awk -F, 'BEGIN { OFS = "," } { print NR == 1 ? "id" : "i" NR - 1, $0 }' "$sample_data/iris.csv" >rows.csv
awk -F, 'NR == 1 || NR % 3 == 0' rows.csv >gallery.csv
awk -F, 'NR > 1 && NR % 3 == 0 { print "i1 0 " $1 " " ($6 == "setosa"); print "i60 0 " $1 " " 2 * ($6 == "versicolor") }' rows.csv >qrels
eval-retrieval rows.csv --label species --gallery gallery.csv --intervals none --save-run run -q -o /dev/null
label='--label species'
judged='rows.csv --label species --gallery gallery.csv --qrels'
gates=(--gate 'mrr>=0' --gate 'queries>=1' --gate 'mrr<=1')
status=0 spoiled=0

# judge ARGUMENTS: under the gates
judge() {
  local measures=(--measures mrr)
  if [[ " $* " == *' --measures '* ]]; then measures=(); fi
  eval-retrieval "$@" "${measures[@]}" "${gates[@]}" --intervals none -q
}

# good ARGUMENTS: passes
good() {
  if ! judge "$@" >out 2>err </dev/null; then
    echo "FAILED: the good input does not pass: eval-retrieval $*"
    cat err
    status=1
  fi
}
good rows.csv $label
good rows.csv $label --gallery gallery.csv --expect-queries 150 --expect-gallery 50
good $judged qrels
good --qrels qrels --run run

# bad STATUS SAID ARGUMENTS: with the exit status, something that is said, and nothing on standard output
bad() {
  local expected=$1 said=$2 rc=0
  shift 2
  spoiled=$((spoiled + 1))
  judge "$@" >out 2>err </dev/null || rc=$?
  if ((rc == expected)) && grep -qF -e "$said" err && [[ ! -s out ]]; then return; fi
  printf 'FAILED: exit status %d, expected %d and "%s": eval-retrieval %s\n' "$rc" "$expected" "$said" "$*"
  head -n 5 err out
  status=1
}

# Rows.
: >empty.csv
bad 3 'empty' empty.csv $label
head -1 rows.csv >header.csv
bad 3 'no data rows' header.csv $label
head -c 3000 rows.csv >cut-inside.csv
bad 3 'cut-inside.csv:' cut-inside.csv $label
head -101 rows.csv >cut-between.csv
bad 3 'expected 150 queries, found 100' cut-between.csv $label --expect-queries 150
head -31 gallery.csv >cut-gallery.csv
bad 3 'expected 50 gallery items, found 30' rows.csv $label --gallery cut-gallery.csv --expect-gallery 50
sed '20s/,[0-9.]*,/,nan,/' rows.csv >nan.csv
bad 3 'nan.csv:20:' nan.csv $label
sed '20s/,[0-9.]*,/,inf,/' gallery.csv >inf.csv
bad 3 'inf.csv:20:' rows.csv $label --gallery inf.csv
sed '20s/,[0-9.]*,/,wide,/' rows.csv >text.csv
bad 3 'text.csv:20:' text.csv $label
sed '20s/,[0-9.]*,/,,/' rows.csv >gap.csv
bad 3 'gap.csv:20:' gap.csv $label
sed '20s/,[0-9.]*,/,1e99,/' rows.csv >large.csv
bad 3 'large.csv:20:' large.csv $label
sed '20s/$/,1/' rows.csv >ragged.csv
bad 3 'ragged.csv:20:' ragged.csv $label
sed '30s/^[^,]*/i7/' rows.csv >same-id.csv
bad 3 "the id 'i7' appears twice" same-id.csv $label
sed '30s/^[^,]*//' rows.csv >no-id.csv
bad 3 'no-id.csv:30:1: an empty id' no-id.csv $label
sed '30s/[a-z]*$//' rows.csv >no-label.csv
bad 3 'no-label.csv:30:' no-label.csv $label
awk -F, 'BEGIN { OFS = "," } { $6 = NR == 1 ? "species" : "s" NR; print }' rows.csv >alone.csv
bad 3 'no query has a relevant item' alone.csv $label
bad 3 'no row has a label' rows.csv $label --ignore-label setosa --ignore-label versicolor --ignore-label virginica
awk -F, 'NR == 1 || $6 == "setosa"' rows.csv >setosa.csv
awk -F, 'NR == 1 || $6 != "setosa"' rows.csv >others.csv
bad 3 'no query has a relevant item' setosa.csv $label --gallery others.csv
bad 3 'have no relevant item' rows.csv $label --gallery others.csv --no-relevant error
cut -d, -f1-4,6 gallery.csv >narrow.csv
bad 3 'narrow.csv' rows.csv $label --gallery narrow.csv
bad 3 'species' <(cut -d, -f1-5 rows.csv) $label
bad 2 'looks like a label' <(sed '1s/petal_width/class/' rows.csv) $label
bad 3 'none of the' rows.csv $label --where species=Setosa
head -c 500 <(gzip -c rows.csv) >cut.csv.gz
bad 3 'cut.csv.gz' cut.csv.gz $label
bad 4 'absent.csv' absent.csv $label
bad 4 'absent.csv' rows.csv $label --gallery absent.csv
mkdir folder
bad 4 'folder' folder $label
printf '\x93NUMPY garbage' >broken.npy
bad 3 'broken.npy' broken.npy --labels-from labels.txt
head -c 1000 "$sample_data/digits.npy" >cut.npy
tail -n +2 "$sample_data/digits-labels.csv" | cut -d, -f1 >labels.txt
bad 3 'cut.npy' cut.npy --labels-from labels.txt

# Measures and options.
bad 2 'means two things' rows.csv $label --measures R@1
bad 2 "no measure 'mmr'" rows.csv $label --measures mmr
bad 2 'a whole number from 1' rows.csv $label --measures hit@0
bad 2 'needs judgements' rows.csv $label --measures bpref
bad 2 "did you mean 'expected'" rows.csv $label --ties expectd
bad 2 'label column is needed' rows.csv
bad 2 '--run needs judgements' --run run

# Judgements and runs.
: >empty
bad 3 'empty' $judged empty
bad 3 'empty' --qrels empty --run run
bad 3 'empty' --qrels qrels --run empty
head -c 1000 qrels | sed '$s/ [^ ]*$//' >cut-qrels
bad 3 'cut-qrels:' --qrels cut-qrels --run run
head -c 50003 run | sed '$s/ [^ ]*$//' >cut-run
bad 3 'cut-run:' --qrels qrels --run cut-run
head -c 2000 <(gzip -c run) >cut-run.gz
bad 3 'cut-run.gz' --qrels qrels --run cut-run.gz
grep '^i1 ' run >one-query
bad 3 "1 judged query is missing: 'i60'" --qrels qrels --run one-query --missing-queries error
bad 3 'expected 2 queries, found 1' --qrels qrels --run one-query --missing-queries skip --expect-queries 2
for score in nan inf 1e999 high; do
  sed "7s/ [^ ]* nearfar\$/ $score nearfar/" run >score-run
  bad 3 'score-run:7:' --qrels qrels --run score-run
done
sed '7p' run >twice-run
bad 3 'twice-run:8: the item' --qrels qrels --run twice-run
sed '7p' qrels >twice-qrels
bad 3 'twice-qrels:8: the item' $judged twice-qrels
for grade in 1.5 x nan 99999999999; do
  sed "7s/ [^ ]*\$/ $grade/" qrels >grade-qrels
  bad 3 'grade-qrels:7:' $judged grade-qrels
done
sed 's/ 0 / /' qrels >three-fields
bad 3 'three-fields:1: expected the 4 fields' --qrels three-fields --run run
bad 3 'qrels:1: expected the 6 fields' --qrels qrels --run qrels
bad 3 'run:1: expected the 4 fields' --qrels run --run run
sed 's/^i/j/' qrels >other-queries
bad 3 'no query of the run is among the judged ones' --qrels other-queries --run run
bad 3 'no query of the data is among the judged ones' $judged other-queries
sed 's/ 0 i/ 0 j/' qrels >other-items
bad 3 'no judged item is in the gallery' $judged other-items
sed 's/ [0-9]*$/ 0/' qrels >none-relevant
bad 3 'no query has a relevant item' --qrels none-relevant --run run
bad 3 'no query has a relevant item' $judged none-relevant
bad 3 'no query has a relevant item' --qrels qrels --run run --min-grade 3
sed 's/ [0-9]*$/ -1/' qrels >unjudged
bad 3 'no query has a relevant item' --qrels unjudged --run run
bad 4 'absent' --qrels absent --run run
bad 4 'absent' --qrels qrels --run absent
bad 2 'needs ids in both files' "$sample_data/iris.csv" --label species --gallery gallery.csv --qrels qrels

((spoiled >= 60)) || { echo "only $spoiled inputs were spoiled"; status=1; }
((status == 0)) && echo "none of $spoiled spoiled inputs passes"
exit $status
