#!/bin/bash
# usage: install_test.sh SOURCE_DIR BUILD_DIR
# Installs the libraries for x86-64, x86-64-v3 and x86-64-v4 as `build.sh install` does, and uses the result as a
# stranger would: exported names, the pipeline at each level, an outside project by CMake and by pkg-config.
set -euo pipefail
source_dir=$(cd "$1" && pwd)
build=$(cd "$2" && pwd)/install-build
here=$source_dir/tests/install
levels=(x86-64 x86-64-v3 x86-64-v4)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset GLIBC_TUNABLES LD_LIBRARY_PATH

fail() { printf 'FAIL: %s\n' "$*" >&2; exit 1; }
supported() { [[ $1 == x86-64 || $(/lib64/ld-linux-x86-64.so.2 --help) == *"$1 (supported"* ]]; }

# --- Build and install; the build tree stays, so that a second run compiles only what changed ---------------------
cmake -S "$source_dir" -B "$build" -G Ninja --log-level=WARNING -DCMAKE_BUILD_TYPE=Release -DNEARFAR_ISA=x86-64 \
      '-DNEARFAR_HWCAPS=x86-64-v3;x86-64-v4' -DNEARFAR_TESTS=OFF >/dev/null
cmake --build "$build" >"$work/log" || { cat "$work/log"; fail "build"; }
prefix=$work/first
cmake --install "$build" --prefix "$prefix" >/dev/null
mv "$prefix" "$work/moved tree"  # nothing may remember where it was installed
prefix="$work/moved tree"

# --- The files and the names they export --------------------------------------------------------------------------
soversion=$(sed -n 's/^project(nearfar VERSION \([0-9]*\.[0-9]*\)\..*/\1/p' "$source_dir/CMakeLists.txt")
soname=libnearfar.so.$soversion
libdir=$(dirname "$(find "$prefix" -name libnearfar.so)")
library() { [[ $1 == x86-64 ]] && echo "$libdir/$soname" || echo "$libdir/glibc-hwcaps/$1/$soname"; }
for level in "${levels[@]}"; do
  file=$(library "$level")
  [[ -f $file ]] || fail "no $file"
  [[ $(readelf -d "$file") == *"SONAME"*"[$soname]"* ]] || fail "$file: the soname is not $soname"
  nm -DC --defined-only "$file" | cut -d' ' -f3- >"$work/names"
  grep -q '^nearfar::version()' "$work/names" || fail "$file: does not export nearfar::version()"
  # Everything exported is ours; a foreign template would compete with the copy of the program that loads it.
  if grep -vE '^(nearfar::|(vtable|typeinfo|typeinfo name) for nearfar::)' "$work/names"; then
    fail "$file: exports the foreign names above"
  fi
  if grep -E '(Eigen|fmt|nlohmann|CLI)::' "$work/names"; then
    fail "$file: the names above hold a type of a private dependency"
  fi
done
if grep -rlE '# *include *<(Eigen|fmt|nlohmann|CLI)' "$prefix/include"; then
  fail "the installed headers above need a private dependency"
fi
while IFS= read -r header; do
  g++ -std=c++20 -Wall -Wextra -Wconversion -Wshadow -Werror -fsyntax-only -I"$prefix/include" -x c++ - \
    <<<"#include <${header#"$prefix/include/"}>" || fail "$header cannot be included alone"
done < <(find "$prefix/include" -name '*.h')
for tool in "$source_dir"/tools/*.cc; do
  [[ $(readelf -d "$prefix/bin/$(basename "$tool" .cc)") == *"RUNPATH"*'[$ORIGIN/../'* ]] || fail "$tool: no relative RUNPATH"
done

# --- The pipeline, with the same baseline tools at each level -----------------------------------------------------
# pipeline PREFIX: the main job on real data; prints the report.
pipeline() {
  (
    set -euo pipefail
    mkdir -p "$work/run" && cd "$work/run"
    PATH=$1/bin:$PATH
    mk-splits "$source_dir/sample_data/digits.csv" --label digit --strategy stratified --fractions train=0.7,test=0.3 \
      --seed 7 -q -o split.csv
    mk-triplets split.csv --where split=train --label digit --strategy semihard --per-anchor 5 -q -o triplets.csv
    train-metric split.csv --where split=train --label digit --tuples triplets.csv --method linear --loss triplet \
      --dim 16 -q -o model.json
    embed -m model.json split.csv --where split=test --keep digit -q |
      eval-retrieval - --label digit --measures precision@1,map@r --gate 'precision@1>=0.95' --format json -q
  )
}
# shows LEVEL TOOL...: the tool says that this level's library runs.
shows() {
  local level=$1
  shift
  "$@" -V -v >"$work/version" || fail "$* -V -v"
  grep -qwF -- "$level" "$work/version" && ! grep -q "$level-v" "$work/version" ||
    fail "$* -V -v does not name $level: $(cat "$work/version")"
}
# What hides the higher levels from the loader on this machine.
declare -A hide=(
  [x86-64]="glibc.cpu.hwcaps=-AVX512F,-AVX2"
  [x86-64-v3]="glibc.cpu.hwcaps=-AVX512F"
  [x86-64-v4]="glibc.cpu.hwcaps="
)
for level in "${levels[@]}"; do
  if ! supported "$level"; then
    echo "SKIP $level: this processor does not have it"
    continue
  fi
  only=$work/only-$level  # a tree that holds this level's library alone
  cp -r "$prefix" "$only"
  only_libdir=$only${libdir#"$prefix"}
  rm -r "$only_libdir/glibc-hwcaps"
  cp "$(library "$level")" "$only_libdir/$soname"
  shows "$level" "$only/bin/embed"
  pipeline "$only" >"$work/report-$level" || fail "the pipeline with the library for $level"
  echo "ok   $level: the pipeline ($(grep -o '"map@r":[^,}]*' "$work/report-$level" | head -1))"

  # The full tree, held at this level the way a user would: the loader must choose this library by itself.
  export GLIBC_TUNABLES=${hide[$level]}
  shows "$level" "$prefix/bin/embed"
  pipeline "$prefix" >"$work/report" || fail "the pipeline with $GLIBC_TUNABLES"
  unset GLIBC_TUNABLES
  cmp "$work/report" "$work/report-$level" || fail "$level: another result when the loader chooses the same library"
  echo "ok   $level: chosen by the loader, same report"
done

# --- An outside project, compiled for the baseline, run with every level ------------------------------------------
cmake -S "$here" -B "$work/cmake" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DCMAKE_PREFIX_PATH=$prefix" >"$work/log" 2>&1 &&
  cmake --build "$work/cmake" >>"$work/log" 2>&1 || { cat "$work/log"; fail "outside project by CMake"; }
export PKG_CONFIG_PATH=$libdir/pkgconfig
[[ $(pkg-config --modversion nearfar) == "$soversion".* ]] || fail "nearfar.pc: version"
eval "g++ -std=c++20 -O2 '$here/main.cc' -o '$work/by-pkg-config' $(pkg-config --cflags --libs nearfar)" ||
  fail "outside project by pkg-config"
for level in "${levels[@]}"; do
  supported "$level" || continue
  for program in "$work/cmake/outside" "$work/by-pkg-config"; do
    said=$(LD_LIBRARY_PATH=$(dirname "$(library "$level")") GLIBC_TUNABLES=${hide[$level]} "$program") ||
      fail "$program with the library for $level"
    [[ $said == "$soversion".*" $level 4" ]] || fail "$program with the library for $level said: $said"
  done
  echo "ok   $level: outside project by CMake and by pkg-config"
done
