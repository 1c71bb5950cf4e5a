#!/usr/bin/env python3
"""Compares the expanded libraries of packages with what `rustc -Zunpretty=expanded` prints, and counts what became of
every macro call.

    expansion.py [--build DIR] [--target DIR] [--cargo-home DIR] [--texts DIR] FOLDER...
    expansion.py --ui DIR [--build DIR]

Each folder holds a Cargo.toml. cargo checks its library offline with default features, its dependencies from cargo's
home; the text that rustc prints is kept in the folder of --texts, so that it is made once. Both texts are compared
token by token (expansion_compare.cpp says what is not seen as a difference); a difference belongs to the innermost
macro call whose output it lies in. Packages that cargo cannot check are listed, and only their calls are counted. So are
those whose build script, which cargo runs and we do not, decides about conditions (`cargo:rustc-cfg`) or writes files
that the library includes, where the texts differ.

With --ui (or RUSTPRO_UI_TESTS) the files of rustc's UI tests about macros and derives that rustc can expand alone are
compared in place of packages, in about a minute; run.py holds what differs there by the ratchet.

Exit codes: 0 equal, 1 something differs or is not expanded, 2 usage, or the program is not built.
"""
from __future__ import annotations

import argparse
import collections
import hashlib
import concurrent.futures
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpora

# Folders of the UI tests whose files are about expansion.
UI_FOLDERS = ("macros", "deriving", "derives", "hygiene", "format", "fmt", "cfg", "conditional-compilation", "attributes")

STATES = ("expanded", "modelled", "opaque", "unresolved", "failed")


class Call(NamedTuple):
    kind: str
    state: str
    unknown: bool
    home: str
    name: str
    place: str
    message: str

    @property
    def label(self) -> str:
        name = self.name.rsplit("::", 1)[-1]
        return f"{self.home or '?'}::{name}" + {"call": "!", "derive": " (derive)", "attribute": " (attribute)"}[self.kind]


class Difference(NamedTuple):
    package: str
    call: Call | None
    ours: str
    theirs: str


class Result:
    def __init__(self, package: str) -> None:
        self.package = package
        self.calls: list[Call] = []
        self.differences: list[Difference] = []
        self.different_calls = 0
        self.compared = False
        self.by_script = False
        self.missing = 0
        self.skipped = ""
        self.seconds = 0.0


def library_name(manifest: dict) -> str:
    name = manifest.get("lib", {}).get("name") or manifest["package"]["name"]
    return name.replace("-", "_")


def rustc_text(folder: Path, manifest: dict, args: argparse.Namespace) -> tuple[Path | None, str]:
    """What rustc prints of the package's library, or why there is nothing."""
    package = manifest["package"]
    kept = args.texts / f"{package['name']}-{package.get('version', '0')}.rs"
    failed = kept.with_suffix(".failed")
    if kept.exists():
        return kept, ""
    if failed.exists() and not args.retry:
        return None, failed.read_text()
    if args.no_rustc:
        return None, "no text of rustc's is kept"
    # Only this crate may use what is unstable: build scripts of others look whether they can.
    environment = os.environ | {
        "RUSTC_ICE": "0",
        "RUSTC_BOOTSTRAP": library_name(manifest),
        "CARGO_TARGET_DIR": str(args.target),
        "CARGO_HOME": str(args.cargo_home),
        "CARGO_TERM_COLOR": "never",
    }
    command = ["cargo", "rustc", "--offline", "--lib", "--profile", "check", "-j", "2",
               "--manifest-path", str(folder / "Cargo.toml"), "--", "-Zunpretty=expanded"]
    if (folder / "Cargo.lock").exists():
        command.insert(3, "--locked")
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=args.timeout, check=False)
        why = "" if done.returncode == 0 else next(
            (line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith("error")), "cargo failed")
    except subprocess.TimeoutExpired:
        why = f"cargo took more than {args.timeout} s"
    args.texts.mkdir(parents=True, exist_ok=True)
    if why:
        failed.write_text(why)
        return None, why
    temporary = kept.with_suffix(".part")
    temporary.write_bytes(done.stdout)
    temporary.rename(kept)
    return kept, ""


