"""What rustc's parser says of a file: asked once, remembered by content.

A verdict is `accept`, `reject` or `none` (rustc crashed or ran out of time or memory). It depends on the content,
the edition and the version of rustc alone, and is kept in two places: a compact file in this folder with the
reference verdicts (`verdicts/<corpus>.jsonl.gz`), and an append-only JSONL file in the user's cache.
"""

from __future__ import annotations

import concurrent.futures
import gzip
import hashlib
import io
import json
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Callable, Iterable, NamedTuple

from corpora import SourceFile

COMMITTED = Path(__file__).resolve().parent / "verdicts"
PREFIX = 16  # hexadecimal digits of the SHA-256 in the committed files
TIME_LIMIT = 20  # seconds a file
MEMORY_LIMIT = 4 << 30
_LETTERS = {"accept": "a", "reject": "r", "none": "n"}
_WORDS = {letter: word for word, letter in _LETTERS.items()}


class Verdict(NamedTuple):
    word: str  # accept, reject or none
    message: str = ""  # rustc's first error
    line: int = 0


def digest(path: str) -> str:
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


# --- rustc ---


class Rustc(NamedTuple):
    path: str
    version: str  # first line of `rustc --version`


def find_rustc() -> Rustc | None:
    """The real compiler behind the `rustc` on PATH (a wrapper would cost more than the parse)."""
    found = shutil.which(os.environ.get("RUSTC", "rustc"))
    if not found:
        return None
    try:
        with tempfile.TemporaryDirectory() as neutral:  # so that no toolchain file changes what is asked

            def ask(program: str, *args: str) -> str:
                return subprocess.run(
                    [program, *args], cwd=neutral, check=True, capture_output=True, text=True, timeout=60
                ).stdout.strip()

            real = os.path.join(ask(found, "--print", "sysroot"), "bin", "rustc")
            path = real if os.access(real, os.X_OK) else found
            return Rustc(path, ask(path, "--version"))
    except (OSError, subprocess.SubprocessError):
        return None


def _limit_worker() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def ask_rustc(rustc: str, path: str, edition: str) -> Verdict:
    """Runs rustc's parser alone over one file. Later passes, attributes and the file's name play no part."""
    command = [
        rustc,
        "-Zparse-crate-root-only",
        f"--edition={edition}",
        "--crate-name=x",
        "--crate-type=lib",
        "--cap-lints=allow",
        "--error-format=json",
        os.path.abspath(path),
    ]
    environment = dict(os.environ, RUSTC_BOOTSTRAP="1", RUST_BACKTRACE="0", RUSTC_ICE="0")
    environment.pop("RUSTFLAGS", None)
    with tempfile.TemporaryDirectory() as neutral:
        try:
            run = subprocess.run(
                command,
                cwd=neutral,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=TIME_LIMIT,
            )
        except subprocess.TimeoutExpired:
            return Verdict("none", f"no answer in {TIME_LIMIT} s")
    if run.returncode == 0:
        return Verdict("accept")
    message, line = first_error(run.stderr.decode("utf-8", "replace"))
    if run.returncode == 1 and message:
        return Verdict("reject", message, line)
    return Verdict("none", f"exit code {run.returncode}: {message}", line)


def first_error(output: str) -> tuple[str, int]:
    """Message and line of the first error in rustc's JSON output."""
    for text in output.splitlines():
        try:
            entry = json.loads(text)
        except ValueError:
            continue
        if isinstance(entry, dict) and str(entry.get("level", "")).startswith("error"):
            spans = entry.get("spans") or []
            main = next((s for s in spans if s.get("is_primary")), spans[0] if spans else {})
            return " ".join(str(entry.get("message", "")).split())[:200], int(main.get("line_start", 0))
    return "", 0


# --- remembering ---


