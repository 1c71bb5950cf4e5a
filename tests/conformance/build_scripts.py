#!/usr/bin/env python3
"""Compares what build scripts set, as their texts tell, with what they print when cargo runs them.

    build_scripts.py record CRATES OUT [NAME…]      checks copies of the crates and keeps what cargo says; needs cargo
    build_scripts.py compare PROGRAM OUT [NAME…]    PROGRAM is build_scripts

CRATES is a folder of crates with their lock files and, in cargo's home, their dependencies; OUT is where copies, what
cargo builds and its messages go. A fact is wrong when it is said to be set and is not printed, or is printed and said
not to be set.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TARGET = "x86_64-unknown-linux-gnu"


def record(options):
    out = Path(options.out).absolute()
    (out / "messages").mkdir(parents=True, exist_ok=True)
    names = options.names or sorted(p.parent.name for p in Path(options.crates).glob("*/Cargo.toml"))
    for name in names:
        messages = out / "messages" / f"{name}.json"
        if messages.exists():
            continue
        copy = out / "copies" / name
        if not copy.exists():
            shutil.copytree(Path(options.crates) / name, copy)
        for file in ("rust-toolchain.toml", "rust-toolchain"):
            (copy / file).unlink(missing_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RUST")}
        environment.update({"CARGO_TARGET_DIR": str(out / "target"), "CARGO_PROFILE_DEV_DEBUG": "0"})
        run = subprocess.run(["cargo", "check", "--lib", "--offline", "-q", "-j", "1", "--target", TARGET,
                              "--message-format=json"], cwd=copy, text=True, capture_output=True, env=environment)
        said = [line for line in run.stdout.splitlines() if '"build-script-executed"' in line]
        if run.returncode == 0:
            messages.write_text("\n".join(said) + "\n")
        print(name, f"{len(said)} scripts" if run.returncode == 0 else "does not build: " + run.stderr[-300:],
              flush=True)


def package_of(text):
    """Name and version of a package id: registry+https://…#name@1.0.0, or path+file:///…/name#1.0.0."""
    name, _, version = text.rpartition("#")[2].rpartition("@")
    return (name or text.rpartition("#")[0].rstrip("/").rsplit("/", 1)[-1], version)


def compare(options):
    total = collections.Counter()
    reasons = collections.Counter()
    for file in sorted((Path(options.out) / "messages").glob("*.json")):
        if options.names and file.stem not in options.names:
            continue
        printed = collections.defaultdict(list)  # (package, where) → lists of facts: with several sets of features
        for line in file.read_text().splitlines():
            if not line.startswith("{"):
                continue
            message = json.loads(line)
            where = "target" if f"/{TARGET}/" in message["out_dir"] else "host"
            printed[package_of(message["package_id"]) + (where,)].append(set(message["cfgs"]))
        manifest = Path(options.out) / "copies" / file.stem / "Cargo.toml"
        command = [options.program, str(manifest), "--target", TARGET]
        if options.compiler:
            command += ["--compiler", options.compiler]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            print(f"{file.stem}: {options.program} failed: {run.returncode} {run.stderr[-300:]}")
            total["crashed"] += 1
            continue
        said = collections.defaultdict(list)
        for line in run.stdout.splitlines():
            name, version, where, features, state, sure, maybe, begins = (line.split("\t") + [""] * 8)[:8]
            facts = lambda text: set(re.findall(r'[^\s="]+(?:="[^"]*"|=\*)?', text))
            said[(name, version, where)].append((facts(sure), facts(maybe), begins.split(), state == "open"))
        for key, runs in printed.items():
            if len(runs) != 1 or len(said.get(key, [])) != 1:
                total["not to be told apart" if key in said else "not in the graph"] += 1
                continue
            real = runs[0]
            sure, maybe, begins, is_open = said[key][0]
            possible = lambda f: (f in maybe or f.split("=")[0] + "=*" in maybe or is_open or
                                  any(f.startswith(b) for b in begins))
            wrong = [f"says {f}" for f in sure - real] + [f"does not say {f}" for f in real - sure if not possible(f)]
            total["scripts"] += 1
            total["facts right"] += len(sure & real)
            total["facts unknown"] += len(maybe)
            total["wrong"] += len(wrong)
            total["scripts wrong"] += bool(wrong)
            total["scripts all known"] += not (maybe or begins or is_open)
            total["scripts not read far enough"] += is_open
            for each in wrong:
                print(f"{file.stem}: {' '.join(key)}: {each}")
            if is_open:
                reasons[f"{key[0]} {key[1]}: anything"] += 1
            for f in maybe | {b + "*" for b in begins}:
                reasons[f"{key[0]} {key[1]}: {f}"] += 1
    print(dict(total))
    for reason, count in reasons.most_common(options.show):
        print(f"  {count:6} {reason}")
    return 1 if total["wrong"] or total["crashed"] else 0


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("crates")
    comparing = commands.add_parser("compare")
    comparing.add_argument("program")
    comparing.add_argument("--compiler", default="", help="the compiler that is modelled: 1.95.0")
    comparing.add_argument("--show", type=int, default=40, help="how many reasons for unknown facts are printed")
    for command in (recording, comparing):
        command.add_argument("out")
        command.add_argument("names", nargs="*")
    options = arguments.parse_args()
    if not shutil.which("cargo") and options.command == "record":
        print("SKIPPED: no cargo")
        return 77
    return record(options) if options.command == "record" else compare(options)


if __name__ == "__main__":
    sys.exit(main())
