#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs into a prefix of its own, uses what is there as it would be used from /usr/local, and uninstalls it: nothing may be left.
. "$(dirname "$0")/lib.sh"

build-aux/packages.sh build
prefix=$(mktemp -d)/lineshaft
folder=$(mktemp -d)
agent=
finish () { [ -z "$agent" ] || kill "$agent" 2> /dev/null || true; rm -rf "${prefix%/*}" "$folder"; }
trap finish EXIT

[ -f build-prefix/build.ninja ] || configure build-prefix -Dtests=disabled
meson configure build-prefix "-Dprefix=$prefix" > /dev/null
compile build-prefix
rm -f build-prefix/meson-logs/install-log.txt
build-aux/install.sh build-prefix
build-aux/install.sh build-prefix      # a second time does no harm

# Nothing of this folder helps them: they find each other where they are installed.
unset LINESHAFT_LIBEXEC_DIR GSETTINGS_SCHEMA_DIR
export PATH=$prefix/bin:$PATH XDG_DATA_DIRS=$prefix/share:/usr/share XDG_RUNTIME_DIR=$folder LINESHAFT_HOST=$folder/agent.sock
printf '[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n[pool compute]\nthreads = 1\n' > "$folder/lineshaft.conf"
lineshaft-agent --config "$folder/lineshaft.conf" --socket "$LINESHAFT_HOST" 2> "$folder/agent.log" &
agent=$!
well=no
for _ in $(seq 200); do
  kill -0 "$agent" 2> /dev/null || { cat "$folder/agent.log" >&2; die "the installed agent did not start"; }
  if lineshaft status > "$folder/status" 2>&1; then well=yes; break; fi
  sleep 0.1
done
[ "$well" = yes ] || { cat "$folder/status" >&2; die "what the installed agent runs is not well"; }
[ "$(lineshaft submit compute primes 100 -q)" ] || die "the installed pool does not work"
[ "$(lineshaft complete -- reload w | cut -f 1)" = web ] || die "completion does not work"
kill "$agent"; wait "$agent" || die "the installed agent did not end well"
agent=
if [ -x "$prefix/bin/lineshaft-dashboard" ]; then
  app=$(basename "$prefix"/share/applications/*.desktop .desktop)
  gsettings list-keys "$app" > /dev/null || die "the schema of the window is not found"
  lineshaft-dashboard --version > /dev/null
fi

build-aux/uninstall.sh build-prefix
[ ! -e "$prefix" ] || { find "$prefix" >&2; die "that is left after uninstalling"; }
say "install: used, and gone without a trace, in $(elapsed)"
