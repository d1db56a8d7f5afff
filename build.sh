#!/bin/bash
# Everything a developer or a first-time user does with this tree; `./build.sh help` lists it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

BUILD_PACKAGES=(g++ cmake ninja-build pkg-config libeigen3-dev libfmt-dev nlohmann-json3-dev libcli11-dev zlib1g-dev libxxhash-dev)
TEST_PACKAGES=(doctest-dev clang libclang-rt-dev llvm clang-format jq  # llvm: sanitizer reports with names and lines
               mandoc zsh fish parallel python3-numpy)  # manual pages, completions and recipes
TORTURE_PACKAGES=(doctest-dev strace)
PACKAGE_PACKAGES=(dpkg-dev debootstrap jq)
LINT_PACKAGES=(doctest-dev clang clang-tidy git)

help() {
  cat <<'END'
usage: ./build.sh VERB

  demo               build the tools and run the main job on the sample data
  test               build and run all tests, check the format, then the sanitized build (what CI runs)
  bench [ARGS]       build for this machine and measure
  install [PREFIX]   build and install for x86-64, x86-64-v3 and x86-64-v4; PREFIX defaults to /usr/local
  package            .deb and .tar.gz in build/packages, made twice, installed and used in a fresh Debian (as root)
  sanitize           all tests under the address, undefined-behaviour and thread sanitizers
  torture            failing writes, kills, memory limits and the round trip of every float: minutes of them
  fuzz [SECONDS]     every reader on what libFuzzer makes up, SECONDS (60) each, two at a time
  lint [--all]       clang-tidy on the files that changed, or on every file
  help               this text

Missing Debian packages are installed with apt-get first. Builds go to build/<verb>.
END
}

say() { printf '== %s\n' "$*" >&2; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

# need PACKAGE...: installs the ones that are missing.
need() {
  local package missing=() root=()
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here; these Debian packages or their like are expected: $*"
    return
  fi
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "as root, run first: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${root[@]}" apt-get -qq update && "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
         apt-get -qq -y --no-install-recommends install "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -f "$log"
    die "could not install: ${missing[*]} (the lines above are from apt-get)"
  fi
  rm -f "$log"
}

# build PRESET [CMAKE-BUILD-ARGUMENTS...]: configures and builds quietly unless something is wrong.
build() {
  local preset=$1
  shift
  say "building build/$preset"
  cmake --preset "$preset" --log-level=WARNING >/dev/null && cmake --build "build/$preset" "$@"
}

format_check() {
  say "checking the format (clang-format)"
  source_files | xargs -0 -r clang-format --dry-run -Werror
}

# All C++ files, as git sees them: tracked and new ones; outside a repository, those found.
source_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z -co --exclude-standard --deduplicate -- '*.cc' '*.h' |
      while IFS= read -r -d '' file; do [[ -f $file ]] && printf '%s\0' "$file"; done
  else
    find lib tools tests \( -name '*.cc' -o -name '*.h' \) -print0
  fi
}

# run_tests BUILD [CTEST-ARGUMENTS...]
run_tests() {
  local build=$1
  shift
  say "running the tests of $build"
  ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1 \
  TSAN_OPTIONS=halt_on_error=1 ctest --test-dir "$build" -j2 --output-on-failure --no-tests=error "$@"
}

demo() {
  need "${BUILD_PACKAGES[@]}"
  build release --target tools
  exec tools/demo.sh build/release/bin
}

