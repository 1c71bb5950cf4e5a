// Scopes of bodies, what a token names, and where uses and errors are noted.
#include <algorithm>
#include <cstring>

#include "names/resolve_pass.h"

namespace rp {
namespace {

bool is_name_token(TokenKind kind) {
  switch (kind) {
    case TokenKind::Ident:
    case TokenKind::RawIdent:
    case TokenKind::Lifetime:
    case TokenKind::RawLifetime:
    case TokenKind::DollarCrate:
    case TokenKind::Int:
      return true;
    default:
      return is_keyword_kind(kind);
  }
}

}  // namespace

void UseLog::add(const NameUse& use) {
  if (left_ == 0) {
    Buffer<NameUse> piece;
    piece.reserve(kPiece);
    pieces_.push_back(std::move(piece));
    left_ = kPiece;
  }
  pieces_.back().push_unchecked(use);
  --left_;
}

void UseLog::sort_into(size_t sources, Buffer<NameUse>* out) {
  // By source by counting.
  std::vector<uint32_t> end(sources + 1, 0);
  for (const Buffer<NameUse>& piece : pieces_)
    for (const NameUse& use : piece) ++end[use.source.value + 1];
  for (size_t i = 1; i < end.size(); ++i) end[i] += end[i - 1];
  out->resize(end.back());
  for (Buffer<NameUse>& piece : pieces_) {
    for (const NameUse& use : piece) (*out)[end[use.source.value]++] = use;
    piece = {};
  }
  pieces_.clear();
  left_ = 0;
  // Each entry of `end` is where its source ends, now.
  uint32_t kept = 0;
  for (size_t i = 0, first = 0; i < sources; first = end[i++]) {
    const std::span<NameUse> of_source(out->data() + first, end[i] - first);
    sort_by_node(of_source);
    // One meaning for each place: the first that was found.
    for (size_t k = 0; k < of_source.size(); ++k)
      if (k == 0 || of_source[k].node != of_source[k - 1].node) (*out)[kept++] = of_source[k];
  }
  out->resize(kept);
}

// The walk leaves the order of the text only inside of statements and headers of items: a use that is late goes a few
// places up. Where that turns out otherwise, the rest is sorted as anything is.
void UseLog::sort_by_node(std::span<NameUse> uses) {
  size_t moves = uses.size() * 8;
  for (size_t i = 1; i < uses.size(); ++i) {
    if (uses[i - 1].node <= uses[i].node) continue;
    const NameUse late = uses[i];
    size_t at = i;
    for (; at > 0 && late.node < uses[at - 1].node && moves > 0; --at, --moves) uses[at] = uses[at - 1];
    uses[at] = late;
    if (moves == 0) {
      std::stable_sort(uses.begin(), uses.end(), [](const NameUse& a, const NameUse& b) { return a.node < b.node; });
      return;
    }
  }
}

uint32_t ResolvePass::push_rib(RibKind kind, uint32_t scope, DefRef macro) {
  const auto index = static_cast<uint32_t>(ribs_.size());
  ribs_.push_back({kind, false, scope, static_cast<uint32_t>(bounds_.size()), macro});
  if (scope != UINT32_MAX) scope_ribs_.push_back(index);
  if (kind == RibKind::MacroDefinition) macro_ribs_.push_back(index);
  return index;
}

void ResolvePass::pop_ribs(uint32_t count) {
  if (ribs_.size() <= count) return;
  const uint32_t first = ribs_[count].first_bound;
  while (bounds_.size() > first) {
    const Bound& bound = bounds_.back();
    heads_[static_cast<size_t>(bound.space)][bound.name] = bound.previous;
    bounds_.pop_back();
  }
  ribs_.resize(count);
  while (!scope_ribs_.empty() && scope_ribs_.back() >= count) scope_ribs_.pop_back();
  while (!macro_ribs_.empty() && macro_ribs_.back() >= count) macro_ribs_.pop_back();
}

void ResolvePass::bind(BoundSpace space, uint32_t name, ContextId context, bool parameter,
                       const Resolution& resolution) {
  std::vector<uint32_t>& heads = heads_[static_cast<size_t>(space)];
  if (name >= heads.size()) heads.resize(lookup_.name_count() + lookup_.name_count() / 2, UINT32_MAX);
  bounds_.push_back(
      {name, space, parameter, context, heads[name], static_cast<uint32_t>(ribs_.size() - 1), resolution});
  heads[name] = static_cast<uint32_t>(bounds_.size() - 1);
}

const Bound* ResolvePass::find_bound(BoundSpace space, uint32_t name, ContextId context) const {
  const std::vector<uint32_t>& heads = heads_[static_cast<size_t>(space)];
  if (name >= heads.size()) return nullptr;
  const ContextId of_items = item_context(context);
  size_t macros = macro_ribs_.size();
  for (uint32_t i = heads[name]; i != UINT32_MAX; i = bounds_[i].previous) {
    const Bound& bound = bounds_[i];
    // A name that a macro made is looked for around the macro once the search is out of reach of its definition.
    while (context != kRootContext && macros > 0 && macro_ribs_[macros - 1] > bound.rib) {
      const ExpansionId made_by = crate_.contexts.expansion(context);
      if (made_by && made_by.value < crate_.expansions.size() &&
          crate_.expansions[made_by.value].macro == ribs_[macro_ribs_[macros - 1]].macro)
        context = crate_.contexts.parent(context);
      --macros;
    }
    if (bound.context == (bound.parameter ? of_items : context)) return &bound;
  }
  return nullptr;
}

// What stands between a local or generic parameter and its use. True when it may be used.
bool ResolvePass::check_use(const Bound& bound, const Segment& segment, bool report) {
  const ResolutionKind kind = bound.resolution.kind;
  const auto index = static_cast<uint32_t>(&bound - bounds_.data());
  if (index >= banned_from_ && index < banned_to_) {
    if (report)
      diagnose("E0128", segment.slot,
               "generic parameter defaults cannot reference parameters before they are declared");
    return false;
  }
  if (ban_self_ && kind == ResolutionKind::SelfType && bound.space == BoundSpace::Type) {
    if (report) diagnose("E0735", segment.slot, "generic parameters cannot use `Self` in their defaults");
    return false;
  }
  bool in_item = false;
  for (uint32_t i = bound.rib + 1; i < ribs_.size(); ++i) {
    switch (ribs_[i].kind) {
      case RibKind::Item:
        in_item = true;
        break;
      case RibKind::AssocItem:
        if (kind == ResolutionKind::Local) in_item = true;
        break;
      case RibKind::Constant:
        if (kind != ResolutionKind::Local) break;
        if (report && segment.name != self_value_)
          diagnose("E0435", segment.slot, "attempt to use a non-constant value in a constant");
        return false;
      case RibKind::ConstParamType:
        if (generic_const_types_) break;
        if (report)
          diagnose("E0770", segment.slot, "the type of const parameters must not depend on other generic parameters");
        return false;
      default:
        break;
    }
  }
  if (!in_item) return true;
  if (kind == ResolutionKind::SelfType && bound.space == BoundSpace::Value) return true;
  if (report) {
    if (kind == ResolutionKind::Local)
      diagnose("E0434", segment.slot, "can't capture dynamic environment in a fn item");
    else
      diagnose("E0401", segment.slot, "can't use generic parameters from outer item");
  }
  return false;
}

DefId ResolvePass::current_module() const { return crate_.scopes[module_scope()].def; }

uint32_t ResolvePass::module_scope() const {
  for (size_t i = scope_ribs_.size(); i-- > 0;)
    if (ribs_[scope_ribs_[i]].kind == RibKind::Module) return ribs_[scope_ribs_[i]].scope;
  return 0;
}

bool ResolvePass::values_unknown() const {
  for (size_t i = ribs_.size(); i-- > 0;) {
    if (ribs_[i].unknown_values) return true;
    if (ribs_[i].kind == RibKind::Module || ribs_[i].kind == RibKind::Item || ribs_[i].kind == RibKind::AssocItem)
      return false;
  }
  return false;
}

ResolvePass::Lexical ResolvePass::find_lexical(const Segment& segment, Namespace space, bool report) {
  Lexical result;
  const Bound* bound = nullptr;
  const bool is_self = segment.kind == TokenKind::KwSelfType;
  if (space != Namespace::Macro) {
    const ContextId context = is_self                    ? kRootContext
                              : space == Namespace::Type ? item_context(segment.context)
                                                         : segment.context;
    bound = find_bound(space == Namespace::Type ? BoundSpace::Type : BoundSpace::Value, segment.name, context);
  }
  bool unknown = false;
  for (size_t i = scope_ribs_.size(); i-- > 0;) {
    const Rib& rib = ribs_[scope_ribs_[i]];
    if (bound != nullptr && bound->rib >= scope_ribs_[i]) break;
    if (rib.kind == RibKind::Module) {
      bound = nullptr;
      break;
    }
    const ItemFound found =
        lookup_.in_scope({crate_.index, rib.scope}, segment.name, space, crate_.scopes[rib.scope].def);
    if (found.kind == ItemFound::Kind::Unknown) unknown = true;
    if (found.kind == ItemFound::Kind::Def || found.kind == ItemFound::Kind::Primitive) {
      result.resolution.kind =
          found.kind == ItemFound::Kind::Def ? ResolutionKind::Definition : ResolutionKind::PrimitiveType;
      result.resolution.def = found.def;
      result.resolution.index = found.index;
      result.doubtful = unknown || found.doubtful;
      if (found.kind == ItemFound::Kind::Def && found.def.def.value == 0)
        result.resolution.kind = ResolutionKind::Crate;
      return result;
    }
  }
  if (bound != nullptr) {
    result.from_rib = true;
    result.resolution = bound->resolution;
    result.error = !check_use(*bound, segment, report);
    return result;
  }
  if (is_self || segment.kind == TokenKind::KwSelfValue) {
    if (segment.kind == TokenKind::KwSelfValue && values_unknown()) result.resolution.kind = ResolutionKind::Unknown;
    return result;
  }
  ItemFound found;
  // What a `macro` made is looked for where it is defined, then where it is called.
  const ContextId of_items = item_context(segment.context);
  if (of_items != kRootContext) found = lookup_.at_definition(definition_of_[of_items], segment.name, space);
  if (!found) found = lookup_.lexical(module_scope(), segment.name, space);
  result.doubtful = unknown || found.doubtful;
  switch (found.kind) {
    case ItemFound::Kind::None:
      if (unknown || (space == Namespace::Value && values_unknown()) || of_items != kRootContext ||
          segment.name == test_main_)
        result.resolution.kind = ResolutionKind::Unknown;
      break;
    case ItemFound::Kind::Unknown:
      result.resolution.kind = ResolutionKind::Unknown;
      break;
    case ItemFound::Kind::Tool:
      result.resolution.kind = ResolutionKind::Tool;
      break;
    case ItemFound::Kind::Primitive:
      result.resolution.kind = ResolutionKind::PrimitiveType;
      result.resolution.index = found.index;
      break;
    case ItemFound::Kind::Def:
      result.resolution.kind = found.def.def.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition;
      result.resolution.def = found.def;
      result.is_private = found.is_private && of_items == kRootContext;
      break;
  }
  return result;
}

void ResolvePass::resolve_lifetime(NodeId node) {
  Segment s;
  if (!segment_at(node, &s)) return;
  Resolution r;
  if (s.name == static_lifetime_) {
    r.kind = ResolutionKind::StaticLifetime;
  } else if (s.name == underscore_lifetime_) {
    r.kind = ResolutionKind::InferredLifetime;
  } else {
    const Bound* bound = find_bound(BoundSpace::Lifetime, s.name, item_context(s.context));
    bool outer = false;
    if (bound != nullptr) {
      r = bound->resolution;
      for (uint32_t i = bound->rib + 1; i < ribs_.size(); ++i) {
        if (ribs_[i].kind == RibKind::Item) outer = true;
        if (ribs_[i].kind == RibKind::Module) bound = nullptr;
        if (bound == nullptr) break;
      }
    }
    if (bound == nullptr) {
      r = {};
      diagnose("E0261", s.slot, "use of undeclared lifetime name `" + std::string(lookup_.text(s.name)) + "`");
    } else if (outer) {
      diagnose("E0401", s.slot, "can't use generic parameters from outer item");
    }
  }
  use(node, Namespace::Type, r);
}

void ResolvePass::resolve_label(NodeId node) {
  Segment s;
  if (!segment_at(node, &s)) return;
  Resolution r;
  if (const Bound* bound = find_bound(BoundSpace::Label, s.name, s.context)) {
    r = bound->resolution;
    for (uint32_t i = bound->rib + 1; i < ribs_.size(); ++i) {
      const RibKind kind = ribs_[i].kind;
      if (kind != RibKind::Function && kind != RibKind::Constant && kind != RibKind::Module) continue;
      diagnose("E0767", s.slot, "use of unreachable label `" + std::string(lookup_.text(s.name)) + "`");
      break;
    }
  } else {
    diagnose("E0426", s.slot, "use of undeclared label `" + std::string(lookup_.text(s.name)) + "`");
  }
  use(node, Namespace::Type, r);
}

uint32_t ResolvePass::name_slot(NodeId node) const {
  const Tree& tree = *at_.tree;
  for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot)
    if (is_name_token(tree.token_kind(slot))) return slot;
  return UINT32_MAX;
}

