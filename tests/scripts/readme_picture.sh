#!/bin/bash
# usage: readme_picture.sh SOURCE_DIR BUILD_DIR
# man/digits.svg, the README's picture, is what the tools draw today: the same to the byte but for its coordinates, which
# may be 2 of 560 units away, since another instruction set rounds otherwise.
set -euo pipefail
export LC_ALL=C PATH=$2/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
train-metric "$1/sample_data/digits.csv" --label digit --method mlp --layers 128,32 --loss supcon --valid-fraction 0.3 \
  --write "svg:$work/now.svg" -q -o "$work/model.json"
number='-?[0-9]+(\.[0-9]+)?'

# apart FILE: how far a number of it is from the kept picture's at most; fails where anything else differs
apart() {
  cmp <(sed -E "s/$number/N/g" "$1") <(sed -E "s/$number/N/g" "$kept") >&2 || return 1
  paste <(grep -oE -- "$number" "$1") <(grep -oE -- "$number" "$kept") |
    awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > most) most = d } END { print most + 0 }'
}

kept=$1/man/digits.svg
most=$(apart "$work/now.svg") || { echo "man/digits.svg is another picture: make it again with the command above"; exit 1; }
awk -v most="$most" 'BEGIN { exit most > 2 }' || { echo "a number of man/digits.svg is $most away"; exit 1; }
(($(wc -c <"$kept") < 102400)) || { echo "man/digits.svg is too large for a README"; exit 1; }
# The comparison must be able to see a difference: one point that is moved, one that is missing.
sed '0,/cx="/s/cx="/cx="9/' "$kept" >"$work/moved.svg"
sed '0,/<circle class="point[^>]*>/s///' "$kept" >"$work/missing.svg"
awk -v most="$(apart "$work/moved.svg")" 'BEGIN { exit most <= 2 }' || { echo "a moved point is not seen"; exit 1; }
if apart "$work/missing.svg" 2>/dev/null; then echo "a missing point is not seen"; exit 1; fi
echo "the numbers of the picture are at most $most away"
