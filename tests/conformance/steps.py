"""Comparisons of the steps behind the parser: names, manifests, crate graphs, expansions. Each part runs a program of this folder
and gives numbers for the ratchet; what is missing on the machine is skipped, with the reason.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
SKIPPED = 77


class Outcome(NamedTuple):
    numbers: dict[str, int] | None  # as ratchet.py has them; None: skipped or failed
    text: str
    skipped: bool = False


def ask(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)


def skip(why: str) -> Outcome:
    return Outcome(None, why, True)


def failure(done: subprocess.CompletedProcess[str]) -> Outcome:
    return Outcome(None, f"ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")


def last_lines(text: str, count: int = 12) -> str:
    return "\n".join("  " + line for line in text.rstrip().splitlines()[-count:])


def names_ui(programs: Path, std: Path | None, ui: Path | None) -> Outcome:
    """Errors of name resolution by code and line. The tests may be older than the library they are resolved against."""
    if ui is None or not ui.is_dir():
        return skip("no UI tests; give --ui DIR or set RUSTPRO_UI_TESTS")
    if std is None or not (std / "library").is_dir():
        return skip("no sources of the standard library; install the Debian package rust-web-src or give --std DIR")
    done = ask("names_ui.py", "--program", programs / "names_resolve", "--sysroot", std / "library", "--corpus", ui)
    found = re.findall(r"^(?:main|others): found (\d+) of (\d+)", done.stdout, re.M)
    invented = re.search(r"^accepted by rustc: (\d+) runs, invented (\d+)", done.stdout, re.M)
    crashes = len(re.findall(r"^the program ended with", done.stderr, re.M))
    if done.returncode != 0 or len(found) != 2 or invented is None or crashes:
        return failure(done)
    wanted, right = sum(int(total) for _, total in found), sum(int(hit) for hit, _ in found)
    text = "\n".join("  " + line for line in done.stdout.splitlines() if re.match(r"main|others|accepted", line))
    return Outcome({"files": wanted, "false_errors": int(invented[2]), "missed_errors": wanted - right}, text)


def types_ui(programs: Path, _: Path | None, ui: Path | None) -> Outcome:
    """Errors of types in items by code and line. Of the tests that rustc accepts a part is run, always the same."""
    if ui is None or not ui.is_dir():
        return skip("no UI tests; give --ui DIR or set RUSTPRO_UI_TESTS")
    done = ask("types_ui.py", "--program", programs / "types_ui", "--corpus", ui, "--accepted", "30")
    found = re.search(r"^found (\d+) of (\d+)", done.stdout, re.M)
    invented = re.search(r"^accepted by rustc: (\d+) runs, invented (\d+)", done.stdout, re.M)
    crashes = len(re.findall(r"^the program ended with", done.stderr, re.M))
    if done.returncode not in (0, 1) or found is None or invented is None or crashes:
        return failure(done)
    text = "\n".join("  " + line for line in done.stdout.splitlines() if re.match(r"found|accepted", line))
    return Outcome({"files": int(found[2]), "false_errors": int(invented[2]),
                    "missed_errors": int(found[2]) - int(found[1])}, text)


def doc_examples(programs: Path, std: Path | None, _: Path | None) -> Outcome:
    """Errors of names and types over examples in documentation; what rustc says of them is kept with the script."""
    if std is None or not (std / "library").is_dir():
        return skip("no sources of rustc; install the Debian package rust-web-src or give --std DIR")
    done = ask("doc_examples.py", "--programs", programs, "--std", std)
    rows = re.findall(r"^\S+: found (\d+) of (\d+) .*?, invented (\d+);", done.stdout, re.M)
    crashes = len(re.findall(r"^the program ended with", done.stderr, re.M))
    if done.returncode not in (0, 1) or not rows or crashes:
        return failure(done)
    found, total, invented = (sum(int(row[i]) for row in rows) for i in range(3))
    text = "\n".join("  " + line for line in done.stdout.splitlines() if not line.startswith(" "))
    return Outcome({"files": total, "false_errors": invented, "missed_errors": total - found}, text)


def names_std(programs: Path, std: Path | None, _: Path | None) -> Outcome:
    """core, alloc, std and what belongs to them: every error is an invention, every unresolved path is missed."""
    if std is None or not (std / "library").is_dir():
        return skip("no sources of the standard library; install the Debian package rust-web-src or give --std DIR")
    done = subprocess.run([programs / "names_resolve", "--sysroot", std / "library", "--check-sysroot", "--summary"],
                          capture_output=True, text=True, errors="replace", check=False)
    counts = re.findall(r"resolved (\d+), type-dependent (\d+), unknown (\d+), unresolved (\d+)", done.stdout)
    if done.returncode != 0 or not counts:
        return failure(done)
    errors = [line for line in done.stdout.splitlines() if re.search(r": (?:E\d+ )?proven ", line)]
    numbers = {"files": sum(int(n) for row in counts for n in row), "false_errors": len(errors),
               "missed_errors": sum(int(row[3]) for row in counts)}
    unknown = sum(int(row[2]) for row in counts)
    text = f"  {numbers['files']} paths of {len(counts)} crates, {unknown} of them unknown"
    return Outcome(numbers, "\n".join([text, *("  " + line for line in errors[:10])]))


def manifests(programs: Path, std: Path | None, _: Path | None) -> Outcome:
    if std is None:
        return skip("no sources of rustc; install the Debian package rust-web-src or give --std DIR")
    done = ask("manifests.py", "--dump", programs / "manifest_dump", "--limit", 10, std / "library", std / "src/tools")
    if done.returncode == SKIPPED:
        return skip("there is no cargo to compare with")
    found = re.search(r"^(\d+) manifests, \d+ packages that cargo takes: (\d+) manifests agree", done.stdout, re.M)
    if found is None:
        return failure(done)
    asked, agreed = int(found[1]), int(found[2])
    return Outcome({"files": asked, "false_errors": 0, "missed_errors": asked - agreed}, last_lines(done.stdout))


def graphs(programs: Path, std: Path | None, _: Path | None) -> Outcome:
    if std is None:
        return skip("no sources of rustc; install the Debian package rust-web-src or give --std DIR")
    done = ask("graph.py", "--dump", programs / "graph_dump", "--limit", 10, "--workspaces", std / "library")
    if done.returncode == SKIPPED:
        return skip("there is no cargo to compare with")
    counts = {what: int(count) for what, count in re.findall(r"^\s*(\w+: .*?): (\d+)$", done.stdout, re.M)}
    compared = {what: count for what, count in counts.items() if what.endswith((": equal", ": different"))}
    if not compared and done.returncode == 0:
        return skip("cargo cannot resolve the workspaces without a network")
    if not compared:
        return failure(done)
    different = sum(count for what, count in compared.items() if what.endswith("different"))
    different += sum(count for what, count in counts.items() if what.endswith("graph_dump fails"))
    return Outcome({"files": sum(compared.values()), "false_errors": 0, "missed_errors": different},
                   last_lines(done.stdout))


def ui_expansion(programs: Path, _: Path | None, ui: Path | None) -> Outcome:
    """UI tests about macros and derives, expanded, against what rustc prints of them."""
    if ui is None or not ui.is_dir():
        return skip("no UI tests; give --ui DIR or set RUSTPRO_UI_TESTS")
    if shutil.which("rustc") is None:
        return skip("there is no rustc to compare with")
    done = ask("expansion.py", "--ui", ui, "--build", programs.parent.parent, "--workers", 2, "--show", 8)
    found = re.search(r"^(\d+) files that rustc expands: (\d+) calls not expanded, (\d+) outputs differ", done.stdout, re.M)
    if found is None:
        return failure(done)
    files, left, different = map(int, found.groups())
    return Outcome({"files": files, "false_errors": different, "missed_errors": left},
                   "\n".join("  " + line for line in done.stdout.splitlines() if re.match(r"\d+ ", line)))


# What a part is called, the program it needs, and how it is run.
PARTS = {
    "names-ui": ("names_resolve", names_ui),
    "names-std": ("names_resolve", names_std),
    "types-ui": ("types_ui", types_ui),
    "doc-examples": ("names_resolve", doc_examples),
    "manifests": ("manifest_dump", manifests),
    "graphs": ("graph_dump", graphs),
    "ui-expansion": ("expansion_dump", ui_expansion),
}


def run(name: str, programs: Path, std: Path | None, ui: Path | None) -> Outcome:
    program, part = PARTS[name]
    if not (programs / program).is_file():
        return skip(f"there is no {programs / program}; build with tests")
    return part(programs, std, ui)
