#!/bin/sh
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# test_debian.sh VERSION SOURCE BUILD: debian/ agrees with the rest of the tree.
version=$1 source=$2 build=$3 failed=0

wrong () { printf '%s\n' "$*"; failed=1; }

# The newest entry of the changelog is about this version.
packaged=$(sed -n '1s/^lineshaft (\(.*\)-[^-]*) .*/\1/p' "$source/debian/changelog")
[ "$packaged" = "$version" ] || wrong "debian/changelog: its newest entry is of version \"$packaged\"; meson.build says $version."

# What the programs are built with, as packages.sh installs it, is what the package is built with. Some come along with others.
needed=$(sed -n '/^build=(/,/)/p' "$source/build-aux/packages.sh" | sed 's/build=(//; s/)//')
declared=$(sed -n '/^Build-Depends:/,/^[^ B]/p' "$source/debian/control" | sed -n 's/^ \([a-z0-9.+-]*\).*/\1/p')
[ -n "$needed" ] || wrong "build-aux/packages.sh: there is no list build=(…)."
for package in $needed; do
  case $package in
    gcc | libc6-dev | ninja-build) continue ;; # build-essential, meson
    pkg-config) package=pkgconf ;;
  esac
  printf '%s\n' $declared | grep -qxF "$package" || wrong "debian/control: Build-Depends lacks $package, which build-aux/packages.sh installs for building."
done

# What meson installs is in one of the packages.
owned=$(sed -n 's|^debian/tmp/||; /^[^#]/s/ .*//p; /^[^# ]*$/p' "$source"/debian/*.install "$source"/debian/*.manpages | sed 's|${env:UNIT_DIR}|*/systemd/system|' | sort -u)
is_owned () {
  set -f
  for pattern in $owned; do
    case $1 in $pattern | $pattern/*) set +f; return 0 ;; esac
  done
  set +f
  return 1
}
installed=$(grep -o '"destination": *"[^"]*"' "$build/meson-info/intro-install_plan.json" | cut -d '"' -f 4 |
  sed 's|^/||; s|^{bindir}|usr/bin|; s|^{mandir}|usr/share/man|; s|^{datadir}|usr/share|; s|^{includedir}|usr/include|; s|^{libdir}[^/]*|usr/lib/any|; s|^{prefix}|usr|
       s|^usr/lib/[^/]*-linux-gnu[^/]*/|usr/lib/any/|; s|^usr/lib64/|usr/lib/any/|')
[ -n "$installed" ] || wrong "$build: meson's plan of the installation is empty."
for file in $installed; do
  is_owned "$file" || wrong "debian/: $file is installed, but is in none of the packages; name it in debian/*.install or *.manpages."
done

exit $failed
