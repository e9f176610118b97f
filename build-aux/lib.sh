# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the scripts behind the Makefile share. Sourced by bash, from anywhere.

set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
started=$SECONDS

say () { printf '%s\n' "$*"; }
die () { printf 'lineshaft: %s\n' "$*" >&2; exit 1; }
elapsed () { printf '%d s' $((SECONDS - started)); }

# configure DIR [MESON OPTION…]: sets a build folder up once; a changed meson.build is seen by ninja itself.
configure () {
  local dir=$1; shift
  [ -f "$dir/build.ninja" ] && return
  # Half a set-up is cleared away, but not what else stands in there: the bundle of the Flatpak, roots.
  rm -rf "$dir"/meson-*
  meson setup "$dir" "$@" > "$dir.setup.log" 2>&1 || { cat "$dir.setup.log" >&2; die "meson could not configure $dir; the last lines above say what is missing"; }
  mv "$dir.setup.log" "$dir/setup.log"
}

# compile DIR: quiet unless something is wrong; a warning is as wrong as an error.
compile () {
  local dir=$1 log="$1/compile.log"
  if ! ninja -C "$dir" > "$log" 2>&1; then
    tail -n 60 "$log" >&2
    die "the build in $dir failed; the whole log is $log"
  fi
  if grep -q 'warning:' "$log"; then
    grep -A3 'warning:' "$log" >&2
    die "the build in $dir has warnings"
  fi
}

# What the programs need to run from the build tree, without meson devenv around them.
use_build_tree () {
  local build="$top/$1"
  export PATH="$build/agent/daemon:$build/agent/cli:$build/agent/load:$build/gui:$PATH"
  export LINESHAFT_LIBEXEC_DIR="$build/agent/daemon:$build/agent/worker:$build/agent/pool:$build/agent/compare"
  export LINESHAFT_PLUGIN_DIR="$build/agent/plugins"
  export GSETTINGS_SCHEMA_DIR="$build/data"
}
