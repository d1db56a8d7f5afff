#!/bin/bash
# Makes the data files of this folder again from Debian's scikit-learn package, without Python.
# usage: sample_data/make.sh [FOLDER]    (default: the folder of this script)
set -euo pipefail
export LC_ALL=C
out=$(cd "${1:-$(dirname "${BASH_SOURCE[0]}")}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get -q download python3-sklearn
dpkg-deb -x python3-sklearn_*.deb .
data=usr/lib/python3/dist-packages/sklearn/datasets/data

# First line of the original: rows, columns, names of the classes 0, 1, 2.
awk -F, 'NR == 1 { for (i = 3; i <= NF; i++) species[i - 3] = $i
                   print "sepal_length,sepal_width,petal_length,petal_width,species"; next }
         { print $1 "," $2 "," $3 "," $4 "," species[$5] }' $data/iris.csv >"$out/iris.csv"

# 64 pixels from left to right and top to bottom, then the digit; the original has no header.
gzip -dc $data/digits.csv.gz >digits
{
  for i in {1..64}; do printf 'p%d,' "$i"; done
  echo digit
  cat digits
} >"$out/digits.csv"

{
  echo digit
  cut -d, -f65 digits
} >"$out/digits-labels.csv"

# NumPy 1.0 file: magic, version, length of the text (118 bytes, so that the data starts at 128), text, pixels.
{
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (1797, 64), }"
  printf %b "$(cut -d, -f1-64 digits | tr , '\n' | awk '{ printf "\\0%03o", $1 }')"
} >"$out/digits.npy"
