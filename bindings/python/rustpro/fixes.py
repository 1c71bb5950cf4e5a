"""Edits that mend what a report found: Fixes, which holds the texts that they make, and differences as text."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from typing import Tuple, Union

from ._abi import api, text_of
from ._handles import Owner, Text, encode, take_text, unsigned
from .report import _OpenEnum


class SkipKind(_OpenEnum):
    """Why the edits of a finding are not applied."""

    SUGGESTION = 1
    """Somebody has to look at them, and nobody asked for such."""
    OVERLAP = 2
    """They overlap those of an earlier finding; another review may find it again."""
    REFUSED = 3
    """The file has changed, cannot be read, or would no longer parse."""


@dataclass(frozen=True)
class FixedFile:
    """A file that changes."""

    path: str
    """As in the report."""
    before: str
    after: str
    fix_count: int
    """Findings with edits in it that are applied."""
    is_writable: bool
    """False when `Fixes.write` refuses it: its text was set in memory, or a symbolic link leads out to it."""


@dataclass(frozen=True)
class SkippedFix:
    """A finding whose edits are not applied."""

    finding: int
    """Its index in the report."""
    kind: SkipKind
    reason: str


class Fixes(Owner):
    """The texts that the edits of a report make. Immutable; depends neither on the report nor on the workspace.

    Its lists are read from the library when first asked for, and stay after `close`.
    """

    @cached_property
    def applied(self) -> Tuple[int, ...]:
        """The indexes of the findings that are mended, ascending."""
        library = api()
        with self._handle as pointer:
            return tuple(library.fixes_applied(pointer, i) for i in range(library.fixes_applied_count(pointer)))

    @cached_property
    def files(self) -> Tuple[FixedFile, ...]:
        """The files that change, sorted by path."""
        library = api()
        files = []
        with self._handle as pointer:
            for index in range(library.fixes_file_count(pointer)):
                raw = library.fixes_file(pointer, index)
                files.append(
                    FixedFile(
                        text_of(raw.path), text_of(raw.before), text_of(raw.after), raw.fix_count, bool(raw.is_writable)
                    )
                )
        return tuple(files)

    @cached_property
    def skipped(self) -> Tuple[SkippedFix, ...]:
        """The findings whose edits are not applied, in order of their indexes."""
        library = api()
        skipped = []
        with self._handle as pointer:
            for index in range(library.fixes_skipped_count(pointer)):
                raw = library.fixes_skipped(pointer, index)
                skipped.append(SkippedFix(raw.finding, SkipKind(raw.kind), text_of(raw.reason)))
        return tuple(skipped)

    def write(self, file: Union[int, FixedFile]) -> None:
        """Writes one of `files` to disk, all of it or nothing. A file that has changed since is left alone."""
        index = self.files.index(file) if isinstance(file, FixedFile) else file
        with self._handle as pointer:
            api().call("fixes_write_file", pointer, unsigned(index, "file", ctypes.sizeof(ctypes.c_size_t) * 8))

    def diff(self) -> str:
        """Returns what changes as a unified diff of all files, for people, `git apply` and `patch -p1`."""
        library = api()
        with self._handle as pointer:
            return take_text(library.make("fixes_render_diff", pointer))


def diff(path: str, before: Text, after: Text) -> str:
    """Returns the difference of two texts as a unified diff with three lines of context; empty when they are equal.

    path  what the file is called in it, relative, `/` between the parts
    """
    name, old, new = encode(path), encode(before), encode(after)
    return take_text(api().make("diff", name, len(name), old, len(old), new, len(new)))
