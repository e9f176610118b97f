#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-display.sh [--desktop] COMMAND…: runs it on an X server, a session bus and an accessibility bus of its own, and ends them after it.
# With --desktop that bus starts whatever is installed, the portals that a sandbox asks among it.
# Says why and exits 77 (skipped) when one of the programs for that is missing.
set -euo pipefail

for program in Xvfb dbus-run-session xdotool; do
  command -v "$program" > /dev/null || { echo "skipped: $program is not installed"; exit 77; }
done

desktop=no
if [ "$1" = --desktop ]; then desktop=yes; shift; fi

dir=$(mktemp -d)
export XDG_RUNTIME_DIR=$dir/run XDG_CONFIG_HOME=$dir/config XDG_STATE_HOME=$dir/state XDG_CACHE_HOME=$dir/cache HOME=$dir
mkdir -m 700 "$XDG_RUNTIME_DIR"

# Xvfb picks a free display itself and writes its number once it is ready.
mkfifo "$dir/display"
Xvfb -displayfd 3 -screen 0 "${LS_SCREEN:-1280x800}x24" -nolisten tcp -noreset 3> "$dir/display" 2> "$dir/xvfb.log" &
xvfb=$!
finish () {
  kill "$xvfb" 2> /dev/null || true; wait "$xvfb" 2> /dev/null || true
  # A portal that ends with its bus has a file system mounted below for a moment still.
  for ((i = 0; i < 100; i++)); do if rm -rf --one-file-system "$dir" 2> /dev/null; then return; fi; sleep 0.1; done
  rm -rf --one-file-system "$dir"
}
trap finish EXIT
read -r -t 20 number < "$dir/display" || { cat "$dir/xvfb.log" >&2; echo "Xvfb did not start" >&2; exit 1; }

# Cairo draws: without GL no driver is loaded, which would leave a block behind, and be unloaded itself before a leak checker could say whose it was.
# DISPLAY is known before the bus starts, or what the bus starts would look for one.
export DISPLAY=:$number GDK_BACKEND=x11 GSK_RENDERER=cairo GDK_DEBUG=gl-disable GTK_A11Y=atspi NO_AT_BRIDGE=0 GSETTINGS_BACKEND=memory LIBGL_ALWAYS_SOFTWARE=1 GTK_USE_PORTAL=0
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
# Without --desktop the bus starts the accessibility bus and what the test adds: portals would mount a file system below $dir and hold it while that is to be removed.
services=$XDG_RUNTIME_DIR/dbus-1/services bus=()
mkdir -p "$services"
if [ $desktop = no ]; then
  bus=(--config-file="$dir/bus.conf")
  cp /usr/share/dbus-1/services/org.a11y.Bus.service "$services/"
  cat > "$dir/bus.conf" << END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$dir</listen>
  <auth>EXTERNAL</auth>
  <servicedir>$services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END
fi

# What the bus starts speaks on standard output too; that belongs to the test alone.
dbus-run-session "${bus[@]}" -- bash -c '"$@" >&5' with-display "$@" 5>&1 1>&2
