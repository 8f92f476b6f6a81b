#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test. Ends with ctest's own summary.
#
#   ./test.sh         the release build: lint, units, HTTP, command line, real data, browser
#   ./test.sh --all   before it the units and fuzz corpora under the address, undefined-behaviour
#                     and thread sanitizers
set -euo pipefail
all=no
for argument; do
  case $argument in
    --all) all=yes ;;
    -h | --help) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" && exit 0 ;;
    *) echo "test.sh: there is no option $argument (test.sh --help)" >&2 && exit 2 ;;
  esac
done
cd "$(dirname "$0")"
. scripts/say.sh

CTEST_PARALLEL_LEVEL=$(nproc)
export CTEST_PARALLEL_LEVEL
scripts/packages.sh install build test
if [ $all = yes ]; then
  for preset in asan tsan; do
    say "Testing under sanitizers: $preset"
    cmake --workflow --preset $preset
  done
fi
say "Testing build/release"
exec cmake --workflow --preset check
