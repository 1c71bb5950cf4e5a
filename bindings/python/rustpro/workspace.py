"""The files of a crate or workspace, on disk and in memory."""

from __future__ import annotations

import ctypes
import os
from contextlib import nullcontext
from typing import Callable, ContextManager, Iterable, NamedTuple, Optional, Tuple, Union

from ._abi import ProgressFunction, RpFixOptions, RpReviewOptions, RpString, RpWorkspaceOptions, api, text_of
from ._handles import Cancellation, Handle, Owner, ProgressCall, Text, encode, lent, struct_with_size, unsigned
from .errors import NotFoundError
from .fixes import Fixes
from .project import Project, default_cargo_home
from .report import Report, Severity, Unread, unread_of
from .tree import Tree

Progress = Callable[[int, int, str], Optional[bool]]
"""Called with the number of files done, that of all files, and the file last finished. Returning False cancels the
call that reports. What it raises cancels too, and comes out of that call. It runs in one thread at a time for each
call, not always the same one, and must not use the workspace that it reports on."""

Names = Union[str, Iterable[str]]
"""Names one by one, or in one text with commas between them."""


def _list_of(names: Names) -> bytes:
    return encode(names if isinstance(names, str) else ",".join(names))


class WorkspaceFile(NamedTuple):
    """One file of a workspace."""

    path: str
    """Relative to the workspace's folder, `/` between the parts."""
    edition: int


