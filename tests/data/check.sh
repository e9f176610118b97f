#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check.sh KIND FILE…: has the files that are installed judged by the programs that know their formats. A program that is not there
# means a skipped test that says so (exit status 77); build-aux/packages.sh test installs them all.
set -u
kind=$1; shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0

wrong () { printf '%s\n' "$*"; status=1; }
need () {
  command -v "$1" > /dev/null && return
  echo "SKIPPED: $1 is not installed (Debian's package: $2), so nothing was checked"
  exit 77
}
# Whatever a judge says is said against the files.
silently () { local said; said=$("$@" 2>&1) || wrong "$*: failed"; [ -z "$said" ] || wrong "$said"; }

check_desktop () { need desktop-file-validate desktop-file-utils; silently desktop-file-validate "$@"; }

check_metainfo () {
  need appstreamcli appstream
  local said
  said=$(appstreamcli validate --no-net --pedantic --no-color "$1" 2>&1) || wrong "the metainfo is not valid"
  # A word about the tag of the other version of AppStream and about the capital in the app's id is all that may be left.
  said=$(grep -E '^[EWIP]:' <<< "$said" | grep -vE 'unknown-tag developer$|developer-name-tag-deprecated|cid-contains-uppercase-letter')
  [ -z "$said" ] || wrong "$said"
}

check_schema () { need glib-compile-schemas libglib2.0-bin; cp "$@" "$folder"; silently glib-compile-schemas --strict --dry-run "$folder"; }

check_man () { need mandoc mandoc; silently mandoc -T lint -W warning "$@"; }

check_icons () {
  need rsvg-convert librsvg2-bin
  local icon size
  for icon in "$@"; do
    # Whoever tells formats by their first bytes does not look further.
    head -c 256 "$icon" | grep -q '<svg' || wrong "$icon: <svg is to stand in the first 256 bytes, or GTK does not know it for a picture"
    for size in 16 32 64 128 512; do
      silently rsvg-convert --width "$size" --height "$size" --output "$folder/icon.png" "$icon"
      [ -s "$folder/icon.png" ] || wrong "$icon: nothing is drawn at $size"
    done
  done
}

# The units name the installed agent; it is checked with the built one. The first argument.
check_units () {
  need systemd-analyze systemd
  local agent=$1 unit whose; shift
  for unit in "$@"; do
    whose=$(basename "$(dirname "$unit")")
    mkdir -p "$folder/$whose"
    sed "s|^ExecStart=[^ ]*/lineshaft-agent|ExecStart=$agent|" "$unit" > "$folder/$whose/$(basename "$unit")"
  done
  for unit in "$folder"/system/*; do silently systemd-analyze verify --man=no --recursive-errors=one "$unit"; done
  for unit in "$folder"/user/*; do XDG_RUNTIME_DIR=$folder silently systemd-analyze verify --user --man=no --recursive-errors=one "$unit"; done
  # 10 is a program that may do everything; what is left here is what the agent's children may need.
  systemd-analyze security --offline=true --threshold=58 "$folder/system/lineshaft-agent.service" > "$folder/exposure" 2>&1 \
    || wrong "$(tail -n 1 "$folder/exposure")"
  tail -n 1 "$folder/exposure"
}

check_completions () {
  need zsh zsh; need fish fish
  local file
  for file in "$@"; do
    case $file in
      *.bash) silently bash -n "$file" ;;
      *.fish) silently fish --no-execute "$file" ;;
      *) silently zsh -n "$file" ;;
    esac
  done
}

# POTFILES ROOT: translators get every sentence of the window.
check_potfiles () {
  local file
  while IFS= read -r file; do grep -qxF "$file" "$1" || wrong "$1: $file has sentences to translate and is not in it"; done \
    < <(cd "$2" && grep -rlE '\<(N?_|ngettext) ?\("|translatable="yes"' gui)
  while IFS= read -r file; do [ -e "$2/$file" ] || wrong "$1: there is no $file"; done < <(grep -v '^#' "$1")
}

# VERSION NEWS METAINFO CHANGELOG: the build, the news and the releases speak of the same version and the same day, the Debian packages of that version.
check_versions () {
  local version=$1 news release package
  news=$(sed -n '1s/^Lineshaft \([^ ]*\) (\([0-9-]*\))$/\1 \2/p' "$2")
  release=$(sed -n 's/.*<release version="\([^"]*\)" date="\([^"]*\)".*/\1 \2/p' "$3" | head -n 1)
  [ -n "$news" ] || wrong "$2: the first line is not “Lineshaft $version (YEAR-MONTH-DAY)”"
  [ "${news% *}" = "$version" ] || wrong "$2 begins with version “${news% *}”, meson.build says $version"
  [ "$release" = "$news" ] || wrong "$3 begins with release “$release”, $2 with “$news”"
  package=$(sed -n '1s/^lineshaft (\([^)]*\)-[^-)]*).*/\1/p' "$4")
  [ "$package" = "$version" ] || wrong "$4 begins with version “$package”, meson.build says $version"
  date --date "${news#* }" > /dev/null 2>&1 || wrong "$2: “${news#* }” is no day"
  echo "$version: ${news#* }"
}

"check_$kind" "$@"
exit "$status"
