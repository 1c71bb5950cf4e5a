#!/usr/bin/env python3
"""Compares lib/manifest with `cargo metadata --no-deps` over every Cargo.toml below some folders.

    manifests.py --dump PROGRAM FOLDER...        compare, and print the figures and each difference
    manifests.py --dump PROGRAM --limit N ...    print no more than N differences
    manifests.py --dump PROGRAM --fill FOLDER    in a copy, where packages without sources have an empty library
    manifests.py --dump PROGRAM --tests FOLDER   on the projects that the sources of cargo's tests write

PROGRAM is manifest_dump. A manifest counts as agreed when both take it and say the same of every package of its
workspace (names, versions, editions, targets, dependencies, features and the descriptive fields), or when both refuse
it. Without cargo nothing is compared, and the program says so and ends with 77.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import manifest_projects

SKIPPED = 77
PACKAGE_FIELDS = ["name", "version", "edition", "rust_version", "license", "license_file", "description", "homepage",
                  "documentation", "repository", "links", "authors", "keywords", "categories", "readme", "default_run",
                  "publish", "features"]
DEPENDENCY_FIELDS = ["name", "rename", "req", "kind", "optional", "uses_default_features", "features", "target",
                     "source", "path"]
TARGET_FIELDS = ["kind", "crate_types", "name", "src_path", "edition", "required-features", "doc", "doctest", "test"]
ALTERNATIVE = "https://alternative.invalid/crates"
CRATES_IO = "github.com/rust-lang/crates.io-index"


def find_cargo():
    """The program itself: rustup's stand-in would look for a rust-toolchain file in each folder."""
    rustup = shutil.which("rustup")
    if rustup is not None:
        done = subprocess.run([rustup, "which", "cargo"], capture_output=True, text=True, cwd="/", check=False)
        if done.returncode == 0:
            return done.stdout.strip()
    return shutil.which("cargo")


def environment():
    # Manifests that ask for unstable features are read as well, as the library reads them.
    return {**os.environ, "RUSTC_BOOTSTRAP": "1", "CARGO_TERM_COLOR": "never",
            "CARGO_UNSTABLE_BINDEPS": "true",
            # Where a manifest names a registry, cargo wants to know its index. This one is never asked.
            "CARGO_REGISTRIES_ALTERNATIVE_INDEX": ALTERNATIVE}


def ask_cargo(cargo, manifest):
    """What cargo says of a workspace, or the last lines of why it refuses it."""
    done = subprocess.run([cargo, "metadata", "--no-deps", "--offline", "--format-version", "1",
                           "--manifest-path", str(manifest)],
                          capture_output=True, text=True, env=environment(), cwd=manifest.parent, check=False)
    if done.returncode != 0:
        return None, done.stderr
    return json.loads(done.stdout), ""


def without_query_noise(source):
    return source.split("#")[0].rstrip("/") if source else source


def simple_source(source):
    """The words of manifest_dump for a source of cargo's."""
    if source is None:
        return None
    if source == "registry+" + ALTERNATIVE:
        return "registry:alternative"
    return "crates-io" if CRATES_IO in source else without_query_noise(source)


def selected(record, fields):
    return {field: record.get(field) for field in fields}


def plain_package(package):
    """A package reduced to what is compared."""
    plain = selected(package, PACKAGE_FIELDS)
    plain["dependencies"] = []
    for dependency in package["dependencies"]:
        one = selected(dependency, DEPENDENCY_FIELDS)
        one["source"] = simple_source(one["source"])
        plain["dependencies"].append(one)
    plain["targets"] = []
    for target in package["targets"]:
        one = selected(target, TARGET_FIELDS)
        # cargo leaves `..` in the paths of targets.
        one["src_path"] = os.path.normpath(one["src_path"]) if one["src_path"] else None
        plain["targets"].append(one)
    return plain


