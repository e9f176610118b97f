#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The tarball of what is committed. Before it counts it is unpacked elsewhere, without git, built without a warning, tested and installed.
. "$(dirname "$0")/lib.sh"

build-aux/packages.sh test
configure build
[ -z "$(git status --porcelain)" ] || say "dist: what is not committed is not in the tarball"
meson dist -C build --allow-dirty --no-tests --formats xztar > build/dist.log 2>&1 || { cat build/dist.log >&2; die "there is no tarball"; }
tarball=$(ls -t "$top"/build/meson-dist/lineshaft-*.tar.xz | head -n 1)
version=$(basename "$tarball" .tar.xz)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tar -x -J -C "$folder" -f "$tarball"
[ "$(ls "$folder")" = "$version" ] || die "the tarball does not unpack into $version/"
cd "$folder/$version"
say "== $version: build and tests ($(elapsed))"
configure build
compile build
meson test -C build --no-rebuild --print-errorlogs --suite unit > build/tests.log 2>&1 || { tail -n 80 build/tests.log >&2; die "the tests of the tarball fail"; }
sed -nE 's/^Ok: +([0-9]+).*/\1 tests of the tarball pass/p' build/tests.log
DESTDIR=$folder/root meson install -C build --no-rebuild --quiet
say "dist: $tarball ($(du -h "$tarball" | cut -f 1)) in $(elapsed)"
