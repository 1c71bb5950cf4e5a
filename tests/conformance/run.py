#!/usr/bin/env python3
"""Compares the verdict of `rustpro parse` on each file of the corpora with that of rustc's parser, and what the later
steps say with rustc and cargo (steps.py).

    run.py [--build DIR] [--ui DIR] [--std DIR] [--dir NAME=PATH]…

rustc is asked once for each content and edition; see verdicts.py. The numbers are held by ratchet.json: a run fails
when a corpus has more disagreements than the best run so far, or when the program crashes. What is missing on the
machine is skipped, loudly. The last line counts the checks.

Exit codes: 0 nothing is worse, 1 something is, 2 usage, or nothing to run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpora
import ours
import ratchet
import steps
import verdicts
from corpora import Corpus, SourceFile

HERE = Path(__file__).resolve().parent
RATCHET = HERE / "ratchet.json"


class Disagreement(NamedTuple):
    kind: str  # false error, missed error or crash
    file: SourceFile
    sha256: str
    line: int
    message: str


class Result:
    """The counts of one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.accepted = self.accepted_by_us = 0
        self.rejected = self.rejected_by_us = 0
        self.no_verdict: list[tuple[SourceFile, str]] = []
        self.crashes = 0
        self.disagreements: list[Disagreement] = []

    @property
    def numbers(self) -> dict[str, int]:
        return {
            "files": self.accepted + self.rejected,
            "false_errors": self.accepted - self.accepted_by_us,
            "missed_errors": self.rejected - self.rejected_by_us,
        }

    def add(self, file: SourceFile, sha256: str, judge: verdicts.Verdict | None, us: ours.Verdict) -> None:
        kind = "crash" if us.word == "crash" else ""
        if judge is None or judge.word == "none":
            self.no_verdict.append((file, judge.message if judge else "rustc was not asked"))
        elif judge.word == "accept":
            self.accepted += 1
            self.accepted_by_us += us.word == "accept"
            kind = kind or ("false error" if us.word == "reject" else "")
        else:
            self.rejected += 1
            self.rejected_by_us += us.word == "reject"
            kind = kind or ("missed error" if us.word == "accept" else "")
        self.crashes += us.word == "crash"
        if kind:
            self.disagreements.append(Disagreement(kind, file, sha256, us.line, us.message))


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="conformance", description="Compare our parse verdicts with those of rustc's parser."
    )
    parser.add_argument("--build", type=Path, default=Path("build"), metavar="DIR", help="build folder (build)")
    parser.add_argument("--rustpro", type=Path, metavar="FILE", help="the program, when not in the build folder")
    parser.add_argument("--ui", type=Path, metavar="DIR", help="rustc's UI tests; or RUSTPRO_UI_TESTS")
    parser.add_argument("--std", type=Path, metavar="DIR", help="root of rustc's sources (newest /usr/src/rustc-*)")
    parser.add_argument(
        "--dir", action="append", default=[], metavar="NAME=PATH", help="one more corpus: a folder of crates"
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this corpus or step")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where rustc's verdicts are kept")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), metavar="N")
    parser.add_argument("--quick", action="store_true", help="known verdicts only: rustc is not run")
    parser.add_argument("--fresh", action="store_true", help="leave the committed verdicts aside")
    parser.add_argument("--no-limits", action="store_true", help="no memory limit (for sanitized builds)")
    parser.add_argument("--show-disagreements", type=int, default=10, metavar="N", help="for each corpus and kind")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--update-ratchet", action="store_true", help="keep lower numbers")
    parser.add_argument("--collect", action="store_true", help="only gather rustc's verdicts")
    parser.add_argument(
        "--write-verdicts", action="store_true", help="write the committed files from rustc's verdicts, and stop"
    )
    args = parser.parse_args(argv)
    if any("=" not in text for text in args.dir):
        parser.error("--dir wants NAME=PATH")
    if args.quick and (args.fresh or args.collect or args.write_verdicts):
        parser.error("--quick does not go with --fresh, --collect or --write-verdicts")
    return args


def chosen_corpora(args: argparse.Namespace) -> list[Corpus]:
    named = os.environ.get("RUSTPRO_UI_TESTS")
    makers = {
        "std-sources": lambda: corpora.std_sources(args.std),
        "ui-dev": lambda: corpora.ui_tests(args.ui or (Path(named) if named else None)),
    }
    for text in args.dir:
        name, _, path = text.partition("=")
        makers[name] = lambda name=name, path=path: corpora.crate_folder(name, Path(path))
    if unknown := [name for name in args.only if name not in makers and name not in steps.PARTS]:
        sys.exit(f"conformance: no corpus {', '.join(unknown)}; there are {', '.join([*makers, *steps.PARTS])}")
    return [make() for name, make in makers.items() if not args.only or name in args.only]


