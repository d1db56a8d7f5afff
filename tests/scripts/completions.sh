#!/bin/bash
# usage: completions.sh SOURCE_DIR BUILD_DIR
# The completions of every command know the options of --help, and in bash offer what belongs where the cursor stands,
# as readline would take it. zsh and fish check the syntax of theirs, and fish completes, where they are installed.
set -euo pipefail
source=$1 build=$2
export LC_ALL=C PATH=$2/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
status=0 asked=0
failed() { printf 'FAILED %s\n' "$*"; status=1; }

printf 'id,p1,p2,"species name",split\na,1,2,cat,train\nb,3,4,dog,test\n' >rows.csv
printf '\xef\xbb\xbfk1\tk2\r\n1\t2\r\n' >rows.tsv
printf '{"name":"a","f1":1}\n' >rows.jsonl
gzip -k rows.csv
mkdir folder

for file in "$source"/tools/*.cc; do
  tool=$(basename "$file" .cc)
  bash -n "$build/man/bash/$tool" || failed "$tool: bash"
  # shellcheck disable=SC1090
  source "$build/man/bash/$tool"
  "_nearfar_${tool//-/_}_value" --list | sort >in-bash
  "$tool" --help | sed -nE 's/^ {2,6}(-[A-Za-z], )?(--[a-z-]+)( .*)?$/\1\2/p' | sed 's/, /\n/' | sort >in-help
  diff -u in-help in-bash || failed "$tool: the options differ"
  # An option that takes a name from a list must carry the list.
  while read -r option; do
    case "$tool $option" in 'mk-splits --column') continue ;; esac
    "_nearfar_${tool//-/_}_value" "$option" || true
    [[ $kind == words || $kind == list || $kind == prefixed ]] || failed "$tool $option NAME: its row has no choices (tools/cli/command.h)"
  done < <("$tool" --help | sed -nE 's/^ {2,6}(-[A-Za-z], )?(--[a-z-]+) (NAME|WHEN|LIST|GOAL|FORMAT:FILE)( .*)?$/\2/p')
  if command -v zsh >/dev/null; then zsh -n "$build/man/zsh/_$tool" || failed "$tool: zsh"; fi
  if command -v fish >/dev/null; then
    fish -n "$build/man/fish/$tool.fish" || failed "$tool: fish"
    fish -c "source $build/man/fish/$tool.fish; complete -C '$tool --'" 2>/dev/null | grep -o '^--[a-z-]*' | sort >in-fish
    grep -o '^--.*' in-help | sort >long
    diff -u long in-fish || failed "$tool: the options in fish differ"
  fi
done
for shell in zsh fish; do command -v $shell >/dev/null || echo "$shell is not installed: its completions were not checked"; done

# Outside of a running completion compopt has nothing to work on; what it is told is kept.
compopt() { told+=" $*"; }

# offers LINE WORD...: with the cursor at its end, exactly these words are offered, in any order. Readline keeps what stands
# before the last character at which it cuts, so the words are what comes behind.
offers() {
  local line=$1 tool
  shift
  COMP_LINE=$line COMP_POINT=${#line} told=''
  tool=${line%% *}
  "_nearfar_${tool//-/_}" || true  # readline does not read its status
  asked=$((asked + 1))
  diff -u --label expected <(printf '%s\n' "$@" | sort) --label offered <(printf '%s\n' "${COMPREPLY[@]}" | sort) >differs ||
    { failed "$line"; tail -n +3 differs; }
}
tells() { [[ $told == *"$1"* ]] || failed "$COMP_LINE: no compopt $1"; }

offers 'embed --no-' --no-header --no-normalize
offers 'embed -m fol' folder; tells filenames
offers 'embed --model=fol' folder
offers 'embed rows.' rows.csv rows.csv.gz rows.jsonl rows.tsv
offers 'eval-retrieval --distance man' manhattan
offers 'eval-retrieval --distance mi' minkowski:; tells nospace
offers 'eval-retrieval --distance=cos' cosine
offers 'eval-retrieval --measures precision@1,r-p' 1,r-precision
offers 'eval-retrieval --ties opt' optimistic
offers 'train-metric --loss trip' triplet
offers 'train-metric --method linea' linear
offers 'mk-triplets --strategy hard-s' hard-semihard
offers 'embed --progress a' auto always
offers 'eval-pairs --calibrate fa' far:; tells nospace
offers 'eval-pairs --measures auc,tar' auc,tar@far:
offers 'eval-retrieval --write cs' csv:; tells nospace
offers 'eval-retrieval --write csv:fol' folder; tells filenames
# Columns, of FILE wherever it stands and of other files.
offers 'embed rows.csv --label ' id p1 p2 'species name' split
offers 'embed rows.csv.gz --label sp' 'species name' split
offers 'embed rows.tsv --label k' k1 k2
offers 'embed rows.jsonl --label n' name
offers 'embed -q rows.csv -j 2 --keep=id,p' id,p1 id,p2; tells nospace
offers 'embed rows.csv --where spl' split=; tells nospace
offers 'embed rows.csv --where split=t' train test
offers 'find-neighbors rows.csv --gallery rows.tsv --gallery-where ' k1= k2=
offers 'eval-pairs rows.csv --calibrate-on rows.tsv --calibrate-where ' k1= k2=
offers 'embed folder/m.npy --labels-from rows.csv --label spl' split
# Nothing to offer, and no noise.
offers 'embed --label ' ''
offers 'embed missing.csv --label ' ''
offers 'embed rows.csv --seed ' ''

((status == 0)) && echo "$asked lines completed"
exit $status
