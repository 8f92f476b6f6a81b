# Sourced by tests/bench/tiles.sh: PostgreSQL with PostGIS in a folder of its own, on a socket there and a port of loopback
# (the scripts of ../shared/bench), loaded with the million.
export BENCH=$work

postgis_start() {
  "$shared/bench/pg.sh" init >&2
  "$shared/bench/pg.sh" stop >&2 || true
  "$shared/bench/pg.sh" start >&2
  . "$shared/bench/env.sh"
  if [ "$(psql -Atqc "select to_regclass('parcels_3857_geom_idx') is not null")" != t ]; then
    psql -qc 'drop table if exists parcels_3857' >&2
    ogr2ogr -f PGDump /vsistdout/ "$work/data/parcels.geojson" -t_srs EPSG:3857 -nln parcels_3857 \
      -lco GEOMETRY_NAME=geom -lco FID=gid -lco SPATIAL_INDEX=NONE -lco CREATE_SCHEMA=OFF -nlt POLYGON |
      psql -q -v ON_ERROR_STOP=1 >/dev/null
    psql -qc 'create index parcels_3857_geom_idx on parcels_3857 using gist(geom)' -c 'vacuum analyze parcels_3857' >&2
  fi
  psql -qc 'create extension if not exists pg_prewarm' -c "select pg_prewarm('parcels_3857')" \
    -c "select pg_prewarm('parcels_3857_geom_idx')" >/dev/null
  # One core for each tile, as ours.
  export PGOPTIONS='-c max_parallel_workers_per_gather=0'
}

postgis_stop() {
  "$shared/bench/pg.sh" stop >&2
}