def decided_by_script(package: dict, args: argparse.Namespace) -> bool:
    """Whether a build script of the package set a condition, or wrote Rust."""
    for folder in (args.target / "debug" / "build").glob(f"{package['name']}-*"):
        try:
            output = (folder / "output").read_text(errors="replace")
        except OSError:
            continue
        if re.search(r"^cargo::?rustc-cfg=", output, re.M) or any((folder / "out").glob("*.rs")):
            return True
    return False


def ui_text(file: corpora.SourceFile, args: argparse.Namespace) -> Path | None:
    """What rustc prints of one file; None where it reports an error."""
    content = Path(file.path).read_bytes()
    kept = args.texts / f"{hashlib.sha256(content + file.edition.encode()).hexdigest()[:20]}.rs"
    if not kept.exists():
        done = subprocess.run(
            ["rustc", "-Zunpretty=expanded", "--edition", file.edition, "--crate-name", "main", "--crate-type", "lib",
             "--cap-lints", "allow", file.path],
            env=os.environ | {"RUSTC_BOOTSTRAP": "1", "RUSTC_ICE": "0"}, capture_output=True, timeout=60, check=False)
        args.texts.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_suffix(f".{os.getpid()}.part")
        temporary.write_bytes(done.stdout if done.returncode == 0 else b"")
        temporary.rename(kept)
    return kept if kept.stat().st_size else None


def examine_file(file: corpora.SourceFile, args: argparse.Namespace) -> Result:
    result = Result("/".join(Path(file.path).parts[-2:]))
    text = ui_text(file, args)
    if text is None:
        result.skipped = "rustc does not expand it"
        return result
    read_dump(result, ["--file", file.path, file.edition, "--compare", text], args)
    return result


def check_ui(args: argparse.Namespace) -> int:
    corpus = corpora.ui_tests(args.ui)
    if corpus.skipped:
        print(f"SKIPPED: {corpus.skipped}")
        return 0
    files = [f for f in corpus.files if Path(f.path).relative_to(args.ui).parts[0] in UI_FOLDERS]
    with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
        results = list(pool.map(lambda f: examine_file(f, args), files))
    seen = [r for r in results if r.compared or (r.skipped and r.skipped != "rustc does not expand it")]
    print_report(args, results, [r for r in seen if r.calls])
    left = sum(c.state in ("unresolved", "failed") for r in seen for c in r.calls)
    different = sum(r.different_calls for r in seen) + sum(not r.compared for r in seen)
    print(f"{len(seen)} files that rustc expands: {left} calls not expanded, {different} outputs differ")
    return 1 if left or different else 0


def examine(folder: Path, args: argparse.Namespace) -> Result:
    result = Result(folder.name)
    try:
        manifest = tomllib.loads((folder / "Cargo.toml").read_text())
        manifest["package"]["name"]
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        result.skipped = "no manifest of a package"
        return result
    text, result.skipped = rustc_text(folder, manifest, args)
    read_dump(result, ["--manifest", folder / "Cargo.toml", "--cargo-home", args.cargo_home]
              + (["--compare", text] if text else []), args)
    result.by_script = decided_by_script(manifest["package"], args)
    return result


