// Types, expressions and statements: one loop over each subtree in preorder, with a step aside where a node has scopes
// of its own. Chains of operators, calls and fields, which may be as long as a file, cost no recursion.
#include <algorithm>

#include "names/resolve_pass.h"

namespace rp {

bool ResolvePass::removed(NodeId node) const {
  return !at_.removed->empty() && std::binary_search(at_.removed->begin(), at_.removed->end(), node);
}

bool ResolvePass::conditional(NodeId node) const {
  const std::vector<NodeId>& nodes = crate_.sources[at_.source.value].conditional;
  return !nodes.empty() && std::binary_search(nodes.begin(), nodes.end(), node);
}

// The same for a token: by what it stands in, or what the call stands in that made it.
bool ResolvePass::conditional_token(uint32_t slot) const {
  SourceId source = at_.source;
  for (size_t steps = 0; steps <= crate_.sources.size(); ++steps) {
    const SourceInfo& info = crate_.sources[source.value];
    if (info.source == nullptr) return false;
    const Tree& tree = info.source->tree;
    for (const NodeId node : info.conditional)
      if (tree.first_slot(node) <= slot && slot < tree.end_slot(node)) return true;
    if (!info.expansion || info.expansion.value >= crate_.expansions.size()) return false;
    const Expansion& made_by = crate_.expansions[info.expansion.value];
    source = made_by.call_source;
    slot = crate_.sources[source.value].source->tree.first_slot(made_by.call);
  }
  return false;
}

void ResolvePass::walk(NodeId node, bool as_constant) {
  const Depth depth(*this);
  if (!depth.ok) {
    ++out_->counts.unknown;
    return;
  }
  if ((++work_ & 0xFFF) == 0) Cancellation::poll(options_.cancellation);
  const uint32_t end = at_.tree->subtree_end(node).value;
  for (uint32_t i = node.value; i < end;) {
    i = visit(NodeId(i), as_constant);
    as_constant = false;
  }
}

// Expressions in types and items that are constants of their own.
bool ResolvePass::is_constant_place(NodeId node) const {
  const Tree& tree = *at_.tree;
  const NodeId parent = tree.parent(node);
  if (!parent) return false;
  switch (tree.role(node)) {
    case Role::length:
    case Role::discriminant:
      return true;
    case Role::default_value:
      return tree.kind(parent) == NodeKind::RecordField || tree.kind(parent) == NodeKind::TupleField;
    case Role::argument:
      return tree.kind(parent) == NodeKind::GenericArgs;
    case Role::value:
      return tree.kind(parent) == NodeKind::AssocArg;
    default:
      return false;
  }
}

void ResolvePass::anonymous_constant(NodeId node) {
  const uint32_t ribs = push_rib(RibKind::Constant);
  walk(node, true);
  pop_ribs(ribs);
}

// Paths by what stands around them. Returns the next node.
uint32_t ResolvePass::visit_path_node(NodeId n) {
  const Tree& tree = *at_.tree;
  const NodeId parent = tree.parent(n);
  switch (parent ? tree.kind(parent) : NodeKind::Missing) {
    case NodeKind::TraitBound:
      resolve_path(n, PathUse::TraitBound);
      break;
    case NodeKind::Visibility: {
      bool global = false;
      if (!read_path(n, &global)) break;
      const std::span<Segment> segments(segments_);
      const bool rooted = global || segments[0].kind == TokenKind::KwSelfValue ||
                          segments[0].kind == TokenKind::KwSuper || segments[0].kind == TokenKind::KwCrate ||
                          segments[0].kind == TokenKind::DollarCrate;
      const bool from_root = !rooted && edition_at(segments[0].slot) < Edition::k2018;
      const PathOutcome out = resolve_segments(segments, global || from_root, Namespace::Type, false, false);
      Resolution rest;
      if (out.kind == PathOutcome::Kind::Unknown) rest.kind = ResolutionKind::Unknown;
      if ((out.kind == PathOutcome::Kind::Failed || out.kind == PathOutcome::Kind::Partial) && (rooted || from_root))
        diagnose("E0433", segments[std::min<size_t>(out.resolved, segments.size() - 1)].slot,
                 "the path of the visibility leads to no module");
      record_segments(segments, out.resolved, Namespace::Type, rest);
      count(out.kind == PathOutcome::Kind::Full ? out.resolution : rest);
      break;
    }
    default:
      break;  // done where the node around it is
  }
  return n.value + 1;
}

uint32_t ResolvePass::visit(NodeId n, bool as_constant) {
  const Tree& tree = *at_.tree;
  const uint32_t end = tree.subtree_end(n).value;
  if (removed(n)) {
    if (node_category(tree.kind(n)) == NodeCategory::Item) item(n);  // an attribute may have replaced it
    return end;
  }
  const NodeKind kind = tree.kind(n);
  const NodeCategory category = node_category(kind);
  if (category == NodeCategory::Expr || kind == NodeKind::Block) {
    if (!as_constant && is_constant_place(n)) {
      if (options_.bodies || tree.role(n) != Role::default_value) anonymous_constant(n);
      return end;
    }
  }
  if (category == NodeCategory::Item) {
    item(n);
    return end;
  }
  switch (kind) {
    case NodeKind::Error:
    case NodeKind::Missing:
    case NodeKind::TokenTree:
    case NodeKind::DocComment:
      return end;
    case NodeKind::Attr:
      attribute(n);
      return end;
    case NodeKind::PathType: {
      const NodeId parent = tree.parent(n);
      // A constant's name as a generic argument looks like a type.
      if (parent && ((tree.role(n) == Role::argument && tree.kind(parent) == NodeKind::GenericArgs) ||
                     (tree.role(n) == Role::value && tree.kind(parent) == NodeKind::AssocArg))) {
        bool global = false;
        if (read_path(n, &global) && segments_.size() == 1 && !global && !tree.child(n, Role::qualified_self)) {
          const Segment s = segments_[0];
          const Resolution as_type = find_lexical(s, Namespace::Type, false).resolution;
          if (as_type.kind == ResolutionKind::None &&
              find_lexical(s, Namespace::Value, false).resolution.kind != ResolutionKind::None) {
            const uint32_t ribs = push_rib(RibKind::Constant);
            resolve_path(n, PathUse::Expr);
            pop_ribs(ribs);
            return n.value + 1;
          }
        }
      }
      resolve_path(n, PathUse::Type);
      return n.value + 1;
    }
    case NodeKind::PathExpr:
      resolve_path(n, PathUse::Expr);
      return n.value + 1;
    case NodeKind::Path:
      return visit_path_node(n);
    case NodeKind::Lifetime:
      if (tree.role(n) == Role::target)
        resolve_label(n);
      else if (tree.role(n) != Role::name)
        resolve_lifetime(n);
      return end;
    case NodeKind::NameRef: {
      const NodeId parent = tree.parent(n);
      Resolution depends;
      depends.kind = ResolutionKind::TypeDependent;
      switch (parent ? tree.kind(parent) : NodeKind::Missing) {
        case NodeKind::FieldExpr:
        case NodeKind::MethodCallExpr:
          use(n, Namespace::Value, depends);
          break;
        case NodeKind::UseBound: {
          Segment s;
          if (!segment_at(n, &s)) break;
          const bool value = find_lexical(s, Namespace::Type, false).resolution.kind == ResolutionKind::None &&
                             find_lexical(s, Namespace::Value, false).resolution.kind != ResolutionKind::None;
          const Lexical found = find_lexical(s, value ? Namespace::Value : Namespace::Type, true);
          use(n, value ? Namespace::Value : Namespace::Type, found.resolution);
          break;
        }
        default:
          break;
      }
      return end;
    }
    case NodeKind::AssocArg: {
      const NodeId segment = tree.child(n, Role::segment);
      Resolution depends;
      depends.kind = ResolutionKind::TypeDependent;
      if (segment) use(segment, Namespace::Type, depends);
      return n.value + 1;
    }
    case NodeKind::RecordExpr:
      if (const NodeId path = tree.child(n, Role::path)) record_fields(n, resolve_path(path, PathUse::Struct));
      return n.value + 1;
    case NodeKind::BuiltinExpr: {
      // offset_of!: its fields depend on the type.
      const NodeId name = tree.child(n, Role::name);
      if (!name || tree.text(name) != "offset_of") return n.value + 1;
      if (const NodeId type = tree.child(n, Role::type)) walk(type);
      return end;
    }
    case NodeKind::Param:
      // Names of parameters are bound apart.
      for (NodeId child = tree.first_child(n); child; child = tree.next_sibling(child))
        if (tree.role(child) != Role::pattern) walk(child);
      return end;
    case NodeKind::Label:
      return end;
    default:
      break;
  }
  if (visit_own_scope(n)) return end;
  if (category == NodeCategory::Pat) {
    pattern_top(n);
    return end;
  }
  return n.value + 1;
}

// Nodes with scopes of their own. False when `n` is none.
bool ResolvePass::visit_own_scope(NodeId n) {
  const Tree& tree = *at_.tree;
  switch (tree.kind(n)) {
    case NodeKind::Block:
      block(n);
      return true;
    case NodeKind::LetStmt:
      let_statement(n);
      return true;
    case NodeKind::LetExpr:
      if (const NodeId value = tree.child(n, Role::value)) walk(value);
      if (const NodeId p = tree.child(n, Role::pattern)) pattern_top(p);
      return true;
    case NodeKind::IfExpr:
      if_expression(n);
      return true;
    case NodeKind::WhileExpr:
    case NodeKind::LoopExpr:
    case NodeKind::ForExpr:
      loop_expression(n);
      return true;
    case NodeKind::BlockExpr:
      block_expression(n);
      return true;
    case NodeKind::ClosureExpr:
      closure(n);
      return true;
    case NodeKind::MatchArm:
      match_arm(n);
      return true;
    case NodeKind::FnPointerType:
    case NodeKind::TraitBound:
    case NodeKind::WherePredicate:
    case NodeKind::UnsafeBinderType: {
      const Role role = tree.kind(n) == NodeKind::UnsafeBinderType ? Role::generics : Role::binder;
      if (!tree.child(n, role)) return false;
      with_binder(n);
      return true;
    }
    case NodeKind::MacroExpr:
    case NodeKind::MacroType: {
      const NodeId parent = tree.parent(n);
      const bool rib = tree.kind(n) == NodeKind::MacroExpr && parent && tree.kind(parent) != NodeKind::ExprStmt &&
                       tree.kind(parent) != NodeKind::Block && tree.kind(parent) != NodeKind::Fragment;
      const bool unknown = !ribs_.empty() && ribs_.back().unknown_values;
      macro_call(tree.child(n, Role::call));
      if ((rib || tree.kind(n) == NodeKind::MacroType) && !ribs_.empty()) ribs_.back().unknown_values = unknown;
      return true;
    }
    default:
      return false;
  }
}

void ResolvePass::with_binder(NodeId n) {
  const Tree& tree = *at_.tree;
  const uint32_t ribs = push_rib(RibKind::Normal);
  NodeId generics = tree.child(n, Role::generics);
  const NodeId binder = tree.child(n, Role::binder);
  if (binder) generics = tree.child(binder, Role::generics);
  bind_generics(generics);
  walk_generics(generics, false);
  for (NodeId child = tree.first_child(n); child; child = tree.next_sibling(child))
    if (child != binder && child != generics) walk(child);
  pop_ribs(ribs);
}

void ResolvePass::block(NodeId n) {
  const Tree& tree = *at_.tree;
  const ItemContext saved = item_context_;
  item_context_ = ItemContext::Block;
  const uint32_t ribs = push_rib(RibKind::Block, crate_.block_scope(at_.source, n));
  for (NodeId child = tree.first_child(n); child; child = tree.next_sibling(child)) walk(child);
  pop_ribs(ribs);
  item_context_ = saved;
}

void ResolvePass::let_statement(NodeId n) {
  const Tree& tree = *at_.tree;
  attributes(n);
  for (const Role role : {Role::type, Role::value, Role::else_block})
    if (const NodeId child = tree.child(n, role)) walk(child);
  if (const NodeId p = tree.child(n, Role::pattern)) pattern_top(p);
}

void ResolvePass::if_expression(NodeId n) {
  const Tree& tree = *at_.tree;
  while (n) {
    const uint32_t ribs = push_rib(RibKind::Normal);
    if (const NodeId condition = tree.child(n, Role::condition)) walk(condition);
    if (const NodeId then = tree.child(n, Role::then_block)) walk(then);
    pop_ribs(ribs);
    const NodeId other = tree.child(n, Role::else_branch);
    if (other && tree.kind(other) == NodeKind::IfExpr) {
      n = other;
      continue;
    }
    if (other) walk(other);
    return;
  }
}

void ResolvePass::bind_label(NodeId owner) {
  const NodeId label = at_.tree->child(owner, Role::label);
  Segment s;
  if (label && segment_at(label, &s))
    bind(BoundSpace::Label, s.name, s.context, false, here(ResolutionKind::Label, label));
}

void ResolvePass::loop_expression(NodeId n) {
  const Tree& tree = *at_.tree;
  const uint32_t ribs = push_rib(RibKind::Normal);
  if (tree.kind(n) == NodeKind::ForExpr) {
    if (const NodeId iterable = tree.child(n, Role::iterable)) walk(iterable);
    if (const NodeId p = tree.child(n, Role::pattern)) pattern_top(p);
    bind_label(n);
  } else {
    bind_label(n);
    if (const NodeId condition = tree.child(n, Role::condition)) walk(condition);
  }
  if (const NodeId body = tree.child(n, Role::body)) walk(body);
  pop_ribs(ribs);
}

void ResolvePass::block_expression(NodeId n) {
  const Tree& tree = *at_.tree;
  const NodeId body = tree.child(n, Role::body);
  const NodeId type = tree.child(n, Role::type);
  RibKind kind = RibKind::Normal;
  if (body) {
    for (uint32_t slot = tree.first_slot(n); slot < tree.first_slot(body); ++slot) {
      const TokenKind token = tree.token_kind(slot);
      if (token == TokenKind::KwAsync || token == TokenKind::KwGen) kind = RibKind::Function;
      if (token == TokenKind::KwConst) kind = RibKind::Constant;
    }
  }
  if (type) walk(type);
  const uint32_t ribs = push_rib(kind);
  bind_label(n);
  if (body) walk(body);
  pop_ribs(ribs);
}

void ResolvePass::closure(NodeId n) {
  const Tree& tree = *at_.tree;
  const uint32_t ribs = push_rib(RibKind::Normal);
  if (const NodeId binder = tree.child(n, Role::binder)) {
    const NodeId generics = tree.child(binder, Role::generics);
    bind_generics(generics);
    walk_generics(generics, false);
  }
  push_rib(RibKind::Function);
  parameters(n);
  for (NodeId child = tree.first_child(n); child; child = tree.next_sibling(child))
    if (tree.kind(child) == NodeKind::Param) walk(child);
  if (const NodeId type = tree.child(n, Role::return_type)) walk(type);
  if (const NodeId body = tree.child(n, Role::body)) walk(body);
  pop_ribs(ribs);
}

void ResolvePass::match_arm(NodeId n) {
  const Tree& tree = *at_.tree;
  attributes(n);
  const uint32_t ribs = push_rib(RibKind::Normal);
  if (const NodeId p = tree.child(n, Role::pattern)) pattern_top(p);
  if (const NodeId guard = tree.child(n, Role::guard)) walk(guard);
  if (const NodeId body = tree.child(n, Role::body)) walk(body);
  pop_ribs(ribs);
}

// The fields of a struct expression or pattern, whose path stands for `resolution`.
void ResolvePass::record_fields(NodeId n, const Resolution& resolution) {
  const Tree& tree = *at_.tree;
  const Def* d = resolution.kind == ResolutionKind::Definition ? lookup_.def(resolution.def) : nullptr;
  const bool known =
      d != nullptr && (d->kind == DefKind::Struct || d->kind == DefKind::Union || d->kind == DefKind::Variant);
  for (NodeId child = tree.first_child(n); child; child = tree.next_sibling(child)) {
    const NodeKind kind = tree.kind(child);
    if (kind != NodeKind::RecordExprField && kind != NodeKind::RecordPatField) continue;
    if (removed(child)) continue;
    const NodeId name = tree.child(child, Role::name);
    if (!name) continue;
    if (kind == NodeKind::RecordExprField && !tree.child(child, Role::value)) {
      resolve_single(name, PathUse::Expr);
      continue;
    }
    Resolution r;
    r.kind = ResolutionKind::TypeDependent;
    Segment s;
    if (known && segment_at(name, &s)) {
      const DefRef field = lookup_.field(resolution.def, s.name);
      if (field.def) {
        r.kind = ResolutionKind::Definition;
        r.def = field;
      }
    }
    use(name, Namespace::Value, r);
  }
}

}  // namespace rp
