# Sourced by the scripts of this folder with BIN_DIR as $1: $work with in/, the current folder from then on, and out/.
torture=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$(cd "$1" && pwd)
export PATH=$bin:$PATH LC_ALL=C
ulimit -c 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in" "$work/out"
cd "$work/in"
cp "$torture"/../../sample_data/{iris.csv,digits.csv,digits.npy} .
train-metric digits.csv --label digit --method pca --dim 16 -q -o model.json
mk-triplets digits.csv --label digit --kind pairs --strategy random -q -o pairs.csv

# The lines of outputs.txt, and what every command of it prints about itself: FILE COMMAND ...
outputs() {
  local tool
  sed '/^#/d; s/$/ -q -j 1/' "$torture/outputs.txt"
  for tool in $(sed '/^#/d' "$torture/outputs.txt" | awk '{ print $2 }' | sort -u); do
    printf -- '- %s\n' "$tool --help" "$tool --version" "$tool --print-config"
  done
}

# is_message COMMAND TEXT: one line of the command about a fault, and at most one line of advice.
is_message() {
  local rest=${2#*$'\n'}
  [[ $2 == "$1: "*[a-z:]* && ($rest == "$2" || ($rest == "  "* && $rest != *$'\n'*)) ]]
}