bool ResolvePass::segment_at(NodeId node, Segment* out) {
  const uint32_t slot = name_slot(node);
  if (slot == UINT32_MAX) return false;
  out->node = node;
  out->slot = slot;
  out->kind = at_.tree->token_kind(slot);
  out->context = local_contexts_[at_.text->context(slot)];
  out->resolution = {};
  switch (out->kind) {
    case TokenKind::KwSelfType:
      out->name = self_type_;
      break;
    case TokenKind::KwSelfValue:
      out->name = self_value_;
      break;
    default:
      out->name = intern(at_.tree->token_text(slot));
      break;
  }
  return true;
}

uint32_t ResolvePass::intern(std::string_view token) {
  if (token.empty() || token.size() > 16) return lookup_.intern(token);
  // With its length, two words say which token it is; what they have in common does not matter.
  uint64_t head = 0, tail = 0;
  const char* const text = token.data();
  const size_t size = token.size();
  if (size >= 8) {
    std::memcpy(&head, text, 8);
    std::memcpy(&tail, text + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(&head, text, 4);
    std::memcpy(&tail, text + size - 4, 4);
  } else {
    const auto byte = [&](size_t i) { return uint64_t{static_cast<unsigned char>(text[i])}; };
    head = byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
  }
  const uint64_t hash = (head ^ (tail << 29 | tail >> 35) ^ size) * 0x9E37'79B9'7F4A'7C15U;
  ShortName& known = short_names_[hash >> (64 - kShortNameBits)];
  if (known.size != size || known.head != head || known.tail != tail)
    known = {head, tail, static_cast<uint32_t>(size), lookup_.intern(token)};
  return known.name;
}

Edition ResolvePass::edition_at(uint32_t slot) const {
  const CrateIndex index = crate_at(slot);
  const CrateDefs* c = lookup_.defs(index);
  return c == nullptr ? crate_.edition : c->edition;
}

CrateIndex ResolvePass::crate_at(uint32_t slot) const {
  const TokenOrigin origin = at_.text->origin(at_.source, slot);
  if (!origin.source || origin.source.value >= crate_.sources.size()) return crate_.index;
  const SourceInfo& info = crate_.sources[origin.source.value];
  if (info.kind == SourceInfo::Kind::Foreign) return info.foreign_crate;
  return crate_.index;
}

void ResolvePass::use(NodeId node, Namespace space, const Resolution& resolution) {
  uses_.add({at_.source, node, space, resolution});
}

Resolution ResolvePass::here(ResolutionKind kind, NodeId node) const {
  Resolution r;
  r.kind = kind;
  r.source = at_.source;
  r.node = node;
  return r;
}

void ResolvePass::diagnose(std::string_view code, uint32_t slot, std::string message, bool import) {
  NameDiagnostic d;
  d.code = code;
  d.proven = uncertain_ == 0 && !syntax_errors_ && (import || !failed_globs_) && !conditional_token(slot);
  d.message = std::move(message);
  // Where the token is written; for one of a foreign macro, where the macro is called.
  SourceId source = at_.source;
  const Source* text = at_.text;
  for (uint32_t steps = 0; steps < 1000; ++steps) {
    if (text == nullptr || slot >= text->tree.slot_count()) return;
    const TokenOrigin origin = text->origin(source, slot);
    const SourceInfo* info =
        origin.source.value < crate_.sources.size() ? &crate_.sources[origin.source.value] : nullptr;
    const uint32_t length = text->tree.token_end(slot) - text->tree.token_start(slot);
    if (info != nullptr && (info->kind == SourceInfo::Kind::File || info->kind == SourceInfo::Kind::Included)) {
      d.source = origin.source;
      d.span = {origin.offset, origin.offset + length};
      break;
    }
    const SourceInfo& current = crate_.sources[source.value];
    if (!current.expansion || current.expansion.value >= crate_.expansions.size()) return;
    const Expansion& expansion = crate_.expansions[current.expansion.value];
    source = expansion.call_source;
    text = crate_.sources[source.value].source.get();
    if (text == nullptr) return;
    slot = expansion.invocation == InvocationKind::Derive ? expansion.call_slot : text->tree.first_slot(expansion.call);
  }
  if (!d.source) return;
  out_->diagnostics.push_back(std::move(d));
}

}  // namespace rp
