#!/usr/bin/env bash
# Screenshots of the synthetic million and of uk_oa_2011 at z6, z9, z12 and z15 in the map page.
#   pictures.sh FOLDER [million|areas...]
# Uses the stores of tests/accept/truth/truth.sh in CASSINI_BENCH and makes those that are not there. Needs Chromium.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${CASSINI_BUILD:-$top/build/release}
work=${CASSINI_BENCH:-${TMPDIR:-/tmp}/cassini-bench}/truth
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
for name in ${*:-million areas}; do
  case $name in
  million) place="5.0 45.5" ;;
  areas) place="-0.12 51.51" ;;
  *) echo "pictures.sh: no layer '$name'" >&2 && exit 2 ;;
  esac
  [ -s "$work/$name.sqlite" ] || "$top/tests/accept/truth/truth.sh" "$name" -- bytes >/dev/null
  # shellcheck disable=SC2086
  (cd "$build/tests/browser" && node pictures.mjs "$build/cassini" "$work/$name.sqlite" "$folder" "$name" $place 6 9 12 15)
done
