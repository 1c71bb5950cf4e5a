"""The public interface of a library, and what changed between two versions of it."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterable, Optional, Tuple

from ._abi import RpApiOptions, RpString, api, text_of
from ._handles import Handle, Owner, encode, struct_with_size
from .report import Verdict, _OpenEnum
from .tree import Position, position_of, render
from .workspace import Workspace

_NO_INDEX = ctypes.c_size_t(-1).value


class ApiKind(_OpenEnum):
    """What an item of an interface is."""

    MODULE = 1
    STRUCT = 2
    UNION = 3
    ENUM = 4
    VARIANT = 5
    TRAIT = 6
    TRAIT_ALIAS = 7
    TYPE_ALIAS = 8
    FOREIGN_TYPE = 9
    FUNCTION = 10
    CONST = 11
    STATIC = 12
    MACRO = 13
    DERIVE = 14
    ATTRIBUTE = 15
    FIELD = 16
    METHOD = 17
    """An associated function, of a type or a trait."""
    ASSOC_CONST = 18
    ASSOC_TYPE = 19
    REEXPORT = 20
    """Of something of another crate."""

    def __str__(self) -> str:
        return text_of(api().api_kind_name(int(self)))


class SemverLevel(_OpenEnum):
    """How large a step of the version a change asks for."""

    MAJOR = 1
    POSSIBLY = 2
    """It breaks only unusual uses, and asks for no major step."""
    MINOR = 3


@dataclass(frozen=True)
class ApiItem:
    """Something that users of a library can name."""

    kind: ApiKind
    path: str
    """Through re-exports, the shortest."""
    signature: str
    condition: str
    """The cfg conditions on it and around it, as written, joined with &&; empty for none."""
    file: str
    start: Position
    parent: Optional[int]
    """Of a field, variant, method...: the index of its type or trait."""
    deprecated: bool
    non_exhaustive: bool
    must_use: bool
    hidden: bool
    has_default: bool


@dataclass(frozen=True)
class ApiImpl:
    """An impl of a trait that users can see."""

    trait_name: str
    type_name: str
    item: Optional[int]
    """The index of the type, when it is one of this interface."""
    is_negative: bool


@dataclass(frozen=True)
class ApiChange:
    """One change between two versions."""

    rule: str
    level: SemverLevel
    verdict: Verdict
    path: str
    message: str
    old_text: str
    new_text: str
    note: str
    """What could make a likely verdict wrong."""
    reference: str
    old_file: str
    old_start: Position
    new_file: str
    new_start: Position


def _index(value: int) -> Optional[int]:
    return None if value == _NO_INDEX else value


class PublicApi(Owner):
    """The public interface of one version of one library. Immutable; does not depend on its workspace.

    Its lists are read from the library when first asked for, and stay after `close`.
    """

    @classmethod
    def read(
        cls,
        workspace: Workspace,
        *,
        features: Iterable[str] = (),
        all_features: bool = False,
        no_default_features: bool = False,
        package: str = "",
        target: str = "",
        cargo_home: str = "",
    ) -> "PublicApi":
        """Reads the library of a workspace whose folder has a Cargo.toml.

        features    without any of the first three, all are on but those that authors name as no part of what they
                    promise: unstable, nightly, `_x`
        package     its name; empty: the package in the workspace's folder, or the only library there is
        cargo_home  an absolute folder where sources of dependencies are looked for; empty: nowhere
        """
        texts = [encode(text) for text in (",".join(features), package, target, cargo_home)]
        buffers = [ctypes.create_string_buffer(text) for text in texts]
        strings = [RpString(ctypes.addressof(b), len(t)) for b, t in zip(buffers, texts)]
        options = struct_with_size(
            RpApiOptions,
            all_features=int(all_features),
            no_default_features=int(no_default_features),
            features=strings[0],
            package=strings[1],
            target=strings[2],
            cargo_home=strings[3],
        )
        library = api()
        with workspace._handle as pointer:
            made = library.make("workspace_public_api", pointer, ctypes.byref(options))
        return cls(Handle(made, library.api_free))

    @cached_property
    def crate(self) -> str:
        with self._handle as pointer:
            return text_of(api().api_crate(pointer))

    @cached_property
    def version(self) -> str:
        with self._handle as pointer:
            return text_of(api().api_version(pointer))

    @cached_property
    def items(self) -> Tuple[ApiItem, ...]:
        """Sorted by path, members behind their type."""
        library = api()

        def item(raw: Any) -> ApiItem:
            return ApiItem(
                ApiKind(raw.kind),
                text_of(raw.path),
                text_of(raw.signature),
                text_of(raw.condition),
                text_of(raw.file),
                position_of(raw.start),
                _index(raw.parent),
                bool(raw.deprecated),
                bool(raw.non_exhaustive),
                bool(raw.must_use),
                bool(raw.hidden),
                bool(raw.has_default),
            )

        with self._handle as pointer:
            return tuple(item(library.api_item_at(pointer, i)) for i in range(library.api_item_count(pointer)))

    @cached_property
    def impls(self) -> Tuple[ApiImpl, ...]:
        library = api()

        def impl(raw: Any) -> ApiImpl:
            return ApiImpl(text_of(raw.trait_name), text_of(raw.type_name), _index(raw.item), bool(raw.is_negative))

        with self._handle as pointer:
            return tuple(impl(library.api_impl_at(pointer, i)) for i in range(library.api_impl_count(pointer)))

    @cached_property
    def unknown(self) -> Tuple[str, ...]:
        """Paths of public modules that may hold more than could be seen."""
        library = api()
        with self._handle as pointer:
            return tuple(text_of(library.api_unknown(pointer, i)) for i in range(library.api_unknown_count(pointer)))

    def compare(self, newer: "PublicApi") -> "ApiDiff":
        """Returns what changed from this version to a newer one."""
        library = api()
        with self._handle as before, newer._handle as after:
            made = library.make("api_compare", before, after)
        return ApiDiff(Handle(made, library.api_diff_free))

    def render(self, format: str = "text", *, color: bool = False, width: int = 0) -> str:
        """Returns the interface as 'text' or 'json'."""
        return render("api_render", self._handle, format, color, width)


class ApiDiff(Owner):
    """What changed between two versions of a library, by cargo's rules. Immutable."""

    @cached_property
    def changes(self) -> Tuple[ApiChange, ...]:
        """By level, path and rule."""
        library = api()

        def change(raw: Any) -> ApiChange:
            return ApiChange(
                text_of(raw.rule),
                SemverLevel(raw.level),
                Verdict(raw.verdict),
                text_of(raw.path),
                text_of(raw.message),
                text_of(raw.old_text),
                text_of(raw.new_text),
                text_of(raw.note),
                text_of(raw.reference),
                text_of(raw.old_file),
                position_of(raw.old_start),
                text_of(raw.new_file),
                position_of(raw.new_start),
            )

        with self._handle as pointer:
            count = library.api_diff_change_count(pointer)
            return tuple(change(library.api_diff_change(pointer, i)) for i in range(count))

    @cached_property
    def sufficient(self) -> bool:
        """False when cargo would give users of the old version one that breaks them."""
        with self._handle as pointer:
            return bool(api().api_diff_sufficient(pointer))

    @cached_property
    def unknown(self) -> Tuple[str, ...]:
        """Sentences about what could not be compared."""
        library = api()
        with self._handle as pointer:
            count = library.api_diff_unknown_count(pointer)
            return tuple(text_of(library.api_diff_unknown(pointer, i)) for i in range(count))

    def render(self, format: str = "text", *, color: bool = False, width: int = 0) -> str:
        """Returns the comparison as 'text' or 'json'."""
        return render("api_diff_render", self._handle, format, color, width)
