"""librustpro for Python: reads and reviews Rust source without a Rust toolchain.

    import rustpro

    report = rustpro.review("path/to/crate")
    for finding in report.findings:
        print(finding.primary.path, finding.primary.start.line, finding.message)

The library itself, librustpro.so.0, is found by the environment variable RUSTPRO_LIBRARY (its path), beside this
package, or by the system, when it is first needed. Offsets are bytes of UTF-8; lines and columns count from 1. Calls
that fail raise a subclass of RustproError. Every object may be used by any thread.
"""

from ._abi import api as _api
from ._abi import text_of as _text_of
from ._handles import Cancellation
from .errors import (
    CancelledError,
    ClosedError,
    InternalError,
    InvalidArgumentError,
    InvalidUtf8Error,
    IoError,
    LibraryNotFoundError,
    LimitError,
    NotFoundError,
    OutOfMemoryError,
    RustproError,
    Status,
    TooLargeError,
)
from .fixes import FixedFile, Fixes, SkipKind, SkippedFix, diff
from .kinds import Kind
from .layout import (
    Layout,
    LayoutAbi,
    LayoutField,
    LayoutFormat,
    LayoutOrder,
    LayoutShape,
    LayoutVariant,
    Niche,
    TagKind,
    Truth,
)
from .project import (
    Answer,
    CargoWorkspace,
    CfgFact,
    Crate,
    CrateDependency,
    CrateKind,
    CrateState,
    Definition,
    DefinitionInfo,
    DefinitionKind,
    DependencyKind,
    Expansion,
    ExpansionState,
    ExpansionToken,
    FileState,
    Gap,
    GapKind,
    GraphFormat,
    Lookup,
    MacroUseKind,
    Package,
    PackageEdge,
    PackageOrigin,
    Problem,
    ProblemKind,
    Project,
    Reference,
    ReferenceKind,
    References,
    SourceFile,
    Visibility,
    default_cargo_home,
)
from .public_api import ApiChange, ApiDiff, ApiImpl, ApiItem, ApiKind, PublicApi, SemverLevel
from .report import (
    Applicability,
    Edit,
    Finding,
    FunctionSize,
    HiddenFindings,
    MacroGap,
    Metrics,
    PackageRole,
    Place,
    Report,
    ReviewedBuild,
    ReviewedPackage,
    ReviewGap,
    ReviewGapKind,
    SafetyDocs,
    Severity,
    Unread,
    UnsafeKind,
    UnsafeLevel,
    UnsafeMacro,
    UnsafeUse,
    Verdict,
)
from .rule_list import Rule, find_rule, rules
from .tree import (
    Cursor,
    Node,
    Position,
    RustSyntaxError,
    Span,
    Tree,
    TreeStats,
    kind_from_name,
    kind_is_node,
    kind_is_token,
    kind_is_trivia,
    kind_name,
    parse,
)
from .workspace import Progress, Workspace, WorkspaceFile, review

__version__ = "0.1.0"


def library_version() -> str:
    """Returns the version of the library that runs, such as '0.1.0'; that of this package is __version__."""
    return _text_of(_api().version_string())


def library_version_number() -> int:
    """Returns the same as major * 1000000 + minor * 1000 + patch."""
    return int(_api().version_number())


def library_path() -> str:
    """Returns what was opened as the library: a path, or the name that the system found it by."""
    return str(_api().library._name)


__all__ = [
    "Answer",
    "ApiChange",
    "ApiDiff",
    "ApiImpl",
    "ApiItem",
    "ApiKind",
    "Applicability",
    "Cancellation",
    "CancelledError",
    "CargoWorkspace",
    "CfgFact",
    "ClosedError",
    "Crate",
    "CrateDependency",
    "CrateKind",
    "CrateState",
    "Cursor",
    "Definition",
    "DefinitionInfo",
    "DefinitionKind",
    "DependencyKind",
    "Edit",
    "Expansion",
    "ExpansionState",
    "ExpansionToken",
    "FileState",
    "Finding",
    "FixedFile",
    "Fixes",
    "FunctionSize",
    "Gap",
    "GapKind",
    "GraphFormat",
    "HiddenFindings",
    "InternalError",
    "InvalidArgumentError",
    "InvalidUtf8Error",
    "IoError",
    "Kind",
    "Layout",
    "LayoutAbi",
    "LayoutField",
    "LayoutFormat",
    "LayoutOrder",
    "LayoutShape",
    "LayoutVariant",
    "LibraryNotFoundError",
    "LimitError",
    "Lookup",
    "MacroGap",
    "MacroUseKind",
    "Metrics",
    "Niche",
    "Node",
    "NotFoundError",
    "OutOfMemoryError",
    "Package",
    "PackageEdge",
    "PackageOrigin",
    "PackageRole",
    "Place",
    "Position",
    "Problem",
    "ProblemKind",
    "Progress",
    "Project",
    "PublicApi",
    "Reference",
    "ReferenceKind",
    "References",
    "Report",
    "ReviewGap",
    "ReviewGapKind",
    "ReviewedBuild",
    "ReviewedPackage",
    "Rule",
    "RustSyntaxError",
    "RustproError",
    "SafetyDocs",
    "SemverLevel",
    "Severity",
    "SkipKind",
    "SkippedFix",
    "SourceFile",
    "Span",
    "Status",
    "TagKind",
    "TooLargeError",
    "Tree",
    "TreeStats",
    "Truth",
    "Unread",
    "UnsafeKind",
    "UnsafeLevel",
    "UnsafeMacro",
    "UnsafeUse",
    "Verdict",
    "Visibility",
    "Workspace",
    "WorkspaceFile",
    "default_cargo_home",
    "diff",
    "find_rule",
    "kind_from_name",
    "kind_is_node",
    "kind_is_token",
    "kind_is_trivia",
    "kind_name",
    "library_path",
    "library_version",
    "library_version_number",
    "parse",
    "review",
    "rules",
]
