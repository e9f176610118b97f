#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# installed.sh BUILD PREFIX APP_ID VERSION gui|headless units|none: installs into a folder, looks at what is there, runs it from there, and
# uninstalls it: nothing may be left.
set -uo pipefail
build=$1 prefix=$2 app=$3 version=$4 window=$5 units=$6
source=$(cd "$(dirname "$0")/../.." && pwd)
export DESTDIR
DESTDIR=$(mktemp -d)
at=$DESTDIR$prefix
state=$(mktemp -d)
agent=
status=0
wrong () { printf 'wrong: %s\n' "$*"; status=1; }

# A real installation from this build must still be known to `make uninstall` after this.
log=$build/meson-logs/install-log.txt
[ ! -f "$log" ] || cp "$log" "$state/install-log.txt"
finish () {
  [ -z "$agent" ] || { kill "$agent"; wait "$agent"; } 2> /dev/null
  rm -rf "$DESTDIR"
  if [ -f "$state/install-log.txt" ]; then cp "$state/install-log.txt" "$log"; else rm -f "$log"; fi
  rm -rf "$state"
}
trap finish EXIT

meson install -C "$build" --no-rebuild > "$state/install" 2>&1 || { cat "$state/install"; wrong "meson install failed"; exit 1; }

# --- what must be there ---
share=$at/share
wanted=("$at"/bin/lineshaft "$at"/bin/lineshaft-agent "$at"/bin/lineshaft-load "$at"/libexec/lineshaft/lineshaft-{worker,pool}
        "$share"/bash-completion/completions/lineshaft "$share"/zsh/site-functions/_lineshaft "$share"/fish/vendor_completions.d/lineshaft.fish
        "$share"/lineshaft/{lineshaft,demo}.conf "$share"/man/man5/lineshaft.conf.5 "$at"/include/lineshaft/{job,channel,scoreboard,histogram}.h)
[ "$window" = headless ] || wanted+=("$at"/bin/lineshaft-dashboard "$share/applications/$app.desktop" "$share/metainfo/$app.metainfo.xml"
        "$share/dbus-1/services/$app.service" "$share/glib-2.0/schemas/$app.gschema.xml" "$share/icons/hicolor/scalable/apps/$app.svg"
        "$share/icons/hicolor/symbolic/apps/$app-symbolic.svg")
[ "$units" = none ] || wanted+=("$at"/lib/{sysusers.d,tmpfiles.d}/lineshaft.conf)
for file in "${wanted[@]}"; do [ -f "$file" ] || wrong "${file#"$DESTDIR"} is missing"; done
if [ "$units" = units ] && [ "$(find "$DESTDIR" -path '*/systemd/*/lineshaft-agent.*' -type f | wc -l)" != 4 ]; then wrong "not all four units are there"; fi

# --- modes, and programs that other files name ---
while IFS= read -r file; do wrong "${file#"$DESTDIR"} has a mode that it should not have"; done \
  < <(find "$DESTDIR" -type f ! -perm 644 ! -perm 755; find "$at/share" -type f -perm /111; find "$at/bin" "$at/libexec" -type f ! -perm 755)
while IFS=: read -r file exec; do
  program=${exec#*=}; program=${program%% *}
  case $program in /*) ;; *) program=$prefix/bin/$program ;; esac
  [ -x "$DESTDIR$program" ] || wrong "${file#"$DESTDIR"} starts $program, which is not installed"
done < <(grep -rHE '^(Exec|ExecStart)=' "$at/share/applications" "$at/share/dbus-1" "$at/lib/systemd" 2> /dev/null)

# --- the programs run, say who they are, and have a page ---
for program in "$at"/bin/* "$at"/libexec/lineshaft/*; do
  name=${program##*/}
  said=$("$program" --version 2>&1) || wrong "$name --version failed"
  [ "$said" = "$name $version" ] || wrong "$name --version says “$said”"
  [ "$("$program" -V 2>&1)" = "$said" ] || wrong "$name -V is not $name --version"
  [ "$("$program" -h 2>&1)" = "$("$program" --help 2>&1)" ] || wrong "$name -h is not $name --help"
  grep -qs "^\.Nm $name\$" "$share/man/man1/$name.1" || wrong "$name has no manual page"
