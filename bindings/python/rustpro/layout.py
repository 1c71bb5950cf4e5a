"""How values of a type lie in memory: Layout, with its fields, variants and niches. Plain data; a notebook shows the picture."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Tuple

from ._abi import RpLayoutInfo, api, text_of
from ._handles import Handle, struct_with_size, take_text
from .report import _OpenEnum


class LayoutShape(_OpenEnum):
    """What a type is, as far as its layout goes."""

    SCALAR = 1
    STRUCT = 2
    ENUM = 3
    UNION = 4
    TUPLE = 5
    ARRAY = 6
    POINTER = 7
    OTHER = 8


class LayoutAbi(_OpenEnum):
    """How Rust's own calling convention passes a value."""

    MEMORY = 1
    SCALAR = 2
    SCALAR_PAIR = 3
    VECTOR = 4


class TagKind(_OpenEnum):
    """How the variants of an enum are told apart."""

    NONE = 1
    """There are not two that can exist."""
    DIRECT = 2
    NICHE = 3
    """Values that are invalid in a field of one variant mean the others."""


class LayoutFormat(_OpenEnum):
    """What a layout is written as."""

    TEXT = 1
    JSON = 2
    SVG = 3
    """One type alone, with its bytes to scale."""


class LayoutOrder(_OpenEnum):
    """In which order a list of layouts is written."""

    SOURCE = 1
    SIZE = 2
    """The largest first."""
    PADDING = 3
    """The most padding first."""


class Truth(_OpenEnum):
    """Whether something holds."""

    NO = 1
    YES = 2
    UNKNOWN = 3
    """Something that it depends on could not be seen."""


@dataclass(frozen=True)
class Niche:
    """Bit patterns of a number inside of a type that no value has: `first` to `last`, around the end of the number when
    `last` is smaller."""

    offset: int
    size: int
    available: int
    first: int
    last: int


@dataclass(frozen=True)
class LayoutField:
    """A field, in bytes."""

    name: str
    type: str
    offset: int
    size: int
    align: int
    padding_before: int


@dataclass(frozen=True)
class LayoutVariant:
    """A variant of an enum, or the fields of anything else."""

    name: str
    absent: bool
    """No value of it exists; its fields may have no place."""
    discriminant: Optional[int]
    tag_value: Optional[int]
    """None: every value that no other variant has."""
    padding: int
    fields: Tuple[LayoutField, ...]
    """In the order of the source."""


@dataclass(frozen=True)
class Layout:
    """The layout of one type for one target. Sizes, offsets and alignments are bytes."""

    name: str
    target: str
    shape: LayoutShape
    known: bool
    """False: there is no layout, or it is not known; `reason` says why, and figures are 0."""
    reason: str
    repr: str
    size: int
    align: int
    abi: LayoutAbi
    sized: bool
    uninhabited: bool
    padding: int
    """Bytes that no field of any variant and no tag uses."""
    niche: Optional[Niche]
    tag: TagKind
    tag_offset: int
    tag_size: int
    untagged_variant: Optional[int]
    variants: Tuple[LayoutVariant, ...]
    _render: Callable[[LayoutFormat], str] = field(compare=False, repr=False)

    @property
    def fields(self) -> Tuple[LayoutField, ...]:
        """The fields of what has no variants; of an enum nothing."""
        if self.shape == LayoutShape.ENUM or not self.variants:
            return ()
        return self.variants[0].fields

    @property
    def text(self) -> str:
        """Every field with its offset and size, as pahole prints it. Needs the project to be open."""
        return self._render(LayoutFormat.TEXT)

    @property
    def svg(self) -> str:
        """The picture: bytes to scale, fields that open by a click. Needs the project to be open."""
        return self._render(LayoutFormat.SVG)

    def _repr_svg_(self) -> str:
        return self.svg


def _wide(number: Any) -> int:
    return int(number.low) | int(number.high) << 64


def _signed(number: Any) -> int:
    value = _wide(number)
    return value - (1 << 128) if value >> 127 else value


def layout_from(pointer: int, render: Callable[[LayoutFormat], str]) -> Layout:
    """Copies everything that the library knows of a layout."""
    library = api()
    raw = struct_with_size(RpLayoutInfo)
    library.call("layout_get_info", pointer, ctypes.byref(raw))
    variants = []
    for number in range(raw.variant_count):
        of = library.layout_get_variant(pointer, number)
        fields = []
        for index in range(of.field_count):
            each = library.layout_get_field(pointer, number, index)
            fields.append(
                LayoutField(
                    text_of(each.name), text_of(each.type), each.offset, each.size, each.align, each.padding_before
                )
            )
        variants.append(
            LayoutVariant(
                text_of(of.name),
                bool(of.is_absent),
                _signed(of.discriminant) if of.has_discriminant else None,
                _wide(of.tag_value) if of.has_tag_value else None,
                of.padding,
                tuple(fields),
            )
        )
    niche = raw.niche
    tag = TagKind(raw.tag)
    return Layout(
        text_of(raw.name),
        text_of(raw.target),
        LayoutShape(raw.shape),
        bool(raw.is_known),
        text_of(raw.reason),
        text_of(raw.repr),
        raw.size,
        raw.align,
        LayoutAbi(raw.abi),
        bool(raw.is_sized),
        bool(raw.is_uninhabited),
        raw.padding,
        Niche(niche.offset, niche.size, _wide(niche.available), _wide(niche.first), _wide(niche.last))
        if raw.has_niche
        else None,
        tag,
        raw.tag_offset,
        raw.tag_size,
        raw.untagged_variant if tag == TagKind.NICHE else None,
        tuple(variants),
        render,
    )


def render_with(owner: Handle, project: Handle, index: Optional[int]) -> Callable[[LayoutFormat], str]:
    """Renders a layout, or entry `index` of a list, as long as the project is open."""

    def render(format: LayoutFormat) -> str:
        library = api()
        with project, owner as pointer:
            layout = pointer if index is None else library.layout_list_get(pointer, index)
            return take_text(library.make("layout_render", layout, int(format), 0))

    return render
