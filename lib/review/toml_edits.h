// Spans of a manifest's text that a rule's edits replace, delete or insert at.
#pragma once

#include <cstdint>
#include <string_view>

#include "manifest/text.h"
#include "review/result.h"

namespace rp {

// All of an entry `key = value`: with its line, and the comment behind it, when it stands alone there; within an inline
// table with one of the commas beside it.
ByteSpan toml_entry_span(std::string_view text, manifest::Span key, manifest::Span value);

// Whether nothing but `=` stands between a key and its value: not a [table], not a part of a dotted key.
bool is_plain_entry(std::string_view text, manifest::Span key, manifest::Span value);

// The start of the line behind the one that `value` ends on: where an entry can be inserted below it. The end of the
// text, when that line is the last: an insertion has to begin with a line break there if `*needs_break` is set.
uint32_t toml_line_below(std::string_view text, manifest::Span value, bool* needs_break);

}  // namespace rp