def read_dump(result: Result, arguments: list, args: argparse.Namespace) -> None:
    command = [args.build / "tests/conformance/expansion_dump", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    if done.returncode != 0:
        result.skipped = f"expansion_dump ended with {done.returncode}"
        return
    different = set()
    for line in done.stdout.decode(errors="replace").splitlines():
        part = line.split("\t")
        if part[0] == "crate":
            result.missing = int(part[3].split()[0])
            result.seconds = float(part[4].split()[0])
        elif part[0] == "compared":
            result.compared = True
        elif part[0] == "unread":
            result.skipped = part[1]
        elif part[0] == "differs":
            number = int(part[1])
            call = result.calls[number] if number >= 0 else None
            result.differences.append(Difference(result.package, call, part[2], part[3]))
            different.add(number)
        else:
            result.calls.append(Call(part[0], part[1], part[2] == "?", part[3], part[4], part[5], part[6]))
    result.different_calls = sum(1 for n in different if n >= 0 and result.calls[n].state == "expanded")
    if result.skipped.startswith(("our text", "rustc's text")):
        result.compared = False


def share(part: int, whole: int) -> str:
    return "-" if not whole else "100 %" if part == whole else f"{min(100 * part / whole, 99.999):.3f} %"


def print_report(args: argparse.Namespace, results: list[Result], complete: list[Result]) -> tuple[int, int]:
    """Prints counts and lists; returns how many outputs differ and how many calls are not expanded."""
    states = collections.Counter(c.state for r in complete for c in r.calls)
    total = sum(states[s] for s in STATES)
    done = states["expanded"] + states["modelled"]
    print(f"{len(results)} packages, {len(complete)} with all dependencies: {total} macro calls, "
          + ", ".join(f"{states[s]} {s}" for s in STATES) + f"; expanded or modelled {share(done, total)}")
    bad = collections.defaultdict(list)
    for r in complete:
        for c in r.calls:
            if c.state in ("opaque", "unresolved", "failed"):
                bad[(c.state, c.label)].append((r.package, c))
    for (state, label), found in sorted(bad.items(), key=lambda e: -len(e[1]))[: args.show]:
        package, call = found[0]
        print(f"  {len(found):5} {state:10} {label}: {package}: {call.place.rsplit('/', 1)[-1]}: {call.message[:110]}")
    by_script = [r.package for r in results if r.compared and r.by_script and r.differences]
    if by_script:
        print(f"{len(by_script)} libraries differ where a build script decides, and are left out: {' '.join(by_script)}")
    compared = [r for r in results if r.compared and not (r.by_script and r.differences)]
    expanded = sum(c.state == "expanded" for r in compared for c in r.calls)
    different = sum(r.different_calls for r in compared)
    clean = sum(not r.differences for r in compared)
    print(f"{len(compared)} libraries compared, {clean} without any difference: {expanded} calls expanded, "
          f"{different} differ; equal {share(expanded - different, expanded)}")
    by_macro = collections.defaultdict(list)
    for r in compared:
        for d in r.differences:
            if d.call is None or d.call.state == "expanded":
                by_macro[d.call.label if d.call else "(written in the source)"].append(d)
    for label, found in sorted(by_macro.items(), key=lambda e: -len(e[1]))[: args.show]:
        print(f"  {len(found):5} {label}")
        for d in found if args.differences else found[:2]:
            print(f"        {d.package} {d.call.place.rsplit('/', 1)[-1] if d.call else ''}\n"
                  f"          ours   {d.ours[:330]}\n          rustc  {d.theirs[:330]}")
    skipped = [r for r in results if r.skipped]
    for r in skipped[: args.show * 3]:
        print(f"SKIPPED: {r.package}: {r.skipped[:200]}")
    return different, total - done


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare expanded libraries with rustc's.")
    parser.add_argument("--build", type=Path, default=Path("build"))
    parser.add_argument("--target", type=Path, default=Path("target/expansion"), help="where cargo builds")
    parser.add_argument("--texts", type=Path, help="where rustc's texts are kept",
                        default=Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "rustpro/expansions")
    parser.add_argument("--cargo-home", type=Path,
                        default=Path(os.environ.get("CARGO_HOME") or os.path.expanduser("~/.cargo")))
    parser.add_argument("--timeout", type=int, default=300, help="seconds for one package")
    parser.add_argument("--retry", action="store_true", help="ask cargo again where it failed")
    parser.add_argument("--no-rustc", action="store_true", help="only texts that are kept")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="lines of each list")
    parser.add_argument("--differences", action="store_true", help="every difference")
    named = os.environ.get("RUSTPRO_UI_TESTS")
    parser.add_argument("--ui", type=Path, help="rustc's UI tests; or RUSTPRO_UI_TESTS")
    parser.add_argument("folders", nargs="*", type=Path)
    args = parser.parse_args()
    if not args.folders and not args.ui:
        args.ui = Path(named) if named else None
        if args.ui is None:
            print("SKIPPED: no folders and no UI tests; give --ui DIR or set RUSTPRO_UI_TESTS")
            return 0
    for name in ("build", "target", "texts", "cargo_home"):
        setattr(args, name, getattr(args, name).resolve())
    if not (args.build / "tests/conformance/expansion_dump").is_file():
        print(f"there is no expansion_dump in {args.build}: build with tests, or give --build DIR", file=sys.stderr)
        return 2
    if args.ui:
        args.ui = args.ui.resolve()
        return check_ui(args)
    folders = [f for f in sorted(args.folders) if (f / "Cargo.toml").exists()]
    with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
        results = list(pool.map(lambda f: examine(f, args), folders))

    different, left = print_report(args, results, [r for r in results if r.calls and not r.missing])
    return 1 if different or left else 0


if __name__ == "__main__":
    sys.exit(main())
