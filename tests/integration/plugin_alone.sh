#!/bin/sh
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# plugin_alone.sh FOLDER HOST: builds the example plug-in outside of this project, and has HOST run a job of it.
set -eu
folder=$1 host=$2
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

# An installed Lineshaft would lend its header; this tree's is meant.
PKG_CONFIG_LIBDIR=$build meson setup "$build/out" "$folder" > "$build/log" 2>&1 || { cat "$build/log"; exit 1; }
meson compile -C "$build/out" >> "$build/log" 2>&1 || { cat "$build/log"; exit 1; }
if grep warning: "$build/log"; then exit 1; fi

printf 'one two\nthree' > "$build/text"
answer=$("$host" --plugin "$build/out/example.so" --run word-count "$build/text")
[ "$answer" = '{"lines":1,"words":3,"bytes":13}' ] || { echo "word-count said: $answer"; exit 1; }
