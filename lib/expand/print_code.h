// Tokens and expressions as rustc prints them: what stringify! and assert! put into strings.
#pragma once

#include <optional>
#include <string>

#include "expand/line_printer.h"
#include "expand/source.h"

namespace rp {

// Tokens [begin, end) of a source: with a blank where the source has white space, and between those that a macro put
// side by side unless they obviously belong together.
void print_tokens(const Source& source, SourceId id, uint32_t begin, uint32_t end, LinePrinter* out);

// Between delimiters, as the arguments of a macro are printed; `open` is the slot of the first. `header`: something
// stands before it on the line.
void print_delimited(const Source& source, SourceId id, uint32_t open, uint32_t end, bool header, LinePrinter* out);

// One expression out of its tree. Nothing when there is something in it that this does not print: attributes, items.
std::optional<std::string> print_expression(const Source& source, SourceId id, uint32_t begin, uint32_t end,
                                            const ParseOptions& options);

}  // namespace rp
