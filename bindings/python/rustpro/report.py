"""What a review found: Report and the values in it."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, Dict, Optional, Tuple

from ._abi import RpEdit, RpMetrics, RpPlace, api, text_of
from ._handles import Owner, struct_with_size, take_text
from .tree import Position, Span, position_of, render, span_of


class _OpenEnum(IntEnum):
    """An enumeration to which a newer library may add numbers: they become members named UNKNOWN_n."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class Verdict(_OpenEnum):
    """How sure a finding is."""

    PROVEN = 1
    """A compiler or the language reference would agree."""
    LIKELY = 2
    """An expert would raise it; a note says why it may be wrong."""


class Severity(_OpenEnum):
    """How bad a finding is."""

    ERROR = 1
    WARNING = 2
    ADVICE = 3


class UnsafeKind(_OpenEnum):
    """A kind of unsafety."""

    FN = 1
    BLOCK = 2
    IMPL = 3
    TRAIT = 4
    ATTRIBUTE = 5
    EXTERN_BLOCK = 6
    STATIC_MUT = 7

    @property
    def label(self) -> str:
        """Its name in words, such as 'unsafe fn'; empty for a number that is none."""
        return text_of(api().unsafe_kind_name(self.value))


class SafetyDocs(_OpenEnum):
    """How a use of unsafety is justified in the text."""

    NONE = 0
    COMMENT = 1
    """A `SAFETY:` comment."""
    SECTION = 2
    """A `# Safety` section in the documentation."""


@dataclass(frozen=True)
class Place:
    """A place in a file, with what is to be said about it."""

    path: str
    span: Span
    start: Position
    end: Position
    label: str
    """May be empty."""


@dataclass(frozen=True)
class Unread:
    """Something that was found and could not be looked at."""

    path: str
    reason: str


class Applicability(_OpenEnum):
    """How sure the library is of the edits of a finding."""

    MACHINE = 1
    """The code still compiles and means what it meant: they can be applied unseen."""
    SUGGESTION = 2
    """Somebody has to look at them."""


@dataclass(frozen=True)
class Edit:
    """One change of a file. All edits of a finding belong together: apply all of them or none."""

    place: Place
    """What is replaced; an empty span is an insertion."""
    replacement: str
    applicability: Applicability
    """The same for all edits of a finding."""


@dataclass(frozen=True)
class Finding:
    """One thing that the review has to say."""

    rule: str
    """Such as 'safety/undocumented-unsafe'."""
    area: str
    verdict: Verdict
    severity: Severity
    message: str
    primary: Place
    related: Tuple[Place, ...]
    notes: Tuple[str, ...]
    edits: Tuple[Edit, ...] = ()
    """What would mend it; often none."""


@dataclass(frozen=True)
class UnsafeUse:
    """One use of unsafety."""

    kind: UnsafeKind
    docs: SafetyDocs
    is_public: bool
    """Written `pub` without a restriction; False for blocks."""
    name: str
    """Of the item, or of the item around a block; may be empty."""
    place: Place


@dataclass(frozen=True)
class FunctionSize:
    """One of the longest functions."""

    name: str
    place: Place
    lines: int
    code_lines: int
    nesting: int
    """Deepest nesting of blocks in the body, 1 for the body itself."""


@dataclass(frozen=True)
class MacroGap:
    """A macro call, a macro definition or an attribute with `unsafe` among its tokens, into which nobody saw."""

    name: str
    """Of the macro called or defined, or of the attribute."""
    is_definition: bool
    unsafe_count: int
    """Unsafe code among the tokens: keywords, extern blocks, `static mut` and unsafe attributes."""
    place: Place


@dataclass(frozen=True)
class HiddenFindings:
    """How many findings the report leaves out."""

    suppressed: int
    """By comments `// rustpro: allow(rule) reason`."""
    baseline: int
    """By the baseline that the review was given."""


