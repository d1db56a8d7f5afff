#!/bin/bash
# usage: resumes.sh BIN_DIR [COUNT [SEED]]
# Trainings with a checkpoint, killed COUNT (200) times in all by SIGKILL or SIGTERM after a random time and gone on with
# --resume, on 1, 2 and 3 threads in turn: every one ends with the model and the log of the unbroken run, to the byte.
# Exit status 1 if one does not.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
count=${2:-200} RANDOM=${3:-1}
cd "$work/out"

# train METHOD: what is trained, 30 to 300 ms of it
train() {
  local method=$1
  shift
  case $method in
    mlp) set -- --method mlp --layers 48,16 --dropout 0.2 --loss triplet --valid-fraction 0.2 --epochs 60 "$@" ;;
    cnn) set -- --method cnn --input-shape 1x8x8 --network 'conv 8 3, batchnorm, relu, maxpool 2, flatten, linear 16' \
           --augment 'shift 1, noise 0.1' --schedule warmup:10,cosine --epochs 12 "$@" ;;
    lmnn) set -- --method lmnn --dim 8 --max-iterations 15 --valid-fraction 0.2 "$@" ;;
    itml) set -- --method itml --tuples "$work/in/pairs.csv" --max-iterations 40 "$@" ;;
    scml) set -- --method scml --max-iterations 20 --seed 2 "$@" ;;
    linear) set -- --dim 16 --tuples "$work/in/pairs.csv" --loss contrastive --optimizer adamw --weight-decay 0.01 --epochs 12 "$@" ;;
  esac
  exec train-metric "$work/in/digits.csv" --label digit -q "$@"
}

# Lines of a log without the seconds, the only thing in it that may differ.
without_time() { sed 's/,"seconds":[0-9.]*}/}/' "$1"; }

methods=(mlp cnn linear lmnn itml scml)
for method in "${methods[@]}"; do
  started=${EPOCHREALTIME/./}
  (train "$method" -j 1 --log "$method.log" -o "$method.json")
  declare "time_$method=$((${EPOCHREALTIME/./} - started))"
done

killed=0 runs=0 failed=0 slow=0
while ((killed < count)); do
  method=${methods[runs % ${#methods[@]}]}
  time=time_$method
  runs=$((runs + 1))
  rm -f run.*
  for ((attempt = 1; ; attempt++)); do
    (train "$method" -j $((attempt % 3 + 1)) --log run.log --checkpoint run.ckpt --checkpoint-every 0 --resume -o run.json) &
    pid=$!
    signal=$((RANDOM % 4 ? 9 : 15))
    if ((killed < count && attempt <= 4)); then  # every method has its turn
      # Sooner or later a run must get to its end, so patience grows with the attempts.
      wait_for=$((${!time} * (RANDOM % 1000) / 1000 * (2 + attempt) / 4))
      sleep "$(printf '%d.%06d' $((wait_for / 1000000)) $((wait_for % 1000000)))"
      sent=${EPOCHREALTIME/./}
      kill -$signal $pid 2>/dev/null || true  # it may have ended just before
    fi
    rc=0
    wait $pid 2>/dev/null || rc=$?
    if ((rc == 0)); then break; fi
    killed=$((killed + 1))
    if ((rc == 143 && ${EPOCHREALTIME/./} - sent > 2000000)); then slow=$((slow + 1)); fi
    if ((rc != 137 && rc != 143)); then
      echo "FAILED: $method ended with $rc"
      failed=$((failed + 1))
      break
    fi
  done
  if ! cmp -s run.json "$method.json"; then
    echo "FAILED: $method after $attempt starts: another model"
    failed=$((failed + 1))
  elif ! cmp -s <(without_time run.log) <(without_time "$method.log"); then
    echo "FAILED: $method after $attempt starts: another log"
    failed=$((failed + 1))
  fi
done
echo "resumes: $killed kills in $runs trainings, $failed of them wrong, $slow slower than 2 s to end on SIGTERM"
((failed == 0 && slow == 0))
