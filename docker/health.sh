#!/usr/bin/env bash
# Whether the server in this container answers /health. Needs nothing but bash: curl and wget would
# weigh more than the program.
set -euo pipefail
port=${CASSINI_LISTEN:-127.0.0.1:8080}
exec 3<>"/dev/tcp/127.0.0.1/${port##*:}"
printf 'GET /health?f=json HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
