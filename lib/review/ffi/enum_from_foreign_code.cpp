// ffi/enum-from-foreign-code: enums that foreign code gives by value.
#include "review/ffi/foreign.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kEnumFromForeignCode;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr TokenKind kTokens[] = {TokenKind::KwExtern};
constexpr std::string_view kReferences[] = {
    "The Rust Reference, Behavior considered undefined (invalid discriminants), "
    "https://doc.rust-lang.org/reference/behavior-considered-undefined.html#invalid-values",
};

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  if (!is_foreign_definition(tree, function) || !is_exported(tree, function)) return;
  const Sema& sema = context.sema();
  for (const auto parameter : ast::FnItem(tree, function).parameters().parameters()) {
    if (!parameter.type()) continue;
    const NodeId type = peel_type(tree, parameter.type().id());
    if (!type || tree.kind(type) != NodeKind::PathType) continue;
    const NameMeaning meaning = sema.meaning(type);
    if (meaning.kind != NameKind::Definition || !sema.in_this_crate(meaning.def)) continue;
    const TreeNode item = sema.node_of(meaning.def);
    if (!item || item.kind() != NodeKind::EnumItem) continue;
    const std::string name(sema.name(meaning.def));
    context.report({.span = tree.span(type),
                    .message = "foreign code can give a number that is no variant of `" + name + "`",
                    .label = "any other number is undefined behaviour as soon as the function is called",
                    .help = "take the number, and make the enum of it with a `match` that has an answer for all others",
                    .severity = kEnumFromForeignCode.severity});
  }
}

}  // namespace

const Rule kEnumFromForeignCode = {
    .id = "ffi/enum-from-foreign-code",
    .area = "ffi",
    .title = "an enum that foreign code gives by value",
    .why =
        "An enum of C is a number, and any number fits. An enum of Rust is one of its variants: a value that is none "
        "is undefined behaviour, even before it is looked at. A flag that a later header adds is enough.",
    .bad =
        "#[repr(C)]\n"
        "pub enum Mode {\n"
        "    Fast,\n"
        "    Safe,\n"
        "}\n"
        "\n"
        "#[no_mangle]\n"
        "pub extern \"C\" fn is_fast(mode: Mode) -> bool {  //~\n"
        "    matches!(mode, Mode::Fast)\n"
        "}\n",
    .good =
        "pub enum Mode {\n"
        "    Fast,\n"
        "    Safe,\n"
        "}\n"
        "\n"
        "fn mode_of(number: u32) -> Option<Mode> {\n"
        "    match number {\n"
        "        0 => Some(Mode::Fast),\n"
        "        1 => Some(Mode::Safe),\n"
        "        _ => None,\n"
        "    }\n"
        "}\n"
        "\n"
        "#[no_mangle]\n"
        "pub extern \"C\" fn is_fast(mode: u32) -> bool {\n"
        "    matches!(mode_of(mode), Some(Mode::Fast))\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the foreign side may be Rust too, or be known to give variants only",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
