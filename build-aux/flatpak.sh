#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# flatpak.sh bundle:   builds the Flatpak and leaves it in build/flatpak/Lineshaft.flatpak; on GNOME's runtime where that is to be had, else on one made
#                      of Debian 13 packages
# flatpak.sh install:  the same on the runtime of Debian 13 packages, installed in build/flatpak/user and nowhere else
# flatpak.sh test:     that, run in its real sandbox
. "$(dirname "$0")/lib.sh"

work=$top/build/flatpak
bundle=$work/Lineshaft.flatpak
value () { python3 flatpak/manifest.py get "$1"; }

# quietly STEP COMMAND…: its words are shown if it fails.
quietly () {
  local log=$work/$1.log; shift
  "$@" > "$log" 2>&1 < /dev/null || { tail -n 60 "$log" >&2; die "the last lines above say what is wrong; the whole log is $log"; }
}

# have_gnome: whether the runtime and the SDK of the manifest are installed, or a remote has them (then flatpak-builder installs them).
have_gnome () {
  local branch remote
  branch=$(value runtime-version)
  from=()
  if flatpak info "$(value sdk)//$branch" > /dev/null 2>&1 && flatpak info "$(value runtime)//$branch" > /dev/null 2>&1; then return; fi
  for remote in $(flatpak remotes --columns=name); do
    if timeout 60 flatpak remote-info "$remote" "$(value sdk)//$branch" > /dev/null 2>&1; then
      from=(--install-deps-from="$remote")
      return
    fi
  done
  return 1
}

# build MANIFEST FLATPAK-BUILDER-OPTION…: from the sources to the bundle.
build () {
  local manifest=$1; shift
  say "flatpak: building ($(elapsed))"
  rm -rf "$work/repo"
  quietly build nice flatpak-builder --user --disable-rofiles-fuse --force-clean --state-dir="$work/state" --repo="$work/repo" --default-branch=stable "$@" "$work/app" "$manifest"
  quietly bundle flatpak build-bundle "$work/repo" "$bundle" "$(value id)" stable
  say "flatpak: $bundle, $(du -k "$bundle" | cut -f 1) KiB ($(elapsed))"
}

# An installation of its own: nothing of it is seen by the user's programs, and nothing of theirs by it.
use_own_installation () {
  export FLATPAK_USER_DIR=$work/user FLATPAK_SYSTEM_DIR=$work/system FLATPAK_CONFIG_DIR=$work/etc
  mkdir -p "$FLATPAK_SYSTEM_DIR" "$FLATPAK_CONFIG_DIR"
}

build_on_debian () {
  use_own_installation
  flatpak/runtime.sh "$work/runtime"
  flatpak --user remote-add --if-not-exists --no-gpg-verify debian "$work/runtime/repo"
  quietly runtime flatpak --user install -y --noninteractive --or-update debian "$debian"Platform "$debian"Sdk
  python3 flatpak/manifest.py local "$work/manifest.json" "$debian"Platform "$debian"Sdk 13
  build "$work/manifest.json"
}
debian=io.github.lineshaft.Debian

# What is built from, in one number.
sources () {
  find . -mindepth 1 -maxdepth 1 ! -name .git ! -name 'build*' ! -name tests ! -name '*.md' -print0 | sort -z \
    | xargs -0 -I {} find {} -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

install () {
  local from
  use_own_installation
  from=$(sources)
  if [ -f "$bundle" ] && [ "$(cat "$work/installed-from" 2> /dev/null)" = "$from" ] && flatpak --user info "$(value id)" > /dev/null 2>&1; then
    say "flatpak: built and installed already, from these sources"
    return
  fi
  build_on_debian
  # Over an older one too.
  flatpak --user uninstall -y --noninteractive "$(value id)" > /dev/null 2>&1 || true
  quietly install flatpak --user install -y --noninteractive "$bundle"
  echo "$from" > "$work/installed-from"
  say "flatpak: installed in $work/user ($(elapsed))"
}

# in_its_own_folders COMMAND…: an agent of root answers below /run and logs below /var/log, where one may run already; and a sandbox finds its display in
# a folder where other displays come and go. Mounts of our own hide those, and end with it.
in_its_own_folders () {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  unshare --mount --propagation slave bash -c '
    for folder in /run/lineshaft /var/log/lineshaft /etc/lineshaft /tmp/.X11-unix; do
      [ -d $folder ] || { mkdir $folder; made+=($folder); }
      mount -t tmpfs -o mode=1777 tmpfs $folder || exit
    done
    status=0
    "$@" || status=$?
    for folder in ${made[@]}; do umount -l $folder; rmdir $folder; done
    exit $status' own-folders "$@"
}

build-aux/packages.sh flatpak
mkdir -p "$work"
case ${1:-} in
  bundle)
    if have_gnome; then
      build "flatpak/$(value id).yml" "${from[@]}"
      say "flatpak: to install it: flatpak --user install $bundle"
    else
      say "flatpak: neither installed nor in reach of a remote: $(value runtime) and $(value sdk), branch $(value runtime-version)"
      say "flatpak: where there is a network, they are had with"
      say "  flatpak --user remote-add --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo"
      say "  flatpak --user install flathub $(value runtime)//$(value runtime-version) $(value sdk)//$(value runtime-version)"
      say "flatpak: building on a runtime made of Debian 13 packages instead; the same program, the same permissions"
      build_on_debian
      say "flatpak: to install it, with the runtime that it needs:"
      say "  flatpak --user remote-add --no-gpg-verify lineshaft-debian $work/runtime/repo"
      say "  flatpak --user install $bundle"
    fi
    ;;
  install) install ;;
  test)
    build-aux/packages.sh test
    configure build
    compile build
    install
    export LINESHAFT_TEST_AGENT=$top/build/agent/daemon/lineshaft-agent LINESHAFT_TEST_LOAD=$top/build/agent/load/lineshaft-load LINESHAFT_TEST_PLATFORM=linux
    export LINESHAFT_TEST_PICTURE=$work/screenshot.png CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8
    # An update: the same files as another commit.
    rm -rf "$work/next"
    ostree init --mode=archive --repo="$work/next"
    quietly next flatpak build-commit-from --force --subject=next --src-repo="$work/repo" "$work/next" "app/$(value id)/$(uname -m)/stable"
    quietly next flatpak build-bundle "$work/next" "$work/next.flatpak" "$(value id)" stable
    export LINESHAFT_TEST_NEXT_BUNDLE=$work/next.flatpak
    say "flatpak: what it may do, as installed:"
    flatpak info --show-permissions "$(value id)" | sed 's/^/  /'
    say "flatpak: in its sandbox ($(elapsed))"
    status=0
    in_its_own_folders tests/ui/with-display.sh --desktop build/tests/flatpak/test-sandbox 2> "$work/test.log" | tee "$work/test.tap" || status=$?
    [ $status = 0 ] || tail -n 40 "$work/test.log" >&2
    passed=$(grep -c '^ok ' "$work/test.tap" || true) failed=$(grep -c '^not ok ' "$work/test.tap" || true)
    say "flatpak: a screenshot is at $work/screenshot.png; all of it in $(elapsed)"
    say "$passed passed, $failed failed"
    [ $status = 0 ] && [ "$failed" = 0 ]
    ;;
  *) die "flatpak.sh knows bundle, install and test, not \"${1:-}\"" ;;
esac
