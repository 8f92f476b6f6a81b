#!/usr/bin/env bash
# The synthetic million: makes it, imports it, prints time, peak memory and the table of cold tiles.
# Needs ../shared/bench/gen_cadastre.c and the release build. Its files stay in a folder of their own.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
work=${CASSINI_BENCH:-${TMPDIR:-/tmp}/cassini-bench}
cassini=$top/build/release/cassini
mkdir -p "$work"
if [ ! -s "$work/parcels.geojson" ]; then
  cc -O2 -o "$work/gen_cadastre" "$top/../shared/bench/gen_cadastre.c" -lm
  "$work/gen_cadastre" --parcels "$work/parcels.geojson.part"
  mv "$work/parcels.geojson.part" "$work/parcels.geojson"
fi
rm -f "$work"/million.sqlite*
/usr/bin/time -f 'import: %e s wall, %U s user, %S s system, %M KB peak' \
  "$cassini" import "$work/parcels.geojson" --store "$work/million.sqlite" --layer parcels
"$top/build/release/tests/bench/bench_tiles" "$work/million.sqlite" parcels 5.0 45.5 "${1:-5}"
