// What wasm-bindgen exports to JavaScript, for the rules of this area.
#pragma once

#include "syntax/tree.h"

namespace rp {

// A function with `#[wasm_bindgen]`, or a method that is visible in an impl with it. One without a body is an import.
bool is_wasm_export(const Tree& tree, NodeId function);

}  // namespace rp