class ReviewGapKind(_OpenEnum):
    """A kind of thing that a review could not see."""

    MISSING_PACKAGE = 1
    """A dependency whose sources are nowhere."""
    UNREADABLE_FILE = 2
    """A module whose file is missing or may not be read."""
    OPAQUE_MACRO = 3
    """A procedural macro that is not modelled."""
    UNRESOLVED_MACRO = 4
    FAILED_MACRO = 5
    """A macro call that could not be expanded."""
    UNKNOWN_STD = 6
    """The standard library is not described for the target."""
    LIMIT = 7
    INACTIVE_FILE = 8
    """A file that the target and the features leave out."""
    NOT_RUST = 9
    """A file that no target leads to and that does not parse: it is not reviewed."""

    @property
    def label(self) -> str:
        """Its name in words, such as 'missing package'; empty for a number that is none."""
        return text_of(api().review_gap_kind_name(self.value))


@dataclass(frozen=True)
class ReviewGap:
    """Something that could not be seen: what depends on it is unknown, and rules are silent there."""

    kind: ReviewGapKind
    count: int
    """How often it was met; the place is the first."""
    name: str
    """Of the package, the macro or the file."""
    message: str
    """Why."""
    path: str
    """May be empty."""
    position: Optional[Position]
    """None when there is no place."""


class PackageRole(_OpenEnum):
    """What a package is for."""

    OWN = 1
    """It lies in the folder under review."""
    PROGRAM = 2
    """Its code is in what the own packages build."""
    BUILD_TIME = 3
    """A procedural macro, a build script, or what one of them needs."""
    TESTS = 4
    """Only tests, examples and benchmarks of the own packages need it."""

    @property
    def label(self) -> str:
        """Its name in words, such as 'build time'; empty for a number that is none."""
        return text_of(api().package_role_name(self.value))


class UnsafeLevel(_OpenEnum):
    """What a package says of unsafe code itself."""

    NONE = 0
    DENY = 1
    FORBID = 2
    """`#![forbid(unsafe_code)]`"""


@dataclass(frozen=True)
class UnsafeMacro:
    """A macro that brings unsafe code into a package."""

    path: str
    calls: int
    """Whose output has some of it."""
    unsafe_count: int
    """In all these calls together."""
    is_foreign: bool
    """Another package defines it."""


@dataclass(frozen=True)
class ReviewedPackage:
    """A package that the reviewed ones are made of. The numbers mean nothing where it was not read."""

    name: str
    version: str
    features: Tuple[str, ...]
    """Those that are enabled."""
    role: PackageRole
    was_read: bool
    reason: str
    """Why it was not read."""
    level: UnsafeLevel
    has_build_script: bool
    is_proc_macro: bool
    written: Dict[UnsafeKind, int]
    """Uses of unsafety in its files; kinds that it has none of are not there."""
    expanded: Dict[UnsafeKind, int]
    """Those that definitions of macros bring, once for each call."""
    macros: Tuple[UnsafeMacro, ...]
    """Where `expanded` comes from."""
    inactive_unsafe: int
    """In parts of files that the target and the features leave out."""
    unsafe_in_definitions: int
    """In definitions of macros, which are nothing until somebody calls them."""
    opaque_macros: int
    """Macro calls, derives and attributes whose output is not known."""
    opaque_unsafe: int
    """Among the arguments of such calls."""
    modelled_macros: int
    """Uses of procedural macros that a model stands for, which says nothing of unsafety."""
    files: int
    missing_files: int
    inactive_files: int
    """Rust files beside those that were read that are part of nothing that is built."""


@dataclass(frozen=True)
class ReviewedBuild:
    """What the packages of a report were chosen for."""

    target: str
    features: str
    """In words, such as 'default features'."""


