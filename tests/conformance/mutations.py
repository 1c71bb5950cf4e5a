#!/usr/bin/env python3
"""Compare with rustc's parser on programs that are slightly wrong.

    mutations.py --build DIR [--count N] [--seed N] [--keep DIR] FOLDER

Takes small Rust files of FOLDER at random, changes one to three tokens of each (drops, doubles, swaps, inserts or
replaces them), and asks rustc and rustpro for a verdict on the result. The corpora of run.py show how much right and
wrong code that people wrote is judged alike; this shows the borders in between. The same seed makes the same files.

Exit code: 0 all verdicts agree, 1 some do not (they are listed, and kept with --keep), 2 usage or nothing to run.
Ends with `N passed, N failed`, a check being one mutated file.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import random
import re
import sys
import tempfile
from pathlib import Path

import ours
import verdicts
from corpora import SourceFile, rust_files

# Coarse on purpose: mutations need pieces of text, not exact tokens.
TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\\n])'|'?[A-Za-z_]\w*|[0-9][\w.]*|\s+"""
    r"""|::|->|=>|==|!=|<=|>=|&&|\|\||\.\.=|\.\.\.|\.\.|<<|>>|[^\sA-Za-z0-9_]""",
    re.DOTALL,
)
PIECES = (
    "fn struct enum impl trait const static mut ref let if else match for while loop in as use mod pub unsafe extern "
    "type where async await move dyn self Self super crate return break continue box try gen yield macro_rules default "
    "auto union safe raw builtin final x 0 1.0 'a \"s\" { } ( ) [ ] < > , ; : :: . .. ..= ... -> => = == != <= >= && "
    "|| & | ! ? # @ $ ~ + - * / % ^ += << >> _ #[a] #![a] x! T"
).split() + ["///d \n", "//!d\n"]
EDITIONS = ("2015", "2018", "2021", "2021", "2024", "2024")
LARGEST = 3000  # bytes; rustc's start takes most of the time, so small files cost no coverage


def mutate(text: str, rng: random.Random) -> str | None:
    """The text with one to three changes; None when there is too little to change."""
    tokens = TOKEN.findall(text)
    places = [i for i, t in enumerate(tokens) if not t.isspace() and not t.startswith(("//", "/*"))]
    if len(places) < 5:
        return None
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(places))
        i, chance = places[at], rng.random()
        if chance < 0.25:
            tokens[i] = " "
        elif chance < 0.45:
            tokens[i] = rng.choice(PIECES)
        elif chance < 0.65:
            tokens[i] += " " + rng.choice(PIECES)
        elif chance < 0.75:
            tokens[i] = tokens[rng.choice(places)]
        elif chance < 0.85:
            tokens[i] += " " + tokens[i]
        else:
            j = places[min(len(places) - 1, at + 1)]
            tokens[i], tokens[j] = tokens[j], tokens[i]
        tokens[i] = f" {tokens[i]} "
    return "".join(tokens)


def make_files(folder: Path, into: Path, count: int, seed: int) -> list[SourceFile]:
    rng = random.Random(seed)
    sources = sorted(p for p in rust_files(folder) if Path(p).stat().st_size <= LARGEST)
    if not sources:
        return []
    made: list[SourceFile] = []
    tried = 0
    while len(made) < count and tried < 20 * count:
        tried += 1
        source = Path(rng.choice(sources))
        try:
            mutated = mutate(source.read_text(encoding="utf-8"), rng)
        except (OSError, UnicodeDecodeError):
            continue
        if mutated is None:
            continue
        edition = rng.choice(EDITIONS)
        path = into / f"{len(made):06}-{edition}.rs"
        path.write_text(mutated, encoding="utf-8")
        made.append(SourceFile(str(path), edition))
    return made


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--build", type=Path, required=True, help="build folder with the program rustpro")
    parser.add_argument("--count", type=int, default=1000, help="mutated files (1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="put the files whose verdicts differ here")
    args = parser.parse_args(argv)
    rustc = verdicts.find_rustc()
    if rustc is None:
        print("SKIPPED: mutations: there is no rustc on PATH")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    program = ours.find_rustpro(args.build)
    if program is None:
        print(f"mutations: no rustpro below {args.build}: build it first", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        files = make_files(args.folder, Path(folder), args.count, args.seed)
        if not files:
            print(f"mutations: no small Rust files below {args.folder}", file=sys.stderr)
            return 2
        with concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
            judged = list(pool.map(lambda f: verdicts.ask_rustc(rustc.path, f.path, f.edition), files))
        us = ours.Runner(program, ours.environment_for(args.build)).verdicts(files)
        accepted = sum(v.word == "accept" for v in judged)
        rejected = sum(v.word == "reject" for v in judged)
        failed = 0
        for file, judge in zip(files, judged):
            if judge.word == "none" or us[file].word == judge.word:
                continue
            failed += 1
            which = "false error" if judge.word == "accept" else "missed error"
            said = us[file].message if judge.word == "accept" else f"line {judge.line}: {judge.message}"
            print(f"{which}: {Path(file.path).name}: {said}")
            if args.keep:
                args.keep.mkdir(parents=True, exist_ok=True)
                (args.keep / Path(file.path).name).write_bytes(Path(file.path).read_bytes())
    print(f"{rustc.version}: accepts {accepted}, rejects {rejected}, no verdict {len(files) - accepted - rejected}")
    print(f"{accepted + rejected - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