done

# --- what their help names, the pages know ---
page_has () { grep -qsE -- "Fl -$2( |\$)" "$share/man/man1/$1.1" || wrong "the page of $1 does not know --$2"; }
for program in "$at"/bin/lineshaft-* "$at"/libexec/lineshaft/*; do
  while IFS= read -r option; do page_has "${program##*/}" "${option#--}"; done < <("$program" --help 2> /dev/null | grep -oE -- '--[a-z][a-z-]+' | sort -u)
done
while IFS=$'\t' read -r verb _; do
  grep -qsE "^\.It (.*, )?Cm $verb( |\$)" "$share/man/man1/lineshaft.1" || wrong "the page of lineshaft does not know the verb $verb"
  while IFS=$'\t' read -r option _; do page_has lineshaft "${option#--}"; done < <("$at"/bin/lineshaft complete -- "$verb" --)
done < <("$at"/bin/lineshaft complete -- '')

# --- the agent, from there ---
: > "$state/lineshaft.conf"
LINESHAFT_LIBEXEC_DIR=$at/libexec/lineshaft "$at"/bin/lineshaft-agent --config "$state/lineshaft.conf" --socket "$state/agent.sock" 2> "$state/agent.log" &
agent=$!
for ((i = 0; i < 200; i++)); do [ -S "$state/agent.sock" ] && break; sleep 0.05; done
cli () { "$at"/bin/lineshaft -H "$state/agent.sock" --timeout 20s "$@"; }
cli create cluster web listen=127.0.0.1:0 workers=1 > /dev/null && cli create pool compute threads=1 > /dev/null || { cat "$state/agent.log"; wrong "the installed agent does not serve"; }
[ "$(cli submit compute primes 100 -q)" ] || wrong "the installed pool does not work"
[ "$(cli run -- echo hello)" = hello ] || wrong "the installed agent does not run a command"
# What the example for the computer has behind "#" is right, too.
sed 's/^#\([^ ]\)/\1/' "$share/lineshaft/lineshaft.conf" > "$state/example.conf"
grep -q '^\[cluster' "$state/example.conf" && cli apply --dry-run "$state/example.conf" > /dev/null || wrong "the example of a config is not one"
kill "$agent"; wait "$agent" || wrong "the installed agent did not end well"
agent=

# --- what systemd makes of its user and folders ---
if [ "$units" = units ] && [[ $prefix == /usr || $prefix == /usr/local ]]; then
  if ! command -v systemd-sysusers > /dev/null || [ "$(id -u)" != 0 ]; then
    echo "SKIPPED: users and folders are not made: that takes root and systemd-sysusers"
  else
    mkdir -p "$DESTDIR/etc"
    systemd-sysusers --root="$DESTDIR" lineshaft.conf > "$state/made" 2>&1 || { cat "$state/made"; wrong "systemd-sysusers failed"; }
    systemd-tmpfiles --root="$DESTDIR" --create --prefix=/etc/lineshaft --prefix=/run/lineshaft > "$state/made" 2>&1 || { cat "$state/made"; wrong "systemd-tmpfiles failed"; }
    ids=$(awk -F: '$1 == "lineshaft" { print $3 }' "$DESTDIR/etc/group")
    [ "$(stat -c '%a %u %g' "$DESTDIR/etc/lineshaft/lineshaft.conf")" = "640 0 $ids" ] || wrong "the config of the computer has another owner or mode"
    [ "$(stat -c '%a %u %g' "$DESTDIR/etc/lineshaft")" = "750 0 $ids" ] || wrong "the folder of the config has another owner or mode"
    grep -q '^allow-group = lineshaft$' "$DESTDIR/etc/lineshaft/lineshaft.conf" || wrong "the config of the computer is not the example"
    rm -rf "${DESTDIR:?}"/{etc,run}
  fi
fi

# --- gone ---
"$source/build-aux/uninstall.sh" "$build" > "$state/uninstall" 2>&1 || { cat "$state/uninstall"; wrong "uninstalling failed"; }
left=$(find "$DESTDIR" -mindepth 1)
[ -z "$left" ] || { printf '%s\n' "$left"; wrong "that is left after uninstalling"; }
exit "$status"
