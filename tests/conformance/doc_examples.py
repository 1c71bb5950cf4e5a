#!/usr/bin/env python3
"""Compares proven errors of names and of types with rustc's over examples in documentation, which nobody wrote for us.

    doc_examples.py --programs BUILD/tests/conformance --std SOURCES [--part error-index|std-docs|books|clippy-ui] [--rustc]
                    [--list missed|extra|invented] [--code E0277] [--keep FOLDER] [--write-verdicts]

The parts are the error index (compiler/rustc_error_codes), the documentation of core, alloc and std, the books about
Rust (src/doc, with their listings) and clippy's UI tests. A block becomes a file as rustdoc makes one of it: hidden lines
are shown, what has no main gets one. What rustc says of each is asked once and kept in doc_examples.jsonl.gz,
which holds the blocks that rustc rejects, with its errors; a block that is not in it is one that rustc accepts unless its
fence says that it does not compile. --rustc asks the compiler at hand anew. Blocks that ask for a feature which the
compiler does not know are left out: sources and compiler may be of two versions.

"invented" are errors in blocks that rustc accepts; "extra" those in blocks that it rejects for something else; "missed"
are rustc's that we do not give, but for errors of types in bodies, which need inference.
"""
import argparse
import collections
import concurrent.futures
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import corpora
import names_ui
import types_ui
from verdicts import find_rustc

COMMITTED = Path(__file__).resolve().parent / "doc_examples.jsonl.gz"
DIGITS = 16
NAMES = names_ui.CODES
TYPES = set(types_ui.CODES + types_ui.ALSO)
CODES = NAMES | TYPES
PARTS = ("error-index", "std-docs", "books", "clippy-ui")
OTHER_VERSION = "E0635"  # unknown feature
FENCE = re.compile(r"^(\s*(?:[*+-]\s+|\d+[.)]\s+|>\s*)*)(`{3,}|~{3,})\s*([^`]*)$")


class Block(NamedTuple):
    where: str  # file and line of the fence, below the sources
    edition: str
    fails: bool  # the fence says compile_fail
    unsure: bool  # the fence says ignore: only a compiler knows
    text: str  # as rustdoc makes it


# --- what rustdoc does with a block ---


def words_of(fence: str) -> tuple[list[str], bool]:
    """The words of a fence, and whether they make it Rust."""
    words = [w for w in re.split(r"[\s,]+", re.sub(r"\(.*?\)|\{.*?\}", " ", fence).strip()) if w]
    known = {"rust", "should_panic", "no_run", "ignore", "compile_fail", "test_harness", "standalone_crate"}
    rust = other = False
    for word in words:
        if word in known or word.startswith("ignore-") or re.fullmatch(r"E\d{4}", word):
            rust = rust or not other or word == "rust"
        elif not word.startswith("edition"):
            other = True
    return words, rust or not other


def shown(line: str) -> str:
    """A line of a block with the mark that hides it taken away."""
    trimmed = line.strip()
    if trimmed.startswith("##"):
        return line.replace("##", "#", 1)
    if trimmed.startswith("# "):
        return trimmed[2:]
    return "" if trimmed == "#" else line


def without_literals(text: str) -> str:
    """The text with comments and literals blanked, line for line, so that braces can be counted."""
    pattern = r'//[^\n]*|/\*.*?\*/|b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?\'(?:\\[^\n]{1,10}?|[^\\\'\n])\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S)


def as_crate(text: str) -> str:
    """The file that rustdoc compiles for a block. Attributes of the crate and extern crates stay outside of main."""
    bare = without_literals(text)
    depth, main, outside, inside = 0, False, [], []
    attribute = 0
    started = False
    for line, seen in zip(text.split("\n"), bare.split("\n")):
        if depth == 0 and re.search(r"\bfn\s+main\s*(<[^>]*>)?\s*\(", seen):
            main = True
        leading = not started and re.match(r"\s*#!\[", seen)
        extern_crate = depth == 0 and re.match(r"\s*(#\[.*\]\s*)?(pub\s+)?extern\s+crate\s+[\w ]+;\s*$", seen)
        if leading or attribute or extern_crate:
            attribute = max(0, attribute + seen.count("[") - seen.count("]")) if leading or attribute else 0
            outside.append(line)
            continue
        started = started or bool(seen.strip())
        depth += sum(map(seen.count, "{([")) - sum(map(seen.count, "})]"))
        inside.append(line)
    code, head = "\n".join(inside).strip(), "\n".join(["#![allow(unused)]", *outside])
    if main or "![no_std]" in head:
        return f"{head}\n{code}\n"
    if code.endswith("(())"):
        return (f"{head}\nfn main() {{ fn _inner() -> core::result::Result<(), impl core::fmt::Debug> {{\n{code}\n}} "
                f"_inner().unwrap() }}\n")
    return f"{head}\nfn main() {{\n{code}\n}}\n"


