#!/usr/bin/env bash
# From a clean clone to a map: installs packages, builds the program, imports, serves.
#
#   ./quickstart.sh              the sample town
#   ./quickstart.sh FILE...      your own files instead: each becomes a layer
#   ./quickstart.sh --no-serve   stop after the import
#   PORT=9000 ./quickstart.sh    another port than 8080
#
# Run it again whenever you like: what is done is not done again.
set -euo pipefail
files=()
serve=yes
for argument; do
  case $argument in
    --no-serve) serve=no ;;
    -h | --help) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" && exit 0 ;;
    -*) echo "quickstart.sh: there is no option $argument (quickstart.sh --help)" >&2 && exit 2 ;;
    *) files+=("$(realpath -- "$argument")") ;;
  esac
done
cd "$(dirname "$0")"
. scripts/say.sh

build_program() {
  run_logged "Configuring build/release" cmake --preset release
  run_logged "Building build/release/cassini" \
    cmake --build build/release --target cassini man town
}

make_sample() {
  say "Making the sample town"
  mkdir -p build/sample
  build/release/samples/town build/sample || fail "the sample could not be made"
}

# import_layers STORE FILE...: a layer that is there is replaced, so that a second run ends as the
# first. Rejected features (exit code 3) have been named and stop nothing.
import_layers() {
  say "Importing into $1"
  local code=0
  build/release/cassini import --mode replace --store "$@" || code=$?
  [ "$code" = 0 ] || [ "$code" = 3 ] || fail "the import failed"
}

say "Cassini: packages, program, data, server"
scripts/packages.sh install build
build_program
if [ ${#files[@]} -gt 0 ]; then
  store=build/own.sqlite title="My data"
  import_layers "$store" "${files[@]}"
else
  store=build/sample/town.sqlite title="Saint-Aubin-des-Essais"
  make_sample
  import_layers "$store" build/sample/{parcels,buildings,streets,addresses}.geojson
fi
if [ $serve = no ]; then
  say "Done. To serve it: build/release/cassini serve --store $store"
  exit 0
fi
say "Serving: open http://127.0.0.1:${PORT:-8080}/ (Ctrl-C ends it)"
exec build/release/cassini serve --store "$store" --title "$title" \
  --listen "127.0.0.1:${PORT:-8080}"
