#!/usr/bin/env bash
# The proof that a newcomer's two commands work: a bare Debian 12 in a temporary folder, a clone of
# the last commit in it, quickstart.sh twice and test.sh once, and a look at the results.
#
#   docker/fresh-machine.sh [--keep]      as root; needs debootstrap and the network
#
# All of it happens in mount and process namespaces of its own, so that nothing stays mounted and
# nothing keeps running, whatever happens. --keep leaves the folder for a look.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/scripts/say.sh"
. "$top/docker/base.sh"

inside() {
  # shellcheck disable=SC2046  # NAME=VALUE words
  env -i $(base_environment) chroot "$root" bash -c "cd /srv/cassini || exit 1
$1"
}

check() {
  local words=$1
  shift
  "$@" || fail "not as it should be: $words"
  say "ok: $words"
}

has_four_layers() {
  [ "$(inside 'build/release/cassini layers --store build/sample/town.sqlite --json' |
    grep -o '"revision"' | wc -l)" = 4 ]
}

# A server on a port of its own answers as the container's does.
answers() {
  inside 'build/release/cassini serve --store build/sample/town.sqlite --listen 127.0.0.1:8765 &
    server=$!
    for _ in $(seq 50); do
      CASSINI_LISTEN=:8765 docker/health.sh 2>/dev/null && break
      sleep 0.1
    done
    CASSINI_LISTEN=:8765 docker/health.sh && kill $server && wait $server'
}

ends_with_ctest_summary() {
  tail -n 40 "$1" | grep -q '^100% tests passed' && tail -n 40 "$1" | grep -q '^Total Test time'
}

timed() {
  local words=$1 begin=$SECONDS
  shift
  "$@" || fail "$words failed"
  say "$words took $((SECONDS - begin)) s"
}

run_tests() {
  inside ./test.sh 2>&1 | tee "$root/srv/test.log"
}

prove() {
  root=$1
  say "A bare Debian 12 in $root"
  base_make "$root" git ca-certificates >"$root.log" 2>&1 || fail "debootstrap: see $root.log"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount --bind /dev "$root/dev"
  mount -t devpts devpts "$root/dev/pts"
  mount -t tmpfs tmpfs "$root/dev/shm"
  mount -t tmpfs tmpfs "$root/tmp"
  git -C "$top" log -1 --format='==> Cloning %h %s'
  git clone --quiet --no-hardlinks "file://$top" "$root/srv/cassini"

  timed "quickstart.sh, the first time," inside './quickstart.sh --no-serve'
  check "the program is there" inside 'build/release/cassini --version'
  check "the store has 4 layers" has_four_layers
  check "a server answers /health" answers
  timed "quickstart.sh, the second time," inside './quickstart.sh --no-serve'
  check "the store still has 4 layers" has_four_layers
  timed "test.sh" run_tests
  check "test.sh ends with ctest's summary, all passed" ends_with_ctest_summary "$root/srv/test.log"
}

if [ "${1:-}" = --inside ]; then
  prove "$2"
  exit 0
fi
[ "$(id -u)" = 0 ] || fail "only root can make a machine"
"$top/scripts/packages.sh" install image
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/cassini-fresh.XXXXXX")
code=0
unshare --mount --pid --fork --kill-child "$0" --inside "$folder/root" || code=$?
if [ "${1:-}" = --keep ] || [ $code != 0 ]; then
  say "Left for a look: $folder"
else
  rm -rf --one-file-system "$folder"
fi
[ $code = 0 ] || fail "VERDICT: a fresh machine does NOT work"
say "VERDICT: a fresh machine works"
