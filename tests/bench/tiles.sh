#!/usr/bin/env bash
# Tiles of the synthetic million beside those of PostGIS and tippecanoe, side by side in one run.
#   tiles.sh [PART...]      PART: cold stages load export ten; all without one
#
#   cold    one thread, no cache: 200 tiles of each zoom 6 to 16 that hold something, beside ST_AsMVT
#   stages  what one dense tile's time consists of
#   load    8 clients, 2,000 distinct tiles of z12 to z16, the server without cache, beside ST_AsMVT
#   export  archives of z0 to z14 of 100,000 parcels and of the million, beside tippecanoe
#   ten     the inner tiles of ten million parcels beside the same of a layer of their inner tenth
#
# Needs ../shared and the release build (or another in CASSINI_BUILD), PostgreSQL 15 with PostGIS and libpq-dev (cold,
# load), tippecanoe in PATH or in CASSINI_BENCH/peers (export); a part without its peer runs alone. What
# is made stays in CASSINI_BENCH. Milliseconds are of processor time.
#   SECONDS_A_ZOOM (60) bounds PostGIS in cold; KEEP=1 takes its last figures; LOAD_TILES (500) bounds it in load
#   TEN_SCALE (0.3) is the generator's density: 0.943 is one million parcels
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${CASSINI_BUILD:-$top/build/release}
shared=${CASSINI_SHARED:-$top/../shared}
work=${CASSINI_BENCH:-${TMPDIR:-/tmp}/cassini-bench}
cassini=$build/cassini
TEN_SCALE=${TEN_SCALE:-0.3}
mkdir -p "$work/data"
. "$top/tests/bench/tiles/peers.sh"

parcels() { # NAME OPTION...: of the generator
  local file=$work/data/$1.geojson
  shift
  [ -s "$file" ] && return
  [ -x "$work/gen_cadastre" ] || cc -O2 -o "$work/gen_cadastre" "$shared/bench/gen_cadastre.c" -lm
  "$work/gen_cadastre" "$@" --parcels "$file.part" --csv "${file%.geojson}.csv" >&2
  mv "$file.part" "$file"
}

import() { # NAME
  rm -f "$work/tiles-$1.sqlite" "$work/tiles-$1.sqlite"-*
  # The generator numbers a dense quarter of ten million so that some ids come twice: exit code 3.
  "$cassini" import "$work/data/$1.geojson" --store "$work/tiles-$1.sqlite" --layer parcels --quiet --max-rejects 10% ||
    [ $? = 3 ]
}

# Addresses of tiles that hold something: "z x y".
list_tiles() { # NAME ZOOMS MOST
  local csv=$work/data/$1.wkt.csv
  if [ ! -s "$csv" ]; then
    ogr2ogr -f CSV -lco GEOMETRY=AS_WKT -t_srs EPSG:3857 -select id "$csv.part.csv" "$work/data/$1.geojson"
    mv "$csv.part.csv" "$csv"
  fi
  "$build/tests/tile_judge" list --source "$csv" --zooms "$2" --most "$3" --buffer 0
}

has_postgis() {
  [ -x "$build/tests/bench/postgis_tiles" ] && [ -x /usr/lib/postgresql/15/bin/pg_ctl ]
}

# Addresses of the tiles of randomly chosen parcels: where there is more there are more of them.
list_parcels() { # ZOOMS.. MOST
  python3 - "$work/data/parcels.csv" "$@" <<'P'
import math, random, sys
points = []
with open(sys.argv[1], encoding="utf-8") as f:
    next(f)
    for line in f:
        points.append(line.split(",", 2)[:2])
lot = random.Random(6)
first, last, most = map(int, sys.argv[2:5])
for z in range(first, last + 1):
    n, tiles = 1 << z, {}
    for lon, lat in lot.sample(points, 20 * most):
        y = (1 - math.asinh(math.tan(math.radians(float(lat)))) / math.pi) / 2
        tiles.setdefault((int((float(lon) + 180) / 360 * n), int(y * n)))
        if len(tiles) == most:
            break
    for x, y in tiles:
        print(z, x, y)
P
}

