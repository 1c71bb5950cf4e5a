// What a text says of other files and crates, whether or not a condition or a macro stands around it: for files that
// collecting does not come to. Found among the tokens, so a little more than is meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace rp {

struct Mentions {
  // Absolute paths of files that may be modules of this one, most of which are not there: `mod a;`,
  // `#[path = "b.rs"]`, `include!("c.rs")`.
  std::vector<std::string> files;
  // What paths begin with: `a` of `a::b`, `use a`, `extern crate a`. Views of the text; names may come twice.
  std::vector<std::string_view> heads;
};

// Whether the text can mention files at all: a quick look without a lexer, which says yes when in doubt.
bool may_mention_files(std::string_view text);
// `path` is that of the file, absolute; `text` is UTF-8. Throws std::bad_alloc, Cancelled.
Mentions read_mentions(std::string_view path, std::string_view text, const Cancellation* cancellation);

}  // namespace rp
