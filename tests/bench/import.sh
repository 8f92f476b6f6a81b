#!/usr/bin/env bash
# Imports of the synthetic million as GeoJSON, Shapefile and CSV, and of uk_oa_2011, beside ogr2ogr's
# of the same file, one after the other; prints the median of N of each and their ratio. What the
# machine's second processor gave meanwhile it tells on stderr: see second_core.c.
#   import.sh [N [FOLDER [KIND...]]]      KIND: geojson shapefile csv areas; all without one
# Needs ../shared, ogr2ogr and the release build (or another program in CASSINI).
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
n=${1:-5}
work=${2:-${CASSINI_BENCH:-${TMPDIR:-/tmp}/cassini-bench}}
shift $(($# < 2 ? $# : 2))
kinds=${*:-geojson shapefile csv areas}
shared=${CASSINI_SHARED:-$top/../shared}
cassini=${CASSINI:-$top/build/release/cassini}
mkdir -p "$work"
second=$(dirname "$cassini")/tests/bench/second_core

make_million() {
  [ -s "$work/parcels.geojson" ] && [ -s "$work/parcels.csv" ] && return
  cc -O2 -o "$work/gen_cadastre" "$shared/bench/gen_cadastre.c" -lm
  "$work/gen_cadastre" --parcels "$work/parcels.geojson.part" --csv "$work/parcels.csv.part"
  mv "$work/parcels.geojson.part" "$work/parcels.geojson"
  mv "$work/parcels.csv.part" "$work/parcels.csv"
}

source_of() {
  case $1 in
  geojson) make_million && echo "$work/parcels.geojson" ;;
  csv) make_million && echo "$work/parcels.csv" ;;
  shapefile)
    make_million
    if [ ! -s "$work/shp/parcels.dbf" ]; then
      rm -rf "$work/shp" "$work/shp.part"
      mkdir "$work/shp.part"
      ogr2ogr -t_srs EPSG:2154 -lco ENCODING=UTF-8 "$work/shp.part/parcels.shp" "$work/parcels.geojson"
      mv "$work/shp.part" "$work/shp"
    fi
    echo "$work/shp/parcels.shp"
    ;;
  areas)
    if [ ! -d "$work/areas" ]; then
      python3 -m zipfile -e "$shared/data/polygons/uk_oa_2011-shp.zip" "$work/areas.part"
      mv "$work/areas.part" "$work/areas"
    fi
    find "$work/areas" -name '*.shp' | head -n 1
    ;;
  *) echo "import.sh: no kind '$1'" >&2 && exit 2 ;;
  esac
}

# One run: "wall user system peak-KB" into the file.
timed() {
  local log=$1
  shift
  rm -f "$work"/bench-import.sqlite*
  /usr/bin/time -a -o "$log" -f '%e %U %S %M' "$@" >"$work/bench-import.out" 2>&1 ||
    [ $? -eq 3 ] || { cat "$work/bench-import.out" >&2 && exit 1; }
}

ours() {
  timed "$work/bench-$1.ours" "$cassini" import "$2" --layer parcels --store "$work/bench-import.sqlite" --quiet
}

theirs() {
  local more=()
  [ "$1" != csv ] || more=(-oo X_POSSIBLE_NAMES=lon -oo Y_POSSIBLE_NAMES=lat -a_srs EPSG:4326)
  [ "$1" != areas ] || more=(-nlt PROMOTE_TO_MULTI)
  timed "$work/bench-$1.ogr" ogr2ogr -f SQLite -dsco SPATIALITE=YES "${more[@]}" -nln parcels \
    "$work/bench-import.sqlite" "$2"
}

median() { # of a column
  sort -g -k "$2,$2" "$1" | awk -v c="$2" '{v[NR] = $c} END {print v[int((NR + 1) / 2)]}'
}

tell_cores() {
  [ ! -x "$second" ] || "$second" >&2
}

tell_cores
printf '| source | cassini s | user | system | peak MB | ogr2ogr s | user | system | peak MB | ratio |\n'
printf '|---|---|---|---|---|---|---|---|---|---|\n'
for kind in $kinds; do
  source=$(source_of "$kind")
  rm -f "$work/bench-$kind".*
  for _ in $(seq "$n"); do
    ours "$kind" "$source"
    theirs "$kind" "$source"
  done
  tell_cores
  row="| $kind"
  for log in "$work/bench-$kind.ours" "$work/bench-$kind.ogr"; do
    row+=" | $(median "$log" 1) | $(median "$log" 2) | $(median "$log" 3) | $(($(median "$log" 4) / 1024))"
  done
  ratio=$(awk -v a="$(median "$work/bench-$kind.ogr" 1)" -v b="$(median "$work/bench-$kind.ours" 1)" \
    'BEGIN {printf "%.1f", a / b}')
  printf '%s | %s |\n' "$row" "$ratio"
done
rm -f "$work"/bench-import.*
