#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# deb-test.sh bookworm|trixie: the Debian packages of the committed tree, from source package to purge (as root). One minimal root
# builds them (unit tests, lintian); another, which has nothing to build with, boots its systemd, and the packages are installed,
# used, upgraded, removed and purged in it. KEEP_ROOTS=1 keeps both in build/roots, and the next run is quicker.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" = 0 ] || die "a Debian root can only be made as root: sudo make deb-test"
[ -n "${LINESHAFT_OWN_MOUNTS:-}" ] || exec env LINESHAFT_OWN_MOUNTS=1 unshare --mount --propagation slave bash "$top/build-aux/deb-test.sh" "$@"

suite=${1:?bookworm or trixie}
case $suite in bookworm | trixie) ;; *) die "deb-test.sh knows bookworm and trixie, not \"$suite\"" ;; esac
command -v mmdebstrap > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mmdebstrap > /dev/null
build-aux/deb.sh source
version=$(dpkg-parsechangelog -S Version)
roots=$top/build/roots logs=$top/build/deb/logs
mkdir -p "$roots" "$logs"

clean_env=(/usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin)

# make_root DIR PACKAGES: a minimal Debian root.
make_root () {
  [ ! -e "$1/.made" ] || return 0
  rm -rf "$1"
  mmdebstrap --quiet --variant=minbase --include="$2" "$suite" "$1" || die "mmdebstrap failed"
  for file in /etc/apt/apt.conf.d/*proxy*; do [ ! -e "$file" ] || cp "$file" "$1/etc/apt/apt.conf.d/"; done
  touch "$1/.made"
}

# logged NAME COMMAND…: quiet unless it fails.
logged () {
  local log="$logs/$1.log"; shift
  "$@" > "$log" 2>&1 < /dev/null || { tail -n 40 "$log" >&2; die "$suite: failed: ${*: -1}; the whole log is $log"; }
}

# --- build ---

builder=$roots/deb-$suite-build
say "$suite: a minimal root to build in ($(elapsed))"
make_root "$builder" ca-certificates,dpkg-dev
cp -f /etc/resolv.conf "$builder/etc/resolv.conf" 2> /dev/null || true
for m in proc sys dev; do mount --rbind "/$m" "$builder/$m"; done
inside () { chroot "$builder" "${clean_env[@]}" "$@"; }
as_builder () { inside runuser -u builder -- env HOME=/home/builder sh -ec "cd ~ && $1"; }

inside id builder > /dev/null 2>&1 || inside useradd --create-home builder
rm -rf "$builder"/home/builder/*
cp build/deb/lineshaft_* "$builder/home/builder/"
inside chown -R builder: /home/builder
as_builder "dpkg-source --extract *.dsc source" > /dev/null
say "$suite: what debian/control says is needed to build ($(elapsed))"
logged build-dep inside sh -ec 'apt-get update; cd /home/builder/source; apt-get -y --no-install-recommends build-dep .; apt-get -y --no-install-recommends install lintian'
say "$suite: dpkg-buildpackage, with the unit tests ($(elapsed))"
logged build as_builder "cd source && DEB_BUILD_OPTIONS=parallel=$(nproc) dpkg-buildpackage -us -uc"
grep -E '^(Ok|Fail|Skipped|Timeout): ' "$logs/build.log" | tr -s ' \n' ' '; echo
say "$suite: lintian ($(elapsed))"
as_builder "lintian --info --fail-on error --tag-display-limit 0 *.changes" || die "lintian has errors"
mkdir -p "$logs/first"
cp "$builder"/home/builder/*.deb "$logs/first/"

# What the headers are for: a plug-in, built as a stranger would.
logged plugin inside sh -ec 'apt-get -y --no-install-recommends install /home/builder/lineshaft-dev_*.deb
  cp -r /usr/share/doc/lineshaft-dev/examples/plugin /tmp/plugin; cd /tmp/plugin;
  pkg-config --exists lineshaft; meson setup build .; ninja -C build; test -s build/example.so; cd /; rm -r /tmp/plugin; apt-get -y purge lineshaft-dev'
say "$suite: the example plug-in builds with lineshaft-dev alone ($(elapsed))"

# The same again as a later version, from the objects that are there.
say "$suite: the next version, for the upgrade ($(elapsed))"
logged rebuild as_builder "cd source && rm -rf debian/*.debhelper* debian/debhelper-build-stamp debian/.debhelper debian/tmp debian/lineshaft debian/lineshaft-dashboard debian/lineshaft-dev
  sed -i '1s/(.*)/($version+next)/' debian/changelog && DEB_BUILD_OPTIONS=nocheck dpkg-buildpackage -us -uc -b -nc"
mkdir -p "$logs/next"
mv "$builder"/home/builder/*+next_*.deb "$logs/next/"
for m in dev sys proc; do umount --recursive --lazy "$builder/$m"; done
for deb in "$logs"/first/*.deb; do
  case $deb in *dbgsym*) ;; *) say "  $(basename "$deb"): $(stat -c %s "$deb" | numfmt --to=iec) packed, $(dpkg-deb -f "$deb" Installed-Size) KiB installed; needs $(dpkg-deb -f "$deb" Depends)" ;; esac
done
dpkg-deb -f "$logs"/first/lineshaft_*.deb Depends | grep -qE 'gtk|adwaita' && die "the package of the agent depends on a graphical library"

# --- use ---

target=$roots/deb-$suite-target
say "$suite: a minimal root to install into ($(elapsed))"
make_root "$target.fresh" systemd-sysv,libpam-systemd,dbus,dbus-user-session,ca-certificates
rm -rf --one-file-system "$target"
cp -a "$target.fresh" "$target"
cp -f /etc/resolv.conf "$target/etc/resolv.conf" 2> /dev/null || true
cp -r "$logs" "$target/packages"
cp build-aux/deb-use.sh "$target/packages/"

init='' boot=''
rm -f "$logs/init.pid"
build-aux/boot.sh "$target" "$logs/init.pid" > "$logs/boot.log" 2>&1 & boot=$!
trap 'kill "$boot" 2> /dev/null && wait "$boot" 2> /dev/null || true' EXIT
for _ in $(seq 100); do
  init=$(cat "$logs/init.pid" 2> /dev/null || true)
  [ -z "$init" ] && kill -0 "$boot" 2> /dev/null || break
  sleep 0.1
done
if [ -n "$init" ]; then
  within () { nsenter -t "$init" -m -u -i -p -C -r -w "${clean_env[@]}" "$@"; }
  for _ in $(seq 300); do
    within systemctl is-system-running > "$logs/boot.log" 2>&1 || grep -q degraded "$logs/boot.log" && break
    sleep 0.2
  done
  say "$suite: booted, systemd is $(cat "$logs/boot.log") ($(elapsed))"
else
  say "$suite: $(cat "$logs/boot.log"); the agent is started by hand"
  for m in proc sys dev; do mount --rbind "/$m" "$target/$m"; done
  within () { chroot "$target" "${clean_env[@]}" "$@"; }
fi
within bash /packages/deb-use.sh "$version" || die "$suite: failed, see above"

# --- away ---

kill "$boot" 2> /dev/null && wait "$boot" 2> /dev/null || true
trap - EXIT
if [ -z "${KEEP_ROOTS:-}" ]; then
  for m in proc sys dev; do umount --recursive --lazy "$target/$m" 2> /dev/null || true; done
  ! grep -qF "$target/" /proc/self/mounts || die "something is still mounted below $target; it was left there"
  rm -rf --one-file-system "$builder" "$target" "$target.fresh"
fi
say "$suite: packages built, checked, installed, used, upgraded, removed and purged in $(elapsed)"
