// Patterns: which identifiers bind and which name a constant or variant; names bound twice, or not by each alternative.
#include <algorithm>

#include "names/resolve_pass.h"

namespace rp {

void ResolvePass::begin_patterns(bool parameters) {
  pattern_frames_.clear();
  pattern_frames_.push_back({false, 0});
  pattern_parameters_ = parameters;
}

void ResolvePass::add_pattern_name(const PatternName& name) {
  if (name.name >= pattern_heads_.size())
    pattern_heads_.resize(lookup_.name_count() + lookup_.name_count() / 2, UINT32_MAX);
  pattern_names_.push_back(name);
  pattern_names_.back().previous = pattern_heads_[name.name];
  pattern_heads_[name.name] = static_cast<uint32_t>(pattern_names_.size() - 1);
}

void ResolvePass::pop_pattern_names(uint32_t count) {
  while (pattern_names_.size() > count) {
    pattern_heads_[pattern_names_.back().name] = pattern_names_.back().previous;
    pattern_names_.pop_back();
  }
}

// The names become visible.
void ResolvePass::bind_patterns() {
  for (const PatternName& name : pattern_names_)
    bind(BoundSpace::Value, name.name, name.context, false, name.resolution);
  pop_pattern_names(0);
}

void ResolvePass::pattern_top(NodeId node) {
  begin_patterns(false);
  pattern(node);
  bind_patterns();
}

void ResolvePass::parameters(NodeId owner) {
  const Tree& tree = *at_.tree;
  begin_patterns(true);
  for (NodeId child = tree.first_child(owner); child; child = tree.next_sibling(child)) {
    if (tree.kind(child) != NodeKind::Param || removed(child)) continue;
    if (const NodeId p = tree.child(child, Role::pattern)) pattern(p);
  }
  bind_patterns();
}

// A whole pattern, in preorder; only alternatives and guards need a level of their own.
void ResolvePass::pattern(NodeId root) {
  const Depth depth(*this);
  if (!depth.ok) return;
  const Tree* tree = at_.tree;
  const uint32_t end = tree->subtree_end(root).value;
  for (uint32_t i = root.value; i < end;) {
    const NodeId n(i);
    if (removed(n)) {
      i = tree->subtree_end(n).value;
      continue;
    }
    switch (tree->kind(n)) {
      case NodeKind::OrPat:
        or_pattern(n);
        i = tree->subtree_end(n).value;
        continue;
      case NodeKind::GuardPat:
        guard_pattern(n);
        i = tree->subtree_end(n).value;
        continue;
      case NodeKind::IdentPat:
        identifier_pattern(n);
        break;
      case NodeKind::MacroPat:
        macro_call(tree->child(n, Role::call));
        i = tree->subtree_end(n).value;
        continue;
      case NodeKind::RecordPat:
        if (const NodeId path = tree->child(n, Role::path)) {
          const Resolution r = resolve_path(path, PathUse::Struct);
          record_fields(n, r);
        }
        break;
      case NodeKind::TupleStructPat:
        if (const NodeId path = tree->child(n, Role::path)) resolve_path(path, PathUse::TupleStruct);
        break;
      case NodeKind::PathPat:
        if (const NodeId path = tree->child(n, Role::path)) resolve_path(path, PathUse::Pat);
        break;
      case NodeKind::Path:
      case NodeKind::LiteralPat:
      case NodeKind::RangePat:
      case NodeKind::ConstBlockPat:
        // Generic arguments and expressions.
        for (NodeId child = tree->first_child(n); child; child = tree->next_sibling(child)) {
          if (tree->subtree_end(child).value == child.value + 1 && tree->kind(child) == NodeKind::LiteralExpr) continue;
          walk_inside_pattern(child);
        }
        i = tree->subtree_end(n).value;
        continue;
      case NodeKind::Attr:
        attribute(n);
        i = tree->subtree_end(n).value;
        continue;
      default:
        break;
    }
    ++i;
  }
}

void ResolvePass::or_pattern(NodeId node) {
  const Tree& tree = *at_.tree;
  struct Alternative {
    NodeId node;
    bool never = false;
    std::vector<PatternName> names;  // sorted
  };
  std::vector<Alternative> alternatives;
  const auto first = static_cast<uint32_t>(pattern_names_.size());
  pattern_frames_.push_back({true, first});
  const auto by_name = [](const PatternName& a, const PatternName& b) {
    return a.name != b.name ? a.name < b.name : a.context < b.context;
  };
  for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
    if (node_category(tree.kind(child)) != NodeCategory::Pat) continue;
    const auto begin = static_cast<uint32_t>(pattern_names_.size());
    pattern_frames_.push_back({false, begin});
    pattern(child);
    pattern_frames_.pop_back();
    Alternative& alternative = alternatives.emplace_back();
    alternative.node = child;
    for (uint32_t i = child.value; i < tree.subtree_end(child).value; ++i)
      if (tree.kind(NodeId(i)) == NodeKind::NeverPat || tree.kind(NodeId(i)) == NodeKind::MacroPat)
        alternative.never = true;
    alternative.names.assign(pattern_names_.begin() + begin, pattern_names_.end());
    pop_pattern_names(begin);
    for (const PatternName& name : alternative.names) {
      bool known = false;
      for (uint32_t i = name.name < pattern_heads_.size() ? pattern_heads_[name.name] : UINT32_MAX;
           i != UINT32_MAX && i >= first && !known; i = pattern_names_[i].previous)
        known = pattern_names_[i].context == name.context;
      if (!known) add_pattern_name(name);
    }
    std::sort(alternative.names.begin(), alternative.names.end(), by_name);
  }
  pattern_frames_.pop_back();

