#!/bin/bash
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything that is not slow, three times: as it ships, under ASan and UBSan, and in the portable variant.
. "$(dirname "$0")/lib.sh"

build-aux/packages.sh test

# A display, a session bus and an accessibility bus for the tests that open a window.
export NO_AT_BRIDGE=0 GTK_A11Y=atspi GSK_RENDERER=cairo GDK_BACKEND=x11 LC_ALL=C.UTF-8
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$(mktemp -d)}

passed=0 failed=0 skipped=0 failing=()
tests () {
  local dir=$1; shift
  local log="$dir/meson-logs/testlog.txt" status=0
  say "== $dir: tests"
  meson test -C "$dir" --no-rebuild --print-errorlogs "$@" || status=$?
  passed=$((passed + $(sed -nE 's/^Ok: +([0-9]+).*/\1/p' "$log" | tail -n 1)))
  failed=$((failed + $(awk '/^(Fail|Timeout|Unexpected Pass):/ { n += $NF } END { print n + 0 }' "$log")))
  skipped=$((skipped + $(sed -nE 's/^Skipped: +([0-9]+).*/\1/p' "$log" | tail -n 1)))
  [ $status = 0 ] || [ "$failed" -gt 0 ] || failed=$((failed + 1))
  [ $status = 0 ] || failing+=("$dir")
}

say "== build: as it ships"
configure build
compile build
say "== build-asan: address and undefined behaviour sanitizers ($(elapsed))"
configure build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized
compile build-asan
say "== build-portable: POSIX and libgtop, without the window ($(elapsed))"
configure build-portable -Dplatform=portable -Dgui=disabled
compile build-portable
say "== built in $(elapsed)"

export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export ASAN_OPTIONS=detect_stack_use_after_return=1
export LSAN_OPTIONS=suppressions=$top/tests/support/lsan.supp:print_suppressions=0

tests build
tests build-asan
tests build-portable --suite unit --suite integration

say "== all of it in $(elapsed)"
# Again at the end, where it is looked for.
for dir in "${failing[@]}"; do build-aux/failures.py "$dir" || true; done
say "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
