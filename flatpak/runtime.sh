#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# runtime.sh DIR: makes a runtime and an SDK for Flatpak out of Debian 13 packages, in the OSTree repository DIR/repo. They stand
# in for GNOME's where Flathub is out of reach. As root or as anyone.
#
# Packages are only unpacked, none is configured: what their scripts would have compiled (schemas, MIME types, loaders, icons) is done below, inside.
self=$(realpath "${BASH_SOURCE[0]}")
. "$(dirname "$self")/../build-aux/lib.sh"

dir=${1:?a folder}
suite=trixie branch=13
platform=io.github.lineshaft.DebianPlatform sdk=io.github.lineshaft.DebianSdk
arch=$(uname -m)

# Nothing of a package is run while it is unpacked, so nobody need be root for it.
mode=auto
[ "$(id -u)" = 0 ] || mode=chrootless

# What GNOME's runtime has of what we use, and what the modules of the manifest would add to it.
run=(libgtk-4-1 libgtk-4-bin libadwaita-1-0 libsoup-3.0-0 libuv1t64 libjansson4 libllhttp9.2 libgtop-2.0-11 libvte-2.91-gtk4-0 libglib2.0-bin libnettle8t64 libzstd1
     zlib1g libpng16-16t64 adwaita-icon-theme hicolor-icon-theme fonts-cantarell fonts-dejavu-core fontconfig librsvg2-common shared-mime-info gsettings-desktop-schemas
     xkb-data libgdk-pixbuf2.0-bin libc-bin bash dash coreutils sed grep findutils mawk procps tzdata)
mapfile -t develop < <(build-aux/packages.sh names)
develop+=(libllhttp-dev libglib2.0-dev-bin desktop-file-utils appstream tar gzip)

# What the scripts of the packages would do; runs with the new files as its /usr and /etc.
compile_caches='
  set -e
  glib-compile-schemas /usr/share/glib-2.0/schemas
  update-mime-database /usr/share/mime
  $(echo /usr/lib/*/gdk-pixbuf-2.0/gdk-pixbuf-query-loaders) --update-cache
  gio-querymodules /usr/lib/*/gio/modules
  for theme in Adwaita hicolor; do gtk4-update-icon-cache -qf /usr/share/icons/$theme; done
'

inside () {
  local files=$1; shift
  bwrap --unshare-all --die-with-parent --bind "$files" /usr --bind "$files/etc" /etc --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
    --symlink usr/bin /bin --symlink usr/sbin /sbin --proc /proc --dev /dev --tmpfs /tmp --tmpfs /var \
    --setenv PATH "/usr/bin:/usr/sbin:/usr/lib/$arch-linux-gnu/glib-2.0" --setenv LC_ALL C.UTF-8 "$@"
}

# make_one ID KIND PACKAGE…: unpacks, compiles the caches, exports.
make_one () {
  local id=$1 kind=$2; shift 2
  local tree=$dir/$kind packages
  packages=$(IFS=,; echo "$*")
  rm -rf "$tree"
  mkdir -p "$tree/root" "$tree/out/files"
  say "flatpak: unpacking the $kind out of Debian packages"
  # As a tar, because then every file is ours, whatever way mmdebstrap found to be root.
  nice mmdebstrap --quiet --mode=$mode --variant=extract --include="$packages" "$suite" - \
    | tar -x --no-same-owner --no-same-permissions --exclude=./dev --exclude=./proc --exclude=./sys -C "$tree/root" \
    || die "mmdebstrap could not make the $kind"
  mv "$tree/root/usr/"* "$tree/out/files/"
  mv "$tree/root/etc" "$tree/out/files/etc"
  local files=$tree/out/files
  rm -rf "$files"/share/{doc,man,info,lintian,bug} "$files/etc/resolv.conf" "$files/etc/apt"
  # Flatpak looks for it in its PATH, which has no sbin; and nobody chose an alternative.
  ln -sf ../sbin/ldconfig "$files/bin/ldconfig"
  ln -sf mawk "$files/bin/awk"
  inside "$files" sh -c "$compile_caches" > "$tree/caches.log" 2>&1 || { cat "$tree/caches.log" >&2; die "the caches of the $kind could not be made"; }
  printf '[Runtime]\nname=%s\nruntime=%s/%s/%s\nsdk=%s/%s/%s\n' "$id" "$platform" "$arch" "$branch" "$sdk" "$arch" "$branch" > "$tree/out/metadata"
  flatpak build-export --disable-sandbox --runtime --files=files --no-update-summary "$dir/repo" "$tree/out" "$branch" > "$tree/export.log" 2>&1 \
    || { cat "$tree/export.log" >&2; die "the $kind could not be exported"; }
  rm -rf "$tree"
}

# Made again when this file or the packages change.
stamp=$dir/repo/made-by
made_by=$(cat "$self"; echo "${develop[@]}")
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$made_by" ]; then
  say "flatpak: the runtime is there already"
  exit 0
fi
rm -rf "$dir/repo"
mkdir -p "$dir"
make_one "$platform" runtime "${run[@]}"
make_one "$sdk" SDK "${run[@]}" "${develop[@]}"
flatpak build-update-repo "$dir/repo" > /dev/null
echo "$made_by" > "$stamp"
say "flatpak: runtime and SDK made in $(elapsed)"
