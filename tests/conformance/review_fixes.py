#!/usr/bin/env python3
"""Applies every fix of a review to copies of crates, and sees what became of them.

    review_fixes.py --rustpro build/bindings/cli/rustpro --crates DIR --work DIR [--unsafe-fixes]
                    [--check 30] [--target-dir DIR]

Each crate in --crates is copied to --work and reviewed with --fix there. Each file that was changed has to parse as
before: the review of the copy must know no syntax error that the one of the original does not, and where rustc is on the
machine it must read the file too. With --check N, N crates that `cargo check --offline` builds before have to build
after. Prints figures; exits with 1 when something broke."""

import argparse
import filecmp
import json
import os
import random
import shutil
import subprocess
import sys


def files_of(folder):
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in (".git", "target"))
        for name in sorted(names):
            full = os.path.join(path, name)
            if os.path.isfile(full) and not os.path.islink(full):
                yield os.path.relpath(full, folder)


def changed_files(before, after):
    return [name for name in files_of(before)
            if os.path.exists(os.path.join(after, name))
            and not filecmp.cmp(os.path.join(before, name), os.path.join(after, name), shallow=False)]


def syntax_errors(rustpro, folder):
    done = subprocess.run([rustpro, "review", folder, "--format", "json", "--exit-zero", "--rule", "syntax/error"],
                          capture_output=True, timeout=300)
    findings = json.loads(done.stdout)["findings"]
    return sorted((f["place"]["path"], f["message"]) for f in findings if f["rule"] == "syntax/error")


def rustc_reads(path, edition):
    """Whether rustc's parser takes a file; None where there is no rustc that can be asked."""
    if shutil.which("rustc") is None:
        return None
    environment = dict(os.environ, RUSTC_BOOTSTRAP="1")
    done = subprocess.run(["rustc", "-Zparse-crate-root-only", f"--edition={edition}", "--crate-type=lib", "-o",
                           os.devnull, path], capture_output=True, env=environment, timeout=120)
    return done.returncode == 0


def edition_of(folder):
    try:
        with open(os.path.join(folder, "Cargo.toml"), encoding="utf-8") as text:
            for line in text:
                if line.startswith("edition = "):
                    return line.split('"')[1]
    except OSError:
        pass
    return "2015"


def builds(folder, target):
    done = subprocess.run(["cargo", "check", "--offline", "--quiet"], cwd=folder, capture_output=True, timeout=1200,
                          env=dict(os.environ, CARGO_TARGET_DIR=target))
    return done.returncode == 0, done.stderr.decode("utf-8", "replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rustpro", required=True)
    parser.add_argument("--crates", required=True, help="a folder with one folder for each crate")
    parser.add_argument("--work", required=True, help="where the copies go; what is there is written over")
    parser.add_argument("--unsafe-fixes", action="store_true", help="apply suggestions too")
    parser.add_argument("--check", type=int, default=0, help="build so many of the crates that were changed")
    parser.add_argument("--target-dir", help="for --check; where cargo builds")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    names = sorted(entry.name for entry in os.scandir(arguments.crates) if entry.is_dir())
    changed, broken, edits = {}, [], 0
    for name in names:
        before, after = os.path.join(arguments.crates, name), os.path.join(arguments.work, name)
        shutil.rmtree(after, ignore_errors=True)
        choice = ["--unsafe-fixes"] if arguments.unsafe_fixes else []
        # What has no difference to show needs no copy.
        try:
            shown = subprocess.run([arguments.rustpro, "review", before, "--diff", "--exit-zero", *choice],
                                   capture_output=True, timeout=300)
        except subprocess.TimeoutExpired:
            broken.append(f"{name}: no answer after 300 s")
            continue
        if not shown.stdout.strip() and shown.returncode == 0:
            continue
        shutil.copytree(before, after, symlinks=True, ignore=shutil.ignore_patterns("target", ".git"))
        command = [arguments.rustpro, "review", after, "--fix", "--exit-zero", "--format", "json", *choice]
        done = subprocess.run(command, capture_output=True, timeout=300)
        files = changed_files(before, after)
        if not files:
            shutil.rmtree(after)
            continue
        changed[name] = files
        edits += len(files)
        known = syntax_errors(arguments.rustpro, before)
        for path, message in syntax_errors(arguments.rustpro, after):
            if (path, message) not in known:
                broken.append(f"{name}/{path}: {message}")
        for path in files:
            if path.endswith(".rs") and rustc_reads(os.path.join(after, path), edition_of(after)) is False \
                    and rustc_reads(os.path.join(before, path), edition_of(before)):
                broken.append(f"{name}/{path}: rustc does not read it")
        if done.returncode not in (0, 1):
            broken.append(f"{name}: exit status {done.returncode}: {done.stderr[:200]}")
    print(f"{len(names)} crates, {len(changed)} changed in {edits} files, {len(broken)} broken")

    checked = failed = 0
    order = sorted(changed)
    random.Random(arguments.seed).shuffle(order)
    for name in order:
        if checked >= arguments.check:
            break
        before, after = os.path.join(arguments.crates, name), os.path.join(arguments.work, name)
        target = os.path.join(arguments.target_dir or arguments.work, ".target", name)
        # The original is built in a copy as well: nothing is written into the crates.
        original = os.path.join(arguments.work, ".before")
        shutil.rmtree(original, ignore_errors=True)
        shutil.copytree(before, original, symlinks=True, ignore=shutil.ignore_patterns("target", ".git"))
        if builds(original, target)[0]:
            checked += 1
            good, errors = builds(after, target)
            if not good:
                failed += 1
                broken.append(f"{name}: does not build any more: {errors[:1500]}")
        shutil.rmtree(target, ignore_errors=True)
        shutil.rmtree(original, ignore_errors=True)
    if arguments.check:
        print(f"{checked} built before, {checked - failed} after")
    for line in broken:
        print(line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
