# Sourced by the scripts: saying what is done, and why something failed.

say() {
  printf '==> %s\n' "$*"
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# run_logged WHAT COMMAND...: the command's words go to a log; its end is shown when it fails.
run_logged() {
  local what=$1 log
  shift
  mkdir -p build/logs
  log=build/logs/$(printf '%s' "$what" | tr -cs 'A-Za-z0-9' '-').log
  say "$what"
  if ! "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "$what failed; all of it stands in $log"
  fi
}
