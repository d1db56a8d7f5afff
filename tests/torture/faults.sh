#!/bin/bash
# usage: faults.sh BIN_DIR [COUNT [SEED]]
# Lets every output of every command fail in every way, or COUNT of these cases drawn by SEED: a full device, a closed
# descriptor, a file-size limit, an impossible target, and, by strace, an error or a signal at each system call that makes
# the output. After an error the exit status is 4 and there is one message about it; EINTR is no error. The target is the file
# it was or, once it has been renamed, the complete new one; nothing else is left. Exit status 1 if any case fails.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
count=${2:-} seed=${3:-1}
out=$work/out
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0  # strace and the search for leaks exclude each other

trap : INT  # a command that dies by it does not take this script along
with_strace=yes
if ! strace -qq -o /dev/null true 2>/dev/null; then
  with_strace=
  echo "skipped: the faults at system calls; strace is missing or not allowed here"
fi

# calls FILE COMMAND...: "CALL N BEFORE AFTER" for each system call that makes the output, the Nth of its name; BEFORE and
# AFTER it the target is old or new. N is 0 for a call that should be made and is not.
calls() {
  local to=/dev/null needed='openat write fsync close rename fsync-of-the-folder'
  case $1 in
    -) to=$out/stdout needed='write close' ;;
    +*) needed='openat write close' ;;
  esac
  rm -rf "$out" && mkdir "$out"
  strace -qq -y -s 0 -o "$work/trace" -e trace=openat,write,pwrite64,fsync,dup,close,rename "${@:2}" >"$to"
  awk -v out="$out" -v needed="$needed" '
    BEGIN { before = after = "old" }
    { call = $0; sub(/\(.*/, "", call); n[call]++ }
    !index($0, out) || /O_DIRECTORY/ || (call == "close" && index($0, "<" out ">")) { next }  # the folder, to sync it
    call == "rename" { after = "new" }
    { print call, n[call], before, after; before = after }
    { made[call (index($0, "<" out ">") ? "-of-the-folder" : "")] }
    END {
      split(needed, name, " ")
      for (i in name) if (!(name[i] in made)) print name[i], 0, "old", "old"
    }' "$work/trace"
}

declare -A errors=([openat]='ENOSPC EACCES EROFS' [write]='ENOSPC EIO EDQUOT EINTR' [pwrite64]='ENOSPC EIO EINTR'
                   [fsync]='ENOSPC EIO' [dup]='EMFILE' [close]='ENOSPC EIO' [rename]='ENOSPC EIO EACCES')

# faults FILE COMMAND...: "FAULT EXPECTED-STATUS EXPECTED-TARGET [CALL N]", one a line
faults() {
  local call n before after error signal
  printf '%s 4 old\n' full closed limit
  if [[ $1 != - ]]; then printf '%s 4 old\n' no-folder is-folder; fi
  [[ $with_strace ]] || return 0
  calls "${@//@OUT/$out/${1#+}}" | while read -r call n before after; do
    if ((n == 0)); then echo "never 0 old $call 0" && continue; fi
    for error in ${errors[$call]-}; do
      if [[ $error == EINTR ]]; then echo "error=EINTR 0 new $call $n"; else echo "error=$error 4 $before $call $n"; fi
    done
    # The call is made and the signal is there when it returns; SIGKILL does not let it be made.
    for signal in INT TERM HUP; do echo "signal=SIG$signal $((128 + $(kill -l $signal))) $after $call $n"; done
    echo "signal=SIGKILL 137 $before $call $n"
  done
}

# run_case FAULT STATUS TARGET CALL N FILE COMMAND...: prints what is wrong with the outcome
run_case() {
  if [[ $1 == never ]]; then echo "the command does not call it" && return; fi
  local fault=$1 wanted=$2 target=$3 call=$4 n=$5 file=${6#+} rc=0 error under=() command=("${@:7}")
  local path=$out/$file to=$work/stdout
  rm -rf "$out" && mkdir "$out"
  if [[ $file == - ]]; then to=$out/stdout; else echo old >"$path"; fi
  case $fault in
    full) path=/dev/full ;;
    closed) path=/dev/stdout ;;
    no-folder) path=$out/none/$file ;;
    is-folder) path=$out ;;
    *=*) under=(strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:$fault:when=$n") ;;
  esac
  if [[ $file == - && $fault == full ]]; then to=/dev/full; fi
  error=$(
    exec 2>&1
    if [[ $fault == closed ]]; then exec >&-; else exec >"$to"; fi
    if [[ $fault == limit ]]; then ulimit -f 0; fi
    exec "${under[@]}" "${command[@]//@OUT/$path}"
  ) || rc=$?
  ((rc == wanted)) || echo "exit status $rc, expected $wanted"
  if ((wanted == 4)) && ! is_message "${command[0]}" "$error"; then
    echo "standard error is not one message: $error"
  fi
  if [[ $file == - || $6 == +* ]]; then return; fi
  if [[ $fault != signal=SIGKILL && $(ls -A "$out") != "$file" ]]; then echo "left behind: $(ls -A "$out")"; fi
  if [[ $target == old ]]; then
    if cmp -s "$out/$file" <(echo old); then return; fi
    if [[ $fault != signal=* || $file != *.ckpt ]]; then
      echo "the target is not the old file"
    elif ! "${command[@]//@OUT/$path}" --resume >/dev/null 2>&1; then  # a training that is stopped writes a checkpoint
      echo "the checkpoint cannot be gone on from"
    fi
  else
    cmp -s "$out/$file" "$work/new" || echo "the target is not the new file"
  fi
}

# The cases: LINE FAULT ... FILE COMMAND...
mapfile -t lines < <(outputs)
for i in "${!lines[@]}"; do
  read -ra line <<<"${lines[i]}"
  faults "${line[@]}" | sed "s/^/$i /"
done >"$work/cases"
all=$(wc -l <"$work/cases")
if [[ $count ]]; then
  awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand(), $0 }' "$work/cases" | sort | cut -d' ' -f2- |
    sed -n "1,${count}p" >"$work/drawn"  # not head, which would end the pipe early
  mv "$work/drawn" "$work/cases"
fi

failed=0 run=0
while read -r i fault status target call n <&3; do
  read -ra line <<<"${lines[i]}"
  if [[ $target == new ]]; then  # what the command makes when nothing goes wrong
    new=("${line[@]:1}")
    "${new[@]//@OUT/$work/${line[0]}}" >/dev/null </dev/null
    if [[ ${line[0]} != [-+]* ]]; then mv "$work/${line[0]}" "$work/new"; fi
  fi
  run_case "$fault" "$status" "$target" "${call:--}" "${n:--}" "${line[@]}" </dev/null >"$work/found"
  run=$((run + 1))
  [[ -s $work/found ]] || continue
  failed=$((failed + 1))
  printf 'FAILED %s\n    %s at %s %s\n' "${lines[i]}" "$fault" "$call" "$n"
  sed 's/^/    /' "$work/found"
done 3<"$work/cases"
echo "faults: $run of $all cases, $failed failed"
((failed == 0 && run > 0))
