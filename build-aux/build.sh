#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
. "$(dirname "$0")/lib.sh"

build-aux/packages.sh build
configure build
compile build
say "build: done in $(elapsed); from the build tree: meson devenv -C build -w . lineshaft --help"