def blocks_of_lines(lines, where: str, edition: str):
    """Blocks of Markdown. A line is (number, text), or (number, None) where the text is not written out."""
    fence, indent, started, words, rust, body = "", 0, 0, [], False, []
    for number, line in [*lines, (0, None)]:
        if line is None:  # the documentation ends, or goes on in what a macro makes
            if fence and number and rust:
                rust = False
            if not number:
                fence = ""
            continue
        match = FENCE.match(line)
        if not fence:
            if match:
                fence, indent, started = match[2], len(match[1]), number
                words, rust = words_of(match[3])
                body = []
        elif match and not match[3].strip() and match[2][0] == fence[0] and len(match[2]) >= len(fence):
            if rust and body and "test_harness" not in words:
                asked = next((w[7:] for w in words if re.fullmatch(r"edition20\d\d", w)), edition)
                text = "\n".join(shown(each) for each in body)
                yield Block(f"{where}:{started}", asked, "compile_fail" in words,
                            any(w.startswith("ignore") for w in words), as_crate(text))
            fence = ""
        else:
            body.append(line[indent:] if not line[:indent].strip() else line.lstrip())


def documentation(text: str):
    """The runs of documentation in a file of Rust, each as lines for blocks_of_lines."""
    run, last, block_comment, lost = [], 0, False, False
    for number, line in enumerate(text.split("\n"), 1):
        trimmed = line.strip()
        if block_comment:
            ends = "*/" in trimmed
            run.append((number, re.sub(r"^\s*\* ?", "", line.split("*/")[0])))
            block_comment = not ends
            last = number
            continue
        match = re.match(r"//(?:/(?!/)|!) ?(.*)", trimmed)
        hidden = re.match(r"#!?\[(?:cfg_attr\(.*)?\bdoc\s*=", trimmed)
        if match or hidden:
            if run and last != number - 1:
                yield run
                run, lost = [], False
            # Behind a fence that an attribute writes nobody knows what is code.
            lost = lost or bool(hidden and re.search(r"```|include_", trimmed))
            if not lost or not run:
                run.append((number, match[1] if match and not lost else None))
            last = number
        elif re.match(r"/\*(?:\*(?![*/])|!)", trimmed) and "*/" not in trimmed:
            block_comment, last = True, number
            run.append((number, trimmed[3:]))
        elif run and re.match(r"#!?\[|[\w\[(),=\"' ]*\]$", trimmed):
            last = number  # other attributes between lines of documentation
        elif run:
            yield run
            run, lost = [], False
    if run:
        yield run


def blocks_of(part: str, std: Path) -> list[Block]:
    blocks = []
    if part == "error-index":
        for path in sorted((std / "compiler/rustc_error_codes/src/error_codes").glob("*.md")):
            lines = list(enumerate(path.read_text(encoding="utf-8").split("\n"), 1))
            blocks += blocks_of_lines(lines, path.name, "2015")
    elif part == "std-docs":
        for crate in ("core", "alloc", "std"):
            blocks += blocks_of_crate(std / "library" / crate / "src", f"{crate}/", "2024")
    elif part == "books":
        for path in sorted((std / "src/doc").rglob("*.md")):
            text, name = names_ui.read(path), str(path.relative_to(std / "src/doc"))
            edition = "2015" if name.startswith(("nomicon", "rustdoc")) else "2021"
            blocks += blocks_of_lines(list(enumerate((text or "").split("\n"), 1)), name, edition)
        blocks += whole_files(std / "src/doc", lambda text: "2024")
    else:
        blocks += whole_files(std / "src/tools/clippy/tests/ui", lambda text: corpora.ui_test_edition(text, "2021"))
    return blocks


