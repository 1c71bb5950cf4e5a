// wasm/copied-slice: exported functions whose slices and vectors are copied across the boundary at each call.
#include "review/rule.h"
#include "review/wasm/exports.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kCopiedSlice;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};

constexpr std::string_view kReferences[] = {
    "The wasm-bindgen Guide, \"Number slices\", https://rustwasm.github.io/docs/wasm-bindgen/reference/types.html",
    "js_sys::Float64Array::view, https://docs.rs/js-sys/latest/js_sys/struct.Float64Array.html#method.view",
};

// What crosses as a copy: `&[f64]`, `&mut [u8]`, `Vec<f32>`, `Box<[u8]>`.
std::string_view how_it_crosses(const Sema& sema, const Tree& tree, NodeId type) {
  if (tree.kind(type) == NodeKind::RefType) {
    const NodeId inner = tree.child(type, Role::type);
    if (!inner || tree.kind(inner) != NodeKind::SliceType) return {};
    return tree.has_token(type, TokenKind::KwMut) ? "copied in before the call, and back out behind it"
                                                  : "copied into memory allocated for the call";
  }
  if (tree.kind(type) != NodeKind::PathType) return {};
  if (sema.is(type, "std::vec::Vec").yes()) return "copied";
  if (sema.is(type, "std::boxed::Box").yes() && tree.text(type).find('[') != std::string_view::npos) return "copied";
  return {};
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  if (context.in_test() || !is_wasm_export(tree, node)) return;
  const std::string name(name_of(tree, node));
  const NodeId parameters = tree.child(node, Role::parameters);
  for (NodeId p = parameters ? tree.first_child(parameters) : NodeId(); p; p = tree.next_sibling(p)) {
    const NodeId type = tree.kind(p) == NodeKind::Param ? tree.child(p, Role::type) : NodeId();
    if (!type) continue;
    const std::string_view how = how_it_crosses(sema, tree, type);
    if (how.empty()) continue;
    const std::string message =
        "each call of `" + name + "` copies `" + std::string(tree.text(type)) + "` across the boundary";
    context.report({.span = tree.span(p),
                    .message = message,
                    .label = how,
                    .help = "let JavaScript write into a buffer that lives in WebAssembly's memory (export its pointer "
                            "and length, make a typed array over `memory.buffer`), and call with offsets",
                    .severity = kCopiedSlice.severity});
  }
  const NodeId result = tree.child(node, Role::return_type);
  const NodeId type = result ? tree.child(result, Role::type) : NodeId();
  if (!type || how_it_crosses(sema, tree, type).empty()) return;
  const std::string message = "each call of `" + name + "` copies its result, `" + std::string(tree.text(type)) + "`";
  context.report({.span = tree.span(type),
                  .message = message,
                  .label = "copied into a new JavaScript array, and freed here",
                  .help = "keep the result in a field and export a view of it, or take an output buffer",
                  .severity = kCopiedSlice.severity});
}

}  // namespace

const Rule kCopiedSlice = {
    .id = "wasm/copied-slice",
    .area = "wasm",
    .title = "slices and vectors copied between JavaScript and WebAssembly",
    .why =
        "JavaScript and WebAssembly have memories of their own. wasm-bindgen copies a slice or a `Vec` into newly "
        "allocated memory at each call, and a result back. For buffers of pixels or samples that is often more work "
        "than what is done with them.",
    .bad = R"(use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub fn brighten(pixels: &mut [u8], by: u8) {  //~
    for pixel in pixels {
        *pixel = pixel.saturating_add(by);
    }
}
)",
    .good = R"(use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub struct Image {
    pixels: Vec<u8>,
}

#[wasm_bindgen]
impl Image {
    pub fn pixels(&self) -> *const u8 {
        self.pixels.as_ptr()
    }

    pub fn brighten(&mut self, by: u8) {
        for pixel in &mut self.pixels {
            *pixel = pixel.saturating_add(by);
        }
    }
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the data may be small or the call rare, so that the copy does not matter",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
