#!/usr/bin/env python3
"""Compares what paths stand for with rustc's HIR: each path that is written in a file, by its place.

    names_hir.py --program BUILD/tests/conformance/names_projects FOLDER...

Each folder has a Cargo.toml of a package whose library needs no other crate with its default features: rustc is called
without cargo. Paths that rustc gives no path of its own for (`Type::method`, what macros make, use declarations) are
not compared.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib

from names_crates import features_of

# Kinds of definitions as names_projects prints them: the numbers of DefKind.
KINDS = {"Mod": {0}, "Struct": {1}, "Union": {2}, "Enum": {3}, "Variant": {4}, "Trait": {5}, "TraitAlias": {6},
         "TyAlias": {7}, "ForeignTy": {8}, "Fn": {9}, "Const": {10, 20}, "Static": {11}, "Macro": {12}, "AssocFn": {15},
         "AssocConst": {16}, "AssocTy": {17}}
OTHERS = {"Local": "kind 5", "TyParam": "kind 6", "ConstParam": "kind 7"}


def strip(path):
    """either[1a2b]::iterator::{impl#0}::f without what is not a name."""
    path = re.sub(r"\[[0-9a-f]+\]|#\d+", "", path)
    return re.sub(r"::\{[^}]*\}", "", path)


def hir_paths(text):
    """{(file, start line, start column, end line, end column): (kind, path)}"""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        if not line.endswith("Path {"):
            continue
        span = re.match(r"\s*span: (.*?):(\d+):(\d+): (\d+):(\d+) \(#0\)", next(lines, ""))
        res = next(lines, "").strip()
        if span is None or not res.startswith("res: ") or res.startswith("res: PerNS"):
            continue
        key = (span[1], *map(int, span.groups()[1:]))
        kind, path = res[5:].rstrip("({, "), ""
        if kind == "Def":
            kind = next(lines).strip().rstrip(",(").split(" ")[0]
            for line in lines:
                if where := re.search(r"DefId\(\d+:\d+ ~ (.*)\)", line):
                    path = strip(where[1])
                    break
        elif kind == "PrimTy":
            path = next(lines).strip().rstrip(",").lower()
            if path.endswith("("):
                path = next(lines).strip().rstrip(",").lower()
        found[key] = (kind, path)
    return found


def agrees(kind, path, target):
    if kind in OTHERS:
        return target.startswith(OTHERS[kind])
    if kind in ("SelfTyAlias", "SelfTyParam", "SelfCtor"):
        return target.startswith("Self ")
    if kind == "PrimTy":
        return target == f"primitive {path}"
    if kind in KINDS or kind == "Ctor":
        match = re.match(r"(\d+) (\S+)", target)
        if match is None:
            return False
        numbers = {1, 4} if kind == "Ctor" else KINDS[kind]
        return int(match[1]) in numbers and match[2].replace("r#", "") == path.replace("r#", "")
    return None  # an error of rustc's, or nothing that a path of ours is


def compare(program, rustc, folder, limit):
    try:
        with open(os.path.join(folder, "Cargo.toml"), "rb") as file:
            manifest = tomllib.load(file)
    except OSError:
        return None
    library = manifest.get("lib", {})
    root = os.path.join(folder, library.get("path", "src/lib.rs"))
    name = library.get("name", manifest["package"]["name"].replace("-", "_"))
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "hir")
        command = [rustc, "--edition", manifest["package"].get("edition", "2015"), "--crate-type", "lib", "--crate-name",
                   name, "--cap-lints", "allow", "-Zunpretty=hir-tree", "-o", out, root]
        for feature in sorted(features_of(manifest)):
            command += ["--cfg", f'feature="{feature}"']
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, "RUSTC_BOOTSTRAP": "1"})
        if done.returncode != 0:
            return None
        with open(out, encoding="utf-8", errors="replace") as file:
            theirs = hir_paths(file.read())
    done = subprocess.run([program, "--only-libraries", "--uses", os.path.join(folder, "Cargo.toml")],
                          capture_output=True, text=True, errors="replace", check=False)
    equal = unknown = wrong = 0
    for line in done.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] != "path":
            continue
        start, end = fields[1].rsplit(":", 2), fields[2].rsplit(":", 2)
        if len(start) != 3 or not start[2].isdigit() or not end[2].isdigit():
            continue
        said = theirs.get((start[0], int(start[1]), int(start[2]), int(end[1]), int(end[2])))
        if said is None:
            continue
        verdict = agrees(*said, fields[3])
        if verdict is None:
            continue
        if verdict:
            equal += 1
        elif fields[3].startswith(("kind 1", "kind 15", "kind 0")):
            unknown += 1
        else:
            wrong += 1
            if wrong <= limit:
                print(f"{os.path.basename(folder)}: {fields[1]}: rustc: {' '.join(said)}; ours: {fields[3]}")
    return equal, unknown, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--rustc", default="rustc")
    parser.add_argument("--limit", type=int, default=8)
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    total, crates = [0, 0, 0], 0
    for folder in options.folders:
        counts = compare(options.program, options.rustc, os.path.abspath(folder), options.limit)
        if counts is None:
            print(f"{os.path.basename(folder)}: rustc does not take it without cargo")
            continue
        crates += 1
        total = [a + b for a, b in zip(total, counts)]
    print(f"{crates} crates: {total[0]} paths stand for the same, {total[1]} are not known to us, {total[2]} stand for"
          " something else")
    return 1 if total[2] else 0


if __name__ == "__main__":
    sys.exit(main())
