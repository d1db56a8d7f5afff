#!/bin/bash
# usage: include_rules.sh SOURCE_DIR
# Reads the #include lines of lib/, tools/ and tests/ and fails when one breaks a rule of the layout.
set -euo pipefail
cd "$1"

# Who may include whom: each line names a module and those directly below it; what is below those is allowed too.
layers='
core
data         core
io           data
metric       data
neighbors    metric
mining       neighbors
evaluation   neighbors
loss         metric
network      core
mahalanobis  mining
model        io metric network
training     mining loss mahalanobis model evaluation
report       io evaluation training
'

# A module that computes neither opens a file nor prints.
computing='metric neighbors mining loss network mahalanobis evaluation'

# The files that may include a heavy header; everyone else pays for it in compile time.
eigen_files='^lib/nearfar/core/(product|solve)\.cc$'
json_files='^(lib/nearfar/(io|model|report)/[^/]*\.cc|tests/.*)$'

public=$(sed -n 's/[[:space:]]*$//; /^[^#]/s|^|lib/|p' lib/nearfar/public_headers.txt)

# include lines as: FILE LINE WHAT (what with its quotes or angle brackets)
includes=$(find lib tools tests -path tests/install -prune -o -path tests/cli -prune -o \
             \( -name '*.cc' -o -name '*.h' \) -print | sort | xargs -d '\n' awk '
  match($0, /^[ \t]*#[ \t]*include[ \t]*/) {
    what = substr($0, RLENGTH + 1)
    if (match(what, /^("[^"]*"|<[^>]*>)/)) print FILENAME, FNR, substr(what, 1, RLENGTH)
  }')

LAYERS=$layers COMPUTING=$computing PUBLIC=$public EIGEN=$eigen_files JSON=$json_files awk '
  function bad(why) { printf "%s:%s: %s: %s\n", $1, $2, $3, why; violations++ }
  BEGIN {
    lines = split(ENVIRON["LAYERS"], line, "\n")
    for (l = 1; l <= lines; l++) {  # a module stands below its users, so one pass closes the relation
      fields = split(line[l], field, " ")
      if (!fields) continue
      module = field[1]; known[module] = 1; allowed[module, module] = 1
      for (f = 2; f <= fields; f++)
        for (other in known) if ((field[f], other) in allowed) allowed[module, other] = 1
    }
    n = split(ENVIRON["COMPUTING"], field, " "); for (i = 1; i <= n; i++) computing[field[i]] = 1
    n = split(ENVIRON["PUBLIC"], field, "\n"); for (i = 1; i <= n; i++) public[field[i]] = 1
  }
  {
    file = $1; what = $3; name = substr(what, 2, length(what) - 2)
    in_lib = file ~ /^lib\//; in_tools = file ~ /^tools\//
    own = name ~ /^nearfar\//
    seen++
  }
  in_lib {
    split(file, part, "/"); module = part[3]; split(name, target, "/")
    if (!(module in known)) bad("module \"" module "\" is not in the list of layers")
    else if (own && !((module, target[2]) in allowed)) bad(module " must not include " target[2])
    if (what ~ /^"/ && !own) bad("own headers are included as \"nearfar/<module>/<name>.h\"")
    if (module in computing && name ~ /^(iostream|fstream|ostream|istream|cstdio|stdio\.h|filesystem|fcntl\.h|unistd\.h|fmt\/(os|ostream)\.h)$/)
      bad("the mathematics neither opens a file nor prints")
    if (name ~ /^(tools|cli)\// ) bad("the library does not know the command line")
  }
  in_tools && own && !(("lib/" name) in public) { bad("tools use public headers only (lib/nearfar/public_headers.txt)") }
  file in public {
    if (own && !(("lib/" name) in public)) bad("a public header includes one that is not installed")
    if (name ~ /^(Eigen|unsupported|fmt|nlohmann|CLI)\// || name ~ /^(zlib|xxhash)\.h$/) bad("public headers need the standard library only")
  }
  name ~ /^(Eigen|unsupported)\// && file !~ ENVIRON["EIGEN"] { bad("Eigen is for core/product.cc and core/solve.cc") }
  name ~ /^nlohmann\// && file !~ ENVIRON["JSON"] { bad("nlohmann_json is for .cc files of io, model and report") }
  name ~ /^CLI\// { if (file ~ /^tools\/cli\/[^\/]*\.cc$/) cli[file] = 1; else bad("CLI11 is for one file of tools/cli") }
  END {
    for (file in cli) { cli_files++; names = names " " file }
    if (cli_files != 1) { printf "CLI11 belongs in exactly one file of tools/cli, found %d:%s\n", cli_files, names; violations++ }
    if (!seen) { print "no include line found: is this the source folder?"; violations++ }
    if (violations) { printf "%d violation(s) of the include rules\n", violations; exit 1 }
    printf "%d include lines follow the rules\n", seen
  }' <<<"$includes"

for header in $public; do
  [[ -f $header ]] || { echo "lib/nearfar/public_headers.txt: $header does not exist"; exit 1; }
done
