# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that is printed, and the JSON that is kept."""

from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    what: str
    ours: str
    beside: str
    value: float
    limit: float | None  # None: to be seen, not to be met
    unit: str
    runs: dict = field(default_factory=dict)
    at_least: bool = False

    @property
    def met(self):
        return self.limit is None or self.is_within

    @property
    def is_within(self):
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def cells(self):
        space = "" if self.unit in ("×",) else " "
        return [self.what, self.ours, self.beside, f"{self.value:.2f}{space}{self.unit}", *self.verdict(space)]

    def verdict(self, space):
        if self.limit is None:
            return ["–", ""]
        return [f"{'≥' if self.at_least else '≤'} {self.limit:g}{space}{self.unit}", "pass" if self.met else "MISS"]

    def to_json(self):
        return dict(asdict(self), met=self.met)


@dataclass
class Failure:
    what: str
    why: str
    met = False

    def cells(self):
        return [self.what, "–", self.why[:100], "–", "–", "FAIL"]

    def to_json(self):
        return {"what": self.what, "why": self.why, "met": False}


def print_table(rows):
    lines = [["measured", "ours", "beside", "result", "target", ""]] + [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for number, line in enumerate(lines):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
