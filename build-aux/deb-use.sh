#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# deb-use.sh VERSION: what deb-test.sh runs inside of the minimal root, beside the packages: installs them, uses them as people do,
# upgrades, removes and purges them. Each line that begins with "ok" is something that was seen.
set -euo pipefail
cd "$(dirname "$0")"

version=$1
socket=/run/lineshaft/agent.sock
if [ -d /run/systemd/system ]; then booted=1; else booted=; fi

die () { printf 'not ok: %s\n' "$*" >&2; exit 1; }
ok () { printf '  ok %s\n' "$*"; }
apt_get () { DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends "$@" > apt.log 2>&1 < /dev/null || { tail -n 20 apt.log >&2; die "apt-get $*"; }; }
as () { local user=$1; shift; runuser -u "$user" -- env XDG_RUNTIME_DIR="/run/user/$(id -u "$user")" "$@"; }
ask () { lineshaft -H "$socket" "$@"; }

# says PATTERN COMMAND…: its output matches, and it succeeds.
says () {
  local pattern=$1 text status=0; shift
  text=$("$@" 2>&1) || status=$?
  [ $status = 0 ] || die "\"$*\" ended with $status: $text"
  grep -qE -- "$pattern" <<< "$text" || die "\"$*\" does not say \"$pattern\": $text"
}
# refused STATUS PATTERN COMMAND…: it fails like this, with this sentence.
refused () {
  local want=$1 pattern=$2 text status=0; shift 2
  text=$("$@" 2>&1) || status=$?
  [ $status = "$want" ] || die "\"$*\" ended with $status instead of $want: $text"
  grep -qE -- "$pattern" <<< "$text" || die "\"$*\" does not say \"$pattern\": $text"
}
# soon COMMAND…: becomes true within 20 s.
soon () { for _ in $(seq 200); do "$@" > /dev/null 2>&1 && return; sleep 0.1; done; die "still not so after 20 s: $*"; }
gone () { ! kill -0 "$1" 2> /dev/null; }
pids () { ask list workers -o json | tr ',{' '\n\n' | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' | sort -n | tr '\n' ' '; }
pid_of_agent () { systemctl show --property MainPID --value lineshaft-agent.service; }

# All files of this computer but those that every installation of anything changes.
files () {
  find / /run -xdev \( -path /packages -o -path /tmp -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log/apt \
    -o -path /var/log/journal -o -path /run/systemd -o -path /run/user -o -path /run/log -o -path /run/lock -o -path /root/.cache \) -prune -o -print | sort
}

# --- before: what the packages depend on, the tools of this test, two people ---

apt_get update
for deb in first/*.deb; do dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed 's/(.*)//; s/|.*//; s/ //g' | grep -vE '^lineshaft|^systemd$' || true; done | sort -u > needs
apt_get install $(cat needs) librsvg2-common curl xvfb xauth xdotool procps libglib2.0-bin fonts-cantarell bash-completion
useradd --create-home ann
useradd --create-home bob
files > before

# --- install: the agent alone ---

apt_get install ./first/lineshaft_*.deb
says "ii +lineshaft +$version" dpkg -l lineshaft
if dpkg -l | grep -E '^ii +lineshaft-dashboard'; then die "the window came along"; fi
says '^lineshaft:x:[0-9]+:' getent group lineshaft
says '^640|^644' stat -c %a /etc/lineshaft/lineshaft.conf
says '^750 root lineshaft$' stat -c '%a %U %G' /etc/lineshaft
usermod --append --groups lineshaft ann
ok "installed; the config is $(stat -c '%a %U:%G' /etc/lineshaft/lineshaft.conf)"
if [ -n "$booted" ]; then
  says '^enabled$' systemctl is-enabled lineshaft-agent.service
  says '^active$' systemctl is-active lineshaft-agent.service
  refused 1 '^disabled$' systemctl --global is-enabled lineshaft-agent.socket
else
  lineshaft-agent --config /etc/lineshaft/lineshaft.conf > agent.log 2>&1 & agent=$!
  soon test -S "$socket"
fi
says '^Well: nothing runs' ask status
ok "the agent runs: $(ps -o user=,rss=,args= -p "${agent:-$(pid_of_agent)}" | tr -s ' ')"

# --- use: as root, as a member of the group, as somebody else ---

says '^hello$' ask run -- echo hello
[ -z "$booted" ] || says '^lineshaft$' ask run -- id -un
refused 3 '' ask run -- sh -c 'exit 3'
says '^Well' as ann lineshaft -H "$socket" status
refused 6 'may look but not touch' as ann lineshaft -H "$socket" run -- true
refused 6 'may not connect' as bob lineshaft -H "$socket" status
ok "root may do everything, a member of the group may look, another is refused: \"$(as bob lineshaft -H "$socket" status 2>&1 || true)\""

# Two workers by the config file, on a port that is free.
port=$(( 20000 + RANDOM % 20000 ))
printf '\n[cluster web]\nlisten = 127.0.0.1:%s\nworkers = 2\n\n[pool compute]\nthreads = 2\n' "$port" >> /etc/lineshaft/lineshaft.conf
if [ -n "$booted" ]; then systemctl reload lineshaft-agent; else kill -HUP "$agent"; fi
soon curl -fsS "http://127.0.0.1:$port/"
soon sh -c "lineshaft -H $socket status | grep -q '^Well: everything'"
says '78498|"primes' ask submit compute primes 1000000
[ "$(pids | wc -w)" -ge 2 ] || die "there are no pids of workers: $(ask list workers -o json)"
ok "the config is applied: $(ask list clusters -o name), workers $(pids)"

if [ -n "$booted" ]; then
  systemctl stop lineshaft-agent.service 2> /dev/null
  says '^inactive$' sh -c 'systemctl is-active lineshaft-agent.service || true'
  says '^Well' ask status
  says '^active$' systemctl is-active lineshaft-agent.service
  soon curl -fsS "http://127.0.0.1:$port/"
  soon sh -c "lineshaft -H $socket status | grep -q '^Well: everything'"
  ok "stopped, and started again by the first that called its socket"
  loginctl enable-linger ann
  soon test -S "/run/user/$(id -u ann)/systemd/private"
  as ann systemctl --user enable --now lineshaft-agent.socket 2> /dev/null
  says '^inactive$' sh -c "runuser -u ann -- env XDG_RUNTIME_DIR=/run/user/$(id -u ann) systemctl --user is-active lineshaft-agent.service || true"
  says '^Well: nothing runs' as ann lineshaft status
  says '^active$' as ann systemctl --user is-active lineshaft-agent.service
  says '^ann$' as ann lineshaft run -- id -un
  ok "a user's agent is started by the first call to its own socket, and does not read the computer's config"
else
  install -d -o ann -m 700 "/run/user/$(id -u ann)"
fi

# --- the window ---

apt_get install ./first/lineshaft-dashboard_*.deb ./first/lineshaft-dev_*.deb
cat > window.sh <<'WINDOW'
# Called by its name on the session bus, as a desktop does.
gapplication launch io.github.lineshaft.Lineshaft
timeout 40 xdotool search --sync --onlyvisible --name Lineshaft getwindowgeometry
gapplication action io.github.lineshaft.Lineshaft quit || true
WINDOW
says 'Geometry: [0-9]{3,}x[0-9]{3,}' as ann env GSK_RENDERER=cairo GDK_BACKEND=x11 NO_AT_BRIDGE=1 \
  xvfb-run -a -s '-screen 0 1280x800x24' dbus-run-session -- sh -e /packages/window.sh
ok "the window is there: it was started by its name on the session bus"

# --- upgrade: while it runs ---

before_agent=$([ -z "$booted" ] || pid_of_agent) before_pids=$(pids)
apt_get install ./next/lineshaft_*.deb ./next/lineshaft-dashboard_*.deb ./next/lineshaft-dev_*.deb
says "ii +lineshaft +$version\+next" dpkg -l lineshaft
[ "$(pids)" = "$before_pids" ] || die "the upgrade replaced workers: $before_pids became $(pids)"
[ -z "$booted" ] || [ "$(pid_of_agent)" = "$before_agent" ] || die "the upgrade restarted the agent"
curl -fsS "http://127.0.0.1:$port/" > /dev/null || die "the cluster no longer answers"
grep -qF "listen = 127.0.0.1:$port" /etc/lineshaft/lineshaft.conf || die "the upgrade replaced the config"
ok "upgraded to $version+next; agent and workers are the same processes: $before_agent $before_pids"
if [ -n "$booted" ]; then
  says 'systemctl restart lineshaft-agent' cat apt.log
  systemctl restart lineshaft-agent
  soon sh -c "lineshaft -H $socket status | grep -q '^Well: everything'"
  for pid in $before_pids; do gone "$pid" || die "process $pid is still there after the restart"; done
  ok "restarted in order, everything is up again: workers $(pids)"
fi

# --- remove, purge ---

last_pids=$(pids)
if [ -n "$booted" ]; then as ann systemctl --user disable --now lineshaft-agent.socket lineshaft-agent.service 2> /dev/null; loginctl disable-linger ann
else kill "$agent"; wait "$agent" || true; fi
apt_get remove lineshaft lineshaft-dashboard lineshaft-dev
for pid in $last_pids; do gone "$pid" || die "process $pid is still there after the removal"; done
[ -z "$booted" ] || says 'everything has ended' journalctl --no-pager -u lineshaft-agent.service
[ -e /etc/lineshaft/lineshaft.conf ] || die "the removal took the config along, which only a purge may"
ok "removed: agent and workers ended in order, the config stayed"
# The others have nothing left to purge.
apt_get purge lineshaft
[ -z "$booted" ] || systemctl reset-failed
# By force: without a boot of its own the root sees processes of others with the same number.
userdel --force --remove ann 2> /dev/null
userdel --force --remove bob 2> /dev/null
files > after
left=$(diff before after | grep '^[<>]' | grep -vE '^[<>] (/home/(ann|bob)|/var/mail/(ann|bob)|/etc/(passwd|group|shadow|gshadow|subuid|subgid)-$)' || true)
[ -z "$left" ] || die "the purge left a difference: $left"
says 'nologin' getent passwd lineshaft
ok "purged: the $(wc -l < before) files of before, and none else; the user lineshaft stays, without a shell"
