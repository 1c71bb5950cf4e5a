// Reads the arguments of built-in macros.
#include "expand/builtin_calls.h"

#include "expand/print_code.h"
#include "manifest/cfg_expr.h"
#include "syntax/parser.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

uint32_t next_slot(const Tree& tree, uint32_t slot) { return slot + token_slots(tree.token_kind(slot)); }

bool is_value_token(T kind) { return is_literal(kind) || kind == T::KwTrue || kind == T::KwFalse; }

// The one literal among the tokens, with a minus before it or not; Eof when they are something else.
uint32_t only_literal(const Tree& tree, uint32_t begin, uint32_t end, bool* negative) {
  uint32_t found = UINT32_MAX;
  *negative = false;
  for (uint32_t slot = begin; slot < end; slot = next_slot(tree, slot)) {
    const T kind = tree.token_kind(slot);
    if (is_trivia(kind) || is_group_token(kind)) continue;
    if (kind == T::Minus && found == UINT32_MAX && !*negative)
      *negative = true;
    else if (is_value_token(kind) && found == UINT32_MAX)
      found = slot;
    else
      return UINT32_MAX;
  }
  return found;
}

}  // namespace

BuiltinOutcome builtin_failure(MacroError* error, TokenOrigin place, std::string message, std::string help) {
  if (error != nullptr) *error = {std::move(message), place, std::move(help)};
  return BuiltinOutcome::Failed;
}

ContextId builtin_context(const BuiltinCall& call, BuiltinContext& context) {
  return context.contexts().with(kRootContext, call.expansion);
}

TokenWriter builtin_writer(const BuiltinCall& call, BuiltinContext& context, TokenStream* out) {
  return {out, *call.input.source, call.input.id, call.place, builtin_context(call, context)};
}

bool read_arguments(const BuiltinCall& call, BuiltinContext& context, CallArguments* out, MacroError* error) {
  const MacroInput& input = call.input;
  out->tree = parse_fragment(input.source->tree, input.begin, input.end, FragmentKind::Exprs, context.parse_options());
  const Tree& tree = out->tree;
  if (!tree.errors().empty()) {
    const SyntaxError& first = tree.errors()[0];
    uint32_t slot = input.begin;
    while (slot < input.end && input.source->tree.token_start(slot) < first.start) ++slot;
    std::string message = first.message;
    constexpr std::string_view kRest = "expected the end of the macro argument";
    if (message.starts_with(kRest)) message.replace(0, kRest.size(), "expected `,`");
    builtin_failure(error, slot < input.end ? input.source->origin(input.id, slot) : call.place, std::move(message));
    return false;
  }
  for (NodeId node = tree.first_child(tree.root()); node; node = tree.next_sibling(node)) out->nodes.push_back(node);
  return true;
}

LiteralResult literal_argument(const BuiltinCall& call, BuiltinContext& context, const Tree& tree, NodeId node,
                               LiteralArgument* out) {
  const MacroInput& input = call.input;
  const uint32_t begin = input.begin + tree.first_slot(node);
  const uint32_t end = input.begin + tree.end_slot(node);
  uint32_t slot = only_literal(input.source->tree, begin, end, &out->negative);
  if (slot != UINT32_MAX) {
    out->kind = input.source->tree.token_kind(slot);
    out->text = input.source->tree.token_text(slot);
    out->origin = input.source->origin(input.id, slot);
    out->context = input.source->context(slot);
    return LiteralResult::Literal;
  }
  if (tree.kind(node) != K::MacroExpr) return LiteralResult::NotLiteral;
  out->written = false;
  out->origin = input.source->origin(input.id, begin);
  out->context = builtin_context(call, context);
  MacroInput inner{input.source, input.id, begin, end};
  std::unique_ptr<Source> text;
  // What it expands to may be a call again.
  for (uint32_t depth = 0; depth < 64; ++depth) {
    TokenStream stream;
    if (!context.expand_eagerly(inner, &stream)) return LiteralResult::Unknown;
    std::unique_ptr<Source> next = stream.finish(FragmentKind::Expr, context.parse_options());
    text = std::move(next);
    const Tree& got = text->tree;
    slot = only_literal(got, 0, got.slot_count(), &out->negative);
    if (slot != UINT32_MAX) {
      out->kind = got.token_kind(slot);
      out->text = got.token_text(slot);
      return LiteralResult::Literal;
    }
    const NodeId content = got.first_child(got.root());
    if (!content || got.kind(content) != K::MacroExpr) return LiteralResult::NotLiteral;
    inner = {text.get(), input.id, got.first_slot(content), got.end_slot(content)};
  }
  return LiteralResult::Unknown;
}

std::string stringify_tokens(const Source& source, SourceId id, uint32_t begin, uint32_t end) {
  LinePrinter printer;
  print_tokens(source, id, begin, end, &printer);
  return printer.finish();
}

std::optional<bool> evaluate_cfg(const Source& source, SourceId, uint32_t begin, uint32_t end, BuiltinContext& context,
                                 std::string* error) {
  std::string text;
  for (uint32_t slot = begin; slot < end; slot = next_slot(source.tree, slot)) {
    const T kind = source.tree.token_kind(slot);
    if (is_trivia(kind) || is_group_token(kind)) continue;
    text += source.tree.token_text(slot);
    text.push_back(' ');
  }
  // A comma at the end is allowed.
  while (!text.empty() && (text.back() == ' ' || text.back() == ',')) text.pop_back();
  manifest::CfgError problem;
  const auto condition = manifest::CfgExpr::parse(text, &problem);
  if (!condition) {
    if (error != nullptr) *error = problem.message;
    return std::nullopt;
  }
  return condition->holds(context.cfg().facts());
}

}  // namespace rp
