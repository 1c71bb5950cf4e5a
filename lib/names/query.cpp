#include "names/query.h"

#include <algorithm>
#include <tuple>

#include "names/query_tokens.h"

namespace rp {
namespace {

// What is known of one token of one source.
class TokenQuestion {
 public:
  TokenQuestion(const Project& project, CrateIndex index)
      : project_(project), index_(index), crate_(*project.analysis.crate(index)), names_(project.names[index]) {}

  // The answer for the name at a slot. NotAName when the token stands for nothing by itself.
  DefinitionResult at(SourceId source, uint32_t slot) const {
    DefinitionResult result;
    const Tree& tree = crate_.sources[source.value].source->tree;
    if (slot >= tree.slot_count() || !is_name_token(tree.token_kind(slot))) return result;
    // The node that uses or declares the name is the innermost one, or one of those that begin with it.
    NodeId node = tree.node_at_slot(slot);
    for (int steps = 0; node && steps < 4; ++steps, node = tree.parent(node)) {
      if (const NameUse* use = names_.find(source, node); use != nullptr && name_slot(tree, node) == slot)
        return of_use(*use, source, slot);
      if (name_slot(tree, node) != slot) continue;
      if (const DefId def = crate_.def_at(source, node)) return found({index_, def}, ResolutionKind::Definition);
      if (declares_local(tree, node)) {
        result.answer = DefinitionAnswer::Local;
        result.kind = kind_of_local(tree, node);
        result.place = local_place(source, node);
        return result;
      }
      if (tree.kind(node) == NodeKind::UseTree || tree.kind(node) == NodeKind::ExternCrateItem)
        return of_import(source, node);
      if (tree.kind(node) == NodeKind::Rename) return of_import(source, tree.parent(node));
    }
    return result;
  }

  // What a token of a derive attribute stands for.
  DefinitionResult at_derive(SourceId source, uint32_t slot) const {
    const Tree& tree = crate_.sources[source.value].source->tree;
    NodeId node = tree.node_at_slot(slot);
    while (node && tree.kind(node) != NodeKind::Attr) node = tree.parent(node);
    if (!node) return {};
    for (const uint32_t i : crate_.expansions_at(source, node)) {
      const Expansion& e = crate_.expansions[i];
      if (e.invocation != InvocationKind::Derive || last_of_path(tree, e.call_slot) != slot) continue;
      if (e.macro) return found(e.macro, ResolutionKind::Definition);
      DefinitionResult result;
      result.answer = e.state == ExpansionState::Unresolved && !e.unknown ? DefinitionAnswer::Unresolved
                                                                          : DefinitionAnswer::Unknown;
      return result;
    }
    return {};
  }

  DefinitionResult found(DefRef def, ResolutionKind kind) const {
    DefinitionResult result;
    result.answer = DefinitionAnswer::Found;
    result.kind = kind;
    result.def = def;
    result.place = definition_places(project_, def).name;
    return result;
  }

 private:
  // The slot of the last name of a path that begins at `slot`.
  static uint32_t last_of_path(const Tree& tree, uint32_t slot) {
    while (slot + 3 < tree.slot_count()) {
      uint32_t next = slot + 1;
      if (tree.token_kind(slot) != TokenKind::ColonColon && tree.token_kind(next) != TokenKind::ColonColon) break;
      if (tree.token_kind(next) == TokenKind::ColonColon) next += token_slots(TokenKind::ColonColon);
      if (tree.token_kind(slot) == TokenKind::ColonColon) next = slot + token_slots(TokenKind::ColonColon);
      slot = next;
    }
    return slot;
  }

  static bool declares_local(const Tree& tree, NodeId node) {
    switch (tree.kind(node)) {
      case NodeKind::IdentPat:
      case NodeKind::TypeParam:
      case NodeKind::ConstParam:
      case NodeKind::LifetimeParam:
      case NodeKind::Label:
      case NodeKind::SelfParam:
        return true;
      default:
        return false;
    }
  }

