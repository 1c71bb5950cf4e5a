#!/usr/bin/env python3
"""Compares the layouts of the types that crates use with what rustc prints of them.

    layout_crates.py record CRATES OUT [NAME…]    builds copies of the crates with -Zprint-type-sizes; needs cargo
    layout_crates.py compare TYPES OUT [NAME…]

CRATES is a folder of crates with their lock files and, in cargo's home, their dependencies; OUT is where copies, what
cargo builds and what rustc printed go. TYPES is the program layout_types. Types of closures, async blocks and functions
are left out: what they hold is known when bodies are. The types of dependencies are compared where they are built.
What has no layout is listed at the end by its cause, the most frequent first; --unknown prints each of them.
"""
import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WRAPPER = """#!/bin/sh
# Called by cargo in place of rustc. Crates for the target are built with the sizes of their types printed to a file.
rustc=$1; shift
name=; next=; target=
for a; do
  [ "$next" = name ] && name=$a
  next=
  case $a in --crate-name) next=name;; --target) target=1;; esac
done
if [ -n "$target" ] && [ -n "$name" ] && [ "$name" != ___ ]; then
  exec "$rustc" "$@" -Zprint-type-sizes > "$LAYOUT_OUT/$name-$$.txt"
fi
exec "$rustc" "$@"
"""
TARGET = "x86_64-unknown-linux-gnu"


def record(options):
    out = Path(options.out).absolute()
    out.mkdir(parents=True, exist_ok=True)
    wrapper = out / "rustc-wrapper"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    names = options.names or sorted(p.parent.name for p in Path(options.crates).glob("*/Cargo.toml"))
    for name in names:
        sizes = out / "sizes" / name
        if (sizes / ".ok").exists():
            continue
        shutil.rmtree(sizes, ignore_errors=True)
        sizes.mkdir(parents=True)
        copy = out / "copies" / name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(Path(options.crates) / name, copy)
        (copy / "rust-toolchain.toml").unlink(missing_ok=True)
        run = subprocess.run(
            ["cargo", "build", "--lib", "--offline", "-q", "-j", "1", "--target", TARGET], cwd=copy, text=True,
            capture_output=True,
            env={**os.environ, "RUSTC_BOOTSTRAP": "1", "RUSTC_WRAPPER": str(wrapper), "LAYOUT_OUT": str(sizes),
                 "CARGO_TARGET_DIR": str(out / "target"), "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "0",
                 "RUSTFLAGS": "--cap-lints=allow"})
        if run.returncode == 0:
            (sizes / ".ok").touch()
        print(name, "ok" if run.returncode == 0 else "does not build: " + run.stderr[-300:], flush=True)


def blocks(text):
    """What is printed of each type, by its name."""
    out = {}
    lines = None
    for line in text.splitlines():
        line = line.removeprefix("print-type-size ")
        start = re.match(r"type: `(.*)`: \d+ bytes, alignment: \d+ bytes$", line)
        if start:
            lines = out.setdefault(start[1], [])
            lines.clear()
            lines.append(line)
        elif line.startswith("unknown `"):
            out[line[9:line.index("`: ")]] = [line]
        elif lines is not None:
            lines.append(line)
    return out


def nameless(lines):
    return [re.sub(r"field `[^`]*`", "field", line) for line in lines]


def compare(options):
    total = collections.Counter()
    reasons = collections.Counter()  # of unknown types
    examples = {}  # by reason
    shown = 0
    for folder in sorted((Path(options.out) / "sizes").iterdir()):
        if not (folder / ".ok").exists() or (options.names and folder.name not in options.names):
            continue
        theirs = {}  # (crate, type)
        for file in sorted(folder.glob("*.txt")):
            crate = file.name.rsplit("-", 1)[0]
            for name, lines in blocks(file.read_text()).items():
                if "unwind::libunwind" in name:  # a crate of the standard library that nobody can name
                    continue
                if "{" not in name:  # closures, async blocks, functions
                    theirs.setdefault((crate, name), lines)
        if not theirs:
            continue
        keys = sorted(theirs)
        command = [options.types, str(Path(options.out) / "copies" / folder.name / "Cargo.toml"), "--time"]
        if options.std:
            command += ["--std", options.std]
        run = subprocess.run(command,
                             input="".join(f"{crate}\t{name}\n" for crate, name in keys), capture_output=True, text=True)
        if run.returncode != 0:
            print(f"{folder.name}: {options.types} failed: {run.returncode} {run.stderr[-300:]}")
            total["crashed"] += 1
            continue
        here = collections.Counter()
        # Answers come in the order of the questions.
        answers = re.split(r"^(?=type: `|unknown `)", run.stdout, flags=re.MULTILINE)[1:]
        if len(answers) != len(keys):
            print(f"{folder.name}: {len(keys)} questions, {len(answers)} answers")
        for key, answer in zip(keys, answers):
            ours = answer.splitlines()
            if ours[0].startswith("unknown"):
                here["unknown"] += 1
                reason = ours[0].split("`: ", 1)[1]
                reasons[reason] += 1
                examples.setdefault(reason, f"{folder.name}/{key[0]}: {key[1]}")
                if options.unknown:
                    print(f"  {folder.name}/{key[0]}: {ours[0]}")
            elif nameless(ours) == nameless(theirs[key]) and ours != theirs[key]:
                here["equal, fields of other names"] += 1  # the standard library of another version
            elif ours != theirs[key]:
                here["different"] += 1
                if shown < options.show:
                    shown += 1
                    print(f"--- {folder.name}/{key[0]}\n  ours:\n    " + "\n    ".join(ours) + "\n  rustc:\n    " +
                          "\n    ".join(theirs[key]))
            else:
                here["equal"] += 1
        # Of the standard library, which the judge has in another version: private paths change.
        if moved := re.search(r"(\d+) moved in std", run.stderr):
            total["found at another path of std"] += int(moved[1])
        print(f"{folder.name}: {dict(here)} {run.stderr.strip()}", flush=True)
        total += here
    print(f"all: {dict(total)}")
    for reason, count in reasons.most_common(options.causes):
        print(f"  {count:6} {reason}\n         {examples[reason]}")
    return 1 if total["different"] or total["crashed"] else 0


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = arguments.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("crates")
    recording.add_argument("out")
    recording.add_argument("names", nargs="*")
    comparing = commands.add_parser("compare")
    comparing.add_argument("types")
    comparing.add_argument("out")
    comparing.add_argument("names", nargs="*")
    comparing.add_argument("--show", type=int, default=5, help="how many differences are printed in full")
    comparing.add_argument("--causes", type=int, default=40, help="how many causes of unknown layouts are listed")
    comparing.add_argument("--std", help="the folder `library` of the standard library's sources, read instead of facts")
    comparing.add_argument("--unknown", action="store_true", help="list types without a layout")
    options = arguments.parse_args()
    if not shutil.which("cargo") and options.command == "record":
        print("SKIPPED: no cargo")
        return 77
    return record(options) if options.command == "record" else compare(options)


if __name__ == "__main__":
    sys.exit(main())