  // Each alternative binds the same names in the same way.
  std::erase_if(alternatives, [](const Alternative& a) { return a.never; });
  if (alternatives.size() < 2) return;
  for (uint32_t i = first; i < pattern_names_.size(); ++i) {
    const PatternName& name = pattern_names_[i];
    const Alternative* without = nullptr;
    const PatternName* other_mode = nullptr;
    bool somewhere = false, uncertain = false;
    uint8_t mode = 0;
    for (const Alternative& a : alternatives) {
      const auto at = std::lower_bound(a.names.begin(), a.names.end(), name, by_name);
      if (at == a.names.end() || at->name != name.name || at->context != name.context) {
        if (without == nullptr) without = &a;
      } else if (at->uncertain) {
        uncertain = true;
      } else if (!somewhere) {
        somewhere = true;
        mode = at->mode;
      } else if (at->mode != mode && other_mode == nullptr) {
        other_mode = &*at;
      }
    }
    if (!somewhere || uncertain) continue;
    const std::string text(lookup_.text(name.name));
    if (without != nullptr)
      diagnose("E0408", tree.first_slot(without->node), "variable `" + text + "` is not bound in all patterns");
    else if (other_mode != nullptr)
      diagnose("E0409", other_mode->slot, "variable `" + text + "` is bound inconsistently across alternatives");
  }
}

void ResolvePass::guard_pattern(NodeId node) {
  const Tree& tree = *at_.tree;
  const auto begin = static_cast<uint32_t>(pattern_names_.size());
  pattern_frames_.push_back({false, begin});
  if (const NodeId inner = tree.child(node, Role::pattern)) pattern(inner);
  pattern_frames_.pop_back();
  const NodeId condition = tree.child(node, Role::condition);
  if (!condition) return;
  // The guard sees what the pattern in it binds, and nothing else of the patterns around it.
  const uint32_t ribs = push_rib(RibKind::Normal);
  for (size_t i = begin; i < pattern_names_.size(); ++i)
    bind(BoundSpace::Value, pattern_names_[i].name, pattern_names_[i].context, false, pattern_names_[i].resolution);
  walk_inside_pattern(condition);
  pop_ribs(ribs);
}