class Workspace(Owner):
    """A set of files to look at together. Threads may share it: what changes it waits until nobody reads it.

    Made by `Workspace.open` or `Workspace.empty`. It is freed when nothing refers to it any more, at `close`, or at the
    end of a `with` block; trees and reports made from it stay.
    """

    def __init__(self, handle: Handle, progress: Optional[ProgressCall]) -> None:
        super().__init__(handle)
        self._progress = progress

    @classmethod
    def open(
        cls,
        path: Union[str, bytes, "os.PathLike[str]"],
        *,
        edition: int = 0,
        thread_count: int = 0,
        nesting_limit: int = 0,
        memory_limit: int = 0,
        file_limit: int = 0,
        cancellation: Optional[Cancellation] = None,
        progress: Optional[Progress] = None,
    ) -> "Workspace":
        """Opens a folder or a single file and finds the Rust files that belong to it.

        edition        for files whose Cargo.toml gives none; 0 means what cargo takes
        thread_count   0 means one for each processor; the result does not depend on it
        nesting_limit  as for `parse`
        memory_limit   bytes that tokens and nodes of all files may take together; 0 means no limit
        file_limit     bytes of the largest file that is read; 0 means 64 MiB
        cancellation   stops opening, reviewing and parsing
        progress       called while opening and reviewing

        Files that cannot be read are listed in `unread`.
        """
        data = os.fsencode(path)
        return cls._make(
            "workspace_open",
            (data, len(data)),
            cancellation,
            progress,
            edition=unsigned(edition, "edition"),
            thread_count=unsigned(thread_count, "thread_count"),
            nesting_limit=unsigned(nesting_limit, "nesting_limit"),
            memory_limit=unsigned(memory_limit, "memory_limit", 64),
            file_limit=unsigned(file_limit, "file_limit", 64),
        )

    @classmethod
    def empty(
        cls,
        *,
        edition: int = 0,
        thread_count: int = 0,
        nesting_limit: int = 0,
        memory_limit: int = 0,
        cancellation: Optional[Cancellation] = None,
        progress: Optional[Progress] = None,
    ) -> "Workspace":
        """Makes a workspace without files on disk; fill it with `set_file`. The rest is as for `open`."""
        return cls._make(
            "workspace_new",
            (),
            cancellation,
            progress,
            edition=unsigned(edition, "edition"),
            thread_count=unsigned(thread_count, "thread_count"),
            nesting_limit=unsigned(nesting_limit, "nesting_limit"),
            memory_limit=unsigned(memory_limit, "memory_limit", 64),
        )

    @classmethod
    def _make(
        cls,
        function: str,
        arguments: Tuple[object, ...],
        cancellation: Optional[Cancellation],
        progress: Optional[Progress],
        **members: int,
    ) -> "Workspace":
        library = api()
        call = ProgressCall(progress) if progress is not None else None
        callback = ProgressFunction(call) if call is not None else ProgressFunction(0)
        token = cancellation._handle if cancellation is not None else None
        # The library keeps the token as long as the workspace, so it is held until that is freed.
        pointer = token.__enter__() if token is not None else None

        def release(_callback: object = callback) -> None:
            # The default argument keeps the callback alive as long as the handle.
            if token is not None:
                token.__exit__()

        try:
            options = struct_with_size(RpWorkspaceOptions, cancellation=pointer, progress=callback, **members)
            with call.watch() if call is not None else nullcontext():
                made = library.make(function, *arguments, ctypes.byref(options))
        except BaseException:
            release()
            raise
        handle = Handle(made, library.workspace_free, release)
        if call is not None:
            call.key = handle.key
        return cls(handle, call)

    def _watch(self) -> ContextManager[None]:
        return self._progress.watch() if self._progress is not None else nullcontext()

    def set_file(self, path: str, text: Text) -> None:
        """Puts a text in place of a file, until `remove_file`. Nothing is written to disk.

        path  relative to the workspace's folder, `/` between the parts, without `.` and `..`
        """
        name = encode(path)
        data = encode(text)
        with self._handle.exclusive() as pointer:
            api().call("workspace_set_file", pointer, name, len(name), data, len(data))

    def remove_file(self, path: str) -> None:
        """Takes back what `set_file` put there; the file on disk, if any, is seen again."""
        name = encode(path)
        with self._handle.exclusive() as pointer:
            api().call("workspace_remove_file", pointer, name, len(name))

    @property
    def files(self) -> Tuple[WorkspaceFile, ...]:
        """The Rust files, sorted by path."""
        library = api()
        with self._handle as pointer:
            return tuple(
                WorkspaceFile(
                    text_of(library.workspace_file_path(pointer, index)),
                    library.workspace_file_edition(pointer, index),
                )
                for index in range(library.workspace_file_count(pointer))
            )

    @property
    def unread(self) -> Tuple[Unread, ...]:
        """What could not be looked at when the workspace was opened."""
        library = api()
        with self._handle as pointer:
            count = library.workspace_unread_count(pointer)
            return tuple(unread_of(library.workspace_unread(pointer, index)) for index in range(count))

    def parse_file(self, file: Union[int, str]) -> Tree:
        """Parses one file, given by its index in `files` or its path. The tree does not depend on the workspace."""
        library = api()
        with self._handle as pointer, self._watch():
            index = file if isinstance(file, int) else self._index_of(pointer, file)
            tree = library.make(
                "workspace_parse_file", pointer, unsigned(index, "index", ctypes.sizeof(ctypes.c_size_t) * 8)
            )
        return Tree(Handle(tree, library.tree_free))

    @staticmethod
    def _index_of(pointer: int, path: str) -> int:
        library = api()
        for index in range(library.workspace_file_count(pointer)):
            if text_of(library.workspace_file_path(pointer, index)) == path:
                return index
        raise NotFoundError(f"{path}: no such file in the workspace")

    def review(
        self,
        *,
        only: Names = (),
        deny: Names = (),
        off: Names = (),
        min_severity: Optional[Severity] = None,
        baseline: str = "",
        advisory_db: str = "",
        target: str = "",
        features: Names = (),
        all_features: bool = False,
        no_default_features: bool = False,
        cargo_home: Optional[str] = "",
        cache_folder: str = "",
        whole_tree: bool = False,
    ) -> Report:
        """Reviews every file. What cannot be read is listed in the report, never counted as clean.

        What is chosen here comes on top of rustpro.toml.

        only          rules and areas: only these run
        deny          rules and areas: their findings are errors
        off           rules and areas that do not run
        min_severity  what is less severe is left out; None: what rustpro.toml says
        baseline      what `Report.baseline` returned: the findings in it are left out and counted in `Report.hidden`
        advisory_db   a folder: a clone of the RustSec advisory database
        target        as rustc names it; empty for x86_64-unknown-linux-gnu
        features      as after cargo's --features
        cargo_home    an absolute folder where cargo keeps sources of dependencies; None: as the environment names it;
                      empty: nothing is looked for there
        cache_folder  an absolute folder where interfaces of dependencies are kept between two runs; empty: nowhere
        whole_tree    packages that only run at build time are read, too, for `Report.packages`
        """
        texts = {
            "only": _list_of(only),
            "deny": _list_of(deny),
            "off": _list_of(off),
            "baseline": encode(baseline),
            "advisory_db": encode(advisory_db),
            "target": encode(target),
            "features": _list_of(features),
            "cargo_home": encode(default_cargo_home() if cargo_home is None else cargo_home),
            "cache_folder": encode(cache_folder),
        }
        # The library reads the texts during the call, which they have to outlive.
        buffers = {name: ctypes.create_string_buffer(text) for name, text in texts.items()}
        options = struct_with_size(
            RpReviewOptions,
            min_severity=0 if min_severity is None else unsigned(min_severity, "min_severity"),
            all_features=int(all_features),
            no_default_features=int(no_default_features),
            whole_tree=int(whole_tree),
            **{name: RpString(ctypes.addressof(buffer), len(texts[name])) for name, buffer in buffers.items()},
        )
        library = api()
        with self._handle as pointer, self._watch():
            report = library.make("workspace_review_with", pointer, ctypes.byref(options))
        return Report(Handle(report, library.report_free))

    def project(
        self,
        *,
        target: str = "",
        features: Iterable[str] = (),
        all_features: bool = False,
        no_default_features: bool = False,
        test_cfg: bool = False,
        cargo_home: Optional[str] = None,
        sources: Iterable[Union[str, Tuple[str, str]]] = (),
        cache_folder: str = "",
        std_sources: str = "",
    ) -> Project:
        """Reads manifests, lock files and sources, expands macros and resolves names.

        target               as rustc names it; empty: what cargo's configuration says
        features             as after cargo's --features
        test_cfg             members are seen with cfg(test), too
        cargo_home           None: as the environment names it; empty: nothing is looked for there
        sources              folders of packages, or pairs of a package's name and its folder
        cache_folder         where interfaces of dependencies are kept between two runs
        std_sources          the folder `library` of the standard library's sources, in place of what is built in
        """
        with self._handle as pointer, self._watch():
            return Project._open(
                pointer,
                target,
                features,
                all_features,
                no_default_features,
                test_cfg,
                cargo_home,
                sources,
                cache_folder,
                std_sources,
            )

    def make_fixes(
        self, report: Report, *, suggestions: bool = False, cancellation: Optional[Cancellation] = None
    ) -> Fixes:
        """Applies the edits of a report of this workspace, in memory; nothing is written.

        suggestions  apply those, too, that somebody has to look at

        Of edits that overlap, those of the first finding are applied. A file is left as it is when it has changed
        since the review, and when the new text would not parse.
        """
        library = api()
        with lent(cancellation) as token, self._handle as pointer, report._handle as report_pointer:
            options = struct_with_size(RpFixOptions, suggestions=int(suggestions), cancellation=token)
            fixes = library.make("report_make_fixes", report_pointer, pointer, ctypes.byref(options))
        return Fixes(Handle(fixes, library.fixes_free))


def review(path: Union[str, bytes, "os.PathLike[str]"]) -> Report:
    """Reviews a crate, a workspace or a single file on disk, with all settings at their defaults."""
    with Workspace.open(path) as workspace:
        return workspace.review()
