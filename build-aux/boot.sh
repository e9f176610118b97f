#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# boot.sh ROOT PIDFILE: boots the systemd of a Debian root as process 1 of namespaces of its own (as root). It has its own processes,
# mounts, host name and control groups, and shares the network. It ends with this script; PIDFILE gets its pid as seen from here.
# Exit status 3, with a sentence: this machine has no control groups to boot in.
set -euo pipefail

if [ -z "${LINESHAFT_BOOTING:-}" ]; then
  root=$(realpath "$1") pidfile=$2 group=
  # The unified hierarchy, alone or beside the old ones; a group of our own in it, so that nothing of this machine is touched.
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified; do
    if [ "$(stat -f -c %T "$hierarchy" 2> /dev/null)" = cgroup2fs ]; then group=$hierarchy/lineshaft-boot-$$; break; fi
  done
  [ -n "$group" ] || { echo "no systemd can be booted here: there is no cgroup2 file system below /sys/fs/cgroup"; exit 3; }
  mkdir "$group" || { echo "no systemd can be booted here: $hierarchy cannot be written to"; exit 3; }
  clean () { for _ in $(seq 300); do find "$group" -depth -type d -exec rmdir {} + 2> /dev/null && return; sleep 0.1; done; }
  trap clean EXIT
  # --kill-child: process 1 goes with us, and with it all others of its namespace.
  (
    echo "$BASHPID" > "$group/cgroup.procs"
    exec env LINESHAFT_BOOTING=1 unshare --mount --propagation private --uts --ipc --pid --cgroup --fork --kill-child bash "$0" "$root" "$pidfile"
  ) &
  unshare=$! init=
  # unshare itself takes no other signal.
  trap 'kill -KILL "$unshare" 2> /dev/null || true' TERM INT
  for _ in $(seq 100); do
    read -r init < "/proc/$unshare/task/$unshare/children" && break
    sleep 0.1
  done
  echo "$init" > "$pidfile"
  wait "$unshare" || wait "$unshare" || true
  exit 0
fi

root=$1
hostname lineshaft-test
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys" || mount --rbind /sys "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
# "container" tells systemd to leave the machine's own affairs (clocks, devices, consoles) alone.
exec chroot "$root" /usr/bin/env -i container=lineshaft PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --log-target=journal --show-status=no < /dev/null
