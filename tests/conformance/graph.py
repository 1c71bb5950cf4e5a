#!/usr/bin/env python3
"""Compares lib/crates with cargo: packages, resolved dependencies, and the features that each package is built with.

    graph.py --dump PROGRAM --workspaces FOLDER...   the workspaces below the folders that have a Cargo.lock
    graph.py --dump PROGRAM --registry FOLDER [--count N]   packages of a registry's sources, each in a scratch copy
    graph.py --dump PROGRAM --mixes N --registry FOLDER     made-up workspaces of packages picked by chance

PROGRAM is graph_dump. `cargo metadata --all-features` says which packages and dependencies the lock file stands for;
`cargo tree` says which packages a target needs, with which features; `cargo build --unit-graph` says which crates are
compiled, with which features, roots, editions and names of their dependencies. Nothing is downloaded: what cargo cannot resolve from
what is on the machine is counted apart and not compared. Without cargo nothing is compared; the program says so and
ends with 77.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from manifests import SKIPPED, environment, find_cargo

LINE = re.compile(r"^(\S+) v(\S+)(?: \(.*\))?\t([^\t]*)\t?(?: \(\*\))?$")
WINDOWS, WASM = "x86_64-pc-windows-msvc", "wasm32-unknown-unknown"
VARIANTS = [[], ["--all-features"], ["--no-default-features"], ["--target", WINDOWS], ["--target", WASM]]


def cargo_home():
    return os.environ.get("CARGO_HOME") or str(Path.home() / ".cargo")


def ask_tree(cargo, manifest, flags, libraries):
    """The (package, features) pairs that cargo builds, or why it does not say."""
    edges = "normal,build" if libraries else "normal,build,dev"
    done = subprocess.run([cargo, "tree", "--offline", "--locked", "--workspace", "--prefix", "none", "-e", edges,
                           "-f", "{p}\t{f}\t", "--manifest-path", str(manifest), *flags],
                          capture_output=True, text=True, env=environment(), cwd=manifest.parent, check=False)
    if done.returncode != 0:
        return None, done.stderr
    out = set()
    for line in done.stdout.splitlines():
        if not line.strip():
            continue
        found = LINE.match(line)
        if found is None:
            raise ValueError(f"cargo tree says {line!r}")
        name, version, features = found.groups()
        out.add((name, version, features))
    return out, ""


def ask_metadata(cargo, manifest):
    done = subprocess.run([cargo, "metadata", "--offline", "--locked", "--all-features", "--format-version", "1",
                           "--manifest-path", str(manifest)],
                          capture_output=True, text=True, env=environment(), cwd=manifest.parent, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def ask_units(cargo, manifest, flags, libraries):
    """The crates that cargo compiles, in the words of our_units, or why it does not say."""
    done = subprocess.run([cargo, "build", "--unit-graph", "-Z", "unstable-options", "--offline", "--locked",
                           "--ignore-rust-version", "--workspace", *([] if libraries else ["--all-targets"]), "--manifest-path", str(manifest),
                           *flags], capture_output=True, text=True, env=environment(), cwd=manifest.parent, check=False)
    if done.returncode != 0:
        return None, done.stderr
    units = json.loads(done.stdout)["units"]

    def package(unit):
        named = unit["pkg_id"].rsplit("#", 1)[1]
        if "@" in named:
            return tuple(named.rsplit("@", 1))
        return Path(unit["pkg_id"].rsplit("#", 1)[0].split("?")[0]).name, named

    def kind(unit):
        first = unit["target"]["kind"][0]
        return first if first in ("bin", "example", "test", "bench", "custom-build") else "lib"

    out = set()
    for unit in units:
        target, test = unit["target"], unit["mode"] == "test"
        if unit["mode"] == "run-custom-build":
            continue
        names = set()
        for edge in unit["dependencies"]:
            other = units[edge["index"]]
            if kind(other) == "lib":
                names.add((edge["extern_crate_name"], *package(other), ",".join(other["features"])))
        out.add((*package(unit), kind(unit), os.path.normpath(target["src_path"]), target["edition"],
                 "test" if test else "", "host" if "--target" in flags and unit["platform"] is None else "",
                 unit["profile"]["debug_assertions"], ",".join(unit["features"]), tuple(sorted(names))))
    return out, ""


def our_units(ours, flags):
    def features(crate):
        return ",".join(re.findall(r'^feature="(.*)"$', "\n".join(crate["cfg"]), re.MULTILINE))

    out = set()
    for crate in ours["crates"]:
        package = ours["packages"][crate["package"]]
        names = set()
        for edge in crate["dependencies"]:
            other = ours["packages"][edge["package"]]
            known = edge["crate"] is not None
            names.add((edge["name"], other["name"], other["version"],
                       features(ours["crates"][edge["crate"]]) if known else "?"))
        host = "--target" in flags and (crate["for_host"] or crate["proc_macro"])
        out.add((package["name"], package["version"], crate["kind"], crate["root"], str(crate["edition"]),
                 "test" if crate["test"] else "", "host" if host else "", "debug_assertions" in crate["cfg"],
                 features(crate), tuple(sorted(names))))
    return out


def ask_us(dump, manifest, flags):
    done = subprocess.run([dump, "--cargo-home", cargo_home(), *flags, str(manifest)],
                          capture_output=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def built(ours, needed):
    """The pairs that ask_tree gives, of our graph: what is compiled, or, without `needed`, all that features reach."""
    out = set()
    for package in ours["packages"]:
        if package["target"] or not needed:
            out.add((package["name"], package["version"], ",".join(package["features"])))
        if package["host"] or not needed:
            out.add((package["name"], package["version"], ",".join(package["build_features"])))
    return out


def our_edges(ours):
    names = [(package["name"], package["version"]) for package in ours["packages"]]
    packages, edges = set(names), set()
    for package, name in zip(ours["packages"], names):
        for edge in package["dependencies"]:
            edges.add((name, names[edge["to"]], edge["kind"], edge["platform"]))
    return packages, edges


def their_edges(metadata):
    names = {package["id"]: (package["name"], package["version"]) for package in metadata["packages"]}
    edges = set()
    for node in metadata["resolve"]["nodes"]:
        for dependency in node["deps"]:
            for kind in dependency["dep_kinds"]:
                edges.add((names[node["id"]], names[dependency["pkg"]], kind["kind"] or "normal", kind["target"] or ""))
    return set(names.values()), edges


def set_differences(what, ours, theirs):
    for each in sorted(theirs - ours):
        yield f"{what}: cargo has {each}, we have not"
    for each in sorted(ours - theirs):
        yield f"{what}: we have {each}, cargo has not"


class Comparison:
    def __init__(self, cargo, dump, limit):
        self.cargo, self.dump, self.limit, self.shown = cargo, dump, limit, 0
        self.counts, self.packages, self.pairs, self.crates = {}, 0, 0, 0

    def count(self, kind):
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def show(self, where, differences):
        for each in differences:
            self.shown += 1
            if self.shown <= self.limit:
                print(f"{where}: {each}", flush=True)

    def verdict(self, what, ours, found):
        """Counts a comparison; gives whether it is to be shown. cargo knows features of packages that are not on the
        machine from its index: where we say that such are missing, nothing can be compared."""
        missing = found and any(each["missing"] for each in ours["problems"])
        self.count(f"{what}: packages are not on the machine" if missing
                   else f"{what}: different" if found else f"{what}: equal")
        return not missing

    def tree(self, manifest, flags, libraries=False):
        theirs, why = ask_tree(self.cargo, manifest, flags, libraries)
        if theirs is None:
            self.count("features: cargo does not say")
            return why
        ours = ask_us(self.dump, manifest, flags + (["--only-libraries"] if libraries else ["--test"]))
        if ours is None:
            self.count("features: graph_dump fails")
            self.show(manifest, ["graph_dump did not end well"])
            return ""
        # cargo tree also lists what no crate is compiled with: dependencies for a build script that is not there.
        found = list(set_differences("built", built(ours, True) | (built(ours, False) & theirs), theirs))
        self.pairs += len(theirs)
        if self.verdict("features", ours, found):
            self.show(f"{manifest} {' '.join(flags)}{' (no dev)' if libraries else ''}", found)
        return ""

    def compiled(self, manifest, flags, libraries=False):
        theirs, _ = ask_units(self.cargo, manifest, flags, libraries)
        if theirs is None:
            self.count("crates: cargo does not say")
            return
        ours = ask_us(self.dump, manifest, flags + (["--only-libraries"] if libraries else ["--test"]))
        if ours is None:
            self.count("crates: graph_dump fails")
            return
        found = list(set_differences("crate", our_units(ours, flags), theirs))
        self.crates += len(theirs)
        if self.verdict("crates", ours, found):
            self.show(f"{manifest} {' '.join(flags)}{' (no dev)' if libraries else ''}", found)

    def metadata(self, manifest):
        theirs = ask_metadata(self.cargo, manifest)
        if theirs is None:
            self.count("dependencies: cargo does not say")
            return
        ours = ask_us(self.dump, manifest, ["--all-features"])
        if ours is None:
            self.count("dependencies: graph_dump fails")
            self.show(manifest, ["graph_dump did not end well"])
            return
        packages, edges = our_edges(ours)
        their_packages, their_dependencies = their_edges(theirs)
        found = list(set_differences("package", packages, their_packages))
        found += list(set_differences("dependency", edges, their_dependencies))
        self.packages += len(their_packages)
        if self.verdict("dependencies", ours, found):
            self.show(manifest, found)

    def all(self, manifest, variants):
        why = ""
        self.metadata(manifest)
        for index, flags in enumerate(variants):
            said = self.tree(manifest, flags)
            why = why or (said if index == 0 else "")
            if not said:
                self.compiled(manifest, flags)
        self.tree(manifest, [], libraries=True)
        self.compiled(manifest, [], libraries=True)
        return why

    def finish(self):
        print(f"{self.packages} packages of workspaces, {self.pairs} packages with features and"
              f" {self.crates} crates compared")
        for kind in sorted(self.counts):
            print(f"  {kind}: {self.counts[kind]}")
        return 1 if any("different" in kind or "fails" in kind for kind in self.counts) else 0


def lock(cargo, folder):
    done = subprocess.run([cargo, "generate-lockfile", "--offline", "--manifest-path", str(folder / "Cargo.toml")],
                          capture_output=True, text=True, env=environment(), cwd=folder, check=False)
    return done.returncode == 0, done.stderr


def without_tables(text, names):
    """A manifest without the tables whose names contain one of some words. Tables are cut as text."""
    out, keep = [], True
    for line in text.splitlines(keepends=True):
        header = re.match(r"\s*\[+([^\]]*)\]", line)
        if header:
            keep = not any(name in header.group(1) for name in names)
        if keep:
            out.append(line)
    return "".join(out)


def skeleton(source, out):
    """A copy of a package: its manifest, and its sources as empty files."""
    for path in sorted(source.rglob("*")):
        target = out / path.relative_to(source)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.name == "Cargo.toml":
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        elif path.suffix == ".rs" and path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()


def run_registry(comparison, folder, count, scratch):
    packages = sorted(path for path in folder.iterdir() if (path / "Cargo.toml").is_file())
    whole = reduced = unresolved = 0
    reasons = {}
    for source in packages:
        if whole + reduced >= count:
            break
        out = scratch / source.name
        skeleton(source, out)
        manifest = out / "Cargo.toml"
        locked, why = lock(comparison.cargo, out)
        if locked:
            whole += 1
        else:
            manifest.write_text(without_tables(manifest.read_text(encoding="utf-8"), ["dev-dependencies"]),
                                encoding="utf-8")
            locked, why = lock(comparison.cargo, out)
            reduced += locked
        if not locked:
            unresolved += 1
            reason = (re.findall(r"error: (.*)|no matching package named `([^`]*)`", why) or [("?", "")])[0]
            reasons.setdefault(reason[0] or "no package " + reason[1], []).append(source.name)
        else:
            comparison.all(manifest, VARIANTS)
        shutil.rmtree(out)
    print(f"{whole + reduced} packages compared ({reduced} without their dev dependencies),"
          f" {unresolved} that cargo cannot resolve offline")
    for reason in sorted(reasons):
        print(f"  {reason}: {len(reasons[reason])}")


def features_of(cargo, source):
    done = subprocess.run([cargo, "read-manifest", "--manifest-path", str(source / "Cargo.toml")],
                          capture_output=True, text=True, check=False, cwd="/")
    return sorted(json.loads(done.stdout)["features"]) if done.returncode == 0 else []


def write_mix(packages, features, out, seed):
    """A workspace of three members that depend on packages by chance, in all kinds of ways."""
    chance = random.Random(seed)
    out.mkdir(parents=True)
    resolver = chance.choice(["1", "2", "2", "3"])
    members = ["one", "two", "three"]
    (out / "Cargo.toml").write_text(f'[workspace]\nmembers = {json.dumps(members)}\nresolver = "{resolver}"\n',
                                    encoding="utf-8")
    pool = chance.sample(packages, 6)
    for index, member in enumerate(members):
        folder = out / member
        (folder / "src").mkdir(parents=True)
        (folder / "src" / "lib.rs").touch()
        (folder / "build.rs").touch()
        macro = "[lib]\nproc-macro = true\n" if chance.random() < 0.2 else ""
        text = f'[package]\nname = "{member}"\nversion = "0.1.0"\nedition = "2021"\n{macro}'
        optional = {}
        for table in ["dependencies", "build-dependencies", "dev-dependencies", "target.'cfg(unix)'.dependencies",
                      "target.'cfg(windows)'.dependencies"]:
            lines = ""
            for source in chance.sample(pool, 2):
                name, version = re.match(r"(.*?)-(\d+\.\d+.*)$", source.name).groups()
                chosen = chance.sample(features[source], min(len(features[source]), chance.randrange(3)))
                parts = [f'version = "={version}"', f"features = {json.dumps(chosen)}"]
                if chance.random() < 0.5:
                    parts.append("default-features = false")
                if chance.random() < 0.3 and "dev" not in table:
                    parts.append("optional = true")
                    optional[name] = source
                lines += f"{name} = {{ {', '.join(parts)} }}\n"
            if table == "dependencies" and index > 0 and chance.random() < 0.7:
                lines += f'one = {{ path = "../one", default-features = {chance.choice(["true", "false"])} }}\n'
            text += f"[{table}]\n{lines}"
        text += "[features]\n"
        for number, name in enumerate(sorted(optional)):
            known = features[optional[name]]
            values = [f"dep:{name}"] if chance.random() < 0.5 else [name]
            values += [f"{name}{chance.choice(['/', '?/'])}{each}" for each in chance.sample(known, min(len(known), 1))]
            if values[0] == name or chance.random() < 0.5:
                values.append(f"dep:{name}")
                values.remove(name) if name in values else None
            text += f"f{number} = {json.dumps(values)}\n"
            text += f"w{number} = {json.dumps([value for value in values if '?' in value])}\n"
        if optional:
            text += f'default = {json.dumps(chance.sample([f"{c}{n}" for n in range(len(optional)) for c in "fw"], 1))}\n'
        (folder / "Cargo.toml").write_text(text, encoding="utf-8")


def run_mixes(comparison, folder, count, scratch):
    packages = sorted(path for path in folder.iterdir() if (path / "Cargo.toml").is_file())
    # Features that need what is not on the machine make few workspaces that cargo can resolve: optional dependencies of
    # the picked packages are rarely there.
    features = {source: features_of(comparison.cargo, source) for source in packages}
    done = tried = 0
    while done < count and tried < count * 20:
        out = scratch / f"mix{tried}"
        write_mix(packages, features, out, tried)
        tried += 1
        if lock(comparison.cargo, out)[0]:
            done += 1
            comparison.all(out / "Cargo.toml", VARIANTS)
        shutil.rmtree(out)
    print(f"{done} made-up workspaces compared, {tried - done} that cargo cannot resolve offline")


def run_workspaces(comparison, folders, scratch):
    """Each lock file is compared once, in a copy: cargo would look for a workspace above."""
    seen, skipped = set(), {}
    for folder in folders:
        for path in sorted(Path(folder).rglob("Cargo.lock")):
            text = path.read_text(encoding="utf-8")
            if text in seen or not (path.parent / "Cargo.toml").is_file() or "registry+" not in text:
                continue
            seen.add(text)
            out = scratch / f"w{len(seen)}"
            skeleton(path.parent, out)
            shutil.copyfile(path, out / "Cargo.lock")
            why = comparison.all(out / "Cargo.toml", VARIANTS)
            if why:
                lines = why.strip().splitlines()
                skipped.setdefault(lines[-1].strip() if lines else "?", []).append(path)
            shutil.rmtree(out)
    print(f"{len(seen)} workspaces with different lock files, {sum(map(len, skipped.values()))} that cargo refuses"
          " as they are or for what is not on the machine")
    for reason in sorted(skipped):
        print(f"  {reason}: {len(skipped[reason])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True)
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--workspaces", nargs="+", default=[])
    parser.add_argument("--registry", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--mixes", type=int, default=0)
    options = parser.parse_args()
    cargo = find_cargo()
    if cargo is None:
        print("SKIPPED: there is no cargo to compare with")
        return SKIPPED
    comparison = Comparison(cargo, os.path.abspath(options.dump), options.limit)
    with tempfile.TemporaryDirectory(prefix="graph-") as scratch:
        if options.workspaces:
            run_workspaces(comparison, options.workspaces, Path(scratch).resolve())
        if options.mixes:
            run_mixes(comparison, options.registry, options.mixes, Path(scratch).resolve())
        elif options.registry is not None:
            run_registry(comparison, options.registry, options.count, Path(scratch).resolve())
    return comparison.finish()


if __name__ == "__main__":
    sys.exit(main())
