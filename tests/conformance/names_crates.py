#!/usr/bin/env python3
"""Resolves the names of crates that compile, and lists every error that is called proven: there must be none.

    names_crates.py --program BUILD/tests/conformance/names_resolve --sysroot LIBRARY FOLDER...

Each folder has a Cargo.toml. Its library is read with its default features and without its dependencies, whose names
are unknown then.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tomllib


def features_of(manifest):
    """The default features with all they bring."""
    table = manifest.get("features", {})
    found, todo = set(), ["default"]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        for each in table.get(name, []):
            if "/" in each:
                dependency = each.split("/")[0]
                if not dependency.endswith("?"):
                    todo.append(dependency)
            elif not each.startswith("dep:"):
                todo.append(each)
    return found & (set(table) | optional_of(manifest))


def tables_of(manifest):
    for owner in [manifest, *manifest.get("target", {}).values()]:
        for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
            yield owner.get(kind, {})


def optional_of(manifest):
    return {name for table in tables_of(manifest) for name, value in table.items()
            if isinstance(value, dict) and value.get("optional")}


def job_of(folder):
    try:
        with open(os.path.join(folder, "Cargo.toml"), "rb") as file:
            manifest = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError):
        return None
    package = manifest.get("package", {})
    library = manifest.get("lib", {})
    root = os.path.join(folder, library.get("path", "src/lib.rs"))
    if not os.path.isfile(root):
        return None
    edition = package.get("edition", "2015")
    edition = library.get("edition", edition if isinstance(edition, str) else "2021")
    missing = sorted({name.replace("-", "_") for table in tables_of(manifest) for name in table})
    proc_macro = "1" if library.get("proc-macro", library.get("proc_macro")) else "0"
    cfgs = ",".join(f"feature={name}" for name in sorted(features_of(manifest)))
    return f"{edition}\t{cfgs}\t{proc_macro}\t{','.join(missing)}\t{root}\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--sysroot", required=True)
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    jobs = [job for job in map(job_of, sorted(options.folders)) if job]
    start, total, errors = 0, collections.Counter(), collections.Counter()
    crates = set()
    while start < len(jobs):
        done = subprocess.run([options.program, "--sysroot", options.sysroot, "--summary", "--jobs"],
                              input="".join(jobs[start:]), capture_output=True, text=True, errors="replace", check=False)
        seen, root = 0, ""
        for line in done.stdout.splitlines():
            if line.startswith("== "):
                seen, root = seen + 1, line[3:]
            elif match := re.search(r"resolved (\d+), type-dependent (\d+), unknown (\d+), unresolved (\d+)", line):
                for name, value in zip(("resolved", "type-dependent", "unknown", "unresolved"), match.groups()):
                    total[name] += int(value)
            elif (match := re.match(r".*?:\d+: (E\d+) proven", line)) and match.group(1) != "E0463":
                errors[match.group(1)] += 1
                crates.add(root)
                print(line)
        if done.returncode == 0:
            break
        failed = start + max(seen, 1) - 1
        print(f"the program ended with {done.returncode} at {jobs[failed].strip()}", file=sys.stderr)
        start = failed + 1
    print(f"{len(jobs)} crates; paths: {dict(total)}; proven errors {sum(errors.values())} in {len(crates)} crates: {dict(errors)}")


if __name__ == "__main__":
    main()
