#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The long tests, to find what happens rarely: many random lives of the supervisor, a long fuzz of the HTTP layer (both under the sanitizers), and the integration tests again and again. LIVES, SECONDS_OF_FUZZ and ROUNDS make it longer or shorter.
. "$(dirname "$0")/lib.sh"

build-aux/packages.sh test
configure build
compile build
configure build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized
compile build-asan

say "== random lives of clusters ($(elapsed))"
LINESHAFT_TEST_LIVES=${LIVES:-30000} build-asan/tests/unit/core/test-core-random-events
seed=${SEED:-$RANDOM}
say "== fuzz of the HTTP layer, seed $seed ($(elapsed))"
build-asan/tests/fuzz/fuzz-http "${SECONDS_OF_FUZZ:-600}" "$seed"
say "== integration, ${ROUNDS:-10} times ($(elapsed))"
meson test -C build --no-rebuild --print-errorlogs --suite integration --repeat "${ROUNDS:-10}"
say "soak: done in $(elapsed)"
