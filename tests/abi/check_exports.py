#!/usr/bin/env python3
"""Fails when the library and its headers, fuzz harnesses and tests do not fit together.

    check_exports.py LIBRARY SOURCE_ROOT

Every exported symbol must be a function of include/rustpro with a comment, a call in a fuzz harness and a call in a
test of tests/abi (besides the one that calls everything through libffi), and be named in the linker script; every
declared function must be exported.
"""
import re
import subprocess
import sys
from pathlib import Path

import headers


def exported(library):
    output = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    symbols = {}
    for line in output.splitlines():
        kind, symbol = line.split()[-2:]
        name, _, version = symbol.partition("@")
        if kind != "A":  # the version node itself
            symbols[name] = (kind, version.lstrip("@"))
    return symbols


def called_in(files):
    names = set()
    for file in files:
        names |= set(re.findall(r"\b(rp_\w+)\(", headers.without_comments(file.read_text(encoding="utf-8"))))
    return names


def problems(library, root):
    api = {f.name: f for f in headers.read(root / "include/rustpro").functions}
    symbols = exported(library)
    fuzzed = called_in(f for f in sorted((root / "fuzz").iterdir()) if f.suffix in (".h", ".cpp"))
    tested = called_in(f for f in sorted((root / "tests/abi").glob("*.c")) if f.name != "ffi_test.c")
    script = (root / "lib/abi/librustpro.map").read_text(encoding="utf-8")
    scripted = set(re.findall(r"\b(rp_\w+);", script))
    for name, (kind, version) in sorted(symbols.items()):
        if name not in api:
            yield f"{name}: exported, but not declared in include/rustpro"
        elif kind != "T":
            yield f"{name}: exported as {kind}, not as a function"
        elif not version.startswith("RUSTPRO_"):
            yield f"{name}: has no symbol version"
    for name, function in sorted(api.items()):
        if name not in symbols:
            yield f"{name}: declared in {function.header}, but not exported"
        if name not in scripted:
            yield f"{name}: not in lib/abi/librustpro.map"
        if len(function.comment) < 20:
            yield f"{name}: has no comment in {function.header}"
        if name not in fuzzed:
            yield f"{name}: no harness in fuzz/ calls it"
        if name not in tested:
            yield f"{name}: no test in tests/abi calls it"
    for name in sorted(scripted - set(api)):
        yield f"{name}: in lib/abi/librustpro.map, but not declared in include/rustpro"


def main(library, root):
    found = list(problems(library, Path(root)))
    print("\n".join(found) or "every function is declared, exported, documented, fuzzed and tested")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