def whole_files(folder: Path, edition) -> list[Block]:
    texts = [(str(path.relative_to(folder)), names_ui.read(path)) for path in sorted(folder.rglob("*.rs"))
             if "auxiliary" not in path.parts]
    return [Block(name, edition(text), False, True, text) for name, text in texts if text]


def blocks_of_crate(source: Path, name: str, edition: str):
    for path in sorted(source.rglob("*.rs")):
        text = names_ui.read(path)
        for run in documentation(text or ""):
            yield from blocks_of_lines(run, name + str(path.relative_to(source)), edition)


# --- what rustc says ---


def key_of(block: Block) -> str:
    return hashlib.sha256(f"{block.edition}\n{block.text}".encode()).hexdigest()[:DIGITS]


def read_verdicts() -> dict[str, list[list]]:
    """Errors, as [line, code], of the blocks that rustc rejects."""
    if not COMMITTED.exists():
        return {}
    with gzip.open(COMMITTED, "rt", encoding="ascii") as file:
        next(file)
        return {key: errors for key, *errors in map(json.loads, file)}


def write_verdicts(version: str, rejected: dict[str, list]) -> None:
    text = json.dumps({"format": 1, "rustc": version, "count": len(rejected)}) + "\n"
    text += "".join(json.dumps([key, *rejected[key]], separators=(",", ":")) + "\n" for key in sorted(rejected))
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=9, mtime=0) as packed:
        packed.write(text.encode("ascii"))
    COMMITTED.write_bytes(raw.getvalue())


