"""The C interface as ctypes sees it: structs, functions, and how the library is found."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import threading
from ctypes import POINTER, Structure, c_char_p, c_int, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from .errors import InternalError, LibraryNotFoundError, error_of

ABI_MAJOR = 0
ABI_MINOR = 1

LIBRARY_NAME = "librustpro.0.dylib" if sys.platform == "darwin" else "librustpro.so.0"


class RpString(Structure):
    """Text with a length; the memory belongs to the handle that gave it. Not c_char_p, which would stop at a NUL."""

    _fields_ = [("data", c_void_p), ("length", c_size_t)]


class RpSpan(Structure):
    _fields_ = [("start", c_uint32), ("end", c_uint32)]


class RpPosition(Structure):
    _fields_ = [("line", c_uint32), ("column_bytes", c_uint32), ("column_utf16", c_uint32)]


class RpParseOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("edition", c_uint32),
        ("nesting_limit", c_uint32),
        ("error_limit", c_uint32),
        ("memory_limit", c_uint64),
        ("cancellation", c_void_p),
    ]


class RpTreeStats(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("errors", c_uint32),
        ("bytes", c_uint64),
        ("lines", c_uint64),
        ("tokens", c_uint64),
        ("nodes", c_uint64),
        ("memory_bytes", c_uint64),
        ("lex_nanoseconds", c_uint64),
        ("parse_nanoseconds", c_uint64),
    ]


class RpSyntaxError(Structure):
    _fields_ = [
        ("span", RpSpan),
        ("message", RpString),
        ("hint", RpString),
        ("related_span", RpSpan),
        ("related_label", RpString),
    ]


class RpNode(Structure):
    _fields_ = [("tree", c_void_p), ("id", c_uint32), ("kind", c_uint32)]


class RpCursor(Structure):
    _fields_ = [("node", RpNode), ("depth", c_uint32), ("reserved", c_uint32), ("root", RpNode)]


# int (*)(uint64_t done, uint64_t total, rp_string name, void *user_data)
ProgressFunction = ctypes.CFUNCTYPE(c_int, c_uint64, c_uint64, RpString, c_void_p)


class RpWorkspaceOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("edition", c_uint32),
        ("thread_count", c_uint32),
        ("nesting_limit", c_uint32),
        ("memory_limit", c_uint64),
        ("file_limit", c_uint64),
        ("cancellation", c_void_p),
        ("progress", ProgressFunction),
        ("user_data", c_void_p),
    ]


class RpUnread(Structure):
    _fields_ = [("path", RpString), ("reason", RpString)]


class RpPlace(Structure):
    _fields_ = [
        ("path", RpString),
        ("span", RpSpan),
        ("start", RpPosition),
        ("end", RpPosition),
        ("label", RpString),
    ]


class RpFinding(Structure):
    _fields_ = [
        ("rule", RpString),
        ("area", RpString),
        ("verdict", c_int),
        ("severity", c_int),
        ("message", RpString),
        ("primary", RpPlace),
        ("related_count", c_size_t),
        ("note_count", c_size_t),
    ]


class RpUnsafeUse(Structure):
    _fields_ = [
        ("kind", c_int),
        ("docs", c_int),
        ("is_public", c_int),
        ("name", RpString),
        ("place", RpPlace),
    ]


class RpMetrics(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("max_nesting", c_uint32),
        ("files", c_uint64),
        ("files_unread", c_uint64),
        ("files_with_errors", c_uint64),
        ("bytes", c_uint64),
        ("lines", c_uint64),
        ("code_lines", c_uint64),
        ("comment_lines", c_uint64),
        ("blank_lines", c_uint64),
        ("items", c_uint64),
        ("functions", c_uint64),
        ("macro_calls", c_uint64),
        ("macro_definitions", c_uint64),
        ("unsafe_uses", c_uint64),
        ("unsafe_unseen", c_uint64),
    ]


class RpFunctionSize(Structure):
    _fields_ = [
        ("name", RpString),
        ("place", RpPlace),
        ("lines", c_uint32),
        ("code_lines", c_uint32),
        ("nesting", c_uint32),
        ("reserved", c_uint32),
    ]


class RpMacroGap(Structure):
    _fields_ = [
        ("name", RpString),
        ("is_definition", c_int),
        ("unsafe_count", c_uint32),
        ("place", RpPlace),
    ]


class RpRule(Structure):
    _fields_ = [
        ("id", RpString),
        ("area", RpString),
        ("title", RpString),
        ("why", RpString),
        ("bad", RpString),
        ("good", RpString),
        ("doubt", RpString),
        ("lint", RpString),
        ("severity", c_int),
        ("verdict", c_int),
        ("opt_in", c_int),
        ("reference_count", c_size_t),
    ]


class RpReviewOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("min_severity", c_uint32),
        ("only", RpString),
        ("deny", RpString),
        ("off", RpString),
        ("baseline", RpString),
        ("advisory_db", RpString),
        ("target", RpString),
        ("features", RpString),
        ("cargo_home", RpString),
        ("cache_folder", RpString),
        ("all_features", c_int),
        ("no_default_features", c_int),
        ("whole_tree", c_int),
    ]


class RpHiddenFindings(Structure):
    _fields_ = [("suppressed", c_uint64), ("baseline", c_uint64)]


class RpReviewedPackage(Structure):
    _fields_ = [
        ("name", RpString),
        ("version", RpString),
        ("features", RpString),
        ("reason", RpString),
        ("role", c_int),
        ("level", c_int),
        ("was_read", c_int),
        ("has_build_script", c_int),
        ("is_proc_macro", c_int),
        ("inactive_unsafe", c_uint32),
        ("unsafe_in_definitions", c_uint32),
        ("opaque_macros", c_uint32),
        ("opaque_unsafe", c_uint32),
        ("modelled_macros", c_uint32),
        ("files", c_uint32),
        ("missing_files", c_uint32),
        ("inactive_files", c_uint32),
        ("macro_count", c_size_t),
    ]


class RpUnsafeMacro(Structure):
    _fields_ = [("path", RpString), ("calls", c_uint32), ("unsafe_count", c_uint32), ("is_foreign", c_int)]


class RpReviewedBuild(Structure):
    _fields_ = [("target", RpString), ("features", RpString)]


class RpReviewGap(Structure):
    _fields_ = [
        ("kind", c_int),
        ("count", c_uint32),
        ("name", RpString),
        ("message", RpString),
        ("path", RpString),
        ("at", RpPosition),
    ]


class RpRenderOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("format", c_int),
        ("color", c_int),
        ("width", c_uint32),
        ("link_base", c_char_p),
        ("link_base_length", c_size_t),
    ]


class RpEdit(Structure):
    _fields_ = [("place", RpPlace), ("replacement", RpString), ("applicability", c_int)]


class RpFixOptions(Structure):
    _fields_ = [("struct_size", c_uint32), ("suggestions", c_int), ("cancellation", c_void_p)]


class RpFixedFile(Structure):
    _fields_ = [
        ("path", RpString),
        ("before", RpString),
        ("after", RpString),
        ("fix_count", c_size_t),
        ("is_writable", c_int),
    ]


class RpSkippedFix(Structure):
    _fields_ = [("finding", c_size_t), ("kind", c_int), ("reason", RpString)]


class RpApiOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("all_features", c_int),
        ("no_default_features", c_int),
        ("features", RpString),
        ("package", RpString),
        ("target", RpString),
        ("cargo_home", RpString),
    ]


class RpApiItem(Structure):
    _fields_ = [
        ("kind", c_int),
        ("path", RpString),
        ("signature", RpString),
        ("condition", RpString),
        ("file", RpString),
        ("start", RpPosition),
        ("parent", c_size_t),
        ("deprecated", c_int),
        ("non_exhaustive", c_int),
        ("must_use", c_int),
        ("hidden", c_int),
        ("has_default", c_int),
    ]


class RpApiImpl(Structure):
    _fields_ = [("trait_name", RpString), ("type_name", RpString), ("item", c_size_t), ("is_negative", c_int)]


class RpApiChange(Structure):
    _fields_ = [
        ("rule", RpString),
        ("level", c_int),
        ("verdict", c_int),
        ("path", RpString),
        ("message", RpString),
        ("old_text", RpString),
        ("new_text", RpString),
        ("note", RpString),
        ("reference", RpString),
        ("old_file", RpString),
        ("old_start", RpPosition),
        ("new_file", RpString),
        ("new_start", RpPosition),
    ]


class RpNamedSource(Structure):
    _fields_ = [
        ("package", RpString),
        ("folder", RpString),
    ]


class RpProjectOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("all_features", c_int),
        ("no_default_features", c_int),
        ("test_cfg", c_int),
        ("target", RpString),
        ("features", c_void_p),
        ("feature_count", c_size_t),
        ("cargo_home", RpString),
        ("sources", c_void_p),
        ("source_count", c_size_t),
        ("cache_folder", RpString),
        ("std_sources", RpString),
    ]


class RpCargoWorkspace(Structure):
    _fields_ = [
        ("manifest", RpString),
        ("target", RpString),
        ("made_up", c_int),
        ("first_package", c_size_t),
        ("package_count", c_size_t),
        ("first_crate", c_size_t),
        ("crate_count", c_size_t),
    ]


class RpPackage(Structure):
    _fields_ = [
        ("workspace", c_size_t),
        ("name", RpString),
        ("version", RpString),
        ("source", RpString),
        ("checksum", RpString),
        ("origin", c_int),
        ("missing_reason", RpString),
        ("folder", RpString),
        ("manifest", RpString),
        ("has_build_script", c_int),
        ("is_proc_macro", c_int),
        ("built_for_target", c_int),
        ("built_for_host", c_int),
        ("feature_count", c_size_t),
        ("build_feature_count", c_size_t),
        ("dependency_count", c_size_t),
    ]


class RpPackageEdge(Structure):
    _fields_ = [
        ("package", c_size_t),
        ("name", RpString),
        ("kind", c_int),
        ("is_optional", c_int),
        ("is_active", c_int),
        ("platform", RpString),
    ]


class RpCrate(Structure):
    _fields_ = [
        ("name", RpString),
        ("workspace", c_size_t),
        ("package", c_size_t),
        ("kind", c_int),
        ("state", c_int),
        ("edition", c_uint32),
        ("is_local", c_int),
        ("is_proc_macro", c_int),
        ("for_host", c_int),
        ("is_test", c_int),
        ("root", RpString),
        ("dependency_count", c_size_t),
        ("fact_count", c_size_t),
        ("definition_count", c_size_t),
    ]


class RpCrateDependency(Structure):
    _fields_ = [
        ("name", RpString),
        ("crate", c_size_t),
        ("package", c_size_t),
    ]


class RpCfgFact(Structure):
    _fields_ = [
        ("key", RpString),
        ("value", RpString),
        ("has_value", c_int),
    ]


class RpDefinition(Structure):
    _fields_ = [
        ("project", c_void_p),
        ("crate", c_uint32),
        ("id", c_uint32),
    ]


class RpDefinitionInfo(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_int),
        ("flags", c_uint32),
        ("visibility", c_int),
        ("name", RpString),
        ("parent", RpDefinition),
        ("visible_in", RpDefinition),
        ("child_count", c_size_t),
        ("place", RpPlace),
        ("name_place", RpPlace),
        ("docs", RpSpan),
    ]


class RpLookup(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("answer", c_int),
        ("definition", RpDefinition),
        ("use", RpPlace),
        ("declaration", RpPlace),
    ]


class RpReference(Structure):
    _fields_ = [
        ("kind", c_int),
        ("place", RpPlace),
    ]


class RpExpansionInfo(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("state", c_int),
        ("kind", c_int),
        ("reserved", c_uint32),
        ("macro", RpDefinition),
        ("call", RpPlace),
        ("reason", RpString),
        ("text", RpString),
        ("token_count", c_size_t),
    ]


class RpExpansionToken(Structure):
    _fields_ = [
        ("span", RpSpan),
        ("written", RpPlace),
        ("is_made_up", c_int),
        ("definition", RpPlace),
    ]


class RpU128(Structure):
    _fields_ = [("low", c_uint64), ("high", c_uint64)]


class RpNiche(Structure):
    _fields_ = [
        ("offset", c_uint64),
        ("size", c_uint64),
        ("available", RpU128),
        ("first", RpU128),
        ("last", RpU128),
    ]


class RpLayoutInfo(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("is_known", c_int),
        ("shape", c_int),
        ("abi", c_int),
        ("size", c_uint64),
        ("align", c_uint64),
        ("padding", c_uint64),
        ("is_sized", c_int),
        ("is_uninhabited", c_int),
        ("has_niche", c_int),
        ("tag", c_int),
        ("niche", RpNiche),
        ("tag_offset", c_uint64),
        ("tag_size", c_uint64),
        ("untagged_variant", c_size_t),
        ("variant_count", c_size_t),
        ("name", RpString),
        ("repr", RpString),
        ("reason", RpString),
        ("target", RpString),
        ("definition", RpDefinition),
    ]


class RpLayoutVariant(Structure):
    _fields_ = [
        ("name", RpString),
        ("is_absent", c_int),
        ("has_discriminant", c_int),
        ("has_tag_value", c_int),
        ("reserved", c_int),
        ("discriminant", RpU128),
        ("tag_value", RpU128),
        ("padding", c_uint64),
        ("field_count", c_size_t),
    ]


class RpLayoutField(Structure):
    _fields_ = [
        ("name", RpString),
        ("type", RpString),
        ("offset", c_uint64),
        ("size", c_uint64),
        ("align", c_uint64),
        ("padding_before", c_uint64),
    ]


class RpGap(Structure):
    _fields_ = [
        ("kind", c_int),
        ("crate", c_size_t),
        ("place", RpPlace),
        ("name", RpString),
        ("message", RpString),
    ]


class RpProblem(Structure):
    _fields_ = [
        ("kind", c_int),
        ("code", RpString),
        ("crate", c_size_t),
        ("place", RpPlace),
        ("message", RpString),
    ]


class RpSourceFile(Structure):
    _fields_ = [
        ("path", RpString),
        ("state", c_int),
        ("crate_count", c_size_t),
    ]


_HANDLE = c_void_p
_OUT = POINTER(c_void_p)  # rp_x **out_x, and rp_error **error
_STATUS = c_int

# Every function of the interface: its result, then its parameters.
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    # base.h
    "rp_error_status": (_STATUS, [_HANDLE]),
    "rp_error_message": (RpString, [_HANDLE]),
    "rp_error_free": (None, [_HANDLE]),
    "rp_status_name": (RpString, [_STATUS]),
    "rp_version_string": (RpString, []),
    "rp_version_number": (c_uint32, []),
    "rp_abi_compatible": (c_int, [c_uint32, c_uint32]),
    "rp_cancellation_new": (_STATUS, [_OUT, _OUT]),
    "rp_cancellation_request": (None, [_HANDLE]),
    "rp_cancellation_requested": (c_int, [_HANDLE]),
    "rp_cancellation_reset": (None, [_HANDLE]),
    "rp_cancellation_free": (None, [_HANDLE]),
    # tree.h
    "rp_tree_parse": (
        _STATUS,
        [c_char_p, c_size_t, c_char_p, c_size_t, POINTER(RpParseOptions), _OUT, _OUT],
    ),
    "rp_tree_free": (None, [_HANDLE]),
    "rp_tree_text": (RpString, [_HANDLE]),
    "rp_tree_name": (RpString, [_HANDLE]),
    "rp_tree_edition": (c_uint32, [_HANDLE]),
    "rp_tree_get_stats": (_STATUS, [_HANDLE, POINTER(RpTreeStats), _OUT]),
    "rp_tree_error_count": (c_size_t, [_HANDLE]),
    "rp_tree_error": (RpSyntaxError, [_HANDLE, c_size_t]),
    "rp_node_is_null": (c_int, [RpNode]),
    "rp_node_equal": (c_int, [RpNode, RpNode]),
    "rp_tree_root": (RpNode, [_HANDLE]),
    "rp_kind_name": (RpString, [c_uint32]),
    "rp_kind_from_name": (c_uint32, [c_char_p, c_size_t]),
    "rp_kind_is_node": (c_int, [c_uint32]),
    "rp_kind_is_token": (c_int, [c_uint32]),
    "rp_kind_is_trivia": (c_int, [c_uint32]),
    "rp_node_span": (RpSpan, [RpNode]),
    "rp_node_text": (RpString, [RpNode]),
    "rp_node_parent": (RpNode, [RpNode]),
    "rp_node_first_child": (RpNode, [RpNode]),
    "rp_node_last_child": (RpNode, [RpNode]),
    "rp_node_next_sibling": (RpNode, [RpNode]),
    "rp_node_previous_sibling": (RpNode, [RpNode]),
    "rp_node_child_count": (c_uint32, [RpNode]),
    "rp_node_child": (RpNode, [RpNode, c_uint32]),
    "rp_node_field_name": (RpString, [RpNode]),
    "rp_node_child_by_field": (RpNode, [RpNode, c_char_p, c_size_t]),
    "rp_tree_node_at": (RpNode, [_HANDLE, c_uint32]),
    "rp_tree_node_covering": (RpNode, [_HANDLE, c_uint32, c_uint32]),
    "rp_cursor_at": (RpCursor, [RpNode]),
    "rp_cursor_first_child": (c_int, [POINTER(RpCursor)]),
    "rp_cursor_next_sibling": (c_int, [POINTER(RpCursor)]),
    "rp_cursor_parent": (c_int, [POINTER(RpCursor)]),
    "rp_cursor_next": (c_int, [POINTER(RpCursor)]),
    "rp_tree_line_count": (c_uint32, [_HANDLE]),
    "rp_tree_position": (RpPosition, [_HANDLE, c_uint32]),
    "rp_tree_offset": (c_uint32, [_HANDLE, c_uint32, c_uint32]),
    "rp_tree_offset_utf16": (c_uint32, [_HANDLE, c_uint32, c_uint32]),
    # workspace.h
    "rp_workspace_open": (_STATUS, [c_char_p, c_size_t, POINTER(RpWorkspaceOptions), _OUT, _OUT]),
    "rp_workspace_new": (_STATUS, [POINTER(RpWorkspaceOptions), _OUT, _OUT]),
    "rp_workspace_free": (None, [_HANDLE]),
    "rp_workspace_set_file": (_STATUS, [_HANDLE, c_char_p, c_size_t, c_char_p, c_size_t, _OUT]),
    "rp_workspace_remove_file": (_STATUS, [_HANDLE, c_char_p, c_size_t, _OUT]),
    "rp_workspace_file_count": (c_size_t, [_HANDLE]),
    "rp_workspace_file_path": (RpString, [_HANDLE, c_size_t]),
    "rp_workspace_file_edition": (c_uint32, [_HANDLE, c_size_t]),
    "rp_workspace_unread_count": (c_size_t, [_HANDLE]),
    "rp_workspace_unread": (RpUnread, [_HANDLE, c_size_t]),
    "rp_workspace_parse_file": (_STATUS, [_HANDLE, c_size_t, _OUT, _OUT]),
    # report.h
    "rp_workspace_review": (_STATUS, [_HANDLE, _OUT, _OUT]),
    "rp_report_free": (None, [_HANDLE]),
    "rp_report_finding_count": (c_size_t, [_HANDLE]),
    "rp_report_finding": (RpFinding, [_HANDLE, c_size_t]),
    "rp_report_related": (RpPlace, [_HANDLE, c_size_t, c_size_t]),
    "rp_report_note": (RpString, [_HANDLE, c_size_t, c_size_t]),
    "rp_report_unsafe_count": (c_size_t, [_HANDLE]),
    "rp_report_unsafe": (RpUnsafeUse, [_HANDLE, c_size_t]),
    "rp_unsafe_kind_name": (RpString, [c_int]),
    "rp_report_get_metrics": (_STATUS, [_HANDLE, POINTER(RpMetrics), _OUT]),
    "rp_report_longest_function_count": (c_size_t, [_HANDLE]),
    "rp_report_longest_function": (RpFunctionSize, [_HANDLE, c_size_t]),
    "rp_report_unread_count": (c_size_t, [_HANDLE]),
    "rp_report_unread": (RpUnread, [_HANDLE, c_size_t]),
    "rp_report_package_count": (c_size_t, [_HANDLE]),
    "rp_report_package": (RpReviewedPackage, [_HANDLE, c_size_t]),
    "rp_report_package_unsafe": (c_uint32, [_HANDLE, c_size_t, c_int, c_int]),
    "rp_report_package_macro": (RpUnsafeMacro, [_HANDLE, c_size_t, c_size_t]),
    "rp_report_build": (RpReviewedBuild, [_HANDLE]),
    "rp_package_role_name": (RpString, [c_int]),
    "rp_report_macro_gap_count": (c_size_t, [_HANDLE]),
    "rp_report_macro_gap": (RpMacroGap, [_HANDLE, c_size_t]),
    "rp_report_render": (_STATUS, [_HANDLE, POINTER(RpRenderOptions), _OUT, _OUT]),
    "rp_tree_render_errors": (_STATUS, [_HANDLE, POINTER(RpRenderOptions), _OUT, _OUT]),
    "rp_tree_render": (_STATUS, [_HANDLE, POINTER(RpRenderOptions), _OUT, _OUT]),
    "rp_buffer_text": (RpString, [_HANDLE]),
    "rp_buffer_free": (None, [_HANDLE]),
    # rules.h
    "rp_rule_count": (c_size_t, []),
    "rp_rule_at": (RpRule, [c_size_t]),
    "rp_rule_reference": (RpString, [c_size_t, c_size_t]),
    "rp_rule_find": (c_size_t, [c_char_p, c_size_t]),
    "rp_workspace_review_with": (_STATUS, [_HANDLE, POINTER(RpReviewOptions), _OUT, _OUT]),
    "rp_report_baseline": (_STATUS, [_HANDLE, _OUT, _OUT]),
    "rp_report_hidden": (RpHiddenFindings, [_HANDLE]),
    "rp_report_gap_count": (c_size_t, [_HANDLE]),
    "rp_report_gap": (RpReviewGap, [_HANDLE, c_size_t]),
    "rp_review_gap_kind_name": (RpString, [c_int]),
    # fixes.h
    "rp_report_edit_count": (c_size_t, [_HANDLE, c_size_t]),
    "rp_report_edit": (RpEdit, [_HANDLE, c_size_t, c_size_t]),
    "rp_report_make_fixes": (_STATUS, [_HANDLE, _HANDLE, POINTER(RpFixOptions), _OUT, _OUT]),
    "rp_fixes_free": (None, [_HANDLE]),
    "rp_fixes_applied_count": (c_size_t, [_HANDLE]),
    "rp_fixes_applied": (c_size_t, [_HANDLE, c_size_t]),
    "rp_fixes_file_count": (c_size_t, [_HANDLE]),
    "rp_fixes_file": (RpFixedFile, [_HANDLE, c_size_t]),
    "rp_fixes_skipped_count": (c_size_t, [_HANDLE]),
    "rp_fixes_skipped": (RpSkippedFix, [_HANDLE, c_size_t]),
    "rp_fixes_write_file": (_STATUS, [_HANDLE, c_size_t, _OUT]),
    "rp_fixes_render_diff": (_STATUS, [_HANDLE, _OUT, _OUT]),
    "rp_diff": (
        _STATUS,
        [c_char_p, c_size_t, c_char_p, c_size_t, c_char_p, c_size_t, _OUT, _OUT],
    ),
    # api.h
    "rp_workspace_public_api": (_STATUS, [_HANDLE, POINTER(RpApiOptions), _OUT, _OUT]),
    "rp_api_free": (None, [_HANDLE]),
    "rp_api_crate": (RpString, [_HANDLE]),
    "rp_api_version": (RpString, [_HANDLE]),
    "rp_api_item_count": (c_size_t, [_HANDLE]),
    "rp_api_item_at": (RpApiItem, [_HANDLE, c_size_t]),
    "rp_api_impl_count": (c_size_t, [_HANDLE]),
    "rp_api_impl_at": (RpApiImpl, [_HANDLE, c_size_t]),
    "rp_api_unknown_count": (c_size_t, [_HANDLE]),
    "rp_api_unknown": (RpString, [_HANDLE, c_size_t]),
    "rp_api_kind_name": (RpString, [c_int]),
    "rp_api_render": (_STATUS, [_HANDLE, POINTER(RpRenderOptions), _OUT, _OUT]),
    "rp_api_compare": (_STATUS, [_HANDLE, _HANDLE, _OUT, _OUT]),
    "rp_api_diff_free": (None, [_HANDLE]),
    "rp_api_diff_change_count": (c_size_t, [_HANDLE]),
    "rp_api_diff_change": (RpApiChange, [_HANDLE, c_size_t]),
    "rp_api_diff_sufficient": (c_int, [_HANDLE]),
    "rp_api_diff_unknown_count": (c_size_t, [_HANDLE]),
    "rp_api_diff_unknown": (RpString, [_HANDLE, c_size_t]),
    "rp_api_diff_render": (_STATUS, [_HANDLE, POINTER(RpRenderOptions), _OUT, _OUT]),
    # project.h
    "rp_project_open": (_STATUS, [_HANDLE, POINTER(RpProjectOptions), _OUT, _OUT]),
    "rp_project_free": (None, [_HANDLE]),
    "rp_project_workspace_count": (c_size_t, [_HANDLE]),
    "rp_project_workspace": (RpCargoWorkspace, [_HANDLE, c_size_t]),
    "rp_project_package_count": (c_size_t, [_HANDLE]),
    "rp_project_package": (RpPackage, [_HANDLE, c_size_t]),
    "rp_project_package_feature": (RpString, [_HANDLE, c_size_t, c_size_t]),
    "rp_project_package_build_feature": (RpString, [_HANDLE, c_size_t, c_size_t]),
    "rp_project_package_dependency": (RpPackageEdge, [_HANDLE, c_size_t, c_size_t]),
    "rp_project_crate_count": (c_size_t, [_HANDLE]),
    "rp_project_crate": (RpCrate, [_HANDLE, c_size_t]),
    "rp_project_crate_dependency": (RpCrateDependency, [_HANDLE, c_size_t, c_size_t]),
    "rp_project_crate_fact": (RpCfgFact, [_HANDLE, c_size_t, c_size_t]),
    "rp_definition_kind_name": (RpString, [c_int]),
    "rp_definition_is_null": (c_int, [RpDefinition]),
    "rp_definition_equal": (c_int, [RpDefinition, RpDefinition]),
    "rp_project_crate_definition": (RpDefinition, [_HANDLE, c_size_t, c_size_t]),
    "rp_definition_get_info": (_STATUS, [RpDefinition, POINTER(RpDefinitionInfo), _OUT]),
    "rp_definition_child": (RpDefinition, [RpDefinition, c_size_t]),
    "rp_definition_path": (_STATUS, [RpDefinition, _OUT, _OUT]),
    "rp_project_find": (_STATUS, [_HANDLE, c_char_p, c_size_t, POINTER(RpDefinition), _OUT]),
    "rp_answer_name": (RpString, [c_int]),
    "rp_project_definition_at": (_STATUS, [_HANDLE, c_char_p, c_size_t, c_uint32, POINTER(RpLookup), _OUT]),
    "rp_definition_references": (_STATUS, [RpDefinition, _OUT, _OUT]),
    "rp_project_references_at": (_STATUS, [_HANDLE, c_char_p, c_size_t, c_uint32, _OUT, _OUT]),
    "rp_references_answer": (c_int, [_HANDLE]),
    "rp_references_count": (c_size_t, [_HANDLE]),
    "rp_references_get": (RpReference, [_HANDLE, c_size_t]),
    "rp_references_free": (None, [_HANDLE]),
    "rp_project_expansion_at": (_STATUS, [_HANDLE, c_char_p, c_size_t, c_uint32, c_int, _OUT, _OUT]),
    "rp_expansion_get_info": (_STATUS, [_HANDLE, POINTER(RpExpansionInfo), _OUT]),
    "rp_expansion_get_token": (RpExpansionToken, [_HANDLE, c_size_t]),
    "rp_expansion_free": (None, [_HANDLE]),
    "rp_project_gap_count": (c_size_t, [_HANDLE]),
    "rp_project_gap": (RpGap, [_HANDLE, c_size_t]),
    "rp_gap_kind_name": (RpString, [c_int]),
    "rp_project_problem_count": (c_size_t, [_HANDLE]),
    "rp_project_problem": (RpProblem, [_HANDLE, c_size_t]),
    "rp_project_unread_count": (c_size_t, [_HANDLE]),
    "rp_project_unread": (RpUnread, [_HANDLE, c_size_t]),
    "rp_project_file_count": (c_size_t, [_HANDLE]),
    "rp_project_file": (RpSourceFile, [_HANDLE, c_size_t]),
    "rp_project_file_crate": (c_size_t, [_HANDLE, c_size_t, c_size_t]),
    "rp_project_render_graph": (_STATUS, [_HANDLE, c_size_t, c_int, _OUT, _OUT]),
    "rp_project_render_symbols": (_STATUS, [_HANDLE, c_size_t, c_int, _OUT, _OUT]),
    "rp_project_render_expanded": (_STATUS, [_HANDLE, c_size_t, c_char_p, c_size_t, _OUT, _OUT]),
    "rp_layout_of": (_STATUS, [_HANDLE, c_char_p, c_size_t, c_char_p, c_size_t, _OUT, _OUT]),
    "rp_layout_free": (None, [_HANDLE]),
    "rp_layout_get_info": (_STATUS, [_HANDLE, POINTER(RpLayoutInfo), _OUT]),
    "rp_layout_get_variant": (RpLayoutVariant, [_HANDLE, c_size_t]),
    "rp_layout_get_field": (RpLayoutField, [_HANDLE, c_size_t, c_size_t]),
    "rp_project_layouts": (_STATUS, [_HANDLE, c_size_t, _OUT, _OUT]),
    "rp_layout_list_count": (c_size_t, [_HANDLE]),
    "rp_layout_list_get": (c_void_p, [_HANDLE, c_size_t]),
    "rp_layout_list_free": (None, [_HANDLE]),
    "rp_layout_render": (_STATUS, [_HANDLE, c_int, c_int, _OUT, _OUT]),
    "rp_layout_list_render": (_STATUS, [_HANDLE, c_int, c_int, c_int, _OUT, _OUT]),
    "rp_layout_list_render_difference": (_STATUS, [_HANDLE, _HANDLE, c_int, _OUT, _OUT]),
    "rp_type_implements": (
        _STATUS,
        [_HANDLE, c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_int), _OUT],
    ),
}


def text_of(string: RpString) -> str:
    """Copies a text out of the library. Source text is UTF-8; nothing else is expected to come."""
    return bytes_of(string).decode("utf-8", "replace")


def bytes_of(string: RpString) -> bytes:
    """Copies the bytes of a text out of the library."""
    return ctypes.string_at(string.data, string.length) if string.length else b""


def _candidates() -> List[str]:
    """Returns what to try to open, in order."""
    named = os.environ.get("RUSTPRO_LIBRARY")
    if named:
        return [named]
    beside = Path(__file__).resolve().parent / LIBRARY_NAME
    if beside.exists():
        return [str(beside)]
    # find_library asks the linker and the C compiler, which takes long: the name alone nearly always does.
    return [LIBRARY_NAME]


def _open() -> ctypes.CDLL:
    reasons = []
    for candidate in _candidates():
        try:
            return ctypes.CDLL(candidate)
        except OSError as error:
            reasons.append(str(error))
    if not os.environ.get("RUSTPRO_LIBRARY"):
        found = ctypes.util.find_library("rustpro")
        if found:
            try:
                return ctypes.CDLL(found)
            except OSError as error:
                reasons.append(str(error))
    raise LibraryNotFoundError(
        f"cannot open librustpro: {'; '.join(reasons)}. "
        f"Install it, or set RUSTPRO_LIBRARY to the path of {LIBRARY_NAME}"
    )


class Api:
    """The opened library: each function of FUNCTIONS as an attribute, without rp_."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library
        for name, (result, parameters) in FUNCTIONS.items():
            try:
                function = getattr(library, name)
            except AttributeError:
                raise LibraryNotFoundError(f"{library._name} has no function {name}") from None
            function.restype = result
            function.argtypes = parameters
            setattr(self, name[len("rp_") :], function)
            if name == "rp_abi_compatible" and not function(ABI_MAJOR, ABI_MINOR):
                raise LibraryNotFoundError(f"{library._name} does not offer interface {ABI_MAJOR}.{ABI_MINOR}")

    def __getattr__(self, name: str) -> Any:
        # Only for what is not in FUNCTIONS; it also tells type checkers that any name may be asked for.
        raise AttributeError(name)

    def check(self, status: int, error: c_void_p) -> None:
        """Raises what a failed call says, and ends the error. `error` is what the call was given the address of."""
        if status == 0:
            return
        if error.value:
            message = text_of(self.error_message(error))
            status = self.error_status(error)
            self.error_free(error)
        else:
            # No words came with the status when there was no memory for them.
            message = text_of(self.status_name(status))
        raise error_of(status, message)

    def call(self, name: str, *arguments: Any) -> None:
        """Calls a function whose last parameter is `rp_error **error`; raises when it fails."""
        error = c_void_p()
        self.check(getattr(self, name)(*arguments, ctypes.byref(error)), error)

    def make(self, name: str, *arguments: Any) -> int:
        """Calls a function that ends in `rp_x **out_x, rp_error **error`; returns the new handle."""
        made = c_void_p()
        self.call(name, *arguments, ctypes.byref(made))
        if not made.value:
            raise InternalError(f"rp_{name} returned no handle")
        return made.value


_lock = threading.Lock()
_api: Optional[Api] = None


def api() -> Api:
    """Returns the library, opened at the first call, so that importing the package never fails."""
    global _api
    if _api is None:
        with _lock:
            if _api is None:
                _api = Api(_open())
    return _api
