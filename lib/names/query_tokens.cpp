#include "names/query_tokens.h"

#include <algorithm>
#include <tuple>

namespace rp {

bool is_name_token(TokenKind kind) {
  switch (kind) {
    case TokenKind::Ident:
    case TokenKind::RawIdent:
    case TokenKind::Lifetime:
    case TokenKind::RawLifetime:
    case TokenKind::DollarCrate:
    case TokenKind::Int:
    case TokenKind::KwSelfValue:
    case TokenKind::KwSelfType:
    case TokenKind::KwSuper:
    case TokenKind::KwCrate:
#define RP_WEAK_KEYWORD(name, text) case TokenKind::name:
#include "syntax/token_kinds.def"
      return true;
    default:
      return false;
  }
}

uint32_t name_slot(const Tree& tree, NodeId node) {
  if (const NodeId name = tree.child(node, Role::name)) node = name;
  for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot)
    if (is_name_token(tree.token_kind(slot))) return slot;
  return UINT32_MAX;
}

std::string_view plain_name(std::string_view token) { return token.starts_with("r#") ? token.substr(2) : token; }

namespace {

// The tokens of the call, as slots of its source.
std::pair<uint32_t, uint32_t> call_slots(const CrateDefs& crate, const Expansion& e) {
  const Tree& tree = crate.sources[e.call_source.value].source->tree;
  return {tree.first_slot(e.call), tree.end_slot(e.call)};
}

bool has_text(const CrateDefs& crate, SourceId source) {
  return source && source.value < crate.sources.size() && crate.sources[source.value].source != nullptr;
}

}  // namespace

std::optional<ByteSpan> written_call(const CrateDefs& crate, const Expansion& e, SourceId file) {
  if (!has_text(crate, e.call_source)) return std::nullopt;
  const Source& source = *crate.sources[e.call_source.value].source;
  const Tree& tree = source.tree;
  auto [first, end] = call_slots(crate, e);
  if (first >= end) return std::nullopt;
  if (e.call_source == file) return tree.span(e.call);
  // In the output of another: as far as its tokens come from the file.
  uint32_t last = end - 1;
  while (first < last && is_group_token(tree.token_kind(first))) ++first;
  while (first < last && is_group_token(tree.token_kind(last))) --last;
  const TokenOrigin begin = source.origin(e.call_source, first);
  const TokenOrigin finish = source.origin(e.call_source, last);
  if (begin.source != file || finish.source != file || finish.offset < begin.offset) return std::nullopt;
  const uint32_t length = tree.token_end(last) - tree.token_start(last);
  return ByteSpan{begin.offset, finish.offset + length};
}

std::vector<uint32_t> expansions_around(const CrateDefs& crate, SourceId source, uint32_t offset) {
  std::vector<uint32_t> found;
  std::vector<bool> inside(crate.expansions.size());
  const auto covers = [&](ByteSpan span) { return span.start <= offset && offset <= span.end; };
  // A call stands in the list behind the one whose output it stands in.
  for (uint32_t i = 0; i < crate.expansions.size(); ++i) {
    const Expansion& e = crate.expansions[i];
    if (e.state == ExpansionState::Inert || !has_text(crate, e.call_source)) continue;
    if (e.call_source == source) {
      const Tree& tree = crate.sources[source.value].source->tree;
      // An attribute or derive is given the item, too.
      inside[i] = covers(tree.span(e.call)) || (e.item && covers(tree.span(e.item)));
    } else {
      inside[i] = e.parent && e.parent.value < i && inside[e.parent.value];
    }
    if (inside[i]) found.push_back(i);
  }
  return found;
}

std::optional<FilePlace> written(const Project& project, CrateIndex index, SourceId source, ByteSpan span) {
  const CrateDefs* crate = project.analysis.crate(index);
  if (crate == nullptr || !has_text(*crate, source)) return std::nullopt;
  const WrittenPlace place = written_place(*crate, source, span);
  if (place.in_macro || crate->sources[place.source.value].kind != SourceInfo::Kind::File) return std::nullopt;
  return FilePlace{index, place.source, place.span};
}

std::optional<FilePlace> written_name(const Project& project, CrateIndex index, SourceId source, NodeId node) {
  const CrateDefs* crate = project.analysis.crate(index);
  if (crate == nullptr || !has_text(*crate, source) || !node) return std::nullopt;
  const Tree& tree = crate->sources[source.value].source->tree;
  const uint32_t slot = name_slot(tree, node);
  if (slot == UINT32_MAX) return std::nullopt;
  return written(project, index, source, {tree.token_start(slot), tree.token_end(slot)});
}

std::string_view path_of_source(const Project& project, const FilePlace& place) {
  const CrateDefs* crate = project.analysis.crate(place.crate);
  if (crate == nullptr || !place.source || place.source.value >= crate->sources.size()) return {};
  return crate->sources[place.source.value].path;
}

void sort_places(const Project& project, std::vector<FilePlace>* places) {
  const auto key = [&](const FilePlace& p) {
    return std::tuple(path_of_source(project, p), p.span.start, p.span.end, p.crate, p.source.value);
  };
  std::sort(places->begin(), places->end(), [&](const FilePlace& a, const FilePlace& b) { return key(a) < key(b); });
  const auto same = [&](const FilePlace& a, const FilePlace& b) {
    return a.span.start == b.span.start && a.span.end == b.span.end &&
           path_of_source(project, a) == path_of_source(project, b);
  };
  places->erase(std::unique(places->begin(), places->end(), same), places->end());
}

}  // namespace rp