def ask(rustc: str, path: Path, edition: str) -> list[list] | None:
    """Those of rustc's errors that are compared, as [line, code]; None when it accepts the file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [rustc, "--edition", edition, "--emit=metadata", "--out-dir", folder, "--cap-lints=allow",
                   "--crate-name=main", "--error-format=json", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, cwd=folder,
                              env={**os.environ, "RUSTC_BOOTSTRAP": "1"})
    if done.returncode == 0:
        return None
    errors = set()
    for line in done.stderr.splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("level") != "error":
            continue
        code = (entry.get("code") or {}).get("code", "")
        at = re.search(r"^\s*--> .*?:(\d+):\d+", entry.get("rendered") or "", re.M)
        if code in CODES or code == OTHER_VERSION:
            errors.add((int(at[1]) if at else 0, code))
    return sorted(map(list, errors))


def judge(rustc: str, files: list[Path], blocks: list[Block]) -> list[list | None]:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda each: ask(rustc, each[0], each[1].edition), zip(files, blocks)))


# --- comparing ---


def in_body(line: int, regions: list[tuple[int, int, bool]]) -> bool:
    """Whether the innermost of bodies and items that has the line is a body."""
    around = [(last - first, not body, body) for first, last, body in regions if first <= line <= last]
    return bool(around) and min(around)[2]


def same(code: str) -> str:
    return "E0425" if code == "E0412" else code  # newer compilers call both so


class Report:
    def __init__(self, part: str, options: argparse.Namespace) -> None:
        self.part, self.options = part, options
        self.total, self.found, self.extra, self.invented, self.inside = (collections.Counter() for _ in range(5))
        self.accepted = self.rejected = self.left_out = 0

    def say(self, kind: str, block: Block, file: Path, line: int, code: str) -> None:
        if kind in self.options.list and self.options.code in code:
            print(f"{kind} {block.where} {file}:{line} {code}")

    def add(self, block: Block, file: Path, verdict: list | None, ours: set, regions: list) -> None:
        mine = {(line, same(code)) for _, line, code in ours if code in CODES}
        if verdict is None:
            self.accepted += 1
            for line, code in sorted(mine):
                self.invented[code] += 1
                self.say("invented", block, file, line, code)
            return
        if any(code == OTHER_VERSION for _, code in verdict):
            self.left_out += 1
            return
        self.rejected += 1
        wanted = {(line, same(code)) for line, code in verdict if code in CODES}
        for line, code in sorted(wanted):
            hit = (line, code) in mine
            if not hit and code in TYPES and in_body(line, regions):
                self.inside[code] += 1
                continue
            self.total[code] += 1
            self.found[code] += hit
            if not hit:
                self.say("missed", block, file, line, code)
        for line, code in sorted(mine - wanted):
            self.extra[code] += 1
            self.say("extra", block, file, line, code)

    def show(self) -> None:
        total, found = sum(self.total.values()), sum(self.found.values())
        print(f"{self.part}: found {found} of {total} ({100 * found / max(1, total):.1f} %), "
              f"extra {sum(self.extra.values())}, in bodies and not found {sum(self.inside.values())}; "
              f"accepted by rustc: {self.accepted} blocks, invented {sum(self.invented.values())}; "
              f"rejected {self.rejected}, of another version {self.left_out}")
        for code in sorted(CODES):
            counts = self.total[code], self.extra[code], self.invented[code], self.inside[code]
            if any(counts):
                print(f"  {code}: {self.found[code]} of {counts[0]}, extra {counts[1]}, invented {counts[2]}, "
                      f"in bodies and not found {counts[3]}")


def run_part(part: str, blocks: list[Block], folder: Path, options, known: dict, rustc) -> Report:
    files = []
    for number, block in enumerate(blocks):
        stem = re.sub(r"[^A-Za-z0-9]+", "-", block.where).strip("-")
        files.append(folder / f"{stem}-{number}.rs")
        files[-1].write_text(block.text, encoding="utf-8")
    if rustc:
        verdicts = judge(rustc.path, files, blocks)
    else:
        # Without a compiler: what it said is kept; a block that it was not asked about is what its fence says.
        verdicts = [known.get(key_of(b), [] if b.fails else None) for b in blocks]
    for block, verdict in zip(blocks, verdicts):
        known.pop(key_of(block), None)
        if verdict is not None:
            known[key_of(block)] = verdict
    jobs = [(str(file), "", block.edition, [], verdict is None)
            for file, block, verdict in zip(files, blocks, verdicts)]
    names = names_ui.run(str(options.programs / "names_resolve"), str(options.std / "library"), jobs)
    types = types_ui.run(str(options.programs / "types_ui"), jobs)
    report = Report(part, options)
    for i, (block, file, verdict) in enumerate(zip(blocks, files, verdicts)):
        if not rustc and verdict is None and block.unsure and not known:
            continue  # only a compiler could say
        errors, bodies, items = types.get(i, (set(), [], []))
        regions = [(*body, True) for body in bodies] + [(*item, False) for item in items]
        found = {d for d in names.get(i, set()) if d[2] in NAMES} | {d for d in errors if d[2] in TYPES}
        report.add(block, file, verdict, found, regions)
    return report


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--std", type=Path, required=True)
    parser.add_argument("--part", choices=PARTS, action="append", default=[])
    parser.add_argument("--list", choices=["missed", "extra", "invented"], action="append", default=[])
    parser.add_argument("--code", default="")
    parser.add_argument("--rustc", action="store_true", help="ask the compiler on PATH anew")
    parser.add_argument("--keep", type=Path, help="where the blocks are put, and stay")
    parser.add_argument("--write-verdicts", action="store_true")
    options = parser.parse_args()
    rustc = find_rustc() if options.rustc or options.write_verdicts else None
    if (options.rustc or options.write_verdicts) and rustc is None:
        print("there is no rustc on PATH", file=sys.stderr)
        return 2
    known = {} if options.write_verdicts else read_verdicts()
    invented = 0
    with tempfile.TemporaryDirectory() as temporary:
        for part in options.part or PARTS:
            folder = (options.keep or Path(temporary)) / part
            folder.mkdir(parents=True, exist_ok=True)
            report = run_part(part, blocks_of(part, options.std), folder, options, known, rustc)
            report.show()
            invented += sum(report.invented.values())
    if options.write_verdicts:
        write_verdicts(rustc.version, known)
    return 1 if invented else 0


if __name__ == "__main__":
    sys.exit(main())
