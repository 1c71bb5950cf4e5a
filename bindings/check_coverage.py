#!/usr/bin/env python3
"""Fails when a function of include/rustpro is missing in a binding.

usage: check_coverage.py

Each binding must name every function; what it does with it is for its own tests.
"""

import re
import sys
from pathlib import Path

BINDINGS = Path(__file__).resolve().parent
INCLUDE = BINDINGS.parent / "include" / "rustpro"

# For each binding: where its code is, and how it names a function rp_NAME.
BINDING_PATTERNS = {
    "c": (["c/rustpro_loader.h"], r"\bX\([\w *]+, ({name}),"),
    "cpp": (["cpp/*.hpp"], r"\brp_({name})\b"),
    "python": (["python/rustpro/_abi.py"], r'"rp_({name})"'),
    "go": (["go/*.go"], r"\b(?:C\.)?rp_({name})\("),
}

# What a binding has in another way.
EXCEPTIONS = {
    "go": {
        # A null element is the zero Node, seen without a call.
        "node_is_null",
    },
}


def strip_comments(text):
    """Takes out C comments, so that a name in prose does not count."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


def exported_functions():
    names = []
    for header in sorted(INCLUDE.glob("*.h")):
        text = strip_comments(header.read_text(encoding="utf-8"))
        names += re.findall(r"\bRP_API\b[^;(]*?\brp_(\w+)\s*\(", text)
    return names


def main():
    functions = exported_functions()
    if len(functions) < 80:
        print(f"only {len(functions)} functions found in {INCLUDE.name}/", file=sys.stderr)
        return 1
    missing = 0
    for binding, (globs, pattern) in BINDING_PATTERNS.items():
        paths = [path for glob in globs for path in sorted(BINDINGS.glob(glob)) if not path.name.endswith("_test.go")]
        text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
        if binding in ("c", "cpp"):
            text = strip_comments(text)
        named = set(re.findall(pattern.format(name=r"\w+"), text))
        for function in functions:
            if function not in named and function not in EXCEPTIONS.get(binding, ()):
                print(f"bindings/{binding}: rp_{function} is missing", file=sys.stderr)
                missing += 1
        for function in sorted(named - set(functions)):
            # Types and such have names of the same form in C++ and Go; the lists of C and Python hold functions alone.
            if binding in ("c", "python"):
                print(f"bindings/{binding}: rp_{function} is no function of the library", file=sys.stderr)
                missing += 1
    print(f"{len(functions)} functions, {missing} missing")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
