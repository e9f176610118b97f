#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""failures.py BUILD: the tests that failed in the last run of a build folder, and what each said at its end.

For the last lines of a log, which are often all that is kept of it."""

import json
import sys

LINES = 25


def said(test):
    """What tells why: the lines that name a failure, else the last ones."""
    lines = (test.get("stdout", "") + "\n" + test.get("stderr", "")).strip().splitlines()
    telling = [line for line in lines if line.startswith("not ok") or "rror:" in line or "ERROR" in line]
    return (telling or lines)[-LINES:]


def main():
    build = sys.argv[1]
    with open(f"{build}/meson-logs/testlog.json", encoding="utf-8") as log:
        tests = [json.loads(line) for line in log]
    for test in tests:
        if test["result"] in ("OK", "SKIP", "EXPECTEDFAIL"):
            continue
        print(f"failed in {build}: {test['name']} ({test['result'].lower()} after {test['duration']:.1f} s)")
        for line in said(test):
            print("  " + line)


main()
