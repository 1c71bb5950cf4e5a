// The public interface of a library, and what changed between two of them, for people and for programs.
//
// Interface as JSON, one object:
//   schema_version  1. Members may be added without a new number; none is taken away or changes its meaning.
//   crate, package, version, edition, no_std
//   items    [{"path", "kind", "signature", "parent"?: path, "deprecated", "non_exhaustive", "must_use", "unsafe",
//            "hidden", "has_default", "private_fields"?, "dyn_compatible"? (of traits where it is known), "repr"?,
//            "cfg"?, "target"? (of re-exports), "place"?}], sorted by path; members follow their type
//   impls    [{"trait", "for", "item"?: path, "negative", "blanket", "modelled", "place"?}]
//   aliases  [{"path", "item"}]: other paths to the same
//   unknown  [path]: public modules that may hold more than could be seen
//   opaque_calls  how many macro calls that may make items could not be expanded
// A place is {"path", "line", "column", "start", "end"}: lines and columns from 1, columns and offsets in bytes.
//
// A comparison as JSON, one object:
//   schema_version, crate, old_version, new_version
//   required      "major" | "minor": the step of the version that the changes ask for
//   sufficient    whether the step that was taken is one that cargo's users do not take by themselves, where one is
//                 needed
//   changes       [{"rule", "level": "major" | "possibly" | "minor", "verdict": "proven" | "likely", "path", "message",
//                 "old"?: text, "new"?: text, "note"?, "reference", "old_place"?, "new_place"?}]
//   unknown       [sentence]: what could not be compared
//   added         how many public items are new
#pragma once

#include <string>

#include "names/public_api.h"
#include "report/text.h"
#include "review/semver.h"

namespace rp {

std::string render_api_text(const SemverSide& side, const TextOptions& options);
std::string render_api_json(const SemverSide& side);
std::string render_api_diff_text(const SemverDiff& diff, const TextOptions& options);
std::string render_api_diff_json(const SemverDiff& diff);

}  // namespace rp
