#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a JSON file as a C string: embed.py INPUT.json OUTPUT.c NAME. Fails if it is no JSON."""
import json
import sys

source, output, name = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    text = json.dumps(json.load(file), ensure_ascii=True, separators=(",", ":"))
with open(output, "w", encoding="ascii") as file:
    file.write(f"/* Made from {source.rsplit('/', 1)[-1]}; do not edit. */\n#include \"service/openapi.h\"\n\nconst char {name}[] =\n")
    for start in range(0, len(text), 100):
        line = text[start:start + 100].replace("\\", "\\\\").replace('"', '\\"')
        file.write(f'  "{line}"\n')
    file.write(f"  ;\nconst size_t {name}_length = sizeof {name} - 1;\n")
