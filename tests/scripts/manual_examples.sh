#!/bin/bash
# usage: manual_examples.sh SOURCE_DIR BUILD_DIR
# Runs every displayed block of the sections EXAMPLES, TUTORIAL, RECIPES and INSTRUCTION SETS of every manual page by
# `bash -euo pipefail`; a block that fails is named. The blocks under one heading run in one folder, which holds the
# sample data. A comment before a block says what it is:
#   .\" python         run by python3 with NumPy
#   .\" ci             YAML: what stands under `run: |` or `script:` is run, without what installs the package
#   .\" needs PROGRAM  not run where the program is missing, and said so
#   .\" exit status N  the expected status
set -euo pipefail
source=$1 build=$2
export LC_ALL=C PATH=$2/bin:$PATH
unset GLIBC_TUNABLES
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0 ran=0
python=
for program in python3 /usr/bin/python3; do
  if [[ -z $python ]] && "$program" -c 'import numpy' 2>/dev/null; then python=$program; fi
done

# blocks PAGE: writes $work/blocks/NNN with the text as it is typed, and NNN.mark, NNN.heading beside it.
blocks() {
  rm -rf "$work/blocks"
  mkdir "$work/blocks"
  sed 's/\\-/-/g; s/\\&//g; s/\\(dq/"/g; s/\\e/\\/g' "$1" | awk -v folder="$work/blocks/" '
    /^\.Sh / { wanted = /EXAMPLES|TUTORIAL|RECIPES|INSTRUCTION SETS/; heading = $0 }
    /^\.Ss / { heading = $0 }
    /^\.\\" / { mark = substr($0, 5) }
    /^\.Bd / && wanted { inside = 1; file = sprintf("%s%03d", folder, ++count); print heading >(file ".heading"); print mark >(file ".mark"); printf "" >file; next }
    /^\.Ed/ { inside = 0; mark = ""; next }
    inside { print >file }'
}

# steps: the commands of a CI file on standard input: the lines under `run: |`, the entries of the list under `script:`
# (whose deeper lines YAML folds into one), without the one that installs the package.
steps() {
  awk '/^ *- run: \|$/ || /^ *script:$/ { match($0, /^ */); depth = RLENGTH; inside = 1; list = /script/; entry = ""; next }
       inside { match($0, /^ */)
                if (RLENGTH <= depth) { inside = 0; next }
                if (!list) { print; next }
                if ($1 == "-") printf "%s", entry
                entry = "\n"; sub(/^ *(- )?/, ""); printf "%s ", $0 }
       END { print "" }' | grep -v apt-get
}

for page in "$build"/man/*.[157]; do
  name=$(basename "$page")
  blocks "$page"
  before=$ran
  for block in "$work"/blocks/???; do
    [[ -f $block ]] || continue
    mark=$(<"$block.mark") heading=$(<"$block.heading") expected=0 rc=0
    folder=$work/run/$name${heading//[^A-Za-z]/_}
    if [[ ! -d $folder ]]; then
      mkdir -p "$folder"
      cp -r "$source/sample_data" "$folder"
    fi
    case $mark in
      needs\ *) command -v "${mark#needs }" >/dev/null || { echo "not run: $name: ${mark#needs } is not installed"; continue; } ;;
      python) [[ -n $python ]] || { echo "not run: $name: NumPy is not installed"; continue; } ;;
      ci) steps <"$block" >"$block.steps" && mv "$block.steps" "$block" ;;
      exit\ status\ *) expected=${mark##* } ;;
    esac
    if [[ $mark == python ]]; then run=("$python"); else run=(bash -euo pipefail); fi
    (cd "$folder" && GITHUB_STEP_SUMMARY=$folder/summary exec "${run[@]}" "$block") </dev/null >"$work/out" 2>"$work/err" || rc=$?
    ran=$((ran + 1))
    if ((rc != expected)); then
      printf 'FAILED %s, %s: exit status %d, expected %d\n' "$name" "$heading" "$rc" "$expected"
      sed 's/^/    /' "$block"
      tail -n 8 "$work/err" | sed 's/^/      /'
      status=1
    fi
  done
  ((ran > before)) || { echo "FAILED $name: no example found"; status=1; }
done
((status == 0)) && echo "$ran examples run as printed"
exit $status