cold_beside() { # LIST
  "$build/tests/bench/cold_tiles" "$work/tiles-parcels.sqlite" parcels <"$1" >"$1.ours"
  if [ ! -s "$1.theirs" ]; then
    : >"$1.theirs"
    has_postgis && "$build/tests/bench/postgis_tiles" "$shared/bench/sql/asmvt3857.sql" "${SECONDS_A_ZOOM:-60}" \
      <"$1" >"$1.theirs"
  fi
  printf '| z | tiles | median ms | p99 | most | render | gzip | KB | PostGIS tiles | median ms | p99 | SQL | gzip | KB | times faster |\n'
  printf '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n'
  join -t $'\t' -a 1 -e '-' -o 0,1.2,1.3,1.4,1.5,1.6,1.7,1.9,2.2,2.3,2.4,2.6,2.7,2.9 \
    <(sort "$1.ours") <(sort "$1.theirs") | sort -n |
    awk -F'\t' '{printf "|"; for (i = 1; i <= NF; i++) printf " %s |", $i
                 printf " %s |\n", ($3 > 0 && $10 != "-" ? sprintf("%.1f", $10 / $3) : "-")}'
}

cold() {
  import parcels
  [ -s "$work/tiles.any" ] || list_tiles parcels 6-16 200 >"$work/tiles.any"
  [ -s "$work/tiles.parcels" ] || list_parcels 6 16 200 >"$work/tiles.parcels"
  [ "${KEEP:-}" = 1 ] || rm -f "$work"/tiles.*.theirs
  ! has_postgis || postgis_start
  echo "Tiles that hold something, each as likely as the other:"
  echo
  cold_beside "$work/tiles.any"
  echo
  echo "Tiles of parcels, each parcel as likely as the other:"
  echo
  cold_beside "$work/tiles.parcels"
  ! has_postgis || postgis_stop
}

stages() {
  [ -s "$work/tiles-parcels.sqlite" ] || import parcels
  # The densest of each zoom, but those that are drawn with a coarser one's drawables.
  printf '%s\n' "9 263 183" "11 1052 731" "12 2105 1464" "13 4208 2929" "14 8419 5861" "15 16839 11723" "16 33679 23443" |
    "$build/tests/bench/stage_tiles" "$work/tiles-parcels.sqlite" parcels 15
}

processor_seconds() { # PID
  awk -v hz="$(getconf CLK_TCK)" '{printf "%.2f", ($14 + $15) / hz}' "/proc/$1/stat"
}

load() {
  import parcels
  [ -x "$work/httpload" ] || cc -O2 -w -o "$work/httpload" "$shared/bench/httpload.c" -lpthread
  # All of z12 and z13, and as many of each other zoom as are missing.
  [ -s "$work/tiles.load" ] || list_tiles parcels 12-16 519 | shuf --random-source="$work/data/parcels.csv" |
    head -n 2000 >"$work/tiles.load"
  local port=${PORT:-54490} pid before
  "$cassini" serve --store "$work/tiles-parcels.sqlite" --listen "127.0.0.1:$port" --cache-size 0 --max-queue 1024 \
    >"$work/serve.log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break || sleep 0.1; done
  echo "cassini, 8 clients, $(wc -l <"$work/tiles.load") distinct tiles:"
  "$work/httpload" --label cassini --port "$port" --path '/xyz/parcels/{z}/{x}/{y}.mvt' --list "$work/tiles.load" \
    --conc 8 --limit 300 --header 'Accept-Encoding: gzip'
  echo "processor seconds of the server: $(processor_seconds $pid)"
  kill "$pid"
  wait "$pid" || true
  has_postgis || return 0
  [ -x "$work/pgtile" ] || cc -O2 -w -o "$work/pgtile" "$shared/bench/pgtile.c" -I/usr/include/postgresql -lpq -lz -lpthread
  postgis_start
  before=$("$shared/bench/pg.sh" cpu)
  echo "PostGIS without a server in front, the first ${LOAD_TILES:-500} of them:"
  head -n "${LOAD_TILES:-500}" "$work/tiles.load" >"$work/tiles.load.some"
  "$work/pgtile" --sql "$shared/bench/sql/asmvt3857.sql" --tiles "$work/tiles.load.some" --conc 8 --once \
    --seconds 300 --gzip 6
  echo "processor seconds of PostgreSQL: $(awk -v a="$("$shared/bench/pg.sh" cpu)" -v b="$before" 'BEGIN {print a - b}')"
  postgis_stop
}