def _package_of(library: Any, pointer: Any, index: int) -> ReviewedPackage:
    raw = library.report_package(pointer, index)

    def counts(expanded: int) -> Dict[UnsafeKind, int]:
        found = {kind: library.report_package_unsafe(pointer, index, kind.value, expanded) for kind in UnsafeKind}
        return {kind: count for kind, count in found.items() if count}

    macros = []
    for each in range(raw.macro_count):
        macro = library.report_package_macro(pointer, index, each)
        macros.append(UnsafeMacro(text_of(macro.path), macro.calls, macro.unsafe_count, bool(macro.is_foreign)))
    features = text_of(raw.features)
    return ReviewedPackage(
        name=text_of(raw.name),
        version=text_of(raw.version),
        features=tuple(features.split(", ")) if features else (),
        role=PackageRole(raw.role),
        was_read=bool(raw.was_read),
        reason=text_of(raw.reason),
        level=UnsafeLevel(raw.level),
        has_build_script=bool(raw.has_build_script),
        is_proc_macro=bool(raw.is_proc_macro),
        written=counts(0),
        expanded=counts(1),
        macros=tuple(macros),
        inactive_unsafe=raw.inactive_unsafe,
        unsafe_in_definitions=raw.unsafe_in_definitions,
        opaque_macros=raw.opaque_macros,
        opaque_unsafe=raw.opaque_unsafe,
        modelled_macros=raw.modelled_macros,
        files=raw.files,
        missing_files=raw.missing_files,
        inactive_files=raw.inactive_files,
    )


@dataclass(frozen=True)
class Metrics:
    """Sizes over all files that were read; those that were not are counted in `files_unread` alone."""

    max_nesting: int
    files: int
    files_unread: int
    files_with_errors: int
    bytes: int
    lines: int
    code_lines: int
    comment_lines: int
    blank_lines: int
    items: int
    functions: int
    macro_calls: int
    macro_definitions: int
    unsafe_uses: int
    unsafe_unseen: int
    """Unsafe code inside macros, which `unsafe_uses` does not include."""


def place_of(raw: RpPlace) -> Place:
    return Place(text_of(raw.path), span_of(raw.span), position_of(raw.start), position_of(raw.end), text_of(raw.label))


def _edit_of(raw: RpEdit) -> Edit:
    return Edit(place_of(raw.place), text_of(raw.replacement), Applicability(raw.applicability))


def unread_of(raw: Any) -> Unread:
    return Unread(text_of(raw.path), text_of(raw.reason))