  static ResolutionKind kind_of_local(const Tree& tree, NodeId node) {
    switch (tree.kind(node)) {
      case NodeKind::TypeParam:
        return ResolutionKind::TypeParameter;
      case NodeKind::ConstParam:
        return ResolutionKind::ConstParameter;
      case NodeKind::LifetimeParam:
        return ResolutionKind::LifetimeParameter;
      case NodeKind::Label:
        return ResolutionKind::Label;
      default:
        return ResolutionKind::Local;
    }
  }

  FilePlace local_place(SourceId source, NodeId node) const {
    const auto place = written_name(project_, index_, source, node);
    return place ? *place : FilePlace();
  }

  // The name that an import brings: what it stands for in the first namespace that has something.
  DefinitionResult of_import(SourceId source, NodeId node) const {
    DefinitionResult result;
    for (const Import& import : crate_.imports) {
      if (import.source != source || import.node != node) continue;
      for (const Binding& binding : import.targets)
        if (binding.target == Binding::Target::Def)
          return found(binding.def, binding.def.def.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition);
      result.answer = import.state == Import::State::Unresolved ? unresolved(source, node) : DefinitionAnswer::Unknown;
    }
    return result;
  }

  // Nothing was found: an error where it is proven, else unknown.
  [[nodiscard]] DefinitionAnswer unresolved(SourceId source, NodeId node) const {
    const auto place = written(project_, index_, source, crate_.sources[source.value].source->tree.span(node));
    if (!place) return DefinitionAnswer::Unknown;
    const auto at = std::lower_bound(
        names_.diagnostics.begin(), names_.diagnostics.end(), std::pair(place->source, place->span.start),
        [](const NameDiagnostic& d, const auto& k) { return std::pair(d.source, d.span.start) < k; });
    for (auto i = at; i != names_.diagnostics.end() && i->source == place->source && i->span.start <= place->span.end;
         ++i)
      if (i->proven) return DefinitionAnswer::Unresolved;
    return DefinitionAnswer::Unknown;
  }

  DefinitionResult of_use(const NameUse& use, SourceId source, uint32_t) const {
    DefinitionResult result;
    result.kind = use.resolution.kind;
    switch (use.resolution.kind) {
      case ResolutionKind::None:
        result.answer = unresolved(source, use.node);
        return result;
      case ResolutionKind::Unknown:
      case ResolutionKind::TypeDependent:
        result.answer = DefinitionAnswer::Unknown;
        return result;
      case ResolutionKind::Definition:
      case ResolutionKind::SelfType:
      case ResolutionKind::Crate:
        if (project_.analysis.def(use.resolution.def) == nullptr) {
          result.answer = DefinitionAnswer::Unknown;
          return result;
        }
        return found(use.resolution.def, use.resolution.kind);
      case ResolutionKind::PrimitiveType:
      case ResolutionKind::StaticLifetime:
      case ResolutionKind::InferredLifetime:
      case ResolutionKind::Tool:
      case ResolutionKind::BuiltinAttribute:
      case ResolutionKind::DeriveHelper:
        result.answer = DefinitionAnswer::BuiltIn;
        return result;
      case ResolutionKind::Local:
      case ResolutionKind::TypeParameter:
      case ResolutionKind::ConstParameter:
      case ResolutionKind::LifetimeParameter:
      case ResolutionKind::Label:
        result.answer = DefinitionAnswer::Local;
        result.place = local_place(use.resolution.source, use.resolution.node);
        return result;
    }
    return result;
  }