class Store:
    """Verdicts by (content, edition): the committed ones first, then the local cache of this rustc."""

    def __init__(self, cache_dir: Path, rustc: Rustc | None, *, committed: bool = True, ask: bool = True) -> None:
        self.rustc = rustc
        self._ask = ask  # whether rustc may be run
        self.references: set[str] = set()  # versions of rustc that the committed verdicts come from
        self._committed: dict[tuple[str, str], str] = {}
        self._local: dict[tuple[str, str], Verdict] = {}
        self._file = cache_dir / "parse-verdicts.jsonl"
        if committed:
            for file in sorted(COMMITTED.glob("*.jsonl.gz")):
                version, entries = read_committed(file)
                self.references.add(version)
                self._committed.update(entries)
        self._load_local()

    def _load_local(self) -> None:
        try:
            lines = self._file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return
        for line in lines:
            try:  # a line cut off by an interruption is no verdict
                entry = json.loads(line)
                if self.rustc is None or entry["rustc"] == self.rustc.version:
                    self._local[entry["sha256"], entry["edition"]] = Verdict(
                        entry["verdict"], entry.get("message", ""), entry.get("line", 0)
                    )
            except (ValueError, KeyError, TypeError):
                continue

    def get(self, sha256: str, edition: str) -> Verdict | None:
        local = self._local.get((sha256, edition))
        letter = self._committed.get((sha256[:PREFIX], edition))
        if letter is None:
            return local
        if local and local.word == _WORDS[letter]:
            return local  # the same, with a message
        return Verdict(_WORDS[letter])

    def message(self, sha256: str, file: SourceFile) -> Verdict | None:
        """The verdict with rustc's message, asking rustc where only the bare word is known."""
        known = self.get(sha256, file.edition)
        if known and known.word == "reject" and not known.message and self.rustc and self._ask:
            asked = ask_rustc(self.rustc.path, file.path, file.edition)
            return asked if asked.word == known.word else known
        return known

    def collect(
        self,
        wanted: Iterable[tuple[str, SourceFile]],
        workers: int,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Asks rustc for every verdict that is not known yet; each is on disk as soon as it is there."""
        missing = {(sha, f.edition): f.path for sha, f in wanted if self.get(sha, f.edition) is None}
        if not missing or self.rustc is None or not self._ask:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with (
            open(self._file, "a+", encoding="utf-8") as out,
            concurrent.futures.ProcessPoolExecutor(workers, initializer=_limit_worker) as pool,
        ):
            if out.tell() and not _ends_in_newline(self._file):
                out.write("\n")
            jobs = {pool.submit(ask_rustc, self.rustc.path, path, key[1]): key for key, path in missing.items()}
            try:
                for done, job in enumerate(concurrent.futures.as_completed(jobs), 1):
                    (sha256, edition), verdict = jobs[job], job.result()
                    self._local[sha256, edition] = verdict
                    entry = {
                        "rustc": self.rustc.version,
                        "edition": edition,
                        "sha256": sha256,
                        "verdict": verdict.word,
                    }
                    if verdict.message:
                        entry |= {"message": verdict.message, "line": verdict.line}
                    out.write(json.dumps(entry, ensure_ascii=False) + "\n")
                    out.flush()
                    progress(done, len(jobs))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _ends_in_newline(path: Path) -> bool:
    with open(path, "rb") as f:
        f.seek(-1, os.SEEK_END)
        return f.read(1) == b"\n"


# --- the committed form: a header line, then one JSON string a verdict: digest prefix, edition, letter ---


def read_committed(file: Path) -> tuple[str, dict[tuple[str, str], str]]:
    with gzip.open(file, "rt", encoding="ascii") as f:
        header = json.loads(next(f))
        entries = {}
        for line in f:
            text = json.loads(line)
            entries[text[:PREFIX], text[PREFIX:-1]] = text[-1]
    if header.get("format") != 1 or header.get("count") != len(entries):
        raise ValueError(f"{file.name}: damaged, or of another format")
    return header["rustc"], entries


def write_committed(file: Path, version: str, verdicts: dict[tuple[str, str], Verdict]) -> None:
    """The same verdicts always give the same bytes."""
    lines = sorted({sha[:PREFIX] + edition + _LETTERS[v.word] for (sha, edition), v in verdicts.items()})
    header = {"format": 1, "rustc": version, "count": len(lines)}
    text = "".join(json.dumps(entry) + "\n" for entry in (header, *lines))
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=9, mtime=0) as packed:
        packed.write(text.encode("ascii"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(raw.getvalue())
