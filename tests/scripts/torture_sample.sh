#!/bin/bash
# usage: torture_sample.sh SOURCE_DIR BUILD_DIR
# A sample of what `./build.sh torture` does in full: 20 faults and 10 kills with fixed seeds.
set -euo pipefail
bash "$1/tests/torture/faults.sh" "$2/bin" 20 1
bash "$1/tests/torture/kills.sh" "$2/bin" 10 1
