#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# packages.sh build|run|test|bench|flatpak: installs the Debian packages that are missing for it, by name, and says so first.
# packages.sh names: prints those of "build", for a root that is made elsewhere.
. "$(dirname "$0")/lib.sh"

build=(gcc libc6-dev meson ninja-build pkg-config gettext libglib2.0-dev libglib2.0-bin libuv1-dev libjansson-dev libsoup-3.0-dev
       nettle-dev libzstd-dev zlib1g-dev libpng-dev libgdk-pixbuf-2.0-dev libgtop2-dev libgtk-4-dev libadwaita-1-dev libvte-2.91-gtk4-dev libcmocka-dev)
run=(adwaita-icon-theme fonts-cantarell librsvg2-common libgtk-4-bin dbus)
test=(xvfb xauth dbus dbus-daemon at-spi2-core libatspi2.0-dev xdotool nodejs gunicorn nginx-light curl procps util-linux zstd libasan8 libubsan1
      desktop-file-utils appstream mandoc librsvg2-bin systemd zsh fish python3-yaml)
bench=(nginx-light wrk npm python3 xvfb xauth dbus dbus-daemon procps)
flatpak=(flatpak flatpak-builder ostree bubblewrap xdg-dbus-proxy xdg-desktop-portal-gtk mmdebstrap debian-archive-keyring python3 python3-yaml scrot)

want=("${build[@]}" "${run[@]}")
case "${1:-build}" in
  build|run) ;;
  test) want+=("${test[@]}") ;;
  bench) want+=("${test[@]}" "${bench[@]}") ;;
  flatpak) want=("${flatpak[@]}") ;;
  names) printf '%s\n' "${build[@]}"; exit 0 ;;
  *) die "packages.sh knows build, run, test, bench and flatpak, not \"$1\"" ;;
esac

if ! command -v dpkg-query > /dev/null; then
  say "packages: this is not a Debian system; nothing is installed for you. The README names the packages of Fedora, Arch and Homebrew."
  exit 0
fi

# Node.js may come from elsewhere than Debian's own package, and brings npm along then.
provided () {
  case "$1" in
    nodejs) command -v node > /dev/null ;;
    npm) command -v npm > /dev/null ;;
    *) return 1 ;;
  esac
}
installed () { dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2> /dev/null | grep -q '^.i'; }

# The HTTP parser: llhttp from Debian 13 on, its predecessor before.
if [ "${1:-build}" = flatpak ] || installed libllhttp-dev || installed libhttp-parser-dev; then :
elif [ "$(sed 's/[^0-9].*//' /etc/debian_version 2> /dev/null || true)" = 12 ]; then want+=(libhttp-parser-dev)
else want+=(libllhttp-dev)
fi

missing=()
for package in "${want[@]}"; do
  installed "$package" || provided "$package" || missing+=("$package")
done
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u | grep .)
if [ ${#missing[@]} -eq 0 ]; then
  say "packages: nothing to install"
  exit 0
fi

say "packages: ${#missing[@]} to install: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null || die "packages are missing and there is no sudo; as root: apt-get install ${missing[*]}"
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install=("${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}")
if ! "${install[@]}" > "$log" 2>&1 < /dev/null; then
  # Most often the lists are absent or old; with them fresh it is tried once more.
  "${as_root[@]}" apt-get update > "$log" 2>&1 < /dev/null || { tail -n 5 "$log" >&2; die "apt-get update failed: is the network there?"; }
  "${install[@]}" > "$log" 2>&1 < /dev/null || { tail -n 15 "$log" >&2; die "these packages could not be installed; the lines above are apt-get's"; }
fi
say "packages: installed in $(elapsed)"