// An expression in a pattern may have patterns of its own.
void ResolvePass::walk_inside_pattern(NodeId node) {
  std::vector<PatternName> names = std::move(pattern_names_);
  std::vector<PatternFrame> frames = std::move(pattern_frames_);
  std::vector<uint32_t> heads = std::move(pattern_heads_);
  const bool parameters = pattern_parameters_;
  pattern_names_ = {};
  pattern_frames_ = {};
  pattern_heads_ = {};
  walk(node, at_.tree->kind(at_.tree->parent(node)) == NodeKind::ConstBlockPat);
  pattern_names_ = std::move(names);
  pattern_frames_ = std::move(frames);
  pattern_heads_ = std::move(heads);
  pattern_parameters_ = parameters;
}

void ResolvePass::identifier_pattern(NodeId node) {
  const Tree& tree = *at_.tree;
  const NodeId name_node = tree.child(node, Role::name);
  Segment s;
  if (!name_node || !segment_at(name_node, &s)) return;
  PatternName name;
  name.name = s.name;
  name.context = s.context;
  name.slot = s.slot;
  for (uint32_t slot = tree.first_slot(node); slot < s.slot; ++slot) {
    if (tree.token_kind(slot) == TokenKind::KwRef) name.mode |= 1;
    if (tree.token_kind(slot) == TokenKind::KwMut) name.mode |= 2;
  }
  const bool plain = name.mode == 0 && !tree.child(node, Role::subpattern);
  const Lexical found = find_lexical(s, Namespace::Value, false);
  const Resolution& r = found.resolution;
  bool shadows = false, maybe_constant = false;
  if (r.kind == ResolutionKind::ConstParameter || (r.kind == ResolutionKind::SelfType && plain)) {
    if (plain) {
      use(name_node, Namespace::Value, r);
      return;
    }
    shadows = true;
  } else if (r.kind == ResolutionKind::Definition) {
    const Def* d = lookup_.def(r.def);
    const DefKind kind = d == nullptr ? DefKind::Function : d->kind;
    const bool constructor = kind == DefKind::Struct || kind == DefKind::Variant;
    const bool constant =
        kind == DefKind::Const || kind == DefKind::AssocConst || (constructor && (d->flags & kDefUnitFields) != 0);
    if (constant && plain) {
      use(name_node, Namespace::Value, r);
      count(r);
      return;
    }
    shadows = constant || kind == DefKind::Static || constructor;
  } else if (r.kind == ResolutionKind::Unknown && plain) {
    name.uncertain = true;
    const std::string_view text = lookup_.text(s.name);
    // Whether it binds is not known; by convention only what begins with a capital letter may be something else.
    maybe_constant = !text.empty() && text[0] >= 'A' && text[0] <= 'Z';
    if (maybe_constant) use(name_node, Namespace::Value, r);
  }
  if (shadows) diagnose("E0530", s.slot, "bindings cannot shadow `" + std::string(lookup_.text(s.name)) + "`");

  // Bound already by the same pattern, or by another alternative.
  name.resolution = here(ResolutionKind::Local, name_node);
  if (maybe_constant) name.resolution = r;
  size_t frame = pattern_frames_.size();
  bool twice = false;
  for (uint32_t i = s.name < pattern_heads_.size() ? pattern_heads_[s.name] : UINT32_MAX; i != UINT32_MAX;
       i = pattern_names_[i].previous) {
    if (pattern_names_[i].context != s.context) continue;
    while (frame > 0 && pattern_frames_[frame - 1].first > i) --frame;
    if (frame == 0) break;
    // Of frames that begin at the same name, the outermost one holds it only if the inner ones are not done.
    if (pattern_frames_[frame - 1].alternatives)
      name.resolution = pattern_names_[i].resolution;
    else
      twice = true;
  }
  if (twice && name.uncertain) return;
  if (twice) {
    diagnose(pattern_parameters_ ? "E0415" : "E0416", s.slot,
             "identifier `" + std::string(lookup_.text(s.name)) + "` is bound more than once in the same " +
                 (pattern_parameters_ ? "parameter list" : "pattern"));
    return;
  }
  add_pattern_name(name);
}

}  // namespace rp
