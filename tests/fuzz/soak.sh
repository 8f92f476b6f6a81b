#!/usr/bin/env bash
# Runs the fuzz targets (preset fuzz, with clang), one after the other, each for so long, and says
# how many inputs each has tried and what it found. Finds stay in build/fuzz/found.
#
#   tests/fuzz/soak.sh SECONDS [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/say.sh
[ $# -ge 1 ] || fail "how many seconds for each target?"
seconds=$1
shift
[ $# -gt 0 ] || set -- $(cd tests/fuzz && printf '%s\n' fuzz_*.c | sed 's/\.c$//')
mkdir -p build/fuzz/found build/fuzz/corpus
status=0
for target; do
  mkdir -p "build/fuzz/corpus/$target"
  log=build/fuzz/$target.log
  [ -x build/fuzz/tests/"$target" ] || fail "$target is not built"
  if build/fuzz/tests/"$target" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$target-" "build/fuzz/corpus/$target" \
    "tests/fuzz/corpus/$target" >"$log" 2>&1; then
    said="nothing found"
  else
    said="FOUND: see $log" status=1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '%s: %s s, %s runs, %s\n' "$target" "$seconds" "${runs:-?}" "$said"
done
exit $status
