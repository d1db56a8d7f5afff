#!/bin/bash
# usage: include_rules_can_fail.sh SOURCE_DIR
# Plants one violation at a time in a copy of the tree; the include rules must name each of them.
set -euo pipefail
rules=$(cd "$(dirname "$0")" && pwd)/include_rules.sh
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$1/lib" "$1/tools" "$1/tests" "$copy"

bash "$rules" "$copy" >/dev/null || { echo "the tree itself breaks the rules"; exit 1; }
public_header=$(sed -n '/^[^#]/{s/[[:space:]]*$//;p;q}' "$copy/lib/nearfar/public_headers.txt")
status=0

# plant FILE INCLUDE EXPECTED-MESSAGE
plant() {
  local file=$copy/$1 new='' output
  if [[ -e $file ]]; then cp "$file" "$copy/saved"; else new=yes; mkdir -p "$(dirname "$file")"; fi
  printf '#include %s\n' "$2" >>"$file"
  if output=$(bash "$rules" "$copy"); then
    echo "not noticed: $2 in $1"
    status=1
  elif [[ $output != *"$1:"*"$3"* && $output != *"$3"*"$1"* ]]; then
    printf 'noticed for another reason: %s in %s\n%s\n' "$2" "$1" "$output"
    status=1
  fi
  if [[ $new ]]; then rm "$file"; else mv "$copy/saved" "$file"; fi
}

plant lib/nearfar/core/planted.cc '"nearfar/data/dataset.h"' 'core must not include data'
plant lib/nearfar/metric/planted.h '"nearfar/io/csv.h"' 'metric must not include io'
plant lib/nearfar/evaluation/planted.cc '"nearfar/model/model.h"' 'evaluation must not include model'
plant lib/nearfar/model/planted.cc '"nearfar/training/trainer.h"' 'model must not include training'
plant lib/nearfar/network/planted.cc '"nearfar/data/dataset.h"' 'network must not include data'
plant lib/nearfar/novel/planted.cc '"nearfar/core/error.h"' 'not in the list of layers'
plant lib/nearfar/loss/planted.cc '"../io/csv.h"' 'own headers are included as'
plant lib/nearfar/loss/planted.cc '<fstream>' 'neither opens a file nor prints'
plant lib/nearfar/metric/planted.cc '<Eigen/Dense>' 'Eigen is for'
plant tools/planted.cc '<Eigen/Core>' 'Eigen is for'
plant lib/nearfar/core/planted.cc '<nlohmann/json.hpp>' 'nlohmann_json is for'
plant lib/nearfar/io/planted.h '<nlohmann/json.hpp>' 'nlohmann_json is for'
plant tools/planted.cc '<CLI/CLI.hpp>' 'CLI11 is for one file'
plant tools/cli/planted.cc '  <CLI/App.hpp>' 'exactly one file'
plant tools/planted.cc '"nearfar/planted/private.h"' 'public headers only'
plant "lib/$public_header" '<fmt/core.h>' 'standard library only'
plant "lib/$public_header" '"nearfar/core/planted.h"' 'not installed'
((status == 0)) && echo "every planted violation was named"
exit $status
