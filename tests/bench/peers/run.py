#!/usr/bin/env python3
"""Measures this project's lexer and parser against others, on the same files in the same run.

    run.py [--build DIR] [--std DIR] [--rounds N] [--repeats N] [--peer NAME]… [--json]

The peers are crates, built here with cargo in the versions of Cargo.lock. The files are the library and compiler
folders of Debian's rust-web-src. Each pair is measured on the files that the peer accepts (newer or unstable syntax is
beyond some), ours and the peer's program in turn, each pinned to one core. What is missing is skipped, loudly.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "conformance"))

import corpora

FOLDERS = ("library", "compiler")
OURS = Path("tests") / "bench" / "rustpro-bench-files"


class Pair(NamedTuple):
    peer: str
    mode: str  # ours: lex or parse
    wanted: float  # how many times as fast as the peer ours is to be


PAIRS = (
    Pair("rustc_lexer", "lex", 2.5),
    Pair("rustc_lexer_kept", "lex", 2.5),
    Pair("ra_ap_syntax", "parse", 4),
    Pair("syn", "parse", 9),
    Pair("tree-sitter", "parse", 9),
)
NOTES = {
    "rustc_lexer": "tokens counted and dropped",
    "rustc_lexer_kept": "tokens kept in an array, as ours are",
}


class Failed(Exception):
    pass


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="peers", description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, metavar="DIR", help="build folder with our program")
    parser.add_argument("--std", type=Path, metavar="DIR", help="root of rustc's sources (newest /usr/src/rustc-*)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="timed rounds of one program run (3)")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="program runs, ours and theirs in turn (3)")
    parser.add_argument("--peer", action="append", metavar="NAME", choices=[p.peer for p in PAIRS])
    parser.add_argument("--target", type=Path, metavar="DIR", help="cargo's build folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def build_peers(args: argparse.Namespace) -> Path:
    cargo = shutil.which(os.environ.get("CARGO", "cargo"))
    if not cargo:
        raise Failed("no cargo on PATH")
    target = args.target or (args.build / "peers-target" if args.build else HERE / "target")
    command = [cargo, "build", "--release", "--locked", "--quiet", "--target-dir", str(target.resolve())]
    run = subprocess.run(command, cwd=HERE, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=subprocess.PIPE, text=True)
    if run.returncode:
        lines = [line for line in run.stderr.splitlines() if line.strip()]
        raise Failed("cargo could not build the peers:\n  " + "\n  ".join(lines[-8:]))
    return target.resolve() / "release" / "peers"


def corpus(root: Path) -> list[str]:
    """Lines of edition, tab, path."""
    editions = corpora.CargoEditions()
    files = [p for folder in FOLDERS for p in corpora.rust_files(root / folder, corpora.EXCLUDED_FOLDER_NAMES)]
    return [f"{editions.edition_of(path)}\t{path}" for path in files]


def pinned(command: list[str]) -> list[str]:
    """One core: the last that this process may use, which has the fewest interrupts."""
    taskset = shutil.which("taskset")
    if not taskset or not hasattr(os, "sched_getaffinity"):
        return command
    return [taskset, "-c", str(max(os.sched_getaffinity(0))), *command]


def measured(command: list[str], environment: dict[str, str] | None = None) -> dict:
    run = subprocess.run(pinned(command), stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    try:
        if run.returncode == 0:
            return json.loads(run.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        pass
    raise Failed(f"{Path(command[0]).name} ended with {run.returncode}: {(run.stderr or run.stdout).strip()[-300:]}")


def rate(result: dict, seconds: list[float]) -> float:
    """Median, in millions of bytes a second."""
    return result["bytes"] / statistics.median(seconds) / 1e6


def run_pair(pair: Pair, args: argparse.Namespace, peers: Path, ours: Path | None, listing: Path, folder: Path) -> dict:
    accepted = folder / f"{pair.peer}.list"
    rounds = ["--rounds", str(args.rounds)]
    theirs: dict = {}
    mine: dict = {}
    their_seconds: list[float] = []
    our_seconds: list[float] = []
    for repeat in range(args.repeats):
        if repeat == 0:
            theirs = measured([str(peers), str(listing), "--peer", pair.peer, *rounds, "--accepted", str(accepted)])
            their_seconds += theirs["seconds"]
        else:
            again = measured([str(peers), str(accepted), "--peer", pair.peer, *rounds, "--no-check"])
            their_seconds += again["seconds"]
        if ours:
            mine = measured([str(ours), str(accepted), "--mode", pair.mode, *rounds])
            our_seconds += mine["seconds"]
    if mine and mine["bytes"] != theirs["bytes"]:
        raise Failed(f"{pair.peer} had {theirs['bytes']} bytes to read, ours {mine['bytes']}")
    row = {
        "peer": pair.peer,
        "version": theirs["version"],
        "note": NOTES.get(pair.peer, ""),
        "mode": pair.mode,
        "files": theirs["files"],
        "files_not_accepted": theirs["files_failed"],
        "bytes": theirs["bytes"],
        "peer_seconds": their_seconds,
        "peer_mb_per_second": rate(theirs, their_seconds),
        "wanted_ratio": pair.wanted,
    }
    if mine:
        row |= {
            "our_seconds": our_seconds,
            "our_mb_per_second": rate(mine, our_seconds),
            "ratio": statistics.median(their_seconds) / statistics.median(our_seconds),
        }
        if mine.get("token_and_tree_bytes"):
            row["our_bytes_per_source_byte"] = mine["token_and_tree_bytes"] / mine["bytes"]
    return row


def print_table(rows: list[dict], total: int) -> None:
    head = ("ours", "peer", "version", "files", "MB", "peer MB/s", "ours MB/s", "ratio", "wanted")
    table = [head]
    for row in rows:
        table.append(
            (
                row["mode"],
                row["peer"],
                row["version"].split()[0],
                str(row["files"]),
                f"{row['bytes'] / 1e6:.1f}",
                f"{row['peer_mb_per_second']:.1f}",
                f"{row['our_mb_per_second']:.1f}" if "ratio" in row else "-",
                f"{row['ratio']:.2f}" if "ratio" in row else "-",
                f"{row['wanted_ratio']:g}",
            )
        )
    widths = [max(len(line[i]) for line in table) for i in range(len(head))]
    for line in table:
        left = "  ".join(cell.ljust(width) for cell, width in zip(line[:3], widths[:3]))
        print(left + "  " + "  ".join(cell.rjust(width) for cell, width in zip(line[3:], widths[3:])))
    print(f"\nMedians, one core. Of {total} files each pair has those that the peer accepts.")
    for row in rows:
        if row["note"]:
            print(f"{row['peer']}: {row['note']}")
        if " with " in row["version"]:
            print(f"{row['peer']}: {row['version']}")


def main() -> int:
    args = arguments()
    say = (lambda *a: print(*a, file=sys.stderr)) if args.json else print
    root = args.std or corpora.newest_std_sources()
    if root is None or not all((root / folder).is_dir() for folder in FOLDERS):
        say("SKIPPED: peers: no sources; install the Debian package rust-web-src or give --std DIR")
        return 0
    ours = args.build / OURS if args.build else None
    if ours is None or not os.access(ours, os.X_OK):
        say(f"SKIPPED: ours: {f'there is no {ours}' if ours else 'no --build DIR'}; the peers are measured alone")
        ours = None
    try:
        peers = build_peers(args)
    except Failed as failure:
        say(f"SKIPPED: peers: {failure}")
        return 0
    rows = []
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listing = folder / "all.list"
        lines = corpus(root)
        listing.write_text("".join(line + "\n" for line in lines))
        for pair in PAIRS:
            if args.peer and pair.peer not in args.peer:
                continue
            try:
                rows.append(run_pair(pair, args, peers, ours, listing, folder))
            except Failed as failure:
                failures += 1
                say(f"FAILED: {pair.peer}: {failure}")
    if args.json:
        print(json.dumps({"corpus": root.name, "files": len(lines), "pairs": rows}, indent=1))
    elif rows:
        print_table(rows, len(lines))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
