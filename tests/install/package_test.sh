#!/bin/bash
# usage: package_test.sh PACKAGES_DIR WORK_DIR
# As root, uses the .deb packages of PACKAGES_DIR as somebody would on a fresh Debian: installs them there with apt (so
# that their dependencies have to be right), runs the demo, opens every manual page, completes a line, builds the outside
# project against -dev, removes everything and looks for what is left. Then runs the command cases of the installed tools
# once per instruction set. WORK_DIR keeps the fresh Debian as root.tar from one call to the next.
set -euo pipefail
packages=$(cd "$1" && pwd)
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
root=$work/root
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

say() { printf '== %s\n' "$*" >&2; }
fail() { printf 'FAIL: %s\n' "$*" >&2; exit 1; }
inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"; }

((EUID == 0)) || fail "a folder is made a root folder of its own here, which only root may do"
mapfile -t debs < <(find "$packages" -maxdepth 1 -name '*.deb' | sort)
((${#debs[@]} == 2)) || fail "expected two .deb files in $packages, found ${#debs[@]}"

# --- A fresh Debian, with a compiler for the outside project and nothing else that is ours -------------------------
if [[ ! -f $work/root.tar ]]; then
  say "making a fresh Debian with debootstrap (once; $work/root.tar)"
  rm -rf "$root"
  debootstrap --variant=minbase --include=g++,cmake,ninja-build,pkg-config,man-db,bash-completion bookworm "$root" "$mirror" \
    >"$work/debootstrap.log" 2>&1 || { tail -n 5 "$work/debootstrap.log" >&2; fail "debootstrap could not make it (no network?)"; }
  tar -C "$root" -cf "$work/root.tar.part" .
  mv "$work/root.tar.part" "$work/root.tar"
fi
rm -rf "$root"
mkdir "$root"
tar -C "$root" -xf "$work/root.tar"
cp /etc/resolv.conf "$root/etc/resolv.conf"
listing() { (cd "$root" && find . -xdev \( -path ./proc -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log -o -path ./tmp \) \
  -prune -o -print | sort); }
inside apt-get -qq update
inside dpkg-query -f '${Package}\n' -W | sort >"$work/packages-before"
listing >"$work/files-before"

# --- Install ---------------------------------------------------------------------------------------------------------
say "installing ${debs[*]##*/}"
cp "${debs[@]}" "$root/tmp"
inside sh -c 'apt-get -qq -y --no-install-recommends install /tmp/*.deb' >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; fail "apt-get install"; }
for command in "$source_dir"/tools/*.cc; do
  command=$(basename "$command" .cc)
  [[ $(inside "$command" --version) == "$command (nearfar) "* ]] || fail "$command does not run"
done

# --- The demo from the installed tools -------------------------------------------------------------------------------
say "running the demo"
mkdir -p "$root/tmp/demo/tools"
cp "$source_dir/tools/demo.sh" "$root/tmp/demo/tools"
cp -r "$root/usr/share/doc/nearfar/examples/sample_data" "$root/tmp/demo"
inside bash /tmp/demo/tools/demo.sh /usr/bin >"$work/demo.log" 2>&1 || { tail -n 20 "$work/demo.log" >&2; fail "the demo"; }
tail -n 2 "$work/demo.log"

# --- Manual pages, completions ---------------------------------------------------------------------------------------
say "opening every manual page"
count=0
while read -r page; do
  name=$(basename "$page" .gz)
  [[ $page == *.gz ]] || fail "$page is not compressed"
  inside env MANPAGER=cat MANWIDTH=100 man "${name##*.}" "${name%.*}" >"$work/page" 2>"$work/page.err" || fail "man ${name##*.} ${name%.*}"
  [[ ! -s $work/page.err && $(wc -l <"$work/page") -gt 40 ]] || { cat "$work/page.err" >&2; fail "man ${name%.*} is not as it should be"; }
  count=$((count + 1))
done < <(inside dpkg -L nearfar | grep '^/usr/share/man/.*\.[0-9]')
((count >= 11)) || fail "only $count manual pages are installed"
echo "$count pages"
inside bash -c '. /usr/share/bash-completion/bash_completion; _load_comp() { _completion_loader embed || true; }; _load_comp
  complete -p embed' | grep -q _nearfar_embed || fail "bash-completion does not find the completion of embed"

# --- The outside project against -dev ----------------------------------------------------------------------------------
say "building the outside project"
cp -r "$source_dir/tests/install" "$root/tmp/outside"
inside sh -ec 'cd /tmp/outside; cmake -S . -B build -G Ninja; cmake --build build; ./build/outside
  g++ -std=c++20 main.cc -o by-pkg-config $(pkg-config --cflags --libs nearfar); ./by-pkg-config' >"$work/outside.log" 2>&1 ||
  { cat "$work/outside.log" >&2; fail "the outside project"; }
tail -n 1 "$work/outside.log"

# --- Remove: nothing is left --------------------------------------------------------------------------------------------
say "removing the packages"
inside apt-get -qq -y --purge autoremove nearfar nearfar-dev >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; fail "apt-get purge"; }
inside dpkg-query -f '${Package}\n' -W | sort | diff "$work/packages-before" - || fail "the packages above came or went"
listing | diff "$work/files-before" - >"$work/left" || { cat "$work/left" >&2; fail "the files above came or went"; }

# --- The command cases with the tools of the package, once per instruction set -----------------------------------------
tree=$work/tree
rm -rf "$tree"
for deb in "${debs[@]}"; do dpkg-deb -x "$deb" "$tree"; done
declare -A hide=([x86-64]="glibc.cpu.hwcaps=-AVX512F,-AVX2" [x86-64-v3]="glibc.cpu.hwcaps=-AVX512F" [x86-64-v4]="glibc.cpu.hwcaps=")
for level in x86-64 x86-64-v3 x86-64-v4; do
  if [[ $level != x86-64 && $(/lib64/ld-linux-x86-64.so.2 --help) != *"$level (supported"* ]]; then
    echo "SKIP $level: this processor does not have it"
    continue
  fi
  export GLIBC_TUNABLES=${hide[$level]}
  said=$("$tree/usr/bin/embed" -V -v)
  [[ $said == *"instruction set: $level" ]] || fail "with $GLIBC_TUNABLES the library is: $said"
  for cases in "$source_dir"/tests/cli/*/; do
    [[ $(basename "$cases") != contract ]] || continue  # needs a program that is not installed
    result=$(bash "$source_dir/tests/cli/run_cases.sh" "$tree/usr/bin" "$cases") || { echo "$result" >&2; fail "$level: the cases above"; }
    printf '%s %s: %s\n' "$level" "$(basename "$cases")" "$result"
  done
  unset GLIBC_TUNABLES
done
say "the packages install, run, and leave nothing behind"
