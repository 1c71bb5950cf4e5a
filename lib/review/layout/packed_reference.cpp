// layout/packed-reference: `&x.field` where the field lies in a packed struct and may be misaligned.
#include <optional>
#include <string>

#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kPackedReference;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::RefExpr};

constexpr std::string_view kReferences[] = {
    "Rust Compiler Error Index, E0793, https://doc.rust-lang.org/error_codes/E0793.html",
    "The Rust Reference, \"The alignment modifiers\", "
    "https://doc.rust-lang.org/reference/type-layout.html#the-alignment-modifiers",
};

// The FieldExpr that a place begins with, elements of arrays in between left out; invalid when there is none.
NodeId field_of(const Tree& tree, NodeId place) {
  while (place && tree.kind(place) == NodeKind::IndexExpr) place = tree.child(place, Role::base);
  return place && tree.kind(place) == NodeKind::FieldExpr ? place : NodeId();
}

// The name that a FieldExpr reads, `r#` left out.
std::string_view field_name(const Tree& tree, NodeId field) {
  const NodeId name = tree.child(field, Role::name);
  std::string_view text = name ? tree.text(name) : std::string_view();
  if (text.starts_with("r#")) text.remove_prefix(2);
  return text;
}

// Whether a field on the way to a place has the name of one in a packed struct: no other place need have its type
// worked out, which is most of them.
bool may_be_packed(const Tree& tree, const Sema& sema, NodeId place) {
  while (place && (tree.kind(place) == NodeKind::FieldExpr || tree.kind(place) == NodeKind::IndexExpr)) {
    if (tree.kind(place) == NodeKind::FieldExpr && sema.is_packed_field_name(field_name(tree, place))) return true;
    place = tree.child(place, Role::base);
  }
  return false;
}

struct Alignments {
  uint64_t packing;  // of the struct
  uint64_t needed;   // by the type of the place
};

void report(RuleContext& context, NodeId node, Alignments bytes, DefRef type, SemaType borrowed) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  const std::string message = "a reference to a field of `" + std::string(sema.name(type)) + "`, which is packed to " +
                              std::to_string(bytes.packing) + (bytes.packing == 1 ? " byte" : " bytes") +
                              ", while its type `" + sema.text(borrowed) + "` needs an alignment of " +
                              std::to_string(bytes.needed);
  const std::string help = "copy the field first (`{ " + std::string(tree.text(tree.child(node, Role::operand))) +
                           " }`), or take `&raw const` of it and read it with `read_unaligned`";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "may be misaligned",
                  .help = help,
                  .severity = kPackedReference.severity});
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  const NodeId place = tree.child(node, Role::operand);
  if (!place || (tree.kind(place) != NodeKind::FieldExpr && tree.kind(place) != NodeKind::IndexExpr)) return;
  const NodeId first_field = field_of(tree, place);
  // `&raw const x.f` makes no reference.
  if (!first_field || tree.has_token(node, TokenKind::KwRaw)) return;
  if (!may_be_packed(tree, sema, place)) return;
  // Fields of fields: the innermost packed struct on the way that does not keep the alignment.
  for (NodeId at = place; at;) {
    const NodeId owner = tree.child(at, Role::base);
    if (!owner) return;
    if (tree.kind(at) == NodeKind::IndexExpr) {
      // An element of an array lies where the array does; other containers have their own place.
      if (sema.kind(sema.type_of(owner)) != SemaTypeKind::Array) return;
      at = owner;
      continue;
    }
    if (tree.kind(at) != NodeKind::FieldExpr) return;
    const SemaType type = sema.type_of(owner);
    // A field of what a reference or a smart pointer leads to: the place behind it is that pointer's affair, but the
    // struct is the same.
    const SemaType value = sema.peel_references(type);
    if (sema.kind(value) != SemaTypeKind::Adt) return;
    const DefRef def = sema.adt(value);
    if (!def) return;
    const TreeNode item = sema.node_of(def);
    if (item.tree == nullptr) return;
    // Only of a struct that has the field itself is it known that no Deref is between.
    bool own = false;
    const std::string_view wanted = field_name(tree, at);
    for (const DefId field : sema.fields(def))
      own = own || (!wanted.empty() && sema.name({def.crate, field}) == wanted);
    if (!own) return;
    if (const uint64_t packing = written_packing(*item.tree, item.node); packing != 0) {
      // Asked last, because few structs are packed.
      const SemaType borrowed = sema.type_of(place);
      const std::optional<TypeLayout> layout = sema.layout(borrowed);
      if (!layout) return;
      if (packing < layout->align) return report(context, node, {packing, layout->align}, def, borrowed);
    }
    // Behind a reference the outer fields do not matter.
    if (value != type) return;
    at = owner;
  }
}

}  // namespace

const Rule kPackedReference = {
    .id = "layout/packed-reference",
    .area = "layout",
    .title = "a reference to a field of a packed struct",
    .why =
        "A packed struct puts its fields where they need not be aligned, and a reference has to be aligned: to make "
        "one "
        "that is not is undefined behaviour even when nobody reads through it. rustc rejects it.",
    .bad =
        "#[repr(C, packed)]\n"
        "pub struct Header {\n"
        "    pub kind: u8,\n"
        "    pub length: u32,\n"
        "}\n"
        "\n"
        "pub fn length(header: &Header) -> u32 {\n"
        "    let length: &u32 = &header.length;  //~\n"
        "    *length\n"
        "}\n",
    .good =
        "#[repr(C, packed)]\n"
        "pub struct Header {\n"
        "    pub kind: u8,\n"
        "    pub length: u32,\n"
        "}\n"
        "\n"
        "pub fn length(header: &Header) -> u32 {\n"
        "    let kind: &u8 = &header.kind;\n"
        "    header.length + u32::from(*kind)\n"
        "}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
