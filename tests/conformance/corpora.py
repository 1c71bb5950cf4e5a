"""The corpora: which files each has, and the edition each file is to be parsed with.

Knows the layout of Debian's rust-web-src, Cargo's edition keys and the header directives of rustc's UI tests.
Knows nothing of verdicts.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

EDITIONS = ("2015", "2018", "2021", "2024")
DEFAULT_EDITION = "2015"

# What std-sources takes from the source package: shipped code, written to compile.
STD_SOURCE_FOLDERS = (
    "library",
    "compiler",
    "src/tools/cargo/src",
    "src/tools/clippy/clippy_lints",
    "src/tools/rust-analyzer",
    "src/tools/rustfmt/src",
)

# Folders of test inputs that are not meant to be compiled, left out of std-sources by name wherever they are:
#   test_data  rust-analyzer's parser, syntax and proc-macro inputs, many of them with errors on purpose
#   target     build products
# rustfmt's and clippy's own test inputs are outside the folders above.
EXCLUDED_FOLDER_NAMES = frozenset({"test_data", "target", ".git"})


class SourceFile(NamedTuple):
    path: str
    edition: str


class Corpus(NamedTuple):
    name: str
    files: list[SourceFile]
    skipped: str | None = None  # why there is nothing to check


def rust_files(root: Path, excluded: frozenset[str] = frozenset()) -> list[str]:
    """Every regular .rs file below root in sorted order; symbolic links are not followed."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in excluded)
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".rs") and os.path.isfile(path) and not os.path.islink(path):
                found.append(path)
    return found


# --- Cargo ---


class CargoEditions:
    """Finds the edition of a file from the nearest Cargo.toml that declares a package."""

    def __init__(self) -> None:
        self._manifests: dict[Path, dict | None] = {}
        self._folders: dict[Path, str] = {}

    def edition_of(self, file: str | Path) -> str:
        return self._of_folder(Path(os.path.abspath(file)).parent)

    def _manifest(self, folder: Path) -> dict | None:
        if folder not in self._manifests:
            try:
                with open(folder / "Cargo.toml", "rb") as f:
                    self._manifests[folder] = tomllib.load(f)
            except (OSError, ValueError):
                self._manifests[folder] = None
        return self._manifests[folder]

    def _of_folder(self, folder: Path) -> str:
        known = self._folders.get(folder)
        if known is None:
            manifest = self._manifest(folder)
            package = (manifest or {}).get("package") or (manifest or {}).get("project")
            if isinstance(package, dict):
                known = self._of_package(folder, package)
            elif folder.parent != folder:
                known = self._of_folder(folder.parent)
            else:
                known = DEFAULT_EDITION
            self._folders[folder] = known
        return known

    def _of_package(self, folder: Path, package: dict) -> str:
        edition = package.get("edition", DEFAULT_EDITION)
        if isinstance(edition, dict):  # edition.workspace = true
            if isinstance(package.get("workspace"), str):
                edition = self._workspace_edition(folder / package["workspace"])
            else:
                edition = next(filter(None, map(self._workspace_edition, (folder, *folder.parents))), None)
        return edition if edition in EDITIONS else DEFAULT_EDITION

    def _workspace_edition(self, folder: Path) -> str | None:
        workspace = (self._manifest(folder) or {}).get("workspace")
        package = workspace.get("package") if isinstance(workspace, dict) else None
        return package.get("edition") if isinstance(package, dict) else None


# --- header directives of UI tests ---

_DIRECTIVE = re.compile(r"\s*//@\s*(?:\[([^\]]*)\]\s*)?([A-Za-z0-9_-]+)\s*:\s*(.*?)\s*$")
_EDITION_FLAG = re.compile(r"(?:^|\s)--edition[=\s]\s*(\S+)")


def edition_of_range(value: str) -> str | None:
    """The edition a test runs with when none is asked for: an exact one, or the first of a range."""
    words = value.split()
    first = words[0].split("..", 1)[0] if words else ""
    return first if first in EDITIONS else None


def ui_test_edition(text: str, default: str = DEFAULT_EDITION) -> str:
    """The edition that a UI test's header asks for in its first revision (or in every one), or else the default."""
    first_revision: str | None = None
    asked: list[tuple[str | None, str]] = []
    for line in text.splitlines():
        if "//@" not in line or not (match := _DIRECTIVE.match(line)):
            continue
        revision, name, value = match.groups()
        edition = None
        if name == "revisions" and revision is None:
            first_revision = first_revision or next(iter(value.split()), None)
        elif name == "edition":
            edition = edition_of_range(value)
        elif name == "compile-flags" and (flag := _EDITION_FLAG.search(value)):
            edition = edition_of_range(flag[1])
        if edition:
            asked.append((revision, edition))
    for revision, edition in asked:
        if revision is None or first_revision is None:
            return edition
        if first_revision in (r.strip() for r in revision.split(",")):
            return edition
    return default


# --- the corpora ---


def newest_std_sources() -> Path | None:
    """Where Debian's rust-web-src puts the sources; the newest when there are several."""

    def version(path: Path) -> list[int]:
        return [int(n) for n in re.findall(r"\d+", path.name)]

    return max((p for p in Path("/usr/src").glob("rustc-*") if p.is_dir()), key=version, default=None)


def std_sources(root: Path | None) -> Corpus:
    root = root or newest_std_sources()
    if root is None or not root.is_dir():
        return Corpus("std-sources", [], "no sources; install the Debian package rust-web-src or give --std DIR")
    editions = CargoEditions()
    folders = [root / folder for folder in STD_SOURCE_FOLDERS]
    if missing := [str(f.relative_to(root)) for f in folders if not f.is_dir()]:
        return Corpus("std-sources", [], f"{root} has no {', '.join(missing)}")
    return Corpus(
        "std-sources",
        [SourceFile(p, editions.edition_of(p)) for f in folders for p in rust_files(f, EXCLUDED_FOLDER_NAMES)],
    )


def ui_tests(root: Path | None) -> Corpus:
    if root is None:
        return Corpus("ui-dev", [], "no UI tests; give --ui DIR or set RUSTPRO_UI_TESTS")
    files = []
    for path in rust_files(root):
        with open(path, encoding="utf-8", errors="replace") as f:
            files.append(SourceFile(path, ui_test_edition(f.read())))
    return Corpus("ui-dev", files, None if files else f"{root} has no .rs files")


def crate_folder(name: str, root: Path) -> Corpus:
    editions = CargoEditions()
    files = [SourceFile(p, editions.edition_of(p)) for p in rust_files(root, frozenset({"target", ".git"}))]
    return Corpus(name, files, None if files else f"{root} has no .rs files")
