#!/bin/bash
# usage: kills.sh BIN_DIR [COUNT [SEED]]
# COUNT (300) times: train-metric -o over an old model, killed by SIGKILL after a random time. The target is the old or the
# new complete file every time. Exit status 1 if it ever is not.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
count=${2:-300} RANDOM=${3:-1}
target=$work/out/model.json

# train SEED FILE: 64 x 64 numbers, the same bytes for the same seed
train() { exec train-metric digits.csv --label digit --epochs 1 --seed "$1" -q -o "$2"; }
(train 1 "$work/1")
started=${EPOCHREALTIME/./}
(train 2 "$work/2")
whole=$((${EPOCHREALTIME/./} - started))  # microseconds of a run

declare -A seen=([old]=0 [new]=0 [broken]=0)
beside=0
for ((i = 0; i < count; i++)); do
  old=$((i % 2 + 1)) new=$(((i + 1) % 2 + 1))
  cp "$work/$old" "$target"
  train $new "$target" &
  # Anywhere in the run; every other time in its last part, where the file is written.
  wait_for=$((i % 2 ? whole * (RANDOM % 1000) / 1000 : whole * (850 + RANDOM % 300) / 1000))
  sleep "$(printf '%d.%06d' $((wait_for / 1000000)) $((wait_for % 1000000)))"
  kill -9 $! 2>/dev/null || true
  wait $! 2>/dev/null || true
  if cmp -s "$target" "$work/$new"; then
    found=new
  elif cmp -s "$target" "$work/$old"; then
    found=old
  else
    found=broken
    echo "FAILED: killed after $wait_for of $whole microseconds, the target is neither the old nor the new model"
  fi
  seen[$found]=$((seen[$found] + 1))
  if compgen -G "$target.*" >/dev/null; then beside=$((beside + 1)) && rm "$target".*; fi
done
echo "kills: $count, then ${seen[old]} times the old model, ${seen[new]} times the new one, ${seen[broken]} times neither;" \
     "$beside times an unfinished file beside it"
((seen[broken] == 0))