def cache_folder(args: argparse.Namespace) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return args.cache or Path(base) / "rustpro"


def progress_of(name: str):
    """A counter on standard error: on a terminal, and now and then in a log."""
    last = [time.monotonic()]

    def show(done: int, total: int) -> None:
        terminal = sys.stderr.isatty()
        if time.monotonic() - last[0] > (0.2 if terminal else 30) or (terminal and done == total):
            last[0] = time.monotonic()
            end = "\r" if terminal and done < total else "\n"
            print(f"{name}: rustc has seen {done} of {total}", end=end, file=sys.stderr, flush=True)

    return show


def share(part: int, whole: int) -> str:
    """A percentage that says 100 only for all."""
    if not whole:
        return "-"
    return "100 %" if part == whole else f"{min(100 * part / whole, 99.999):.3f} %"


def print_table(results: list[Result]) -> None:
    head = ("corpus", "files", "rustc accepts", "so do we", "", "rustc rejects", "so do we", "", "no verdict", "crashes")
    rows = [head]
    for r in results:
        rows.append(
            (
                r.corpus.name,
                str(len(r.corpus.files)),
                str(r.accepted),
                str(r.accepted_by_us),
                share(r.accepted_by_us, r.accepted),
                str(r.rejected),
                str(r.rejected_by_us),
                share(r.rejected_by_us, r.rejected),
                str(len(r.no_verdict)),
                str(r.crashes),
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())


def describe(found: Disagreement, store: verdicts.Store) -> str:
    at = f"{found.file.path}:{found.line or 1} ({found.file.edition})"
    if found.kind != "missed error":
        return f"{at}: {found.message}"
    judge = store.message(found.sha256, found.file)
    return f"{found.file.path}:{judge.line if judge and judge.line else 1} ({found.file.edition}): rustc says: " + (
        judge.message if judge and judge.message else "error"
    )


def print_disagreements(result: Result, store: verdicts.Store, most: int) -> None:
    for kind in ("crash", "false error", "missed error"):
        found = [d for d in result.disagreements if d.kind == kind]
        if found:
            print(f"\n{result.corpus.name}: {len(found)} × {kind}")
            for disagreement in found[:most]:
                print("  " + describe(disagreement, store))
            if len(found) > most:
                print(f"  … and {len(found) - most} more (--show-disagreements N)")
    if result.no_verdict:
        print(f"\n{result.corpus.name}: {len(result.no_verdict)} × no verdict from rustc")
        for file, why in result.no_verdict[:most]:
            print(f"  {file.path} ({file.edition}): {why}")


def as_json(result: Result, store: verdicts.Store, most: int) -> dict:
    return {
        "files": len(result.corpus.files),
        "rustc_accepts": result.accepted,
        "both_accept": result.accepted_by_us,
        "rustc_rejects": result.rejected,
        "both_reject": result.rejected_by_us,
        "no_verdict": len(result.no_verdict),
        "crashes": result.crashes,
        **{number: result.numbers[number] for number in ratchet.NUMBERS},
        "disagreements": [
            {"kind": d.kind, "path": d.file.path, "edition": d.file.edition, "text": describe(d, store)}
            for kind in ("crash", "false error", "missed error")
            for d in [d for d in result.disagreements if d.kind == kind][:most]
        ],
    }


def gather(args: argparse.Namespace, store: verdicts.Store, corpus: Corpus) -> list[tuple[str, SourceFile]]:
    hashed = [(verdicts.digest(f.path), f) for f in corpus.files]
    store.collect(hashed, args.workers, progress_of(corpus.name))
    return hashed


def run_steps(args: argparse.Namespace, say, best: dict) -> tuple[list[ratchet.Check], int, dict]:
    """The checks of the steps behind the parser, how many were skipped, and what each said."""
    checks: list[ratchet.Check] = []
    skipped, said = 0, {}
    named = os.environ.get("RUSTPRO_UI_TESTS")
    ui = args.ui or (Path(named) if named else None)
    for name in steps.PARTS:
        if args.only and name not in args.only:
            continue
        outcome = steps.run(name, args.build / "tests" / "conformance", args.std or corpora.newest_std_sources(), ui)
        if outcome.skipped:
            say(f"SKIPPED: {name}: {outcome.text}")
            skipped += len(ratchet.NUMBERS)
            continue
        said[name] = outcome.text
        if outcome.numbers is None:
            checks.append(ratchet.Check(f"{name}/run", "fail", outcome.text))
            continue
        checks += ratchet.compare(name, best.get(name), outcome.numbers)
        if args.update_ratchet:
            best[name] = ratchet.lowered(best.get(name), outcome.numbers)
    return checks, skipped, said


def write_verdicts(args: argparse.Namespace, store: verdicts.Store, corpus: Corpus) -> None:
    hashed = gather(args, store, corpus)
    known = {(sha, f.edition): v for sha, f in hashed if (v := store.get(sha, f.edition))}
    if len({(sha[: verdicts.PREFIX], edition) for sha, edition in known}) != len(known):
        sys.exit(f"conformance: two contents of {corpus.name} share {verdicts.PREFIX} digits")
    file = verdicts.COMMITTED / f"{corpus.name}.jsonl.gz"
    verdicts.write_committed(file, store.rustc.version, known)
    print(f"{file.name}: {len(known)} verdicts, {file.stat().st_size} bytes")


def main(argv: list[str] | None = None) -> int:
    args = arguments(argv)
    say = (lambda *a: print(*a, file=sys.stderr)) if args.json else print
    # Reference verdicts made anew come from rustc alone, not from their predecessors.
    rustc = verdicts.find_rustc()
    committed = not (args.fresh or args.write_verdicts)
    store = verdicts.Store(cache_folder(args), rustc, committed=committed, ask=not args.quick)
    say(f"judge: {'; '.join(sorted(store.references)) or (rustc.version if rustc else 'none')}"
        + (f"; new files: {rustc.version}" if rustc and store.references and not args.quick else ""))
    if rustc is None and not store.references:
        say("SKIPPED: no rustc on PATH and no committed verdicts")
        say("0 passed, 0 failed, 1 skipped")
        return 0
    if (args.write_verdicts or args.collect) and rustc is None:
        say("conformance: gathering verdicts needs rustc")
        return 2

    checks: list[ratchet.Check] = []
    skipped = 0
    present = []
    for corpus in chosen_corpora(args):
        if corpus.skipped:
            say(f"SKIPPED: {corpus.name}: {corpus.skipped}")
            skipped += len(ratchet.NUMBERS) + 1
        else:
            present.append(corpus)
    if args.write_verdicts or args.collect:
        for corpus in present:
            if args.write_verdicts:
                write_verdicts(args, store, corpus)
            else:
                words = [v.word if (v := store.get(sha, f.edition)) else "none" for sha, f in gather(args, store, corpus)]
                counts = ", ".join(f"{words.count(w)} {w}" for w in ("accept", "reject", "none"))
                say(f"{corpus.name}: {len(words)} files: {counts}")
        return 0

    rustpro = args.rustpro or ours.find_rustpro(args.build)
    if rustpro is None:
        say(f"conformance: there is no rustpro in {args.build}; build it first, or give --build DIR")
        return 2
    environment = ours.environment_for(args.build)
    try:
        version = ours.version_of(rustpro, environment)
        say(f"ours:  {version}")
        runner = ours.Runner(rustpro, environment, limits=not args.no_limits)
        best = ratchet.load(RATCHET)
        results = []
        for corpus in present:
            result = Result(corpus)
            hashed = gather(args, store, corpus)
            us = runner.verdicts(corpus.files)
            for sha256, file in hashed:
                result.add(file, sha256, store.get(sha256, file.edition), us[file])
            results.append(result)
            detail = f"{result.crashes}"
            checks.append(ratchet.Check(f"{corpus.name}/crashes", "fail" if result.crashes else "pass", detail))
            if result.accepted + result.rejected == 0:
                say(f"SKIPPED: {corpus.name}: no verdict of rustc is known for any file; install rustc")
                skipped += len(ratchet.NUMBERS)
                continue
            checks += ratchet.compare(corpus.name, best.get(corpus.name), result.numbers)
            if args.update_ratchet:
                best[corpus.name] = ratchet.lowered(best.get(corpus.name), result.numbers)
        more, more_skipped, said = run_steps(args, say, best)
        checks += more
        skipped += more_skipped
    except ours.CannotRun as error:
        say(f"conformance: {error}")
        return 2
    if args.update_ratchet:
        ratchet.save(RATCHET, best)

    failed = sum(not check.passed for check in checks)
    if args.json:
        report = {
            "judge": sorted(store.references) or [rustc.version],
            "rustpro": version,
            "corpora": {r.corpus.name: as_json(r, store, args.show_disagreements) for r in results},
            "checks": [check._asdict() for check in checks],
        }
        print(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        print()
        print_table(results)
        for result in results:
            print_disagreements(result, store, args.show_disagreements)
        for name, text in said.items():
            print(f"\n{name}\n{text}")
        print()
        for check in checks:
            print(f"{'FAILED' if not check.passed else 'ok':6} {check.name}: {check.detail}")
    say(f"{len(checks) - failed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
