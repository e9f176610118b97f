#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The long tests: everything of suite "soak", and the integration tests again and again to find what happens rarely.
. "$(dirname "$0")/lib.sh"

build-aux/packages.sh test
configure build
compile build
meson test -C build --no-rebuild --print-errorlogs --suite soak --timeout-multiplier 4
meson test -C build --no-rebuild --print-errorlogs --suite integration --repeat "${ROUNDS:-10}"
say "soak: done in $(elapsed)"
