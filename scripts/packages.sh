#!/usr/bin/env bash
# The Debian 12 packages that Cassini needs, in one place, and their installation.
#
#   scripts/packages.sh list GROUP...      their names
#   scripts/packages.sh install GROUP...   install those that are missing
#
# Groups: build, test, run (what the built program needs where nothing else is installed), develop,
# image (to make machines and container images: docker/).
set -euo pipefail
. "$(dirname "$0")/say.sh"

packages_of() {
  case $1 in
    # cmocka is small, and with it the program and the tests share one build folder.
    build) echo ca-certificates cmake g++ gcc libcmocka-dev libdeflate-dev libevent-dev \
      libcurl4-openssl-dev libexpat1-dev libfreetype-dev libgdal-dev libgeos-dev libproj-dev \
      libprotobuf-c-dev libshp-dev libsimdjson-dev libspatialite-dev libsqlite3-dev libssl-dev \
      libzip-dev ninja-build nodejs npm pkg-config \
      protobuf-c-compiler zlib1g-dev ;;
    test) echo chromium clang-format curl gdal-bin python3 python3-jsonschema spatialite-bin sqlite3 ;;
    run) echo libcurl4 libdeflate0 libevent-2.1-7 libexpat1 libgdal32 libgeos-c1v5 libproj25 \
      libprotobuf-c1 libshp4 libsimdjson14 libspatialite7 libsqlite3-0 libssl3 libstdc++6 libzip4 \
      zlib1g ;;
    develop) echo clang gdb git less ;;
    image) echo buildah debootstrap ;;
    *) fail "there is no group of packages '$1'" ;;
  esac
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A Node.js of 18 or newer from elsewhere, with its npm, will do.
has_node() {
  command -v npm >/dev/null &&
    [ "$(node -p 'process.versions.node.split(".")[0] >= 18' 2>/dev/null)" = true ]
}

missing_of() {
  local group package
  for group; do
    for package in $(packages_of "$group"); do
      case $package in
        nodejs | npm) has_node && continue ;;
      esac
      is_installed "$package" || echo "$package"
    done
  done
}

install_groups() {
  command -v dpkg-query >/dev/null ||
    fail "this is not Debian: install what 'scripts/packages.sh list $*' names in your own way"
  local missing log as_root=()
  missing=$(missing_of "$@" | sort -u | tr '\n' ' ')
  if [ -z "$missing" ]; then
    say "packages: all there"
    return
  fi
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "packages are missing; as root: apt-get install $missing"
    as_root=(sudo)
  fi
  say "packages: installing $missing"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # a list of names
  if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" apt-get install -y -q \
    --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "packages could not be installed (is there a network?); all of it stands in $log"
  fi
  rm -f "$log"
}

action=${1:-}
shift || true
case $action in
  list) for group; do packages_of "$group"; done ;;
  install) install_groups "$@" ;;
  *) fail "usage: scripts/packages.sh list|install GROUP..." ;;
esac
