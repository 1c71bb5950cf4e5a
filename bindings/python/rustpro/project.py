"""What cargo and rustc make of a workspace: Project, with its packages, crates, definitions, macros and names."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterable, Iterator, List, Optional, Tuple, Union

from ._abi import (
    RpDefinition,
    RpDefinitionInfo,
    RpExpansionInfo,
    RpLookup,
    RpNamedSource,
    RpProjectOptions,
    RpString,
    api,
    text_of,
)
from ._handles import Handle, Owner, Text, encode, struct_with_size, take_text, unsigned
from .layout import Layout, LayoutFormat, LayoutOrder, Truth, layout_from, render_with
from .report import Place, Unread, _OpenEnum, place_of, unread_of
from .tree import Span, span_of

_SIZE_BITS = ctypes.sizeof(ctypes.c_size_t) * 8
_NO_INDEX = (1 << _SIZE_BITS) - 1


class PackageOrigin(_OpenEnum):
    """Where the sources of a package were found."""

    MEMBER = 1
    PATH = 2
    VENDORED = 3
    REGISTRY = 4
    GIT = 5
    NAMED = 6
    MISSING = 7
    """Nowhere: all names of its crates are unknown."""
    MADE_UP = 8
    """There is no manifest: a file by itself."""


class DependencyKind(_OpenEnum):
    """When a dependency is needed."""

    NORMAL = 1
    DEV = 2
    BUILD = 3


class CrateKind(_OpenEnum):
    """The kind of a target."""

    LIB = 1
    BIN = 2
    EXAMPLE = 3
    TEST = 4
    BENCH = 5
    BUILD_SCRIPT = 6
    SYSROOT = 7


class CrateState(_OpenEnum):
    """How much of a crate is known."""

    READ = 1
    INTERFACE = 2
    """Its definitions without bodies and places."""
    UNREAD = 3
    """Nothing."""


class DefinitionKind(_OpenEnum):
    """The kind of a definition."""

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
    IMPL = 14
    EXTERN_BLOCK = 15
    ASSOC_FUNCTION = 16
    ASSOC_CONST = 17
    ASSOC_TYPE = 18
    FIELD = 19
    GLOBAL_ASM = 20
    ANONYMOUS_CONST = 21

    @property
    def label(self) -> str:
        """Its name in words, such as 'associated function'; empty for a number that is none."""
        return text_of(api().definition_kind_name(self.value))


class Visibility(_OpenEnum):
    """Who may name a definition."""

    PUBLIC = 1
    CRATE = 2
    MODULE = 3


class Answer(_OpenEnum):
    """What a question about a name came to."""

    FOUND = 1
    LOCAL = 2
    """A variable, parameter, label, lifetime or generic parameter."""
    BUILT_IN = 3
    NOT_A_NAME = 4
    UNKNOWN = 5
    """It depends on types, or on something that could not be seen."""
    UNRESOLVED = 6
    """rustc would report that there is no such thing."""
    NO_FILE = 7

    @property
    def label(self) -> str:
        """Its name in words; empty for a number that is none."""
        return text_of(api().answer_name(self.value))


class ReferenceKind(_OpenEnum):
    """How sure a reference is."""

    DEFINITION = 1
    USE = 2
    POSSIBLE = 3
    """The same name, and what it means there is not known."""


class ExpansionState(_OpenEnum):
    """What became of a macro call."""

    EXPANDED = 1
    MODELLED = 2
    OPAQUE = 3
    UNRESOLVED = 4
    FAILED = 5


class MacroUseKind(_OpenEnum):
    """How a macro is used."""

    CALL = 1
    DERIVE = 2
    ATTRIBUTE = 3


class GapKind(_OpenEnum):
    """A kind of part that could not be seen."""

    MISSING_PACKAGE = 1
    UNREADABLE_FILE = 2
    OPAQUE_MACRO = 3
    UNRESOLVED_MACRO = 4
    FAILED_MACRO = 5
    UNKNOWN_STD = 6
    LIMIT = 7

    @property
    def label(self) -> str:
        """Its name in words; empty for a number that is none."""
        return text_of(api().gap_kind_name(self.value))


class ProblemKind(_OpenEnum):
    """What a problem is about."""

    MANIFEST = 1
    GRAPH = 2
    NAME = 3


class FileState(_OpenEnum):
    """What became of a file of the workspace."""

    PLACED = 1
    INACTIVE = 2
    NO_TARGET = 3
    UNREAD = 4


class GraphFormat(_OpenEnum):
    """How a graph is rendered."""

    TEXT = 1
    JSON = 2
    DOT = 3
    SVG = 4


@dataclass(frozen=True)
class CargoWorkspace:
    """One workspace of cargo, or the crates made up for files that no manifest knows."""

    manifest: str
    target: str
    made_up: bool
    packages: range
    """Indexes in `Project.packages`."""
    crates: range
    """Indexes in `Project.crates`."""


@dataclass(frozen=True)
class PackageEdge:
    """Why one package depends on another."""

    package: int
    """The index of the other package."""
    name: str
    kind: DependencyKind
    is_optional: bool
    is_active: bool
    platform: str


@dataclass(frozen=True)
class Package:
    """One package of a workspace, or of what it depends on."""

    workspace: int
    name: str
    version: str
    source: str
    checksum: str
    origin: PackageOrigin
    missing_reason: str
    folder: str
    manifest: str
    has_build_script: bool
    is_proc_macro: bool
    built_for_target: bool
    built_for_host: bool
    features: Tuple[str, ...]
    build_features: Tuple[str, ...]
    dependencies: Tuple[PackageEdge, ...]


@dataclass(frozen=True)
class CrateDependency:
    """A name in the extern prelude of a crate."""

    name: str
    crate: Optional[int]
    """None when it is missing: all names in it are unknown."""
    package: Optional[int]


@dataclass(frozen=True)
class CfgFact:
    """One fact that cfg conditions are asked against."""

    key: str
    value: Optional[str]


@dataclass(frozen=True)
class Crate:
    """What rustc is called with once."""

    name: str
    workspace: int
    package: Optional[int]
    """None for the standard library."""
    kind: CrateKind
    state: CrateState
    edition: int
    is_local: bool
    is_proc_macro: bool
    for_host: bool
    is_test: bool
    root: str
    dependencies: Tuple[CrateDependency, ...]
    facts: Tuple[CfgFact, ...]
    definition_count: int


@dataclass(frozen=True)
class SourceFile:
    """A Rust file of the workspace."""

    path: str
    state: FileState
    crates: Tuple[int, ...]


@dataclass(frozen=True)
class Gap:
    """A part that could not be seen. What depends on it is unknown."""

    kind: GapKind
    crate: Optional[int]
    place: Place
    name: str
    message: str


@dataclass(frozen=True)
class Problem:
    """Something wrong with the project."""

    kind: ProblemKind
    code: str
    crate: Optional[int]
    place: Place
    message: str


@dataclass(frozen=True)
class Reference:
    """A place where a name is written."""

    kind: ReferenceKind
    place: Place


@dataclass(frozen=True)
class References:
    """Where something is used."""

    answer: Answer
    """Places are there with FOUND and LOCAL alone."""
    places: Tuple[Reference, ...]


@dataclass(frozen=True)
class ExpansionToken:
    """One token of an expansion and where it comes from."""

    span: Span
    written: Place
    is_made_up: bool
    definition: Optional[Place]


@dataclass(frozen=True)
class Expansion:
    """What one macro call, derive or attribute became."""

    state: ExpansionState
    kind: MacroUseKind
    macro: Optional["Definition"]
    call: Place
    reason: str
    text: str
    tokens: Tuple[ExpansionToken, ...]


@dataclass(frozen=True)
class DefinitionInfo:
    """What is known of a definition."""

    kind: DefinitionKind
    flags: int
    visibility: Visibility
    name: str
    parent: Optional["Definition"]
    visible_in: Optional["Definition"]
    place: Optional[Place]
    """None when no source is there."""
    name_place: Optional[Place]
    docs: Optional[Span]
    child_count: int


@dataclass(frozen=True)
class Lookup:
    """What a name at a place stands for."""

    answer: Answer
    definition: Optional["Definition"]
    use: Optional[Place]
    declaration: Optional[Place]


def _index(value: int) -> Optional[int]:
    return None if value == _NO_INDEX else value


def _place(raw: Any) -> Optional[Place]:
    return place_of(raw) if raw.path.length else None


class Definition:
    """A definition of a crate. It keeps its project alive."""

    __slots__ = ("_project", "_crate", "_id")

    def __init__(self, project: "Project", crate: int, number: int) -> None:
        self._project = project
        self._crate = crate
        self._id = number

    @property
    def project(self) -> "Project":
        return self._project

    @property
    def crate(self) -> int:
        """The index of its crate."""
        return self._crate

    @property
    def id(self) -> int:
        """Its number in its crate; 0 is the root module."""
        return self._id

    def _raw(self, pointer: int) -> RpDefinition:
        return RpDefinition(pointer, self._crate, self._id)

    @property
    def info(self) -> DefinitionInfo:
        raw = struct_with_size(RpDefinitionInfo)
        with self._project._handle as pointer:
            api().call("definition_get_info", self._raw(pointer), ctypes.byref(raw))
            return DefinitionInfo(
                DefinitionKind(raw.kind),
                raw.flags,
                Visibility(raw.visibility),
                text_of(raw.name),
                self._project._definition(raw.parent),
                self._project._definition(raw.visible_in),
                _place(raw.place),
                _place(raw.name_place),
                span_of(raw.docs) if raw.docs.start < raw.docs.end else None,
                raw.child_count,
            )

    @property
    def path(self) -> str:
        """Such as 'crate::module::Item'."""
        with self._project._handle as pointer:
            return take_text(api().make("definition_path", self._raw(pointer)))

    @property
    def children(self) -> Tuple["Definition", ...]:
        """The definitions that lie directly in this one."""
        library = api()
        found: List[Definition] = []
        with self._project._handle as pointer:
            raw = self._raw(pointer)
            while True:
                child = library.definition_child(raw, len(found))
                if library.definition_is_null(child):
                    return tuple(found)
                found.append(Definition(self._project, child.crate, child.id))

    def references(self) -> References:
        """Finds where it is used."""
        with self._project._handle as pointer:
            return _references(api().make("definition_references", self._raw(pointer)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Definition):
            return NotImplemented
        if self._project is not other._project:
            return False
        with self._project._handle as pointer:
            return bool(api().definition_equal(self._raw(pointer), other._raw(pointer)))

    def __hash__(self) -> int:
        return hash((id(self._project), self._crate, self._id))

    def __repr__(self) -> str:
        return f"<rustpro.Definition {self._crate}:{self._id}>"


def _references(handle: int) -> References:
    library = api()
    try:
        places = []
        for index in range(library.references_count(handle)):
            raw = library.references_get(handle, index)
            places.append(Reference(ReferenceKind(raw.kind), place_of(raw.place)))
        return References(Answer(library.references_answer(handle)), tuple(places))
    finally:
        library.references_free(handle)


def default_cargo_home() -> str:
    """Returns cargo's home as the environment names it, when it is there; else an empty text."""
    folder = os.environ.get("CARGO_HOME") or os.path.join(os.path.expanduser("~"), ".cargo")
    return folder if os.path.isdir(folder) else ""


