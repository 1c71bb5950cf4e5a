// layout/target-dependent-size: usize in types that are read and written as bytes.
#include <array>
#include <string>

#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kTargetDependentSize;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem};
constexpr std::array<std::string_view, 6> kAsBytes = {"bytemuck::Pod",       "bytemuck::AnyBitPattern",
                                                      "bytemuck::NoUninit",  "zerocopy::IntoBytes",
                                                      "zerocopy::FromBytes", "zerocopy::AsBytes"};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"Numeric types: machine-dependent integer types\", "
    "https://doc.rust-lang.org/reference/types/numeric.html#machine-dependent-integer-types",
};

// Whether a struct may derive one of the traits: where neither crate is there, by the name alone.
bool may_derive(const Tree& tree, const Sema& sema, NodeId item) {
  bool derives = false;
  for (NodeId a = tree.first_child(item); a && tree.role(a) == Role::attribute; a = tree.next_sibling(a)) {
    if (tree.kind(a) != NodeKind::Attr) continue;
    const std::string_view text = tree.text(a);
    derives |= text.find("derive") != std::string_view::npos;
    for (const std::string_view path : kAsBytes)
      if (text.find(path.substr(path.rfind(':') + 1)) != std::string_view::npos) return true;
  }
  return derives && (sema.find_definition("bytemuck::Pod", Namespace::Type) ||
                     sema.find_definition("zerocopy::FromBytes", Namespace::Type));
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId fields = tree.child(node, Role::fields);
  if (!fields) return;
  const Sema& sema = context.sema();
  if (!may_derive(tree, sema, node)) return;
  std::string_view trait;
  for (NodeId field = tree.first_child(fields); field; field = tree.next_sibling(field)) {
    NodeId type = tree.child(field, Role::type);
    while (type && (tree.kind(type) == NodeKind::ArrayType || tree.kind(type) == NodeKind::SliceType)) {
      type = tree.child(type, Role::type);
    }
    if (!type || tree.kind(type) != NodeKind::PathType) continue;
    const NameMeaning meaning = sema.meaning(type);
    if (meaning.kind != NameKind::Primitive || (meaning.text != "usize" && meaning.text != "isize")) continue;
    for (const std::string_view candidate : kAsBytes) {
      if (trait.empty() && sema.derives(node, candidate).yes()) trait = candidate;
    }
    if (trait.empty()) return;
    const std::string message = "`" + std::string(meaning.text) + "` in a type that is read and written as bytes (`" +
                                std::string(trait) + "`) makes the bytes depend on the target";
    const std::string fixed = meaning.text == "usize" ? "u64" : "i64";
    const std::string help = "use `" + fixed +
                             "` (or a smaller type) here and convert at the edges, so that what a 64-bit "
                             "program writes can be read by a 32-bit one, WebAssembly included";
    context.report({.span = tree.span(type),
                    .message = message,
                    .label = "8 bytes on 64-bit targets, 4 on 32-bit ones",
                    .help = help,
                    .severity = kTargetDependentSize.severity});
  }
}

}  // namespace

const Rule kTargetDependentSize = {
    .id = "layout/target-dependent-size",
    .area = "layout",
    .title = "usize in a type that is seen as bytes",
    .why =
        "`usize` and `isize` are as wide as a pointer. A type that is cast to bytes (for a file, a socket, a GPU "
        "buffer, "
        "shared memory) has another size and other offsets on a 32-bit target: what one program writes, another reads "
        "as "
        "something else, without an error.",
    .bad =
        "use bytemuck::{Pod, Zeroable};\n"
        "\n"
        "#[repr(C)]\n"
        "#[derive(Clone, Copy, Pod, Zeroable)]\n"
        "pub struct Header {\n"
        "    pub magic: u64,\n"
        "    pub count: usize,  //~\n"
        "}\n",
    .good =
        "use bytemuck::{Pod, Zeroable};\n"
        "\n"
        "#[repr(C)]\n"
        "#[derive(Clone, Copy, Pod, Zeroable)]\n"
        "pub struct Header {\n"
        "    pub magic: u64,\n"
        "    pub count: u64,\n"
        "}\n"
        "\n"
        "pub struct Index {\n"
        "    pub first: usize,\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the bytes may never leave the program, or all programs that read them may be of one target",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
