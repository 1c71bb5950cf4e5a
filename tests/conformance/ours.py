"""What `rustpro parse` says of a list of files, and which file is to blame when it does not survive one."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import Callable, NamedTuple

from corpora import SourceFile

MEMORY_LIMIT = 8 << 30
CRASH_LIMIT = 50  # so many crashing files are singled out; after that the rest of a broken list is given up as one
_ERROR = re.compile(r"(.+?):(\d+):(\d+): error: (.*)$")
_SURVIVED = (0, 1, 3)  # clean, errors found, a file could not be read


class Verdict(NamedTuple):
    word: str  # accept, reject or crash
    message: str = ""
    line: int = 0


class CannotRun(Exception):
    """The program is missing, or refuses the way it is called."""


def find_rustpro(build: Path) -> Path | None:
    candidates = [build / "bindings" / "cli" / "rustpro", build / "rustpro", build / "bin" / "rustpro"]
    found = next((c for c in candidates if os.access(c, os.X_OK) and c.is_file()), None)
    return found.resolve() if found else None


def environment_for(build: Path) -> dict[str, str]:
    """The environment in which the program opens the library of this build and no other."""
    environment = dict(os.environ, NO_COLOR="1")
    library = next((p for p in sorted(build.rglob("librustpro.so*")) if p.is_file()), None)
    if library:
        folder = str(library.resolve().parent)
        environment["RUSTPRO_LIBRARY"] = str(library.resolve())
        environment["LD_LIBRARY_PATH"] = ":".join(filter(None, (folder, os.environ.get("LD_LIBRARY_PATH"))))
    return environment


def version_of(rustpro: Path, environment: dict[str, str]) -> str:
    try:
        run = subprocess.run([rustpro, "--version"], env=environment, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotRun(str(error)) from error
    if run.returncode:
        raise CannotRun(f"rustpro --version ended with {run.returncode}: {run.stderr.strip()[:300]}")
    return run.stdout.strip().split("\n")[0]


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def parse_errors(output: str) -> dict[str, Verdict]:
    """The first error of each file named in the program's output."""
    first: dict[str, Verdict] = {}
    for line in output.split("\n"):
        if match := _ERROR.match(line):
            first.setdefault(match[1], Verdict("reject", match[4], int(match[2])))
    return first


def is_utf8(path: str) -> bool:
    try:
        with open(path, "rb") as f:
            f.read().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class Runner:
    def __init__(self, rustpro: Path, environment: dict[str, str], limits: bool = True) -> None:
        self._rustpro = rustpro
        self._environment = environment
        # a sanitized build reserves far more address space than it uses
        self._limits = limits
        self.runs = 0

    def verdicts(self, files: list[SourceFile]) -> dict[SourceFile, Verdict]:
        result: dict[SourceFile, Verdict] = {}
        for edition in sorted({f.edition for f in files}):
            paths = [f.path for f in files if f.edition == edition]
            for path, verdict in attribute(paths, lambda part, e=edition: self._parse(part, e)).items():
                result[SourceFile(path, edition)] = verdict
        return result

    def _parse(self, paths: list[str], edition: str) -> dict[str, Verdict] | str:
        """Verdicts for all paths, or in a few words how the program ended."""
        self.runs += 1
        seconds = 20 + len(paths) // 10
        with tempfile.TemporaryDirectory() as folder:
            listing = os.path.join(folder, "list")
            with open(listing, "w", encoding="utf-8", errors="surrogateescape") as f:
                f.writelines(path + "\n" for path in paths)
            command = [str(self._rustpro), "parse", "--edition", edition, "--format", "none", "@" + listing]
            with open(os.path.join(folder, "out"), "w+b") as out, open(os.path.join(folder, "err"), "w+b") as err:
                try:
                    run = subprocess.run(
                        command,
                        env=self._environment,
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=err,
                        timeout=seconds,
                        preexec_fn=_limit if self._limits else None,
                    )
                except subprocess.TimeoutExpired:
                    return f"no answer in {seconds} s"
                except OSError as error:
                    raise CannotRun(str(error)) from error
                out.seek(0)
                err.seek(0)
                text = out.read().decode("utf-8", "surrogateescape")
                complaint = err.read().decode("utf-8", "replace")
        if run.returncode == 2:
            raise CannotRun(f"{' '.join(command)}: {complaint.strip()[:300]}")
        if run.returncode not in _SURVIVED:
            last = complaint.strip().split("\n")[-1][:200]
            ended = f"signal {-run.returncode}" if run.returncode < 0 else f"exit code {run.returncode}"
            return f"{ended}: {last}" if last else ended
        errors = parse_errors(text)
        result = {path: errors.get(path, Verdict("accept")) for path in paths}
        if run.returncode == 3:  # a file that is not text is refused as a whole
            for path in paths:
                if result[path].word == "accept" and not is_utf8(path):
                    result[path] = Verdict("reject", "could not be read")
        return result


def attribute(
    paths: list[str], parse: Callable[[list[str]], dict[str, Verdict] | str]
) -> dict[str, Verdict]:
    """Parses all paths in one go, halving the list as long as that fails, down to the files to blame."""
    result: dict[str, Verdict] = {}
    todo = [paths] if paths else []
    blamed = 0
    while todo:
        part = todo.pop()
        answer = parse(part)
        if not isinstance(answer, str):
            result.update(answer)
        elif len(part) == 1 or blamed >= CRASH_LIMIT:
            blamed += 1
            result.update((path, Verdict("crash", answer)) for path in part)
        else:
            middle = len(part) // 2
            todo += [part[middle:], part[:middle]]
    return result
