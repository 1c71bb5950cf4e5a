// ffi/unsafe-attribute and ffi/unsafe-extern: what has to be written with `unsafe` since the edition of 2024.
#include "review/ffi/foreign.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUnsafeAttribute;
extern const Rule kUnsafeExtern;

namespace {

constexpr NodeKind kAttributes[] = {NodeKind::Attr};
constexpr NodeKind kBlocks[] = {NodeKind::ExternBlock};
constexpr std::string_view kAttributeReferences[] = {
    "The Rust Edition Guide, Unsafe attributes, "
    "https://doc.rust-lang.org/edition-guide/rust-2024/unsafe-attributes.html",
};
constexpr std::string_view kExternReferences[] = {
    "The Rust Edition Guide, Unsafe extern blocks, "
    "https://doc.rust-lang.org/edition-guide/rust-2024/unsafe-extern.html",
};

void check_attribute(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (tree.edition() < Edition::k2024) return;
  const ast::Attr attribute(tree, node);
  if (!attribute.path()) return;
  const std::string_view name = attribute.path().text();
  if (name != "no_mangle" && name != "export_name" && name != "link_section") return;
  // Attributes of what a procedural macro sees are its own affair: only items and statements are looked at.
  const NodeId item = tree.parent(node);
  if (!item || node_category(tree.kind(item)) != NodeCategory::Item) return;
  if (context.sema().is_removed(item) == Answer::Yes) return;
  // `#[path ..]`: between the bracket and the bracket.
  const uint32_t open = tree.find_token(node, TokenKind::LBracket);
  const uint32_t close = tree.find_token(node, TokenKind::RBracket);
  if (open == tree.slot_count() || close == tree.slot_count() || tree.has_token(node, TokenKind::KwUnsafe)) return;
  EditBuilder edits(tree);
  edits.insert(tree.token_end(open), "unsafe(");
  edits.insert(tree.token_start(close), ")");
  context.report(
      {.span = tree.span(node),
       .message = "`" + std::string(name) + "` has to be written with `unsafe` in the edition of 2024",
       .help = "write `#[unsafe(" +
               std::string(tree.text().substr(tree.token_end(open), tree.token_start(close) - tree.token_end(open))) +
               ")]`",
       .severity = kUnsafeAttribute.severity,
       .edits = edits.edits(),
       .applicability = edits.applicability()});
}

void check_extern(RuleContext& context, NodeId block) {
  const Tree& tree = context.tree();
  if (tree.edition() < Edition::k2024) return;
  if (tree.has_token(block, TokenKind::KwUnsafe) || context.sema().is_removed(block) == Answer::Yes) return;
  // What a procedural macro takes may be another language: `#[cxx::bridge]`, `#[wasm_bindgen]` and the like.
  for (NodeId at = block; at; at = tree.parent(at)) {
    for (NodeId child = tree.first_child(at); child && tree.role(child) == Role::attribute;
         child = tree.next_sibling(child)) {
      if (tree.kind(child) != NodeKind::Attr) continue;
      const std::string_view name = ast::Attr(tree, child).path() ? ast::Attr(tree, child).path().text() : "";
      if (name != "link" && name != "cfg" && name != "allow" && name != "expect" && name != "doc" && name != "deny" &&
          name != "warn" && name != "cfg_attr" && name != "deprecated")
        return;
    }
  }
  const NodeId abi = tree.child(block, Role::abi);
  if (!abi) return;
  EditBuilder edits(tree);
  edits.insert_before(abi, "unsafe ");
  context.report({.span = tree.span(abi),
                  .message = "an extern block has to be written with `unsafe` in the edition of 2024",
                  .help = "write `unsafe extern`; each signature in it is a promise that the compiler cannot check",
                  .severity = kUnsafeExtern.severity,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

}  // namespace

const Rule kUnsafeAttribute = {
    .id = "ffi/unsafe-attribute",
    .area = "ffi",
    .title = "no_mangle, export_name or link_section without unsafe",
    .why =
        "A name that is exported as it is can take the place of another library's function, and a section can be one "
        "that the linker gives a meaning: both can break a program without any unsafe code. So the edition of 2024 "
        "wants `unsafe(..)` around them, and rejects the program without it.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"a\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "#[no_mangle]  //~\n"
        "pub extern \"C\" fn answer() -> u32 {\n"
        "    42\n"
        "}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"a\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "// SAFETY: no other library of the program has a function of that name.\n"
        "#[unsafe(no_mangle)]\n"
        "pub extern \"C\" fn answer() -> u32 {\n"
        "    42\n"
        "}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kAttributeReferences,
    .kinds = kAttributes,
    .check = check_attribute,
};

const Rule kUnsafeExtern = {
    .id = "ffi/unsafe-extern",
    .area = "ffi",
    .title = "an extern block without unsafe",
    .why =
        "A signature in an extern block is believed: when it differs from the foreign function's, calling it is "
        "undefined behaviour. Who writes the block answers for it, which is what `unsafe extern` says. The edition of "
        "2024 rejects the block without it.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"a\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "extern \"C\" {  //~\n"
        "    pub fn abs(value: i32) -> i32;\n"
        "}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"a\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "unsafe extern \"C\" {\n"
        "    pub safe fn abs(value: i32) -> i32;\n"
        "}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kExternReferences,
    .kinds = kBlocks,
    .check = check_extern,
};

}  // namespace rp
