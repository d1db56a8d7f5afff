# usage: awk -f messages.awk -v rc=STATUS OPTIONS FILE ...
#
# Reads the options of all commands, "COMMAND --option" a line, then what a case wrote. Prints one line for each
# option that a message of a command names and that neither this command nor another one named on the line has;
# and, where the case ended with 2, 3 or 5, one if the last message refuses without saying what to do.
# A message is a line with "COMMAND: " and the indented lines behind it.

FNR == NR {
  has[$1, $2] = 1
  commands[$1] = 1
  next
}
{
  text = $0
  starts = 0
  for (name in commands) {
    if (!match($0, "(^|[ :])" name ": ")) continue
    command = name
    starts = 1
    text = substr($0, RSTART + RLENGTH)
  }
  if (!starts && $0 !~ /^  /) command = ""
  if (command == "") next
  if (starts) refusal = $0
  advised = !starts && $0 !~ /^ *\^$/
  sub(/unknown option --[^ ]*/, "", text)
  for (rest = text; match(rest, /(^|[^a-z0-9-])--[a-z][a-z0-9-]*[a-z0-9]/); rest = substr(rest, RSTART + RLENGTH)) {
    option = substr(rest, RSTART, RLENGTH)
    sub(/^[^-]*/, "", option)
    known = (command, option) in has
    for (name in commands) known = known || (index(text, name) > 0 && (name, option) in has)
    if (!known) print command " has no " option ", which its message names: " $0
  }
}
END {
  if ((rc == 2 || rc == 3 || rc == 5) && refusal != "" && !advised) print "a refusal without advice: " refusal
}
