#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# root.sh SUITE test|run: makes a minimal Debian root, copies the committed tree into it and runs `make test` there, or the
# first seconds of `make run`. What must be there before: make, which a stranger types, and nothing else.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" = 0 ] || die "a Debian root can only be made as root: sudo make test-debian13"

# Mounts of its own, which end with it: nothing of this machine is left inside the root.
[ -n "${LINESHAFT_OWN_MOUNTS:-}" ] || exec env LINESHAFT_OWN_MOUNTS=1 unshare --mount --propagation slave bash "$top/build-aux/root.sh" "$@"

suite=${1:?bookworm or trixie} what=${2:?test or run}
command -v mmdebstrap > /dev/null || apt-get install -y --no-install-recommends mmdebstrap > /dev/null

root=$top/build/roots/$suite
if [ ! -e "$root/.made" ]; then
  rm -rf "$root"
  mkdir -p "$(dirname "$root")"
  say "$suite: making a minimal root in $root"
  mmdebstrap --quiet --variant=minbase --include=make,ca-certificates "$suite" "$root" || die "mmdebstrap failed"
  for file in /etc/apt/apt.conf.d/*proxy*; do [ ! -e "$file" ] || cp "$file" "$root/etc/apt/apt.conf.d/"; done
  touch "$root/.made"
fi

for m in proc sys dev; do mount --rbind "/$m" "$root/$m"; done
cp -f /etc/resolv.conf "$root/etc/resolv.conf" 2> /dev/null || true

rm -rf "$root/src"
mkdir -p "$root/src"
git archive HEAD | tar -x -C "$root/src"
run () { chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

say "$suite: make $what"
case $what in
  test) run make -C /src test ;;
  run) run timeout --signal=INT --preserve-status 600 make -C /src run FRAMES=5 ;;
esac
say "$suite: make $what: done in $(elapsed)"
