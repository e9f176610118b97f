#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install.sh [BUILD]: builds, and installs below PREFIX (else what build/ is configured for, /usr/local at first) in DESTDIR (else the real root).
. "$(dirname "$0")/lib.sh"

build=${1:-build}
[ "$build" != build ] || build-aux/build.sh
if [ -n "${PREFIX:-}" ]; then
  meson configure "$build" "-Dprefix=$PREFIX" > /dev/null
  compile "$build"
fi
log=$build/meson-logs/install-log.txt
earlier=()
[ ! -f "$log" ] || mapfile -t earlier < <(grep '^/' "$log")
meson install -C "$build" --no-rebuild --quiet
# What an installation before this one made is not made again, but is to go with the rest.
for path in "${earlier[@]}"; do
  grep -qxF "$path" "$log" || { [ ! -e "$path" ] || printf '%s\n' "$path" >> "$log"; }
done
say "install: done; \`make uninstall\` removes it"
