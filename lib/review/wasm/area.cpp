// The rules of the area wasm: what crosses the boundary to WebAssembly.
#include "review/rule.h"

namespace rp {

extern const Rule kCopiedSlice;
extern const Rule kProfileNotForSize;
extern const Rule kSilentPanic;
extern const Rule kUnsupportedStd;

std::span<const Rule* const> wasm_rules() {
  static constexpr const Rule* kRules[] = {&kCopiedSlice, &kProfileNotForSize, &kSilentPanic, &kUnsupportedStd};
  return kRules;
}

}  // namespace rp
