// A report as SARIF 2.1.0 (OASIS), for code scanning services and editors. One run.
//
// What SARIF leaves open:
//   level               error, warning, and note for advice
//   rank                how sure and how grave, from 0 to 100: what is proven stands above what is likely
//   partialFingerprints "rustproFinding/v1": of the rule, the path, the message and the text of the line, and a number
//                       where all of these are equal; so a finding keeps its identity when lines above it change
//   columnKind          utf16CodeUnits
//   uriBaseId           SRCROOT: the folder that was reviewed; uris are relative to it
//   notifications       "unread" for what was found and not read, "macro-gap" for unsafe code inside macros, "gap" for
//                       what names and types depend on and could not be seen
//   suppressions        empty: what a comment or the baseline suppresses is counted in the run's properties, not listed
//   properties          of a rule: area, verdict, tags, precision; of a fix: applicability; of the run: metrics
#pragma once

#include <string>
#include <string_view>

#include "review/result.h"

namespace rp {

std::string render_sarif(const ReviewResult& result, std::string_view version);

}  // namespace rp
