// Errors in items that types alone decide, without looking into bodies: what rustc's collection, well-formedness and
// coherence checks report. E0107, E0191, E0220, E0229 of written types, E0277 of items, E0038, E0072, E0117, E0119,
// E0184, E0204, E0210.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "types/context.h"

namespace rp {

struct TypeDiagnostic {
  std::string_view code;  // "E0277"
  // True when rustc would report it. Others depend on something that could not be seen, and are not to be shown.
  bool proven = false;
  SourceId source;  // where it is written: a file of the crate, where there is one
  ByteSpan span;
  std::string message;
};

// Of a crate that was collected from sources, sorted by place and code, each once. Deterministic.
std::vector<TypeDiagnostic> check_types(TypeContext& context, CrateIndex crate);

}  // namespace rp
