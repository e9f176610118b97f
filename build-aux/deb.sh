#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# deb.sh [source]: the Debian packages of the committed tree, in build/deb/; with "source", only the source package. What they are built
# from is the tarball that `make dist` makes. DEB_BUILD_OPTIONS=nocheck leaves the unit tests out.
. "$(dirname "$0")/lib.sh"

command -v dpkg-query > /dev/null || die "Debian packages are made on Debian; README.md says how else Lineshaft is installed"
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
what=${1:-all}
version=$(sed -nE "s/^  version: '([^']+)'.*/\1/p" meson.build)
out=$top/build/deb source=$top/build/deb/lineshaft-$version

apt_get () {
  local log="$out/apt.log"
  command -v "${as_root[0]:-env}" > /dev/null || die "packages are missing and there is no sudo; as root: apt-get $*"
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get -y --no-install-recommends "$@" > "$log" 2>&1 < /dev/null \
    || { "${as_root[@]}" apt-get update >> "$log" 2>&1 && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get -y --no-install-recommends "$@" >> "$log" 2>&1 < /dev/null; } \
    || { tail -n 15 "$log" >&2; die "these packages could not be installed; the lines above are apt-get's"; }
}

build-aux/packages.sh build
configure build
rm -rf "$out"
mkdir -p "$out"
command -v dpkg-buildpackage > /dev/null || apt_get install dpkg-dev

# The tarball, as everybody gets it.
[ -z "$(git status --porcelain)" ] || say "source: what is not committed is not in it"
meson dist -C build --no-tests --allow-dirty --formats xztar > "$out/dist.log" 2>&1 || { cat "$out/dist.log" >&2; die "meson dist failed"; }
cp "build/meson-dist/lineshaft-$version.tar.xz" "$out/lineshaft_$version.orig.tar.xz"
tar -x -f "$out/lineshaft_$version.orig.tar.xz" -C "$out"

cd "$source"
if [ "$what" = source ]; then
  (cd "$out" && dpkg-source --build "$source") > "$out/build.log" 2>&1 || { cat "$out/build.log" >&2; die "the source package could not be made"; }
else
  dpkg-checkbuilddeps 2> /dev/null || { say "packages: installing what debian/control says"; apt_get build-dep .; }
  say "packages: building, with the unit tests"
  DEB_BUILD_OPTIONS="parallel=$(nproc) ${DEB_BUILD_OPTIONS:-}" dpkg-buildpackage -us -uc > "$out/build.log" 2>&1 \
    || { tail -n 60 "$out/build.log" >&2; die "dpkg-buildpackage failed; the whole log is $out/build.log"; }
fi
cd "$out"
rm -rf "$source"
ls -l --human-readable -- *.dsc *.tar.xz $( [ "$what" = source ] || ls -- *.deb) | awk '{ print $5 "\t" $9 }'
say "packages: in build/deb, done in $(elapsed)"
