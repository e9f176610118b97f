#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# uninstall.sh [BUILD]: removes what the last installation from there put in place, and what that made: the caches of schemas, icons and desktop
# files, and folders that are empty now. Caches that others need as well are made anew.
. "$(dirname "$0")/lib.sh"

build=${1:-build}
log=$build/meson-logs/install-log.txt
[ -f "$log" ] || die "nothing was installed from $build/, as far as it knows"
mapfile -t files < <(grep '^/' "$log")

# cache FOLDER NAME PATTERN COMMAND…: gone if nothing is left in the folder that it could be about, else made anew.
stale=()
cache () {
  local folder=$1 name=$2 pattern=$3 file; shift 3
  [ -e "$folder/$name" ] || return 0
  while IFS= read -r file; do
    if ! printf '%s\n' "${files[@]}" | grep -qxF "$file"; then stale+=("$(printf '%q ' "$@" "$folder")"); return; fi
  done < <(find "$folder" -type f -name "$pattern" ! -name "$name")
  rm -f "$folder/$name"
}
for file in "${files[@]}"; do
  case $file in
    */glib-2.0/schemas/*.gschema.xml) cache "${file%/*}" gschemas.compiled '*.xml' glib-compile-schemas ;;
    */applications/*.desktop) cache "${file%/*}" mimeinfo.cache '*.desktop' update-desktop-database -q ;;
    */icons/hicolor/scalable/apps/*.svg) cache "${file%/scalable/*}" icon-theme.cache '*' gtk4-update-icon-cache -q -t -f ;;
  esac
done

ninja -C "$build" uninstall > "$build/uninstall.log" 2>&1 || { cat "$build/uninstall.log" >&2; die "not everything could be removed"; }
for command in "${stale[@]}"; do bash -c "$command" || say "could not run: $command"; done

# Folders that an earlier installation made; the first ones below the prefix (bin, share …) may well be somebody's.
left=0
prefix=$(printf '%s\n' "${files[@]}" | sed -n 's|/[^/]*/lineshaft-agent$||p')
for file in "${files[@]}"; do
  [ ! -e "$file" ] || [ -d "$file" ] || { say "still there: $file"; left=$((left + 1)); }
  folder=${file%/*}
  while [[ -n $prefix && $folder == "$prefix"/*/* ]] && rmdir "$folder" 2> /dev/null; do folder=${folder%/*}; done
done
[ "$left" = 0 ] || die "$left files are still there"
rm -f "$log"
say "uninstall: done"
