// Paths, types and patterns in expressions, as rustc's printer writes them.
#include "expand/print_code.h"
#include "expand/print_expression_internal.h"

namespace rp {

using K = NodeKind;
using T = TokenKind;

// ---- Paths and types ----

void ExpressionPrinter::path(NodeId n, bool colons) {
  if (!n) {
    ok_ = false;
    return;
  }
  bool first = true;
  const uint32_t start = first_token(n);
  if (t_.token_kind(start) == T::ColonColon) out_.word("::");
  for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
    if (t_.kind(c) == K::QualifiedSelf) {
      out_.word("<");
      type(t_.child(c, Role::type));
      if (const NodeId trait = t_.child(c, Role::trait)) {
        out_.space();
        out_.word_space("as");
        path(trait, false);
      }
      out_.word(">");
      first = false;
      continue;
    }
    if (!first) out_.word("::");
    first = false;
    const NodeId generics = t_.child(c, Role::arguments);
    const NodeId parenthesized = t_.child(c, Role::parenthesized);
    out_.word(t_.token_text(first_token(c)));
    if (generics) generic_arguments(generics, colons);
    if (parenthesized) {
      out_.word("(");
      list(parenthesized, Role::argument, &ExpressionPrinter::type);
      out_.word(")");
      if (t_.child(parenthesized, Role::return_type)) ok_ = false;
    }
  }
}

void ExpressionPrinter::generic_arguments(NodeId n, bool colons) {
  if (colons) out_.word("::");
  out_.word("<");
  list(n, Role::argument, &ExpressionPrinter::generic_argument);
  out_.word(">");
}

void ExpressionPrinter::generic_argument(NodeId n) {
  switch (node_category(t_.kind(n))) {
    case NodeCategory::Type:
      type(n);
      return;
    case NodeCategory::Expr:
      plain(n);
      return;
    default:
      if (t_.kind(n) == K::Lifetime)
        name(n);
      else
        ok_ = false;
  }
}

void ExpressionPrinter::type(NodeId n) {
  if (!n || ++depth_ > kMaxDepth) {
    ok_ = false;
    return;
  }
  out_.open_inconsistent();
  switch (t_.kind(n)) {
    case K::PathType:
      path(n, false);
      break;
    case K::RefType:
      out_.word("&");
      if (const NodeId lifetime = t_.child(n, Role::lifetime)) out_.word(all(lifetime) + " ");
      if (t_.has_token(n, T::KwMut)) out_.word("mut ");
      type(t_.child(n, Role::type));
      break;
    case K::PointerType:
      out_.word(t_.has_token(n, T::KwMut) ? "*mut " : "*const ");
      type(t_.child(n, Role::type));
      break;
    case K::SliceType:
      out_.word("[");
      type(t_.child(n, Role::type));
      out_.word("]");
      break;
    case K::ArrayType:
      out_.word("[");
      type(t_.child(n, Role::type));
      out_.word("; ");
      plain(t_.child(n, Role::length));
      out_.word("]");
      break;
    case K::TupleType:
      out_.word("(");
      if (list(n, Role::type, &ExpressionPrinter::type) == 1) out_.word(",");
      out_.word(")");
      break;
    case K::ParenType:
      out_.word("(");
      type(t_.child(n, Role::type));
      out_.word(")");
      break;
    case K::NeverType:
    case K::InferType:
      out_.word(all(n));
      break;
    default:
      ok_ = false;
  }
  out_.close();
  --depth_;
}

// ---- Patterns ----

void ExpressionPrinter::pattern(NodeId n) {
  if (!n || ++depth_ > kMaxDepth) {
    ok_ = false;
    return;
  }
  switch (t_.kind(n)) {
    case K::WildcardPat:
    case K::RestPat:
      out_.word(all(n));
      break;
    case K::IdentPat: {
      const NodeId name_node = t_.child(n, Role::name);
      for (uint32_t s = first_token(n); name_node && s < t_.first_slot(name_node); s += token_slots(t_.token_kind(s)))
        if (!is_trivia(t_.token_kind(s)) && !is_group_token(t_.token_kind(s)))
          out_.word(std::string(t_.token_text(s)) + " ");
      name(name_node);
      if (const NodeId sub = t_.child(n, Role::subpattern)) {
        out_.space();
        out_.word_space("@");
        pattern(sub);
      }
      break;
    }
    case K::LiteralPat:
      plain(t_.child(n, Role::value));
      break;
    case K::RangePat: {
      const NodeId start = t_.child(n, Role::start);
      const NodeId end = t_.child(n, Role::end);
      if (start) plain(start);
      out_.word(joined(start ? t_.end_slot(start) : t_.first_slot(n), end ? t_.first_slot(end) : t_.end_slot(n)));
      if (end) plain(end);
      break;
    }
    case K::RefPat: {
      const NodeId inner = t_.child(n, Role::pattern);
      out_.word(t_.has_token(n, T::KwMut) ? "&mut " : "&");
      pattern(inner);
      break;
    }
    case K::TuplePat:
      out_.word("(");
      if (list(n, Role::pattern, &ExpressionPrinter::pattern) == 1) out_.word(",");
      out_.word(")");
      break;
    case K::ParenPat:
      out_.word("(");
      pattern(t_.child(n, Role::pattern));
      out_.word(")");
      break;
    case K::SlicePat:
      out_.word("[");
      list(n, Role::pattern, &ExpressionPrinter::pattern);
      out_.word("]");
      break;
    case K::PathPat:
      path(t_.child(n, Role::path), true);
      break;
    case K::TupleStructPat:
      path(t_.child(n, Role::path), true);
      out_.word("(");
      list(n, Role::pattern, &ExpressionPrinter::pattern);
      out_.word(")");
      break;
    case K::RecordPat:
      record_pattern(n);
      break;
    case K::OrPat: {
      out_.open_inconsistent();
      bool first = true;
      for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
        if (!first) {
          out_.space();
          out_.word_space("|");
        }
        first = false;
        pattern(c);
      }
      out_.close();
      break;
    }
    case K::MacroPat:
      macro_call(t_.child(n, Role::call));
      break;
    default:
      ok_ = false;
  }
  --depth_;
}

void ExpressionPrinter::pattern_field(NodeId n) {
  if (t_.child(n, Role::attribute)) ok_ = false;
  out_.open_consistent(LinePrinter::kIndent);
  if (const NodeId field = t_.child(n, Role::name)) {
    name(field);
    out_.word(": ");
  }
  pattern(t_.child(n, Role::pattern));
  out_.close();
}

void ExpressionPrinter::record_pattern(NodeId n) {
  path(t_.child(n, Role::path), true);
  out_.word(" {");
  const bool rest = static_cast<bool>(t_.child(n, Role::rest));
  uint32_t count = 0;
  for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) count += t_.role(c) == Role::field;
  if (count != 0 || rest) out_.space();
  out_.open_consistent();
  uint32_t at = 0;
  for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
    if (t_.role(c) != Role::field) continue;
    if (at++ > 0) {
      out_.word(",");
      out_.space_if_inside();
    }
    pattern_field(c);
  }
  out_.close();
  if (rest) {
    if (count != 0) out_.word_space(",");
    out_.word("..");
  }
  if (count != 0 || rest) out_.space();
  out_.word("}");
}

}  // namespace rp
