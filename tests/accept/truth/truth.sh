#!/usr/bin/env bash
# What is true of the tiles of real layers and of the synthetic million: valid polygons, neighbours
# that agree, no slivers, area painted as it is, bytes. One command for each layer; prints tables.
#   truth.sh LAYER... [-- JUDGEMENT...]
#     LAYER: million communes areas cadastre buildings      (all: every one)
#     JUDGEMENT: validity agreement slivers coverage bytes  (all without one)
# Needs ../shared, ogr2ogr and the release build (or another in CASSINI_BUILD). Stores and tiles are made anew unless
# KEEP=1; what comes from the source alone stays in CASSINI_BENCH. EVERY=N: slivers along each Nth border.
set -euo pipefail
top=$(cd "$(dirname "$0")/../../.." && pwd)
build=${CASSINI_BUILD:-$top/build/release}
shared=${CASSINI_SHARED:-$top/../shared}
bench=${CASSINI_BENCH:-${TMPDIR:-/tmp}/cassini-bench}
work=$bench/truth
mkdir -p "$work" "$bench/data"

layers=() judgements=()
for word; do
  if [ "$word" = -- ]; then judgements=(-); elif [ ${#judgements[@]} -gt 0 ]; then judgements+=("$word"); else layers+=("$word"); fi
done
judgements=("${judgements[@]:1}")
[ ${#judgements[@]} -gt 0 ] || judgements=(validity agreement slivers coverage bytes)
[ "${layers[*]}" != all ] || layers=(cadastre buildings communes areas million)

unpack() { # a ZIP's Shapefile
  [ -d "$work/$1.shp.d" ] || python3 -m zipfile -e "$2" "$work/$1.shp.d"
  find "$work/$1.shp.d" -name '*.shp' | head -n 1
}

source_of() {
  case $1 in
  cadastre) echo "$shared/data/cadastre/cadastre-91216-parcelles.json.gz" ;;
  buildings) echo "$shared/data/polygons/osm_buildings_boston_z13.geojson.gz" ;;
  communes) unpack communes "$shared/data/shapefile/communes_fr_metro_l93_latin1-shp.zip" ;;
  areas) unpack areas "$shared/data/polygons/uk_oa_2011-shp.zip" ;;
  million)
    local file=$bench/data/parcels.geojson
    if [ ! -s "$file" ]; then
      cc -O2 -o "$bench/gen_cadastre" "$shared/bench/gen_cadastre.c" -lm
      "$bench/gen_cadastre" --parcels "$file.part"
      mv "$file.part" "$file"
    fi
    echo "$file"
    ;;
  *) echo "truth.sh: no layer '$1'" >&2 && return 2 ;;
  esac
}

id_of() {
  case $1 in
  buildings) echo mvt_id ;;
  communes) echo code ;;
  areas) echo OA11CD ;;
  *) echo id ;;
  esac
}

# Zooms and how many tiles of each at most; every tile where no number stands.
zooms_of() {
  case $1 in
  million) echo 0-14 15-18:400 ;;
  *) echo 0-12 13-18:400 ;;
  esac
}

make_truth() { # LAYER SOURCE
  local csv=$work/$1.csv file=$2
  [ ! -s "$csv" ] || return 0
  [[ $file != *.gz ]] || file=/vsigzip/$file
  ogr2ogr -f CSV -lco GEOMETRY=AS_WKT -t_srs EPSG:3857 -select "$(id_of "$1")" "$csv.part.csv" "$file"
  mv "$csv.part.csv" "$csv"
}

make_list() {
  local zooms
  for zooms in $(zooms_of "$1"); do
    local most=0
    [[ $zooms != *:* ]] || most=${zooms#*:}
    "$build/tests/tile_judge" list --source "$work/$1.csv" --zooms "${zooms%:*}" --most "$most"
  done >"$work/$1.list"
}

for layer in "${layers[@]}"; do
  source=$(source_of "$layer")
  make_truth "$layer" "$source"
  store=$work/$layer.sqlite
  echo "## $layer"
  if [ "${KEEP:-}" != 1 ] || [ ! -s "$work/$layer.tiles" ]; then
    rm -f "$store" "$store"-*
    [ -s "$work/$layer.list" ] || make_list "$layer"
    "$build/cassini" import "$source" --store "$store" --layer "$layer" --id "$(id_of "$layer")" --quiet || [ $? -eq 3 ]
    "$build/tests/bench/dump_tiles" "$store" "$layer" "$work/$layer.tiles" <"$work/$layer.list"
  fi
  for judgement in "${judgements[@]}"; do
    printf '\n### %s: %s\n\n' "$layer" "$judgement"
    more=()
    case $judgement in
    slivers) more=(--source "$work/$layer.csv" --every "${EVERY:-1}" --zooms 6-14) ;;
    coverage) more=(--source "$work/$layer.csv" --zooms 6-12) ;;
    bytes) more=(--zooms 0-14) ;;
    esac
    "$build/tests/tile_judge" "$judgement" --tiles "$work/$layer.tiles" --id "$(id_of "$layer")" "${more[@]}" || [ $? -eq 1 ]
  done
done
