#!/usr/bin/env bash
# The proof of the images, where no container engine is: builds both Dockerfiles with buildah from a
# Debian made by debootstrap, runs the server's image as its own user with its volume, and asks it
# for /health and a tile.
#
#   docker/prove.sh       as root; needs debootstrap, buildah and the network
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
. scripts/say.sh
. docker/base.sh
[ "$(id -u)" = 0 ] || fail "only root can build without an engine"
scripts/packages.sh install build image
export BUILDAH_ISOLATION=chroot
work=$(mktemp -d "${TMPDIR:-/var/tmp}/cassini-prove.XXXXXX")
port=${PORT:-8766}
container=
server=

clean_up() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$container" ] || buildah rm "$container" >/dev/null || true
  buildah rmi --force cassini cassini-dev cassini-base >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

make_base() {
  base_make "$work/root" ca-certificates
  local scratch
  scratch=$(buildah from scratch)
  buildah copy --quiet "$scratch" "$work/root" /
  buildah config --env "$(base_environment | grep NODE_EXTRA_CA_CERTS || echo LANG=C.UTF-8)" "$scratch"
  buildah commit --quiet "$scratch" cassini-base
  buildah rm "$scratch"
  rm -rf --one-file-system "$work/root"
}

build_image() {
  buildah build --build-arg BASE=localhost/cassini-base -f "$1" -t "$2" .
}

in_container() {
  buildah run --user cassini --volume "$work/data:/data" --env "CASSINI_LISTEN=127.0.0.1:$port" \
    "$container" -- "$@"
}

run_logged "Making a base image with debootstrap" make_base
run_logged "Building docker/Dockerfile" build_image docker/Dockerfile cassini
run_logged "Building docker/dev.Dockerfile" build_image docker/dev.Dockerfile cassini-dev
say "Sizes"
buildah images --format '{{.Name}} {{.Size}}' | grep cassini

mkdir "$work/data"
chown 10001:10001 "$work/data"
container=$(buildah from localhost/cassini)
say "The server as $(in_container id -un), on an empty volume"
in_container cassini serve &
server=$!
for _ in $(seq 100); do
  in_container cassini-health 2>/dev/null && break
  sleep 0.2
done
in_container cassini-health || fail "the health check says no"
say "Importing while it runs"
in_container cassini import - --layer parks <tests/cli/data/parks.geojson
sleep 2 # the server looks for changes once a second
tile_bytes=$(curl --silent --show-error --fail "http://127.0.0.1:$port/xyz/parks/14/8283/5695.mvt" | wc -c)
[ "$tile_bytes" -gt 20 ] || fail "the tile has $tile_bytes bytes"
kill "$server"
wait "$server" || true
server=
say "VERDICT: both images build; the server runs as its own user, is healthy, and gave a tile of $tile_bytes bytes"
