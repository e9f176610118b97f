#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Lineshaft authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the manifest, so that nothing in it is said twice.

  manifest.py check VERSION ID      whether it agrees with meson.build, pins every source and gives a reason for every permission
  manifest.py get KEY               one value: id, runtime, sdk, runtime-version, command
  manifest.py local OUT ID SDK BRANCH
                                    the same program with the same permissions on another runtime, which brings the libraries along
"""

import json
import os
import re
import sys

import yaml

FOLDER = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(FOLDER, "io.github.lineshaft.Lineshaft.yml")
OURS = "lineshaft"


def load():
    with open(PATH, encoding="utf-8") as file:
        text = file.read()
    return text, yaml.safe_load(text)


def permissions_without_reason(text):
    """Each finish-arg stands below a comment of its own; those that do not."""
    section = re.search(r"^finish-args:\n((?:[ #].*\n)+)", text, re.MULTILINE)
    lines = section.group(1).splitlines() if section else []
    return [line.strip().removeprefix("- ") for before, line in zip([""] + lines, lines) if line.lstrip().startswith("- ") and not before.lstrip().startswith("# ")]


def find_faults(version, app_id):
    text, manifest = load()
    if manifest.get("id") != app_id:
        yield f"the id is {manifest.get('id')}, but the app id of meson.build is {app_id}"
    if os.path.basename(PATH) != f"{app_id}.yml":
        yield f"the file is named {os.path.basename(PATH)}, not {app_id}.yml"
    if not manifest.get("finish-args"):
        yield "it has no finish-args"
    for argument in permissions_without_reason(text):
        yield f"the permission {argument} has no comment above it that says what breaks without it"
    for argument in manifest.get("finish-args", []):
        if argument.startswith(("--filesystem=host", "--filesystem=home", "--socket=session-bus", "--socket=system-bus", "--device=all", "--talk-name=org.freedesktop.Flatpak")):
            yield f"the permission {argument} opens the sandbox"
    for module in manifest["modules"]:
        for source in module["sources"]:
            if source["type"] == "archive" and not re.fullmatch("[0-9a-f]{64}", str(source.get("sha256"))):
                yield f"the source {source.get('url')} is not pinned by its sha256"
            if source["type"] == "git" and source.get("tag") not in (None, f"v{version}"):
                yield f"the tag {source['tag']} is not that of version {version}"
    if manifest["modules"][-1]["name"] != OURS:
        yield f"the last module is not {OURS}"


def check(version, app_id):
    faults = list(find_faults(version, app_id))
    for fault in faults:
        print(f"{os.path.basename(PATH)}: {fault}", file=sys.stderr)
    return 1 if faults else 0


def write_local(out, runtime, sdk, branch):
    _, manifest = load()
    manifest.update({"runtime": runtime, "sdk": sdk, "runtime-version": branch})
    # What older flatpak-builders call for it is not in Debian any more; the metainfo is validated by `make test`.
    manifest["appstream-compose"] = False
    ours = manifest["modules"][-1]
    for source in ours["sources"]:
        if source["type"] == "dir":
            source["path"] = os.path.normpath(os.path.join(FOLDER, source["path"]))
    manifest["modules"] = [ours]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1)
    return 0


def main(arguments):
    match arguments:
        case ["check", version, app_id]:
            return check(version, app_id)
        case ["get", key]:
            print(load()[1][key])
            return 0
        case ["local", out, runtime, sdk, branch]:
            return write_local(out, runtime, sdk, branch)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
