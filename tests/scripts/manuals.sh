#!/bin/bash
# usage: manuals.sh SOURCE_DIR BUILD_DIR
# Every command has a page; the OPTIONS of a page are those of --help; the messages that its DIAGNOSTICS quote stand in the
# sources; a page refers only to pages that exist, and mandoc's lint has nothing to say. What is not a matter of mandoc runs without it.
set -euo pipefail
source=$1 build=$2
export LC_ALL=C PATH=$2/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
failed() { printf 'FAILED %s\n' "$*"; status=1; }

# Text as it is typed: without the escapes of roff.
plain() { sed 's/\\-/-/g; s/\\e/\\/g; s/\\&//g; s/\\(dq/"/g' "$@"; }

# The texts of the sources, each on one line: literals that the compiler joins are joined.
cat "$source"/lib/nearfar/*/*.cc "$source"/lib/nearfar/*/*.h "$source"/tools/*.cc "$source"/tools/cli/*.cc |
  tr '\n' ' ' | sed -E 's/" +"//g; s/\\"/"/g' >"$work/sources"

for file in "$source"/tools/*.cc; do
  tool=$(basename "$file" .cc)
  page=$build/man/$tool.1
  [[ -f $page ]] || { failed "$tool has no page man/$tool.1.in"; continue; }
  # ".It Fl o , Fl \-output Ar FILE" against "  -o, --output FILE".
  sed -n '/^\.Sh OPTIONS/,/^\.Sh EXIT/s/^\.It Fl //p' "$page" | plain | sed 's/ Ar .*//; s/^/-/; s/ , Fl /, -/' |
    sort >"$work/in-page"
  "$tool" --help | sed -nE 's/^ {2,6}(-[A-Za-z], )?(--[a-z-]+)( .*)?$/\1\2/p' | sort >"$work/in-help"
  [[ -s $work/in-help ]] || failed "$tool --help: no option found"
  diff -u --label "$tool --help" --label "$tool.1" "$work/in-help" "$work/in-page" || failed "$tool: the OPTIONS of the page differ"
  for section in NAME SYNOPSIS DESCRIPTION 'INPUT AND OUTPUT' OPTIONS 'EXIT STATUS' EXAMPLES DIAGNOSTICS MEMORY 'SEE ALSO'; do
    grep -qx "\.Sh $section" "$page" || failed "$tool.1: no section $section"
  done
  grep -q '^\.Rs' "$page" || failed "$tool.1: no paper is named"
  # "there is no column ..." is looked for in its parts.
  quoted=0
  while IFS= read -r part; do
    quoted=$((quoted + 1))
    grep -qF -- "$part" "$work/sources" || failed "$tool.1: no message says '$part'"
  done < <(sed -n '/^\.Sh DIAGNOSTICS/,/^\.Sh MEMORY/s/^\.It //p' "$page" | plain | sed 's/ *\.\.\.,\{0,1\} */\n/g' |
    sed 's/^, *//' | grep '...')
  ((quoted > 5)) || failed "$tool.1: DIAGNOSTICS quotes $quoted messages"
  grep -q "^\.It Xr $tool 1 " "$build/man/nearfar.7" || failed "nearfar.7 does not show $tool"
done

pages=("$build"/man/*.[157])
for page in "${pages[@]}"; do
  name=$(basename "$page")
  while read -r _ other section _; do
    [[ -f $build/man/$other.$section ]] || failed "$name refers to $other($section), which does not exist"
  done < <(grep '^\.\(It \)\?Xr' "$page" | sed 's/^\.It /./')
  ! grep -n '@[A-Z_]*@' "$page" || failed "$name: the mark above was not replaced"
done

if command -v mandoc >/dev/null; then
  # Whether a page is installed is not a matter of the page. The exit status of mandoc is not 0 where it has found
  # something, which would end the pipe as if grep had found nothing.
  mandoc -T lint "${pages[@]}" >"$work/lint" 2>&1 || true
  if grep -v 'referenced manual not found' "$work/lint"; then failed "mandoc -T lint: the above"; fi
else
  echo "mandoc is not installed: the pages were not checked by it"
fi
# The other reader of mdoc, that of Debian's man; it is pickier about references.
if command -v groff >/dev/null; then
  for page in "${pages[@]}"; do
    groff -mdoc -Tutf8 "$page" 2>&1 >/dev/null | sed 's/^/    /' >"$work/groff"
    [[ ! -s $work/groff ]] || { failed "groff $(basename "$page"):"; cat "$work/groff"; }
  done
fi
((status == 0)) && echo "${#pages[@]} pages"
exit $status