  const Project& project_;
  CrateIndex index_;
  const CrateDefs& crate_;
  const CrateNames& names_;
};

// How much an answer says.
int weight(DefinitionAnswer answer) {
  switch (answer) {
    case DefinitionAnswer::NoFile:
      return 0;
    case DefinitionAnswer::NotAName:
      return 1;
    case DefinitionAnswer::Unknown:
      return 2;
    case DefinitionAnswer::Unresolved:
      return 3;
    case DefinitionAnswer::BuiltIn:
    case DefinitionAnswer::Found:
    case DefinitionAnswer::Local:
      return 4;
  }
  return 0;
}

// Part of a string: the identifier around an offset, as a format string captures it.
ByteSpan identifier_around(std::string_view text, ByteSpan within, uint32_t offset) {
  const auto part = [&](uint32_t at) {
    const auto c = static_cast<unsigned char>(text[at]);
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
  };
  uint32_t start = offset, end = offset;
  while (start > within.start && part(start - 1)) --start;
  while (end < within.end && part(end)) ++end;
  return {start, end};
}

// The name token at an offset or, where there is none, the one that ends there; UINT32_MAX when there is none either.
uint32_t slot_of_name(const Tree& tree, uint32_t offset) {
  for (const uint32_t at : {offset, offset - 1}) {
    if (at > offset) break;
    const uint32_t slot = tree.slot_at_offset(at);
    if (slot >= tree.slot_count()) continue;
    const TokenKind kind = tree.token_kind(slot);
    if (tree.token_start(slot) <= at && (is_name_token(kind) || is_string_literal(kind))) return slot;
  }
  return UINT32_MAX;
}

bool stands_in_macro(const Tree& tree, uint32_t slot) {
  for (NodeId node = tree.node_at_slot(slot); node; node = tree.parent(node)) {
    const NodeKind kind = tree.kind(node);
    if (kind == NodeKind::TokenTree) return true;
  }
  return false;
}

}  // namespace

std::vector<FilePlace> sources_of_file(const Project& project, std::string_view path) {
  std::vector<FilePlace> places;
  for (uint32_t i = 0; i < project.graph.crates.size(); ++i) {
    const CrateIndex index = Project::index_of(CrateId(i));
    const CrateDefs* crate = project.analysis.crate(index);
    if (crate == nullptr || !project.graph.crates[i].local) continue;
    for (uint32_t s = 0; s < crate->sources.size(); ++s) {
      const SourceInfo& info = crate->sources[s];
      if (info.kind != SourceInfo::Kind::File || info.path != path) continue;
      const auto size = static_cast<uint32_t>(info.source == nullptr ? 0 : info.source->text.size());
      places.push_back({index, SourceId(s), {0, size}});
    }
  }
  return places;
}

DefinitionResult definition_at(const Project& project, CrateIndex index, SourceId source, uint32_t offset) {
  DefinitionResult best;
  const CrateDefs* crate = project.analysis.crate(index);
  if (crate == nullptr || index >= project.has_names.size() || !project.has_names[index] || !source ||
      source.value >= crate->sources.size() || crate->sources[source.value].source == nullptr) {
    best.answer = DefinitionAnswer::NoFile;
    return best;
  }
  const Source& text = *crate->sources[source.value].source;
  const Tree& tree = text.tree;
  if (offset > text.text.size()) return best;
  const uint32_t slot = slot_of_name(tree, offset);
  if (slot == UINT32_MAX) return best;
  ByteSpan use = {tree.token_start(slot), tree.token_end(slot)};
  const TokenQuestion question(project, index);
  const bool literal = is_string_literal(tree.token_kind(slot));
  std::string_view captured;
  if (literal) {
    if (!stands_in_macro(tree, slot)) return best;
    use = identifier_around(text.text, use, std::min(offset, use.end));
    captured = text.text.substr(use.start, use.end - use.start);
    if (captured.empty()) return best;
  } else {
    best = question.at(source, slot);
    if (best.answer == DefinitionAnswer::NotAName) best = question.at_derive(source, slot);
  }

  // What macros made of the token; the same answer from all of them, as a rule.
  const bool moved = literal || stands_in_macro(tree, slot);
  for (const uint32_t i : expansions_around(*crate, source, use.start)) {
    if (weight(best.answer) == 4) break;
    const Expansion& e = crate->expansions[i];
    if (!e.output || crate->sources[e.output.value].source == nullptr) continue;
    const Source& output = *crate->sources[e.output.value].source;
    for (uint32_t s = 0; s < output.tree.slot_count() && weight(best.answer) < 4; ++s) {
      const TokenOrigin origin = output.origin(e.output, s);
      if (origin.source != source || !is_name_token(output.tree.token_kind(s))) continue;
      // A name that is captured twice has one token; any place in the same literal is its own.
      const bool here = literal ? origin.offset > tree.token_start(slot) && origin.offset < tree.token_end(slot) &&
                                      output.tree.token_text(s) == captured
                                : origin.offset == use.start && output.tree.token_text(s) == tree.token_text(slot);
      if (!here) continue;
      DefinitionResult result = question.at(e.output, s);
      if (result.answer == DefinitionAnswer::NotAName) result = question.at_derive(e.output, s);
      if (weight(result.answer) > weight(best.answer)) best = result;
    }
  }
  if (best.answer == DefinitionAnswer::NotAName && !literal &&
      (moved || crate->is_removed(source, tree.node_at_slot(slot))) && tree.token_kind(slot) != TokenKind::Int)
    best.answer = DefinitionAnswer::Unknown;
  // A name that was not looked at is no word of the language.
  const NodeKind around = tree.kind(tree.node_at_slot(slot));
  if (best.answer == DefinitionAnswer::NotAName &&
      (around == NodeKind::PathSegment || (around == NodeKind::NameRef && tree.token_kind(slot) != TokenKind::Int)))
    best.answer = DefinitionAnswer::Unknown;
  best.use = {index, source, use};
  return best;
}

DefinitionResult definition_at(const Project& project, std::string_view path, uint32_t offset) {
  DefinitionResult best;
  best.answer = DefinitionAnswer::NoFile;
  for (const FilePlace& place : sources_of_file(project, path)) {
    const DefinitionResult result = definition_at(project, place.crate, place.source, offset);
    if (weight(result.answer) > weight(best.answer)) best = result;
    if (weight(best.answer) == 4) break;
  }
  return best;
}

ExpansionRef expansion_at(const Project& project, CrateIndex index, SourceId source, uint32_t offset) {
  ExpansionRef best;
  uint32_t best_length = UINT32_MAX;
  const CrateDefs* crate = project.analysis.crate(index);
  if (crate == nullptr || !source || source.value >= crate->sources.size() ||
      crate->sources[source.value].source == nullptr)
    return best;
  for (const uint32_t i : expansions_around(*crate, source, offset)) {
    const Expansion& e = crate->expansions[i];
    const auto call = written_call(*crate, e, source);
    if (!call || offset < call->start || offset > call->end) continue;
    uint32_t length = call->end - call->start;
    // Of the derives of one attribute, the one whose name is there; elsewhere in the attribute the first.
    if (e.call_slot != 0 && e.call_source == source) {
      const Tree& tree = crate->sources[source.value].source->tree;
      uint32_t end = e.call_slot;
      while (end < tree.end_slot(e.call) && tree.token_kind(end) != TokenKind::Comma &&
             tree.token_kind(end) != TokenKind::RParen)
        ++end;
      const uint32_t name_end = end == e.call_slot ? tree.token_end(end) : tree.token_end(end - 1);
      if (offset >= tree.token_start(e.call_slot) && offset <= name_end)
        length = name_end - tree.token_start(e.call_slot);
    }
    if (length >= best_length) continue;
    best_length = length;
    best = {index, ExpansionId(i)};
  }
  return best;
}

ExpansionRef expansion_at(const Project& project, std::string_view path, uint32_t offset) {
  for (const FilePlace& place : sources_of_file(project, path))
    if (const ExpansionRef found = expansion_at(project, place.crate, place.source, offset); found.expansion)
      return found;
  return {};
}

}  // namespace rp
