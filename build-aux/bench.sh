#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Measures an optimised build beside its peers; a peer that is missing fails it.
. "$(dirname "$0")/lib.sh"

build-aux/packages.sh bench
build-aux/packages.sh flatpak
configure build-bench -Dbuildtype=release
compile build-bench
use_build_tree build-bench
exec python3 tests/bench/bench.py --build build-bench "$@"
