// A report as JSON, for programs; report.schema.json is its JSON Schema. One object; UTF-8; the same report gives the
// same bytes.
//
//   schema_version     1. Members may be added without a new number; none is taken away or changes its meaning.
//   tool               {"name": "rustpro", "version": "0.1.0"}
//   metrics            {"files", "files_unread", "files_with_errors", "bytes", "lines", "code_lines", "comment_lines",
//                      "blank_lines", "items", "functions", "max_nesting", "macro_calls", "macro_definitions",
//                      "unsafe_uses", "unsafe_unseen"}: numbers; what they count is said at rp_metrics in report.h.
//   files              [{"path", "edition"}]: every file that was read, sorted by path
//   findings           [{"rule", "area", "severity": "error" | "warning" | "advice", "verdict": "proven" | "likely",
//                      "message", "place", "related": [place], "notes": [{"kind": "note" | "help", "text"}],
//                      "fix"?: {"applicability": "machine-applicable" | "suggestion",
//                      "edits": [{"place", "replacement"}]}}],
//                      sorted by path, place and rule; the edits of a fix are made together or not at all, and one
//                      whose place is empty is an insertion
//   unsafe_uses        [{"kind": "unsafe fn" | "unsafe block" | "unsafe impl" | "unsafe trait" | "unsafe attribute" |
//                      "extern block" | "static mut", "docs": "none" | "comment" | "section", "public": bool, "name",
//                      "place"}], sorted by path and place
//   macro_gaps         [{"name", "definition": bool, "unsafe_count", "place"}]: macros with unsafe code in them
//   longest_functions  [{"name", "lines", "code_lines", "nesting", "place"}], longest first, at most 20
//   unread             [{"path", "reason"}]: what was found and not read, sorted by path
//   gaps               [{"kind": "missing package" | "unreadable file" | "opaque macro" | "unresolved macro" |
//                      "failed macro" | "unknown standard library" | "limit" | "inactive file" |
//                      "not Rust", "name", "message", "count", "path"?, "line"?, "column"?, "column_utf16"?}]: what
//                      names and types depend on and could not be seen: rules are silent about it. Of each kind and
//                      name one, with its first place
//   hidden             {"suppressed", "baseline", "generated"}: findings that a comment with a reason, the baseline,
//                      or that nobody wrote the file, keeps out
//
// A place is {"path", "start", "end", "label"?}; its start and end are {"offset", "line", "column", "column_utf16"},
// offset in bytes from 0, the others from 1, "column" in bytes.
#pragma once

#include <string>
#include <string_view>

#include "review/result.h"

namespace rp {

std::string render_json(const ReviewResult& result, std::string_view version);

// The findings alone, as an array.
std::string render_findings_json(const ReviewResult& result);

}  // namespace rp
