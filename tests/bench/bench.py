#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a build beside its peers, prints one table, keeps the figures as JSON in the build folder. Exit 1 if a target is missed or a
peer is missing."""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile

import cases
import table


class Bench:
    def __init__(self, options, scratch):
        self.build = os.path.abspath(options.build)
        self.runs = options.runs
        self.window = options.window
        self.cache = os.path.join(self.build, "bench-peers")
        self.scratch = scratch

    def folder(self, name):
        path = os.path.join(self.scratch, name)
        os.makedirs(path, exist_ok=True)
        return path


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build", help="the build folder; measure an optimised one (-Dbuildtype=release)")
    parser.add_argument("--runs", type=int, default=7, help="interleaved runs of each; their median counts (default 7)")
    parser.add_argument("--window", type=float, default=5.0, help="seconds of each of the runs that watch CPU (default 5)")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only these: " + ", ".join(cases.CASES))
    options = parser.parse_args()
    unknown = [name for name in options.cases if name not in cases.CASES]
    if unknown:
        parser.error(f"there is no case {unknown[0]}: there are {', '.join(cases.CASES)}")
    return options


def measure(bench, name):
    try:
        yield from cases.CASES[name](bench)
    except Exception as error:  # whatever went wrong, the other rows are still wanted
        yield table.Failure(name, str(error).strip().splitlines()[-1] if str(error).strip() else repr(error))


def main():
    options = parse()
    scratch = tempfile.mkdtemp(prefix="lineshaft-bench-")
    rows = []
    try:
        bench = Bench(options, scratch)
        for name in options.cases or cases.CASES:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            rows.extend(measure(bench, name))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    table.print_table(rows)
    path = os.path.join(bench.build, "bench.json")
    with open(path, "w") as file:
        json.dump({"machine": platform.platform(), "cores": os.cpu_count(), "runs": options.runs, "rows": [row.to_json() for row in rows]}, file, indent=1)
    missed = sum(not row.met for row in rows)
    targets = sum(getattr(row, "limit", 0) is not None for row in rows)
    print(f"\n{targets - missed} of {targets} targets met; figures in {path}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
