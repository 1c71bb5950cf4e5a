// The words of an impl's header, read without parsing it: enough to tell which questions the impl may answer. Facts keep
// them, so that most impls of a dependency are never read.
#pragma once

#include <string_view>

namespace rp {

struct ImplHeader {
  std::string_view trait;  // the last word of the trait's path; empty for inherent impls
  // The last word of the self type's path, or the sign that it begins with: `&`, `*`, `[`, `(`, `!`, `fn`, `dyn`. Empty
  // where it may be any type: a parameter, an associated type, something that was not understood.
  std::string_view self;
};

// `signature` is the text of an impl item as facts keep it.
ImplHeader impl_header(std::string_view signature);

}  // namespace rp