def differences(ours, theirs, where=""):
    """Each place where two JSON values differ, as text."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            if key not in ours:
                yield f"{where}.{key}: missing, cargo has {theirs[key]!r}"
            elif key not in theirs:
                yield f"{where}.{key}: {ours[key]!r}, cargo has none"
            else:
                yield from differences(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{where}[{index}]")
    elif ours != theirs:
        yield f"{where}: {ours!r}, cargo has {theirs!r}"


def compare(ours, theirs):
    """The differences between two descriptions of a workspace."""
    if Path(ours["workspace_root"]) != Path(theirs["workspace_root"]):
        yield f"workspace_root: {ours['workspace_root']!r}, cargo has {theirs['workspace_root']!r}"
    mine = {package["manifest_path"]: package for package in ours["packages"]}
    for package in theirs["packages"]:
        path = package["manifest_path"]
        if path not in mine:
            yield f"{path}: no such package"
        else:
            yield from (f"{path}: {each}" for each in differences(plain_package(mine.pop(path)), plain_package(package)))
    yield from (f"{path}: cargo has no such package" for path in mine)
    names = {package["id"]: package["name"] for package in theirs["packages"]}
    defaults = [names.get(each, each) for each in theirs.get("workspace_default_members", [])]
    if sorted(defaults) != sorted(ours["default_members"]):
        yield f"default members: {ours['default_members']!r}, cargo has {defaults!r}"


def find_manifests(folders):
    for folder in folders:
        yield from sorted(path.absolute() for path in Path(folder).rglob("Cargo.toml") if path.is_file())


# What cargo refuses because of its configuration or itself, not because of a manifest.
NOT_OF_MANIFESTS = ["could not load Cargo configuration", "could not load config key", "build.build-dir path",
                    "registry index was not found in any configuration", "in the Cargo configuration",
                    "config value is no longer supported", "`term.verbose`", "should be a URL or registry name"]
ELSEWHERE = re.compile(r"(?:failed to parse manifest at `|--> )([^`\n]*?Cargo\.toml)")


def ask_us(dump, manifest):
    done = subprocess.run([dump, str(manifest)], capture_output=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def errors_of(ours):
    return [each for each in ours["problems"] if each["severity"] == "error"]


def judge_refusal(dump, manifest, ours, refusal):
    """A manifest that cargo refuses."""
    if errors_of(ours):
        return "refused", [], []
    if any(each in refusal for each in NOT_OF_MANIFESTS):
        return "not comparable", [], []
    # cargo reads the manifests of the folders above as well, and stops at the first that is wrong.
    for found in ELSEWHERE.findall(refusal):
        other = Path(os.path.normpath(manifest.parent / found))
        if other != manifest and other.is_file():
            theirs = ask_us(dump, other)
            if theirs is not None and errors_of(theirs):
                return "refused for another", [], []
    reason = " / ".join(refusal.split("Stack backtrace")[0].strip().splitlines())
    return "taken", [], [f"cargo refuses: {reason}"]


def judge(cargo, dump, manifest):
    """One manifest: (kind, paths of the packages, list of differences)."""
    theirs, refusal = ask_cargo(cargo, manifest)
    ours = ask_us(dump, manifest)
    if ours is None:
        return "crash", [], ["manifest_dump did not end well"]
    if theirs is None:
        return judge_refusal(dump, manifest, ours, refusal)
    errors = errors_of(ours)
    found = list(compare(ours, theirs))
    paths = [package["manifest_path"] for package in theirs["packages"]]
    if errors:
        found += [f"we refuse: {each['path']}: {each['message']}" for each in errors]
        return "refused wrongly", paths, found
    return ("different" if found else "equal"), paths, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True)
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--each", action="store_true", help="ask from every member, not once for each workspace")
    parser.add_argument("--fill", action="store_true", help="compare in a copy of the folders that is made whole")
    parser.add_argument("--tests", action="store_true", help="the folders hold the sources of cargo's tests")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    if not (options.fill or options.tests):
        return run(options)
    with tempfile.TemporaryDirectory(prefix="manifests-") as scratch:
        for index, folder in enumerate(options.folders):
            out = Path(scratch).resolve() / str(index)
            if options.tests:
                manifest_projects.write_projects(folder, out)
            else:
                manifest_projects.copy_filled(folder, out)
        options.folders = [Path(scratch).resolve()]
        return run(options)


def run(options):
    cargo = find_cargo()
    if cargo is None:
        print("SKIPPED: there is no cargo to compare with")
        return SKIPPED
    counts, packages, asked, shown = {}, set(), 0, 0
    for manifest in dict.fromkeys(find_manifests(options.folders)):
        if str(manifest) in packages and not options.each:
            continue
        kind, paths, found = judge(cargo, options.dump, manifest)
        asked += 1
        counts[kind] = counts.get(kind, 0) + 1
        packages.update(paths)
        for each in found:
            shown += 1
            if shown <= options.limit:
                print(f"{kind}: {manifest}: {each}", flush=True)
    asked -= counts.get("not comparable", 0)
    agreed = sum(counts.get(kind, 0) for kind in ("equal", "refused", "refused for another"))
    print(f"{asked} manifests, {len(packages)} packages that cargo takes: {agreed} manifests agree"
          f" ({100 * agreed / max(1, asked):.2f} %)")
    for kind in sorted(counts):
        print(f"  {kind}: {counts[kind]}")
    return 0 if agreed == asked else 1


if __name__ == "__main__":
    sys.exit(main())
