"""Texts parsed into syntax trees: Tree, Node, Cursor."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple, Union

from ._abi import RpNode, RpParseOptions, RpRenderOptions, RpSpan, RpTreeStats, api, bytes_of, text_of
from ._handles import Cancellation, Handle, Owner, Text, encode, lent, struct_with_size, take_text, unsigned
from .errors import InvalidArgumentError

_FORMATS = {"text": 1, "json": 2, "sarif": 3, "markdown": 4, "html": 5}


class Span(NamedTuple):
    """Half-open range of bytes in a text."""

    start: int
    end: int


class Position(NamedTuple):
    """A place in a text; all three count from 1."""

    line: int
    column_bytes: int
    """UTF-8 bytes before the place in its line, plus 1."""
    column_utf16: int
    """UTF-16 code units before the place in its line, plus 1."""


@dataclass(frozen=True)
class RustSyntaxError:
    """One syntax error."""

    span: Span
    message: str
    hint: str
    """What to do about it; may be empty."""
    related_span: Optional[Span]
    """A second place that explains the error."""
    related_label: str


@dataclass(frozen=True)
class TreeStats:
    """Figures about one tree. Times are wall time."""

    errors: int
    bytes: int
    lines: int
    tokens: int
    nodes: int
    memory_bytes: int
    lex_nanoseconds: int
    parse_nanoseconds: int


def span_of(raw: RpSpan) -> Span:
    return Span(raw.start, raw.end)


def position_of(raw: Any) -> Position:
    return Position(raw.line, raw.column_bytes, raw.column_utf16)


def render(function: str, handle: Handle, format: str, color: bool, width: int, link_base: str = "") -> str:
    """Calls one of the rp_..._render functions."""
    if format not in _FORMATS:
        raise InvalidArgumentError(f"format is {format!r}; it must be one of {', '.join(map(repr, _FORMATS))}")
    base = encode(link_base)
    options = struct_with_size(
        RpRenderOptions,
        format=_FORMATS[format],
        color=int(color),
        width=unsigned(width, "width"),
        link_base=base,
        link_base_length=len(base),
    )
    library = api()
    with handle as pointer:
        buffer = library.make(function, pointer, ctypes.byref(options))
    return take_text(buffer)


# Names of kinds never change, so each is asked for once.
_kind_names: Dict[int, str] = {}


def kind_name(kind: int) -> str:
    """Returns the name of a kind, such as 'fn_item', 'identifier' or '>>='; empty for a number that is none."""
    name = _kind_names.get(kind)
    if name is None:
        name = _kind_names[kind] = text_of(api().kind_name(unsigned(kind, "kind")))
    return name


def kind_from_name(name: str) -> int:
    """Returns the kind with that name, or 0."""
    data = encode(name)
    return int(api().kind_from_name(data, len(data)))


def kind_is_node(kind: int) -> bool:
    """Whether the kind is that of an inner node."""
    return bool(api().kind_is_node(unsigned(kind, "kind")))


def kind_is_token(kind: int) -> bool:
    """Whether the kind is that of a token; comments are tokens, white space is not."""
    return bool(api().kind_is_token(unsigned(kind, "kind")))


def kind_is_trivia(kind: int) -> bool:
    """Whether the kind is white space, a comment that is no documentation, and the like."""
    return bool(api().kind_is_trivia(unsigned(kind, "kind")))


class Node:
    """A node, token or run of white space of a tree. A light value: it keeps its tree alive and needs no closing.

    Once the tree was closed, asking it raises ClosedError.
    """

    __slots__ = ("_tree", "_raw")

    def __init__(self, tree: "Tree", raw: RpNode) -> None:
        self._tree = tree
        self._raw = raw

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return self._tree is other._tree and self._raw.id == other._raw.id and self._raw.kind == other._raw.kind

    def __hash__(self) -> int:
        return hash((id(self._tree), self._raw.id, self._raw.kind))

    def __repr__(self) -> str:
        if self._tree.closed:
            return f"<Node {self.kind_name} of a closed tree>"
        span = self.span
        return f"<Node {self.kind_name} {span.start}..{span.end}>"

    def _ask(self, name: str, *arguments: Any) -> Any:
        with self._tree._handle:
            return getattr(api(), name)(self._raw, *arguments)

    def _element(self, name: str, *arguments: Any) -> "Optional[Node]":
        return self._tree._node(self._ask(name, *arguments))

    @property
    def tree(self) -> "Tree":
        return self._tree

    @property
    def kind(self) -> int:
        """What it is: a number of Kind."""
        return int(self._raw.kind)

    @property
    def kind_name(self) -> str:
        return kind_name(self._raw.kind)

    @property
    def is_node(self) -> bool:
        return kind_is_node(self._raw.kind)

    @property
    def is_token(self) -> bool:
        return kind_is_token(self._raw.kind)

    @property
    def is_trivia(self) -> bool:
        return kind_is_trivia(self._raw.kind)

    @property
    def span(self) -> Span:
        """The bytes that it covers."""
        return span_of(self._ask("node_span"))

    @property
    def text(self) -> str:
        with self._tree._handle:
            return text_of(api().node_text(self._raw))

    @property
    def parent(self) -> "Optional[Node]":
        return self._element("node_parent")

    @property
    def first_child(self) -> "Optional[Node]":
        """The first element below: a node, token or run of white space."""
        return self._element("node_first_child")

    @property
    def last_child(self) -> "Optional[Node]":
        return self._element("node_last_child")

    @property
    def next_sibling(self) -> "Optional[Node]":
        return self._element("node_next_sibling")

    @property
    def previous_sibling(self) -> "Optional[Node]":
        return self._element("node_previous_sibling")

    @property
    def field_name(self) -> str:
        """The role that it has in its parent, such as 'body'; empty for one without a role."""
        return text_of(self._ask("node_field_name"))

    @property
    def child_count(self) -> int:
        """The number of child nodes, without tokens and white space. Linear in the number of children."""
        return int(self._ask("node_child_count"))

    def child(self, index: int) -> "Optional[Node]":
        """Returns a child node by index; None when out of range."""
        return self._element("node_child", unsigned(index, "index"))

    def child_by_field(self, field: str) -> "Optional[Node]":
        """Returns the first child node with that role, or None."""
        data = encode(field)
        return self._element("node_child_by_field", data, len(data))

    @property
    def elements(self) -> "Iterator[Node]":
        """Everything directly below: nodes, tokens and white space."""
        element = self.first_child
        while element is not None:
            yield element
            element = element.next_sibling

    @property
    def children(self) -> "Iterator[Node]":
        """The nodes directly below."""
        return (element for element in self.elements if element.is_node)

    def walk(self) -> "Iterator[Node]":
        """Gives this element and everything below it, in the order of the text. Linear in the number of elements."""
        cursor = Cursor(self)
        node: Optional[Node] = self
        while node is not None:
            yield node
            node = cursor.node if cursor.next() else None


class Cursor:
    """A position in a walk, which never leaves the node where it began. For one thread at a time."""

    def __init__(self, node: Node) -> None:
        self._tree = node.tree
        with self._tree._handle:
            self._raw = api().cursor_at(node._raw)

    def _move(self, name: str) -> bool:
        with self._tree._handle:
            return bool(getattr(api(), name)(ctypes.byref(self._raw)))

    def copy(self) -> "Cursor":
        """Returns a cursor at the same place, to remember it."""
        other = Cursor.__new__(Cursor)
        other._tree = self._tree
        other._raw = type(self._raw).from_buffer_copy(self._raw)
        return other

    @property
    def node(self) -> Optional[Node]:
        """Where it stands; None after the end."""
        # A copy: the struct in the cursor changes with the next move.
        return self._tree._node(RpNode.from_buffer_copy(self._raw.node))

    @property
    def depth(self) -> int:
        """0 at the node where it began."""
        return int(self._raw.depth)

    def first_child(self) -> bool:
        """Moves down; returns False and stays when there is no child."""
        return self._move("cursor_first_child")

    def next_sibling(self) -> bool:
        """Moves on under the same parent; returns False and stays when there is no further one."""
        return self._move("cursor_next_sibling")

    def parent(self) -> bool:
        """Moves up; returns False and stays where it began."""
        return self._move("cursor_parent")

    def next(self) -> bool:
        """Moves to the next element in reading order; returns False, with no node, at the end."""
        return self._move("cursor_next")


class Tree(Owner):
    """One parsed text. Immutable; any number of threads may read it.

    It holds every byte of the text: nodes, tokens (comments included) and runs of white space are all elements. It is
    freed when nothing refers to it any more, at `close`, or at the end of a `with` block.
    """

    def _node(self, raw: RpNode) -> Optional[Node]:
        return Node(self, raw) if raw.tree and raw.kind else None

    @property
    def source(self) -> bytes:
        """The text that was parsed, as the bytes that spans count in."""
        with self._handle as pointer:
            return bytes_of(api().tree_text(pointer))

    @property
    def text(self) -> str:
        """The text that was parsed. Spans count bytes: see `source`."""
        return self.source.decode("utf-8")

    @property
    def name(self) -> str:
        with self._handle as pointer:
            return text_of(api().tree_name(pointer))

    @property
    def edition(self) -> int:
        """The edition that it was read as, such as 2021."""
        with self._handle as pointer:
            return int(api().tree_edition(pointer))

    @cached_property
    def stats(self) -> TreeStats:
        raw = struct_with_size(RpTreeStats)
        with self._handle as pointer:
            api().call("tree_get_stats", pointer, ctypes.byref(raw))
        return TreeStats(**{name: getattr(raw, name) for name, *_ in RpTreeStats._fields_ if name != "struct_size"})

    @cached_property
    def errors(self) -> Tuple[RustSyntaxError, ...]:
        """What is wrong with the text, in its order."""
        library = api()
        errors = []
        with self._handle as pointer:
            for index in range(library.tree_error_count(pointer)):
                raw = library.tree_error(pointer, index)
                label = text_of(raw.related_label)
                errors.append(
                    RustSyntaxError(
                        span=span_of(raw.span),
                        message=text_of(raw.message),
                        hint=text_of(raw.hint),
                        related_span=span_of(raw.related_span) if label else None,
                        related_label=label,
                    )
                )
        return tuple(errors)

    @property
    def root(self) -> Node:
        with self._handle as pointer:
            return Node(self, api().tree_root(pointer))

    def node_at(self, offset: int) -> Optional[Node]:
        """Returns the smallest element with the byte at `offset`; at or after the end the last one; None if empty."""
        with self._handle as pointer:
            return self._node(api().tree_node_at(pointer, unsigned(offset, "offset")))

    def node_covering(self, start: int, end: int) -> Optional[Node]:
        """Returns the smallest node (no token) around the bytes [start, end); None when start > end."""
        with self._handle as pointer:
            return self._node(api().tree_node_covering(pointer, unsigned(start, "start"), unsigned(end, "end")))

    @property
    def line_count(self) -> int:
        with self._handle as pointer:
            return int(api().tree_line_count(pointer))

    def position(self, offset: int) -> Position:
        """Returns line and columns of a byte offset; past the end it is that of the end."""
        with self._handle as pointer:
            return position_of(api().tree_position(pointer, unsigned(offset, "offset")))

    def offset(self, line: int, column_bytes: int) -> int:
        """Returns the byte offset of a place; columns past the end of the line count as its end."""
        with self._handle as pointer:
            return int(api().tree_offset(pointer, unsigned(line, "line"), unsigned(column_bytes, "column_bytes")))

    def offset_utf16(self, line: int, column_utf16: int) -> int:
        """The same for a column in UTF-16 code units, as editors count."""
        with self._handle as pointer:
            return int(api().tree_offset_utf16(pointer, unsigned(line, "line"), unsigned(column_utf16, "column_utf16")))

    def render(self, format: str = "text", *, color: bool = False, width: int = 0) -> str:
        """Returns the tree as indented 'text', or as 'json'."""
        return render("tree_render", self._handle, format, color, width)

    def render_errors(self, format: str = "text", *, color: bool = False, width: int = 0) -> str:
        """Returns the syntax errors as 'text' with excerpts of the source, or as 'json'."""
        return render("tree_render_errors", self._handle, format, color, width)


def parse(
    text: Text,
    name: Union[str, bytes] = "",
    *,
    edition: int = 0,
    nesting_limit: int = 0,
    error_limit: int = 0,
    memory_limit: int = 0,
    cancellation: Optional[Cancellation] = None,
) -> Tree:
    """Parses a text; what is wrong with it is in `Tree.errors` and raises nothing.

    text           str, or bytes of UTF-8
    name           the file's name as shown in messages
    edition        2015, 2018, 2021 or 2024; 0 means 2015, as for rustc
    nesting_limit  levels of nesting before an error; 0 means 4000
    error_limit    errors kept; 0 means 10000
    memory_limit   bytes that tokens and nodes may take; 0 means no limit
    """
    source = encode(text)
    shown = encode(name)
    library = api()
    with lent(cancellation) as token:
        options = struct_with_size(
            RpParseOptions,
            edition=unsigned(edition, "edition"),
            nesting_limit=unsigned(nesting_limit, "nesting_limit"),
            error_limit=unsigned(error_limit, "error_limit"),
            memory_limit=unsigned(memory_limit, "memory_limit", 64),
            cancellation=token,
        )
        tree = library.make("tree_parse", source, len(source), shown, len(shown), ctypes.byref(options))
    return Tree(Handle(tree, library.tree_free))
