#!/usr/bin/env python3
"""Fails when a folder includes one that stands below it.

    check_layers.py SOURCE_ROOT

Data flows from lib/base down to lib/abi; a folder may include only what stands above it. lib/base and lib/syntax know
nothing of the public headers, and bindings know nothing else.
"""
import re
import sys
from pathlib import Path

ORDER = ["base", "source", "syntax", "manifest", "crates", "expand", "names", "types", "layout", "flow", "review",
         "report", "abi"]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)
SOURCES = {".h", ".hpp", ".c", ".cpp", ".def", ".inc"}


def includes(folder):
    for file in sorted(folder.rglob("*")):
        if file.suffix in SOURCES:
            for target in INCLUDE.findall(file.read_text(encoding="utf-8")):
                yield file, target


def main(root):
    problems = []
    for folder in sorted(p for p in (root / "lib").iterdir() if p.is_dir()):
        if folder.name not in ORDER:
            problems.append(f"{folder.relative_to(root)}: not in the list of folders")
            continue
        for file, target in includes(folder):
            step = target.split("/")[0]
            where = file.relative_to(root)
            if step in ORDER and ORDER.index(step) > ORDER.index(folder.name):
                problems.append(f"{where}: includes {target}, which stands below lib/{folder.name}")
            if step == "rustpro" and folder.name != "abi":
                problems.append(f"{where}: includes {target}; only lib/abi knows the public headers")
    for file, target in includes(root / "bindings"):
        if target.split("/")[0] in ORDER or target.startswith(("../lib", "../../lib", "lib/")):
            problems.append(f"{file.relative_to(root)}: includes {target}; bindings use include/ only")
    print("\n".join(problems) or "every include points upwards")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
