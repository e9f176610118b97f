#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The first minute: packages, build, an agent of its own with the demo, and the window (or `lineshaft top` without a display).
. "$(dirname "$0")/lib.sh"

step () { say "$1/4 $2"; }

step 1 "packages"
build-aux/packages.sh run
step 2 "build ($(elapsed))"
configure build
compile build
use_build_tree build

# A socket of its own, never an installed agent's. Socket paths are short by law (108 bytes).
dir=$top/build/run
mkdir -p "$dir"
if [ ${#dir} -gt 80 ]; then
  dir=$(mktemp -d)
  temporary=$dir
fi
socket=$dir/agent.sock

# 5: no agent answers.
answers () { local status=0; lineshaft -H "$socket" list -o name > /dev/null 2>&1 || status=$?; [ "$status" != 5 ]; }
! answers || die "another \`make run\` is going on here; end it first (its agent answers on $socket)"

busy () { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
port=8080
while busy "$port"; do port=$((port + 1)); done
[ "$port" = 8080 ] || say "    port 8080 is busy: this demo listens on $port"
sed "s/127\.0\.0\.1:8080/127.0.0.1:$port/g" data/demo.conf > "$dir/demo.conf"

step 3 "agent ($(elapsed))"
agent=
finish () {
  trap '' INT TERM HUP PIPE      # whoever read these words may be gone already
  [ -z "${front:-}" ] || kill "$front" 2> /dev/null || true
  if [ -n "$agent" ] && kill -0 "$agent" 2> /dev/null; then
    say "stopping everything in order …" 2> /dev/null || true
    kill -TERM "$agent" 2> /dev/null || true
    wait "$agent" 2> /dev/null || true
  fi
  [ -z "${temporary:-}" ] || rm -rf "$temporary"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
export LINESHAFT_HOST=$socket
# A process group of its own, so that Ctrl+C reaches this script first and the order is kept.
setsid lineshaft-agent --config "$dir/demo.conf" --socket "$socket" > "$dir/agent.log" 2>&1 < /dev/null &
agent=$!
for _ in $(seq 100); do
  kill -0 "$agent" 2> /dev/null || { cat "$dir/agent.log" >&2; die "the agent did not start; its last words are above"; }
  if answers; then break; fi
  sleep 0.1
done

step 4 "window ($(elapsed))"
cat <<EOT

  The demo serves   http://127.0.0.1:$port/
  The agent is at   $socket
  Try, in another terminal:
    export LINESHAFT_HOST=$socket PATH=$top/build/agent/cli:\$PATH
    lineshaft status
    lineshaft scale web +2
    curl --unix-socket $socket http://localhost/v1/clusters/web

  Ctrl+C stops everything.

EOT

if [ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ] && [ -x build/gui/lineshaft-dashboard ]; then
  lineshaft-dashboard --socket "$socket" &
  front=$!
  wait "$front" || true
else
  # FRAMES=n ends it by itself after so many seconds.
  say "There is no display: this is \`lineshaft top\` in the terminal; q or Ctrl+C ends it."
  lineshaft top ${FRAMES:+-n "$FRAMES"} || true
fi
