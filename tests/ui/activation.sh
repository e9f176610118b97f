#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# activation.sh SERVICE DASHBOARD AGENT: the session bus starts the window when something calls its name, and the program ends with the
# window. SERVICE is the file as it is installed; the program in it is the one that was built.
set -euo pipefail
service=$1 dashboard=$2 agent=$3
name=$(sed -n 's/^Name=//p' "$service")
path=/${name//.//}

fail () { echo "not ok - $*" >&2; exit 1; }
# until WHAT COMMAND…: tries for 20 s.
until_so () {
  local what=$1 i; shift
  for ((i = 0; i < 200; i++)); do if "$@"; then return; fi; sleep 0.1; done
  fail "$what"
}
call_bus () { gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus --method "org.freedesktop.DBus.$@" 2> /dev/null; }
call_window () { gdbus call --session --dest "$name" --object-path "$path" --method "org.freedesktop.Application.$@" > /dev/null; }
runs () { [ "$(call_bus NameHasOwner "$name")" = "(true,)" ]; }
has_ended () { ! runs; }
shows () { xdotool search --onlyvisible --name "$1" > /dev/null 2>&1; }
shows_no () { ! shows "$1"; }

mkdir -p "$XDG_RUNTIME_DIR/dbus-1/services"
grep -q "^Exec=/.*/lineshaft-dashboard --gapplication-service\$" "$service" || fail "$service does not start the window as a service"
sed "s|^Exec=[^ ]*|Exec=$dashboard|" "$service" > "$XDG_RUNTIME_DIR/dbus-1/services/$name.service"
call_bus ReloadConfig > /dev/null

socket=$XDG_RUNTIME_DIR/agent.sock
: > "$HOME/empty.conf"
"$agent" --config "$HOME/empty.conf" --socket "$socket" 2> "$HOME/agent.log" &
started=$!
trap 'kill "$started" 2> /dev/null || true; wait "$started" || true' EXIT
until_so "the agent did not start: $(cat "$HOME/agent.log")" test -S "$socket"
call_bus UpdateActivationEnvironment "{'LINESHAFT_HOST': '$socket'}" > /dev/null

has_ended || fail "the window runs before anybody called it"
call_window Activate '{}'
until_so "no window came up" shows '^Lineshaft'
runs || fail "the window is not known by its name on the bus"
# A second call presents the same window.
call_window Activate '{}'
[ "$(xdotool search --onlyvisible --name '^Lineshaft' | wc -l)" = 1 ] || fail "a second call brought a second window"
call_window ActivateAction quit '[]' '{}'
until_so "the window is still there" shows_no '^Lineshaft'
until_so "the program did not end with its window" has_ended
echo "ok - activated, presented, ended with the window"

call_window ActivateAction about '[]' '{}'
until_so "About did not come up" shows 'About'
until_so "About came up without its window" shows '^Lineshaft'
call_window ActivateAction quit '[]' '{}'
until_so "the program did not end after About" has_ended
echo "ok - an action can be the first call"