class Report(Owner):
    """The findings, figures and gaps of one review. Immutable, independent of its workspace; threads may share it.

    Its lists are read from the library when first asked for, and stay after `close`.
    """

    @cached_property
    def findings(self) -> Tuple[Finding, ...]:
        """Sorted by path, place and rule."""
        library = api()
        findings = []
        with self._handle as pointer:
            for index in range(library.report_finding_count(pointer)):
                raw = library.report_finding(pointer, index)
                findings.append(
                    Finding(
                        rule=text_of(raw.rule),
                        area=text_of(raw.area),
                        verdict=Verdict(raw.verdict),
                        severity=Severity(raw.severity),
                        message=text_of(raw.message),
                        primary=place_of(raw.primary),
                        related=tuple(
                            place_of(library.report_related(pointer, index, i)) for i in range(raw.related_count)
                        ),
                        notes=tuple(text_of(library.report_note(pointer, index, i)) for i in range(raw.note_count)),
                        edits=tuple(
                            _edit_of(library.report_edit(pointer, index, i))
                            for i in range(library.report_edit_count(pointer, index))
                        ),
                    )
                )
        return tuple(findings)

    @cached_property
    def unsafe_uses(self) -> Tuple[UnsafeUse, ...]:
        """Every use of unsafety in the files that were read, in order of path and place."""
        library = api()
        uses = []
        with self._handle as pointer:
            for index in range(library.report_unsafe_count(pointer)):
                raw = library.report_unsafe(pointer, index)
                uses.append(
                    UnsafeUse(
                        UnsafeKind(raw.kind),
                        SafetyDocs(raw.docs),
                        bool(raw.is_public),
                        text_of(raw.name),
                        place_of(raw.place),
                    )
                )
        return tuple(uses)

    @cached_property
    def metrics(self) -> Metrics:
        raw = struct_with_size(RpMetrics)
        with self._handle as pointer:
            api().call("report_get_metrics", pointer, ctypes.byref(raw))
        return Metrics(**{name: getattr(raw, name) for name, *_ in RpMetrics._fields_ if name != "struct_size"})

    @cached_property
    def longest_functions(self) -> Tuple[FunctionSize, ...]:
        """At most 20, longest first."""
        library = api()
        functions = []
        with self._handle as pointer:
            for index in range(library.report_longest_function_count(pointer)):
                raw = library.report_longest_function(pointer, index)
                functions.append(
                    FunctionSize(text_of(raw.name), place_of(raw.place), raw.lines, raw.code_lines, raw.nesting)
                )
        return tuple(functions)

    @cached_property
    def macro_gaps(self) -> Tuple[MacroGap, ...]:
        """Macros with unsafety inside that is in no other figure, in order of path and place."""
        library = api()
        gaps = []
        with self._handle as pointer:
            for index in range(library.report_macro_gap_count(pointer)):
                raw = library.report_macro_gap(pointer, index)
                gaps.append(
                    MacroGap(text_of(raw.name), bool(raw.is_definition), raw.unsafe_count, place_of(raw.place))
                )
        return tuple(gaps)

    @cached_property
    def packages(self) -> Tuple[ReviewedPackage, ...]:
        """The packages that the reviewed ones are made of, in order of role, name and version."""
        library = api()
        with self._handle as pointer:
            count = library.report_package_count(pointer)
            return tuple(_package_of(library, pointer, index) for index in range(count))

    @cached_property
    def build(self) -> ReviewedBuild:
        """What `packages` was made for."""
        with self._handle as pointer:
            raw = api().report_build(pointer)
            return ReviewedBuild(text_of(raw.target), text_of(raw.features))

    @cached_property
    def unread(self) -> Tuple[Unread, ...]:
        """Files and folders that were found and not read: nothing is known of them."""
        library = api()
        with self._handle as pointer:
            count = library.report_unread_count(pointer)
            return tuple(unread_of(library.report_unread(pointer, index)) for index in range(count))

    @cached_property
    def hidden(self) -> HiddenFindings:
        """How many findings are left out of `findings`."""
        with self._handle as pointer:
            raw = api().report_hidden(pointer)
        return HiddenFindings(raw.suppressed, raw.baseline)

    @cached_property
    def gaps(self) -> Tuple[ReviewGap, ...]:
        """What names and types depend on and was not seen: one of each kind and name, in that order."""
        library = api()
        gaps = []
        with self._handle as pointer:
            for index in range(library.report_gap_count(pointer)):
                raw = library.report_gap(pointer, index)
                gaps.append(
                    ReviewGap(
                        ReviewGapKind(raw.kind),
                        raw.count,
                        text_of(raw.name),
                        text_of(raw.message),
                        text_of(raw.path),
                        position_of(raw.at) if raw.at.line else None,
                    )
                )
        return tuple(gaps)

    def baseline(self) -> str:
        """Writes down the findings, as a text for the `baseline` of later reviews: those that are there now are known
        from then on, wherever they move in their file."""
        library = api()
        with self._handle as pointer:
            return take_text(library.make("report_baseline", pointer))

    def render(self, format: str = "text", *, color: bool = False, width: int = 0, link_base: str = "") -> str:
        """Returns the report as 'text', 'json', 'sarif', 'markdown' or 'html'.

        color, width  ANSI colours, and columns of the terminal, for text
        link_base     what links to files begin with in Markdown, such as
                      'https://github.com/owner/name/blob/COMMIT/'; empty for relative links
        """
        return render("report_render", self._handle, format, color, width, link_base)
