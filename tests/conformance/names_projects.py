#!/usr/bin/env python3
"""Resolves the names of projects that compile, dependencies and all targets included, and counts what became of paths.

    names_projects.py --program BUILD/tests/conformance/names_projects FOLDER...

Each folder has a Cargo.toml, and a Cargo.lock whose packages are in cargo's home. Every error that is called proven is
listed: there must be none in what compiles. `--reasons` groups paths that are unknown by what they begin with, and
lists what could not be seen. Paths that depend on a procedural macro without a model, on a missing package or on what a
build script decides are opaque, and counted apart; so are all paths of a crate with errors: it does not compile with the
features that are on, or its package lacks a crate for its tests. `--check` asks cargo whether that is so.
"""
import argparse
import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

KINDS = ("resolved", "type-dependent", "unknown", "unresolved")


class Project:
    def __init__(self, path):
        self.path = path
        self.counts = collections.Counter()
        self.opaque = 0  # of the unknown ones, those that depend on what cannot be seen without running anything
        self.erroneous = 0  # paths of crates with errors: they count for nothing
        self.causes = []  # of crates with unknown paths that do not
        self.errors = []
        self.doubts = []
        self.unknown = []
        self.gaps = []
        self.failure = ""


def run(program, manifest, flags, seconds):
    project = Project(manifest)
    try:
        done = subprocess.run([program, *flags, manifest], capture_output=True, text=True, errors="replace", check=False,
                              timeout=seconds)
    except subprocess.TimeoutExpired:
        project.failure = f"took longer than {seconds} s"
        return project
    if done.returncode != 0:
        project.failure = f"the program ended with {done.returncode}: {done.stderr.strip()[-200:]}"
    for line in done.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] == "crate":
            if int(fields[9]) > 0:
                project.erroneous += sum(map(int, fields[3:7]))
                continue
            for kind, number in zip(KINDS, fields[3:7]):
                project.counts[kind] += int(number)
            project.opaque += int(fields[7])
            if int(fields[5]) > int(fields[7]):
                project.causes.append((fields[1], fields[2], int(fields[5]), fields[8]))
        elif fields[0] == "error":
            project.errors.append(fields[1:])
        elif fields[0] == "doubt":
            project.doubts.append(fields[1:])
        elif fields[0] == "unknown":
            project.unknown.append(fields[1:])
        elif fields[0] == "gap":
            project.gaps.append(fields[1:])
    # One place may belong to several crates.
    project.errors = sorted(set(map(tuple, project.errors)))
    return project


def compiles(manifest, flags):
    """What cargo says of the project; "" when it compiles, None when cargo could not say."""
    with tempfile.TemporaryDirectory() as target:
        wanted = ["--all-targets"] if "--only-libraries" not in flags else ["--lib"]
        if "--all-features" in flags:
            wanted.append("--all-features")
        done = subprocess.run(["cargo", "check", "--offline", "--locked", "--workspace", "-q", *wanted, "--manifest-path", manifest],
                              capture_output=True, text=True, errors="replace", check=False,
                              env={**os.environ, "CARGO_TARGET_DIR": target, "RUSTFLAGS": "--cap-lints=allow"})
    return "" if done.returncode == 0 else done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--cargo-home", default=os.environ.get("CARGO_HOME") or str(Path.home() / ".cargo"))
    parser.add_argument("--all-features", action="store_true")
    parser.add_argument("--only-libraries", action="store_true")
    parser.add_argument("--no-test", action="store_true", help="without cfg(test)")
    parser.add_argument("--reasons", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--each", action="store_true", help="a line for each project")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=300, help="for one project")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    flags = ["--cargo-home", options.cargo_home, "--threads", "1"]
    flags += ["--all-features"] if options.all_features else []
    flags += ["--only-libraries"] if options.only_libraries else []
    flags += ["--unknown"] if options.reasons else []
    flags += [] if options.no_test else ["--test"]
    manifests = [path for folder in options.folders if os.path.isfile(path := os.path.join(folder, "Cargo.toml"))]
    total, codes = collections.Counter(), collections.Counter()
    firsts, gaps, places = collections.Counter(), collections.Counter(), {}
    failed = wrong = opaque = erroneous = 0
    causes = []
    with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        for project in pool.map(lambda path: run(options.program, path, flags, options.seconds), manifests):
            name = os.path.basename(os.path.dirname(project.path))
            if project.failure:
                failed += 1
                print(f"FAILED {name}: {project.failure}")
            total.update(project.counts)
            opaque += project.opaque
            erroneous += project.erroneous
            causes += [(number, name, crate, kind, why) for crate, kind, number, why in project.causes]
            if options.each:
                print(name, " ".join(f"{kind} {project.counts[kind]}" for kind in KINDS))
            said = None
            if project.errors and options.check:
                said = compiles(project.path, flags)
            for place, code, message in project.errors:
                codes[code] += 1
                print(f"{name}: {place}: {code} {message}")
            if project.errors:
                wrong += 1
            if said:
                print(f"{name}: cargo says: " + " | ".join(re.findall(r"^error.*", said, re.M)[:4]))
            elif said == "":
                print(f"{name}: compiles")
            for place, code, message in project.doubts:
                print(f"doubt {name}: {place}: {code} {message}")
            for place, text in project.unknown:
                key = (name, text.split("::")[0].strip())
                firsts[key] += 1
                places.setdefault(key, f"{place} {text}")
            for kind, place, what, message in project.gaps:
                gaps[(kind, what or message)] += 1
    for (name, first), number in firsts.most_common(150):
        print(f"unknown {number:6} {name}: {first}   e.g. {places[name, first]}")
    for (kind, what), number in gaps.most_common(80) if options.reasons else []:
        print(f"gap {number:6} {kind} {what}")
    for number, name, crate, kind, why in sorted(causes, reverse=True)[:40]:
        print(f"unknown {number:6} {name}: {crate} ({kind}): {why}")
    known = total["resolved"] + total["type-dependent"]
    everything = sum(total.values())
    print(f"{len(manifests)} projects, {failed} failed; paths: {dict(total)}; resolved or left to types "
          f"{100 * known / max(1, everything):.3f} %, without the {opaque} opaque ones "
          f"{100 * known / max(1, everything - opaque):.3f} %; aside {erroneous} paths of crates with errors; proven errors {sum(codes.values())} in {wrong} projects: {dict(codes)}")
    return 1 if failed or codes else 0


if __name__ == "__main__":
    sys.exit(main())