find_tippecanoe() {
  command -v tippecanoe || { [ ! -x "$work/peers/tippecanoe" ] || echo "$work/peers/tippecanoe"; }
}

timed() { # LABEL FILE COMMAND...
  local label=$1 file=$2
  shift 2
  /usr/bin/time -o "$work/time" -f '%e\t%U\t%S\t%M' "$@" >"$work/timed.log" 2>&1 || { cat "$work/timed.log" >&2; return 1; }
  awk -F'\t' -v l="$label" -v b="$(stat -c %s "$file")" \
    '{printf "| %s | %s | %s | %s | %.0f | %.1f |\n", l, $1, $2, $3, $4 / 1024, b / 1e6}' "$work/time"
}

export_archives() {
  local tippecanoe name
  tippecanoe=$(find_tippecanoe) || true
  parcels parcels_100k --half-km 3.75
  printf '| archive | s | user | system | peak MB | archive MB |\n|---|---|---|---|---|---|\n'
  for name in parcels_100k parcels; do
    import "$name"
    timed "cassini export, $name" "$work/$name-ours.mbtiles" "$cassini" export --store "$work/tiles-$name.sqlite" \
      --layers parcels --min-zoom 0 --max-zoom 14 -o "$work/$name-ours.mbtiles" --overwrite --quiet
    [ -z "$tippecanoe" ] ||
      timed "tippecanoe, $name" "$work/$name-theirs.mbtiles" "$tippecanoe" -z14 --drop-densest-as-needed -q -f \
        -l parcels -o "$work/$name-theirs.mbtiles" "$work/data/$name.geojson"
  done
}

ten() {
  parcels "ten$TEN_SCALE" --scale "$TEN_SCALE"
  parcels "inner$TEN_SCALE" --scale "$TEN_SCALE" --half-km 9.5
  # Tiles that lie within both.
  [ -s "$work/tiles.ten" ] || python3 - >"$work/tiles.ten" <<'P'
import math, random
lot = random.Random(4)
for z in range(10, 17):
    n = 1 << z
    def tile(lon, lat):
        y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
        return int((lon + 180) / 360 * n), int(y * n)
    # Half a degree is 39 km here; 6 km to each side of the middle are well within 9.5.
    west, north = tile(5.0 - 0.077, 45.5 + 0.054)
    east, south = tile(5.0 + 0.077, 45.5 - 0.054)
    tiles = [(x, y) for x in range(west + 1, east) for y in range(north + 1, south)]
    for x, y in lot.sample(tiles, min(200, len(tiles))):
        print(z, x, y)
P
  local name
  for name in "ten$TEN_SCALE" "inner$TEN_SCALE"; do
    [ "${KEEP:-}" = 1 ] && [ -s "$work/tiles-$name.sqlite" ] || import "$name"
    # The second of two runs: what both read lies in memory then.
    for _ in 1 2; do
      "$build/tests/bench/cold_tiles" "$work/tiles-$name.sqlite" parcels <"$work/tiles.ten" >"$work/ten.$name"
    done
  done
  printf '| z | tiles | all: median ms | p99 | inner tenth: median ms | p99 | ratio of medians |\n|---|---|---|---|---|---|---|\n'
  join -t $'\t' -o 0,1.2,1.3,1.4,2.3,2.4 <(sort "$work/ten.ten$TEN_SCALE") <(sort "$work/ten.inner$TEN_SCALE") | sort -n |
    awk -F'\t' '{printf "| %s | %s | %s | %s | %s | %s | %.2f |\n", $1, $2, $3, $4, $5, $6, ($5 > 0 ? $3 / $5 : 0)}'
}

parts=("$@")
[ $# -gt 0 ] || parts=(cold stages load export ten)
parcels parcels
for part in "${parts[@]}"; do
  printf '\n## %s (load of the machine before: %s)\n\n' "$part" "$(cut -d' ' -f1 /proc/loadavg)"
  case $part in
  cold | stages | load | ten) "$part" ;;
  export) export_archives ;;
  *) echo "tiles.sh: no part '$part'" >&2 && exit 2 ;;
  esac
done