run_all_tests() {
  need "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
  local failed=()
  build test
  run_tests build/test || failed+=("tests")
  format_check || failed+=("format")
  build asan --target tools failing-command fuzz_targets test_core test_data test_io test_model &&
    run_tests build/asan -R '^(lib\.(core|data|io|model)|cli\..*|fuzz\..*)$' || failed+=("sanitized tests")
  ((${#failed[@]} == 0)) || die "FAILED: ${failed[*]}"
  say "all tests passed, the format is clean, the sanitizers are silent"
}

bench() {
  need "${BUILD_PACKAGES[@]}"
  say "building build/release"
  cmake --preset release -DNEARFAR_BENCH=ON --log-level=WARNING >/dev/null
  cmake --build build/release --target tools nearfar_bench
  exec build/release/bin/nearfar_bench "$@"
}

install_tree() {
  need "${BUILD_PACKAGES[@]}"
  local prefix=${1:-/usr/local} root=() existing
  [[ $prefix == /* ]] || prefix=$PWD/$prefix
  build install
  existing=$prefix
  while [[ ! -e $existing ]]; do existing=$(dirname "$existing"); done
  if [[ ! -w $existing ]]; then
    command -v sudo >/dev/null || die "$existing is not writable; as root: cmake --install build/install --prefix $prefix"
    root=(sudo)
  fi
  say "installing to $prefix"
  "${root[@]}" cmake --install build/install --prefix "$prefix" >/dev/null
  if [[ $prefix == /usr || $prefix == /usr/local ]]; then "${root[@]}" ldconfig; fi
  say "done: $prefix/bin holds the commands"
}

# Made twice with the date of the last commit in place of the clock: both times the same bytes.
package() {
  need "${BUILD_PACKAGES[@]}" "${PACKAGE_PACKAGES[@]}"
  local epoch
  epoch=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$epoch}
  build package
  say "packing build/packages"
  rm -rf build/packages build/packages-again
  (cd build/package && umask 022 && cpack -B "$PWD/../packages" && cpack -B "$PWD/../packages-again") >build/package/cpack.log ||
    { tail -n 20 build/package/cpack.log >&2; die "cpack"; }
  rm -rf build/packages/_CPack_Packages build/packages-again/_CPack_Packages
  diff -r build/packages build/packages-again || die "the packages differ from one time to the next"
  rm -rf build/packages-again
  (cd build/packages && sha256sum ./*.deb ./*.tar.gz)
  say "trying the packages"
  bash tests/install/package_test.sh build/packages build/package-try
}

sanitize() {
  need "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
  local failed=()
  build asan && run_tests build/asan || failed+=("address,undefined")
  build tsan && run_tests build/tsan || failed+=("thread")
  ((${#failed[@]} == 0)) || die "FAILED: ${failed[*]}"
  say "the sanitizers are silent"
}

# fuzz [SECONDS]: what a target finds is left in build/fuzz/found; a file from there becomes a seed with its mend.
fuzz() {
  need "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
  local seconds=${1:-60} target
  [[ $seconds =~ ^[0-9]+$ ]] || die "fuzz: expected seconds, found '$seconds'"
  build fuzz --target fuzz_targets
  mkdir -p build/fuzz/found build/fuzz/logs
  for target in tests/fuzz/corpus/*; do mkdir -p "build/fuzz/$target"; done
  basename -a tests/fuzz/corpus/* | xargs -P2 -I@ bash -c "
    build/fuzz/bin/fuzz_@ build/fuzz/tests/fuzz/corpus/@ tests/fuzz/corpus/@ -max_total_time=$seconds -max_len=4096 -len_control=20 -timeout=10 \
      -rss_limit_mb=1024 -artifact_prefix=build/fuzz/found/@- </dev/null >build/fuzz/logs/@ 2>&1 || touch build/fuzz/logs/@.failed
    printf '%-14s %s\n' @ \"\$(tail -n 1 build/fuzz/logs/@)\""
  if compgen -G 'build/fuzz/logs/*.failed' >/dev/null; then
    rm build/fuzz/logs/*.failed
    die "FAILED: the inputs are in build/fuzz/found, the reports in build/fuzz/logs"
  fi
  say "the fuzzers found nothing"
}

torture() {
  need "${BUILD_PACKAGES[@]}" "${TORTURE_PACKAGES[@]}"
  build test --target tools float_roundtrip
  local failed=() counts=() log part
  log=$(mktemp)
  for part in "bash tests/torture/faults.sh build/test/bin" "bash tests/torture/kills.sh build/test/bin 300" \
              "bash tests/torture/resumes.sh build/test/bin 200" "bash tests/torture/memory.sh build/test/bin" build/test/bin/float_roundtrip; do
    say "$part"
    $part | tee "$log" || failed+=("$part")
    counts+=("$(tail -n 1 "$log")")
  done
  rm -f "$log"
  printf '%s\n' "${counts[@]}"
  ((${#failed[@]} == 0)) || die "FAILED: ${failed[*]}"
  say "the torture found nothing"
}

# Changed: against the branch main, or against the last commit on main itself; with the new files. A header stands for
# the files that include it.
changed_files() {
  local base=HEAD~1 file
  if [[ $(git branch --show-current) != main ]] && git rev-parse -q --verify main >/dev/null; then
    base=$(git merge-base main HEAD)
  elif ! git diff --quiet HEAD -- || [[ -n $(git ls-files -o --exclude-standard) ]]; then
    base=HEAD
  fi
  { git diff --name-only --diff-filter=d "$base" -- '*.cc' '*.h'; git ls-files -o --exclude-standard -- '*.cc' '*.h'; } |
    while IFS= read -r file; do
      case $file in
        *.cc) printf '%s\n' "$file" ;;
        lib/*.h) grep -rlF --include='*.cc' "\"${file#lib/}\"" lib tools tests || true ;;
        *.h) grep -rlF --include='*.cc' "$(basename "$file")\"" tools tests || true ;;
      esac
    done | sort -u
}

lint() {
  need "${BUILD_PACKAGES[@]}" "${LINT_PACKAGES[@]}"
  cmake --preset lint --log-level=WARNING >/dev/null
  local files compiled
  # Only what is compiled here: the outside project of tests/install has a build of its own.
  compiled=$(sed -n "s|^ *\"file\": \"$PWD/\(.*\)\",\{0,1\}\$|\1|p" build/lint/compile_commands.json | sort -u)
  if [[ ${1:-} == --all ]]; then
    files=$compiled
  else
    files=$(comm -12 <(changed_files) <(printf '%s\n' "$compiled"))
  fi
  [[ -n $files ]] || { say "nothing changed"; return; }
  say "clang-tidy on $(wc -l <<<"$files") files"
  xargs -d '\n' -P2 -n1 clang-tidy --quiet -p build/lint <<<"$files" \
    2> >(grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed ' >&2) || die "clang-tidy found the above"
  say "clang-tidy is silent"
}

verb=${1:-help}
(($# == 0)) || shift
case $verb in
  demo) demo ;;
  test) run_all_tests ;;
  bench) bench "$@" ;;
  install) install_tree "$@" ;;
  package) package ;;
  sanitize) sanitize ;;
  torture) torture ;;
  fuzz) fuzz "$@" ;;
  lint) lint "$@" ;;
  help | -h | --help) help ;;
  *) help >&2; die "no such verb: $verb" ;;
esac