class Project(Owner):
    """All cargo workspaces that the files of a workspace belong to. Immutable; made by `Workspace.project`.

    Its lists are read from the library when first asked for, and stay after `close`; definitions do not.
    """

    @classmethod
    def _open(
        cls,
        workspace: int,
        target: str,
        features: Iterable[str],
        all_features: bool,
        no_default_features: bool,
        test_cfg: bool,
        cargo_home: Optional[str],
        sources: Iterable[Union[str, Tuple[str, str]]],
        cache_folder: str,
        std_sources: str,
    ) -> "Project":
        kept: List[Any] = []

        def string(text: str) -> RpString:
            data = ctypes.create_string_buffer(encode(text))
            kept.append(data)
            return RpString(ctypes.addressof(data), len(data) - 1)

        listed = [string(feature) for feature in features]
        feature_array = (RpString * len(listed))(*listed)
        named = [("", each) if isinstance(each, str) else each for each in sources]
        source_array = (RpNamedSource * len(named))(
            *[RpNamedSource(string(package), string(folder)) for package, folder in named]
        )
        options = struct_with_size(
            RpProjectOptions,
            all_features=all_features,
            no_default_features=no_default_features,
            test_cfg=test_cfg,
            target=string(target),
            features=ctypes.addressof(feature_array) if listed else None,
            feature_count=len(listed),
            cargo_home=string(default_cargo_home() if cargo_home is None else cargo_home),
            sources=ctypes.addressof(source_array) if named else None,
            source_count=len(named),
            cache_folder=string(cache_folder),
            std_sources=string(std_sources),
        )
        library = api()
        made = library.make("project_open", workspace, ctypes.byref(options))
        return cls(Handle(made, library.project_free))

    def _definition(self, raw: Any) -> Optional[Definition]:
        return None if api().definition_is_null(raw) else Definition(self, raw.crate, raw.id)

    @cached_property
    def workspaces(self) -> Tuple[CargoWorkspace, ...]:
        library = api()
        found = []
        with self._handle as pointer:
            for index in range(library.project_workspace_count(pointer)):
                raw = library.project_workspace(pointer, index)
                found.append(
                    CargoWorkspace(
                        text_of(raw.manifest),
                        text_of(raw.target),
                        bool(raw.made_up),
                        range(raw.first_package, raw.first_package + raw.package_count),
                        range(raw.first_crate, raw.first_crate + raw.crate_count),
                    )
                )
        return tuple(found)

    @cached_property
    def packages(self) -> Tuple[Package, ...]:
        library = api()
        found = []
        with self._handle as pointer:
            for index in range(library.project_package_count(pointer)):
                raw = library.project_package(pointer, index)
                edges = []
                for number in range(raw.dependency_count):
                    edge = library.project_package_dependency(pointer, index, number)
                    edges.append(
                        PackageEdge(
                            edge.package,
                            text_of(edge.name),
                            DependencyKind(edge.kind),
                            bool(edge.is_optional),
                            bool(edge.is_active),
                            text_of(edge.platform),
                        )
                    )
                found.append(
                    Package(
                        raw.workspace,
                        text_of(raw.name),
                        text_of(raw.version),
                        text_of(raw.source),
                        text_of(raw.checksum),
                        PackageOrigin(raw.origin),
                        text_of(raw.missing_reason),
                        text_of(raw.folder),
                        text_of(raw.manifest),
                        bool(raw.has_build_script),
                        bool(raw.is_proc_macro),
                        bool(raw.built_for_target),
                        bool(raw.built_for_host),
                        tuple(
                            text_of(library.project_package_feature(pointer, index, i))
                            for i in range(raw.feature_count)
                        ),
                        tuple(
                            text_of(library.project_package_build_feature(pointer, index, i))
                            for i in range(raw.build_feature_count)
                        ),
                        tuple(edges),
                    )
                )
        return tuple(found)

    @cached_property
    def crates(self) -> Tuple[Crate, ...]:
        library = api()
        found = []
        with self._handle as pointer:
            for index in range(library.project_crate_count(pointer)):
                raw = library.project_crate(pointer, index)
                dependencies = []
                for number in range(raw.dependency_count):
                    each = library.project_crate_dependency(pointer, index, number)
                    dependencies.append(CrateDependency(text_of(each.name), _index(each.crate), _index(each.package)))
                facts = []
                for number in range(raw.fact_count):
                    fact = library.project_crate_fact(pointer, index, number)
                    facts.append(CfgFact(text_of(fact.key), text_of(fact.value) if fact.has_value else None))
                found.append(
                    Crate(
                        text_of(raw.name),
                        raw.workspace,
                        _index(raw.package),
                        CrateKind(raw.kind),
                        CrateState(raw.state),
                        raw.edition,
                        bool(raw.is_local),
                        bool(raw.is_proc_macro),
                        bool(raw.for_host),
                        bool(raw.is_test),
                        text_of(raw.root),
                        tuple(dependencies),
                        tuple(facts),
                        raw.definition_count,
                    )
                )
        return tuple(found)

    @cached_property
    def files(self) -> Tuple[SourceFile, ...]:
        """The Rust files of the workspace, and which crates each is part of."""
        library = api()
        found = []
        with self._handle as pointer:
            for index in range(library.project_file_count(pointer)):
                raw = library.project_file(pointer, index)
                crates = tuple(library.project_file_crate(pointer, index, i) for i in range(raw.crate_count))
                found.append(SourceFile(text_of(raw.path), FileState(raw.state), crates))
        return tuple(found)

    @cached_property
    def gaps(self) -> Tuple[Gap, ...]:
        library = api()
        found = []
        with self._handle as pointer:
            for index in range(library.project_gap_count(pointer)):
                raw = library.project_gap(pointer, index)
                found.append(
                    Gap(GapKind(raw.kind), _index(raw.crate), place_of(raw.place), text_of(raw.name), text_of(raw.message))
                )
        return tuple(found)

    @cached_property
    def problems(self) -> Tuple[Problem, ...]:
        library = api()
        found = []
        with self._handle as pointer:
            for index in range(library.project_problem_count(pointer)):
                raw = library.project_problem(pointer, index)
                found.append(
                    Problem(
                        ProblemKind(raw.kind),
                        text_of(raw.code),
                        _index(raw.crate),
                        place_of(raw.place),
                        text_of(raw.message),
                    )
                )
        return tuple(found)

    @cached_property
    def unread(self) -> Tuple[Unread, ...]:
        library = api()
        with self._handle as pointer:
            return tuple(
                unread_of(library.project_unread(pointer, i)) for i in range(library.project_unread_count(pointer))
            )

    def definitions(self, crate: int) -> Iterator[Definition]:
        """Yields the definitions of a crate, the root module first."""
        library = api()
        index = 0
        while True:
            with self._handle as pointer:
                raw = library.project_crate_definition(pointer, unsigned(crate, "crate", _SIZE_BITS), index)
                if library.definition_is_null(raw):
                    return
            yield Definition(self, raw.crate, raw.id)
            index += 1

    def find(self, path: str) -> Definition:
        """Finds a definition by its path, such as 'crate::module::Item'. Raises NotFoundError."""
        data = encode(path)
        raw = RpDefinition()
        with self._handle as pointer:
            api().call("project_find", pointer, data, len(data), ctypes.byref(raw))
        return Definition(self, raw.crate, raw.id)

    def definition_at(self, path: Text, offset: int) -> Lookup:
        """Finds what the name at a byte offset of a file stands for."""
        data = encode(path)
        raw = struct_with_size(RpLookup)
        with self._handle as pointer:
            api().call("project_definition_at", pointer, data, len(data), unsigned(offset, "offset"), ctypes.byref(raw))
            return Lookup(
                Answer(raw.answer), self._definition(raw.definition), _place(raw.use), _place(raw.declaration)
            )

    def references_at(self, path: Text, offset: int) -> References:
        """Finds where that is used what the name at a byte offset of a file stands for."""
        data = encode(path)
        with self._handle as pointer:
            return _references(
                api().make("project_references_at", pointer, data, len(data), unsigned(offset, "offset"))
            )

    def expansion_at(self, path: Text, offset: int, *, recursive: bool = False) -> Expansion:
        """Expands the innermost macro call, derive or attribute at a byte offset. Raises NotFoundError."""
        data = encode(path)
        library = api()
        with self._handle as pointer:
            made = library.make(
                "project_expansion_at", pointer, data, len(data), unsigned(offset, "offset"), int(recursive)
            )
            try:
                raw = struct_with_size(RpExpansionInfo)
                library.call("expansion_get_info", made, ctypes.byref(raw))
                tokens = []
                for index in range(raw.token_count):
                    token = library.expansion_get_token(made, index)
                    tokens.append(
                        ExpansionToken(
                            span_of(token.span),
                            place_of(token.written),
                            bool(token.is_made_up),
                            _place(token.definition),
                        )
                    )
                return Expansion(
                    ExpansionState(raw.state),
                    MacroUseKind(raw.kind),
                    self._definition(raw.macro),
                    place_of(raw.call),
                    text_of(raw.reason),
                    text_of(raw.text),
                    tuple(tokens),
                )
            finally:
                library.expansion_free(made)

    def render_graph(self, format: GraphFormat = GraphFormat.TEXT, *, workspace: int = 0) -> str:
        """Returns the packages of one of `workspaces` and who depends on whom."""
        with self._handle as pointer:
            number = unsigned(workspace, "workspace", _SIZE_BITS)
            return take_text(api().make("project_render_graph", pointer, number, int(format)))

    def render_symbols(self, crate: int, *, json: bool = False) -> str:
        """Returns all definitions of a crate as text."""
        with self._handle as pointer:
            number = unsigned(crate, "crate", _SIZE_BITS)
            return take_text(api().make("project_render_symbols", pointer, number, 2 if json else 1))

    def render_expanded(self, crate: int, module: str = "") -> str:
        """Returns a crate, or one module of it, with every macro replaced by what it became."""
        data = encode(module)
        with self._handle as pointer:
            number = unsigned(crate, "crate", _SIZE_BITS)
            return take_text(api().make("project_render_expanded", pointer, number, data, len(data)))

    def layout_of(self, type: str, target: str = "") -> Layout:
        """Lays out a type, written as in Rust: "my_crate::path::Type<u32, [u8; 4]>".

        Paths begin in a local crate: with its name, with `crate`, or with what its root module knows. Another `target`
        than the project's is refused: open a project for it.
        """
        data = encode(type)
        other = encode(target)
        library = api()
        with self._handle as pointer:
            made = library.make("layout_of", pointer, data, len(data), other, len(other))
            owner = Handle(made, library.layout_free)
            return layout_from(made, render_with(owner, self._handle, None))

    def layouts(self, crate: int) -> Tuple[Layout, ...]:
        """Lays out the structs, enums and unions that a crate defines, in the order of the source."""
        library = api()
        with self._handle as pointer:
            made = library.make("project_layouts", pointer, unsigned(crate, "crate", _SIZE_BITS))
            owner = Handle(made, library.layout_list_free)
            return tuple(
                layout_from(library.layout_list_get(made, index), render_with(owner, self._handle, index))
                for index in range(library.layout_list_count(made))
            )

    def render_layouts(
        self,
        crate: int,
        format: LayoutFormat = LayoutFormat.TEXT,
        *,
        order: LayoutOrder = LayoutOrder.SOURCE,
        color: bool = False,
    ) -> str:
        """Returns a table of the types of a crate, or JSON."""
        library = api()
        with self._handle as pointer:
            made = library.make("project_layouts", pointer, unsigned(crate, "crate", _SIZE_BITS))
            try:
                return take_text(library.make("layout_list_render", made, int(format), int(order), int(color)))
            finally:
                library.layout_list_free(made)

    def render_layout_difference(self, crate: int, other: "Project", other_crate: int, *, color: bool = False) -> str:
        """Returns what differs between the types of a crate here and in a project for another target."""
        library = api()
        with self._handle as first, other._handle as second:
            a = library.make("project_layouts", first, unsigned(crate, "crate", _SIZE_BITS))
            try:
                b = library.make("project_layouts", second, unsigned(other_crate, "other_crate", _SIZE_BITS))
                try:
                    return take_text(library.make("layout_list_render_difference", a, b, int(color)))
                finally:
                    library.layout_list_free(b)
            finally:
                library.layout_list_free(a)

    def implements(self, type: str, trait: str) -> Truth:
        """Returns whether a type implements a trait, by its path: "Send", "std::fmt::Debug", "my_crate::Trait"."""
        data = encode(type)
        wanted = encode(trait)
        truth = ctypes.c_int()
        with self._handle as pointer:
            api().call("type_implements", pointer, data, len(data), wanted, len(wanted), ctypes.byref(truth))
        return Truth(truth.value)
