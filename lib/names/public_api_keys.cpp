#include "names/public_api_keys.h"

#include <algorithm>

#include "expand/attributes.h"
#include "names/resolve.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

// Types nest deeper than this only to hurt.
constexpr uint32_t kMaxDepth = 100;
constexpr size_t kMaxKeyBytes = size_t{64} << 10;
// In the key of an alias, its own parameters until they are replaced.
constexpr char kAliasBegin = '\x03';
constexpr char kAliasEnd = '\x04';

std::string unknown_name(std::string_view text) {
  return std::string{kKeyNameBegin, kKeyUnknown}.append(text) + kKeyNameEnd;
}

bool is_word(TokenKind kind) {
  return kind == T::Ident || kind == T::RawIdent || kind == T::Lifetime || kind == T::RawLifetime ||
         kind == T::Underscore || kind == T::DollarCrate || is_literal(kind) || is_keyword_kind(kind);
}

void append_word(std::string* out, std::string_view word) {
  const auto is_name = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  if (!out->empty() && !word.empty() && is_name(out->back()) && is_name(word.front())) out->push_back(' ');
  out->append(word);
}

}  // namespace

// ---- Text ---------------------------------------------------------------------------------------------------------

void SignatureText::add(TokenKind kind, std::string_view text) {
  const bool word = is_word(kind);
  bool space = false;
  if (!out_.empty() && !tight_) {
    switch (kind) {
      case T::Comma:
      case T::Semi:
      case T::Colon:
      case T::ColonColon:
      case T::RParen:
      case T::RBracket:
      case T::Dot:
        break;
      case T::Gt:
      case T::Lt:
        // `fn f<T>`, `for<'a>`, `Vec<u8>`; only a type in angle brackets of its own stands apart.
        space = kind == T::Lt && !last_is_word_ && last_ != T::ColonColon && last_ != T::Gt;
        break;
      case T::LParen:
      case T::LBracket:
        space = last_is_word_ ? last_ != T::Ident && last_ != T::RawIdent && last_ != T::KwFn && last_ != T::KwCrate &&
                                    last_ != T::KwSelfType
                              : last_ != T::Gt && last_ != T::Bang && last_ != T::Pound;
        break;
      case T::Bang:
        space = !last_is_word_;
        break;
      default:
        space = last_ != T::ColonColon && last_ != T::Dot;
    }
  }
  if (space) out_.push_back(' ');
  out_.append(text == "$crate" ? std::string_view("crate") : text);
  const bool prefix = !last_is_word_ && last_ != T::Gt && last_ != T::RParen && last_ != T::RBracket;
  tight_ = kind == T::LParen || kind == T::LBracket || kind == T::Lt || kind == T::And || kind == T::ColonColon ||
           kind == T::Dot || kind == T::Pound || kind == T::Question || kind == T::Tilde ||
           (kind == T::Star && prefix) || (kind == T::Minus && prefix) || kind == T::Bang;
  last_ = kind;
  last_is_word_ = word;
}

std::string ApiKeys::text(SourceId source, NodeId around, uint32_t begin, uint32_t end) const {
  const Tree& t = tree(source);
  const Source& s = *crate_.sources[source.value].source;
  // Ranges to leave out.
  std::vector<std::pair<uint32_t, uint32_t>> holes;
  for (uint32_t at = around.value + 1; at < t.subtree_end(around).value;) {
    const NodeId node(at);
    const N kind = t.kind(node);
    const bool out =
        kind == N::Attr || kind == N::DocComment || (kind == N::Visibility && t.role(node) == Role::visibility);
    if (!out && !crate_.is_removed(source, node)) {
      ++at;
      continue;
    }
    uint32_t stop = t.end_slot(node);
    if (!out) {
      const uint32_t behind = skip_trivia(t, stop, t.slot_count());
      if (behind < t.slot_count() && t.token_kind(behind) == T::Comma) stop = behind + 1;
    }
    holes.emplace_back(t.first_slot(node), stop);
    at = t.subtree_end(node).value;
  }
  SignatureText out;
  size_t hole = 0;
  for (uint32_t slot = begin; slot < end;) {
    while (hole < holes.size() && holes[hole].second <= slot) ++hole;
    if (hole < holes.size() && holes[hole].first <= slot) {
      slot = holes[hole].second;
      continue;
    }
    const TokenKind kind = t.token_kind(slot);
    if (is_trivia(kind) || is_doc_comment(kind) || is_group_token(kind)) {
      slot += token_slots(kind);
      continue;
    }
    if (kind == T::DollarCrate) {
      const TokenOrigin origin = s.origin(source, slot);
      std::string_view name = "crate";
      if (origin.source && crate_.sources[origin.source.value].kind == SourceInfo::Kind::Foreign) {
        const CrateIndex from = crate_.sources[origin.source.value].foreign_crate;
        if (const CrateDefs* there = analysis_.crate(from)) name = there->name;
      }
      out.add(T::Ident, name);
      ++slot;
      continue;
    }
    // `>>` closes two lists.
    if (kind == T::Shr) {
      out.add(T::Gt, ">");
      out.add(T::Gt, ">");
      slot += token_slots(kind);
      continue;
    }
    // A comma at the end of a list says nothing.
    if (kind == T::Comma) {
      uint32_t next = slot + 1;
      while (next < end && (is_trivia(t.token_kind(next)) || is_group_token(t.token_kind(next)))) ++next;
      if (next >= end || t.token_kind(next) == T::RParen || t.token_kind(next) == T::Gt) {
        ++slot;
        continue;
      }
    }
    out.add(kind, t.token_text(slot));
    slot += token_slots(kind);
  }
  return out.text();
}

// ---- Names --------------------------------------------------------------------------------------------------------

std::string ApiKeys::name_key(DefRef ref) const {
  std::string out(1, kKeyNameBegin);
  if (ref.crate == crate_.index) {
    const std::string& public_path = paths_[ref.def.value];
    if (!public_path.empty())
      out += public_path;
    else
      out.append(1, kKeyUnnameable).append(crate_.name_of(ref.def));
  } else if (const CrateDefs* there = analysis_.crate(ref.crate)) {
    out.append(1, kKeyForeign).append(there->path_of(ref.def));
  } else {
    out.append(1, kKeyUnknown);
  }
  return out + kKeyNameEnd;
}

uint32_t parameter_index(const Tree& tree, NodeId param) {
  uint32_t index = 0;
  const NodeId list = tree.parent(param);
  if (!list) return UINT32_MAX;
  for (NodeId each = tree.first_child(list); each; each = tree.next_sibling(each)) {
    if (each == param) return index;
    if (tree.kind(each) == N::TypeParam || tree.kind(each) == N::ConstParam) ++index;
  }
  return UINT32_MAX;
}

std::string ApiKeys::parameter_key(const Resolution& r) const {
  if (r.source.value >= crate_.sources.size() || crate_.sources[r.source.value].source == nullptr) return "?";
  const Tree& t = tree(r.source);
  const uint32_t index = parameter_index(t, r.node);
  const NodeId list = t.parent(r.node);
  const NodeId item = list ? t.parent(list) : NodeId();
  if (index == UINT32_MAX || !item) return "?";
  switch (t.kind(item)) {
    case N::FnItem:
      return "F" + std::to_string(index);
    case N::TypeAliasItem:
      if (t.parent(item) && t.kind(t.parent(item)) == N::ItemList && t.kind(t.parent(t.parent(item))) != N::ModItem)
        return "G" + std::to_string(index);
      return kAliasBegin + std::to_string(index) + kAliasEnd;
    default:
      return "T" + std::to_string(index);
  }
}

std::string ApiKeys::word(SourceId source, NodeId node) const {
  const Tree& t = tree(source);
  const uint32_t slot = skip_trivia(t, t.first_slot(node), t.end_slot(node));
  if (slot >= t.end_slot(node)) return {};
  const std::string_view text = t.token_text(slot);
  return std::string(text.starts_with("r#") ? text.substr(2) : text);
}

DefRef ApiKeys::head(SourceId source, NodeId type) const {
  const Tree& t = tree(source);
  while (type && t.kind(type) == N::ParenType) type = t.child(type, Role::type);
  if (!type || (t.kind(type) != N::PathType && t.kind(type) != N::Path)) return {};
  DefRef found;
  for (NodeId child = t.first_child(type); child; child = t.next_sibling(child)) {
    if (t.kind(child) != N::PathSegment) continue;
    const NameUse* use = names_.find(source, child);
    found = use != nullptr && (use->resolution.kind == ResolutionKind::Definition ||
                               use->resolution.kind == ResolutionKind::SelfType)
                ? use->resolution.def
                : DefRef();
  }
  // An alias of the crate stands for something else.
  if (found && found.crate == crate_.index) {
    const Def& def = crate_.def(found.def);
    if (def.kind == DefKind::TypeAlias && def.source && crate_.sources[def.source.value].source != nullptr) {
      const NodeId aliased = tree(def.source).child(def.node, Role::type);
      // Not followed further: an alias of an alias is rare, and a cycle is an error.
      const Tree& at = tree(def.source);
      if (aliased && at.kind(aliased) == N::PathType) {
        DefRef next;
        for (NodeId child = at.first_child(aliased); child; child = at.next_sibling(child)) {
          const NameUse* use = names_.find(def.source, child);
          if (use != nullptr && use->resolution.kind == ResolutionKind::Definition) next = use->resolution.def;
        }
        return next;
      }
    }
  }
  return found;
}

bool ApiKeys::is_parameter(SourceId source, NodeId type) const {
  const Tree& t = tree(source);
  while (type && (t.kind(type) == N::ParenType || t.kind(type) == N::RefType)) type = t.child(type, Role::type);
  if (!type || t.kind(type) != N::PathType) return false;
  const NodeId segment = t.first_child(type);
  if (!segment || t.next_sibling(segment)) return false;
  const NameUse* use = names_.find(source, segment);
  return use != nullptr && use->resolution.kind == ResolutionKind::TypeParameter;
}

bool ApiKeys::is_primitive(SourceId source, NodeId type) const {
  const Tree& t = tree(source);
  if (!type || t.kind(type) != N::PathType) return false;
  NodeId last;
  for (NodeId each = t.first_child(type); each; each = t.next_sibling(each))
    if (t.kind(each) == N::PathSegment) last = each;
  const NameUse* use = last ? names_.find(source, last) : nullptr;
  return use != nullptr && use->resolution.kind == ResolutionKind::PrimitiveType;
}

// ---- Keys ---------------------------------------------------------------------------------------------------------

std::string ApiKeys::key(SourceId source, NodeId node, uint32_t depth) {
  if (depth > kMaxDepth) return unknown_name("deep");
  if (!node || crate_.is_removed(source, node)) return {};
  const Tree& t = tree(source);
  ++depth;
  const auto type = [&] { return key(source, t.child(node, Role::type), depth); };
  switch (t.kind(node)) {
    case N::Attr:
    case N::DocComment:
    case N::Visibility:
      return {};
    case N::Lifetime:
      return t.text(node) == "'static" ? "'static" : "";
    case N::Path:
    case N::PathType:
    case N::PathExpr:
      return path(source, node, depth);
    case N::ParenType:
      return type();
    case N::RefType: {
      const NodeId lifetime = t.child(node, Role::lifetime);
      std::string out = "&";
      if (lifetime && t.text(lifetime) == "'static") out += "'static ";
      if (t.has_token(node, T::KwMut)) out += "mut ";
      return out + type();
    }
    case N::PointerType:
      return (t.has_token(node, T::KwMut) ? "*mut " : "*const ") + type();
    case N::SliceType:
      return "[" + type() + "]";
    case N::ArrayType:
      return "[" + type() + ";" + key(source, t.child(node, Role::length), depth) + "]";
    case N::TupleType:
      return "(" + joined(source, node, Role::type, depth) + ")";
    case N::NeverType:
      return "!";
    case N::ImplTraitType:
    case N::TraitObjectType: {
      std::string out = t.kind(node) == N::ImplTraitType ? "impl(" : "dyn(";
      bool first = true;
      for (const std::string& each : bounds(source, t.child(node, Role::bounds), depth)) {
        if (!first) out += "+";
        first = false;
        out += each;
      }
      return out + ")";
    }
    case N::FnPointerType: {
      std::string out = t.has_token(node, T::KwUnsafe) ? "unsafe " : "";
      if (const NodeId abi = t.child(node, Role::abi)) out += std::string(t.text(abi)) + " ";
      out += "fn" + key(source, t.child(node, Role::parameters), depth);
      return out + key(source, t.child(node, Role::return_type), depth);
    }
    case N::ParamList:
      return "(" + joined(source, node, Role::parameter, depth) + ")";
    case N::Param:
      return t.child(node, Role::type) ? type() : "...";
    case N::ReturnType: {
      std::string inner = type();
      return inner == "()" ? std::string() : "->" + inner;
    }
    case N::MacroType:
    case N::MacroExpr:
      return macro(source, node, depth);
    case N::TraitBound: {
      std::string out = t.has_token(node, T::Question) ? "?" : "";
      return out + key(source, t.child(node, Role::path), depth);
    }
    default:
      return rest(source, node, depth);
  }
}

std::string ApiKeys::joined(SourceId source, NodeId parent, Role role, uint32_t depth) {
  const Tree& t = tree(source);
  std::string out;
  bool first = true;
  for (NodeId child = t.first_child(parent); child; child = t.next_sibling(child)) {
    if (t.role(child) != role || crate_.is_removed(source, child)) continue;
    if (!first) out += ",";
    first = false;
    out += key(source, child, depth);
  }
  return out;
}

// Tokens as they are, and keys for the nodes between them.
std::string ApiKeys::rest(SourceId source, NodeId node, uint32_t depth) {
  const Tree& t = tree(source);
  std::string out;
  NodeId child = t.first_child(node);
  for (uint32_t slot = t.first_slot(node); slot < t.end_slot(node);) {
    while (child && t.end_slot(child) <= slot) child = t.next_sibling(child);
    if (child && t.first_slot(child) == slot && t.end_slot(child) > slot) {
      append_word(&out, key(source, child, depth));
      slot = t.end_slot(child);
      continue;
    }
    const TokenKind kind = t.token_kind(slot);
    if (!is_trivia(kind) && !is_doc_comment(kind) && !is_group_token(kind)) append_word(&out, t.token_text(slot));
    slot += token_slots(kind);
    if (out.size() > kMaxKeyBytes) return unknown_name("long");
  }
  return out;
}

std::string ApiKeys::macro(SourceId source, NodeId node, uint32_t depth) {
  const Tree& t = tree(source);
  const NodeId call = t.child(node, Role::call);
  if (call) {
    for (const uint32_t number : crate_.expansions_at(source, call)) {
      const SourceId output = crate_.expansions[number].output;
      if (!output || crate_.sources[output.value].source == nullptr) continue;
      const Tree& to = tree(output);
      for (NodeId child = to.first_child(to.root()); child; child = to.next_sibling(child))
        return key(output, child, depth);
    }
  }
  return unknown_name(t.text(node));
}

std::string ApiKeys::arguments(SourceId source, NodeId segment, uint32_t depth, std::vector<std::string>* types) {
  const Tree& t = tree(source);
  std::string out;
  if (const NodeId list = t.child(segment, Role::parenthesized)) {
    out = "(" + joined(source, list, Role::argument, depth) + ")";
    if (const NodeId result = t.child(list, Role::return_type)) out += key(source, result, depth);
    return out;
  }
  const NodeId list = t.child(segment, Role::arguments);
  if (!list) return out;
  std::vector<std::string> named;
  for (NodeId each = t.first_child(list); each; each = t.next_sibling(each)) {
    if (t.kind(each) == N::AssocArg) {
      const NodeId name = t.child(each, Role::segment);
      std::string text = name ? word(source, name) + arguments(source, name, depth, nullptr) : std::string();
      if (const NodeId value = t.child(each, Role::value)) text += "=" + key(source, value, depth);
      if (const NodeId list_of = t.child(each, Role::bounds)) {
        text += ":";
        for (const std::string& bound : bounds(source, list_of, depth)) text += bound + "+";
      }
      named.push_back(std::move(text));
      continue;
    }
    std::string text = key(source, each, depth);
    if (text.empty()) continue;  // a lifetime
    out += out.empty() ? text : "," + text;
    if (types != nullptr && t.kind(each) != N::Lifetime) types->push_back(std::move(text));
  }
  std::sort(named.begin(), named.end());
  for (const std::string& each : named) out += (out.empty() ? "" : ",") + each;
  return out.empty() ? out : "<" + out + ">";
}

std::string ApiKeys::alias(DefRef ref, const std::vector<std::string>& types, uint32_t depth) {
  const Def& def = crate_.def(ref.def);
  const Tree& t = tree(def.source);
  std::string body = key(def.source, t.child(def.node, Role::type), depth);
  if (body.find(kAliasBegin) == std::string::npos) return body;
  std::vector<NodeId> params;
  if (const NodeId list = t.child(def.node, Role::generics))
    for (NodeId each = t.first_child(list); each; each = t.next_sibling(each))
      if (t.kind(each) == N::TypeParam || t.kind(each) == N::ConstParam) params.push_back(each);
  // A default may name parameters before it, so some rounds are needed; few.
  for (int round = 0; round < 4 && body.find(kAliasBegin) != std::string::npos; ++round) {
    std::string next;
    for (size_t at = 0; at < body.size();) {
      const size_t begin = body.find(kAliasBegin, at);
      const size_t end = begin == std::string::npos ? begin : body.find(kAliasEnd, begin);
      next.append(body, at, begin - at);
      if (end == std::string::npos) break;
      const auto index = static_cast<size_t>(std::stoul(body.substr(begin + 1, end - begin - 1)));
      if (index < types.size()) {
        next += types[index];
      } else if (index < params.size()) {
        const NodeId value = t.child(params[index], Role::default_value);
        next += value ? key(def.source, value, depth) : std::string("_");
      }
      at = end + 1;
    }
    body = std::move(next);
    if (body.size() > kMaxKeyBytes) return unknown_name("long");
  }
  return body;
}

namespace {

// The type in the text of another crate's alias, with names looked up where it stands.
class ForeignAlias {
 public:
  ForeignAlias(const ApiKeys& keys, const CrateDefs& crate, DefId alias, const std::vector<std::string>& types)
      : keys_(keys), crate_(crate), types_(types), text_(crate.signature(alias)) {
    const DefId module = crate.module_of(crate.def(alias).parent);
    scope_ = module ? crate.def(module).scope : UINT32_MAX;
  }

  // Empty when it is more than a path with simple arguments.
  std::string run() {
    if (text_.empty() || scope_ == UINT32_MAX) return {};
    ParseOptions options;
    options.edition = crate_.edition;
    tree_ = lex_and_parse(text_, options);
    const NodeId item = tree_.first_child(tree_.root());
    if (!item || tree_.kind(item) != N::TypeAliasItem) return {};
    if (const NodeId list = tree_.child(item, Role::generics))
      for (NodeId each = tree_.first_child(list); each; each = tree_.next_sibling(each))
        if (tree_.kind(each) == N::TypeParam) params_.push_back(each);
    std::string out;
    return type(tree_.child(item, Role::type), 0, &out) ? out : std::string();
  }

 private:
  std::string_view word(NodeId node) const { return tree_.token_text(tree_.first_slot(node)); }

  bool type(NodeId node, uint32_t depth, std::string* out) {
    if (!node || depth > 16) return false;
    if (tree_.kind(node) == N::TupleType) {
      *out += "(";
      bool first = true;
      for (NodeId each = tree_.first_child(node); each; each = tree_.next_sibling(each)) {
        if (!first) *out += ",";
        first = false;
        if (!type(each, depth + 1, out)) return false;
      }
      *out += ")";
      return true;
    }
    if (tree_.kind(node) != N::PathType) return false;
    std::vector<std::string_view> names;
    NodeId last;
    for (NodeId each = tree_.first_child(node); each; each = tree_.next_sibling(each)) {
      if (tree_.kind(each) != N::PathSegment) return false;
      names.push_back(word(each));
      last = each;
    }
    if (names.empty()) return false;
    if (names.size() == 1) {
      for (size_t i = 0; i < params_.size(); ++i) {
        const NodeId name = tree_.child(params_[i], Role::name);
        if (!name || word(name) != names[0]) continue;
        if (i < types_.size()) {
          *out += types_[i];
          return true;
        }
        return type(tree_.child(params_[i], Role::default_value), depth + 1, out);
      }
    }
    const PathLookup found = lookup_path(crate_, keys_.analysis(), scope_, names, false, Namespace::Type);
    if (found.found != names.size()) return false;
    if (found.resolution.kind == ResolutionKind::PrimitiveType) {
      *out += kPrimitiveTypes[found.resolution.index];
      return true;
    }
    if (found.resolution.kind != ResolutionKind::Definition) return false;
    *out += keys_.name_key(found.resolution.def);
    const NodeId list = tree_.child(last, Role::arguments);
    if (!list) return true;
    *out += "<";
    bool first = true;
    for (NodeId each = tree_.first_child(list); each; each = tree_.next_sibling(each)) {
      if (tree_.kind(each) == N::Lifetime) continue;
      if (!first) *out += ",";
      first = false;
      if (!type(each, depth + 1, out)) return false;
    }
    *out += ">";
    return true;
  }

  const ApiKeys& keys_;
  const CrateDefs& crate_;
  const std::vector<std::string>& types_;
  std::string_view text_;
  Tree tree_;
  uint32_t scope_ = UINT32_MAX;
  std::vector<NodeId> params_;
};

}  // namespace

std::string ApiKeys::foreign_alias(DefRef ref, const std::vector<std::string>& types, uint32_t) {
  const CrateDefs* there = analysis_.crate(ref.crate);
  if (there == nullptr || !there->from_facts) return {};
  return ForeignAlias(*this, *there, ref.def, types).run();
}

std::string ApiKeys::unknown_path(SourceId source, const std::vector<NodeId>& segments, uint32_t depth) {
  std::string names;
  for (const NodeId segment : segments) names += (names.empty() ? "" : "::") + word(source, segment);
  return unknown_name(names) + (segments.empty() ? "" : arguments(source, segments.back(), depth, nullptr));
}

std::string ApiKeys::path(SourceId source, NodeId node, uint32_t depth) {
  const Tree& t = tree(source);
  std::vector<NodeId> segments;
  NodeId qualified;
  for (NodeId child = t.first_child(node); child; child = t.next_sibling(child)) {
    if (t.kind(child) == N::QualifiedSelf) qualified = child;
    if (t.kind(child) == N::PathSegment) segments.push_back(child);
  }
  std::string out;
  size_t next = 0;
  if (qualified) {
    out = "<" + key(source, t.child(qualified, Role::type), depth);
    if (const NodeId trait = t.child(qualified, Role::trait)) out += " as " + key(source, trait, depth);
    out += ">";
  } else {
    // The last segment that names alone decide.
    const Resolution* found = nullptr;
    for (size_t i = 0; i < segments.size(); ++i) {
      const NameUse* use = names_.find(source, segments[i]);
      if (use == nullptr) continue;
      switch (use->resolution.kind) {
        case ResolutionKind::Unknown:
          return unknown_path(source, segments, depth);
        case ResolutionKind::Definition:
        case ResolutionKind::PrimitiveType:
        case ResolutionKind::SelfType:
        case ResolutionKind::TypeParameter:
        case ResolutionKind::ConstParameter:
        case ResolutionKind::Crate:
          found = &use->resolution;
          next = i + 1;
          break;
        default:
          break;
      }
    }
    if (found == nullptr) return unknown_path(source, segments, depth);
    std::vector<std::string> types;
    const std::string args = arguments(source, segments[next - 1], depth, &types);
    switch (found->kind) {
      case ResolutionKind::PrimitiveType:
        out = kPrimitiveTypes[found->index];
        break;
      case ResolutionKind::SelfType:
        out = self_.empty() ? "Self" : self_;
        break;
      case ResolutionKind::TypeParameter:
      case ResolutionKind::ConstParameter:
        out = parameter_key(*found);
        break;
      default: {
        const Def* def = analysis_.def(found->def);
        const bool own_alias = def != nullptr && found->def.crate == crate_.index && def->kind == DefKind::TypeAlias &&
                               def->source && crate_.sources[def->source.value].source != nullptr;
        std::string behind;
        if (!own_alias && def != nullptr && def->kind == DefKind::TypeAlias && def->parent)
          behind = foreign_alias(found->def, types, depth);
        if (own_alias)
          out = alias(found->def, types, depth);
        else if (!behind.empty())
          out = std::move(behind);
        else
          out = name_key(found->def) + args;
      }
    }
  }
  for (; next < segments.size(); ++next) {
    out += "::" + word(source, segments[next]);
    out += arguments(source, segments[next], depth, nullptr);
  }
  return out;
}

std::vector<std::string> ApiKeys::bounds(SourceId source, NodeId list, uint32_t depth) {
  std::vector<std::string> out;
  if (!list) return out;
  const Tree& t = tree(source);
  for (NodeId each = t.first_child(list); each; each = t.next_sibling(each)) {
    if (t.kind(each) == N::UseBound) continue;
    std::string text = key(source, each, depth);
    if (!text.empty()) out.push_back(std::move(text));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void ApiKeys::add_bounds(SourceId source, NodeId list, std::string_view subject, std::vector<std::string>* predicates) {
  for (const std::string& each : bounds(source, list)) predicates->push_back(std::string(subject) + ": " + each);
}

void ApiKeys::generics(SourceId source, NodeId item, std::vector<ApiGeneric>* params,
                       std::vector<std::string>* predicates) {
  const Tree& t = tree(source);
  if (const NodeId list = t.child(item, Role::generics)) {
    for (NodeId each = t.first_child(list); each; each = t.next_sibling(each)) {
      if (crate_.is_removed(source, each)) continue;
      ApiGeneric param;
      const NodeId name = t.child(each, Role::name);
      if (name) param.name = word(source, name);
      param.has_default = t.child(each, Role::default_value).valid();
      Resolution here;
      here.source = source;
      here.node = each;
      switch (t.kind(each)) {
        case N::LifetimeParam:
          param.kind = ApiGeneric::Kind::Lifetime;
          break;
        case N::TypeParam:
          add_bounds(source, t.child(each, Role::bounds), parameter_key(here), predicates);
          break;
        case N::ConstParam:
          param.kind = ApiGeneric::Kind::Const;
          param.key = key(source, t.child(each, Role::type));
          break;
        default:
          continue;
      }
      if (params != nullptr) params->push_back(std::move(param));
    }
  }
  for (const Role role : {Role::where_clause, Role::trailing_where_clause}) {
    const NodeId where = t.child(item, role);
    if (!where) continue;
    for (NodeId each = t.first_child(where); each; each = t.next_sibling(each)) {
      if (crate_.is_removed(source, each)) continue;
      const NodeId type = t.child(each, Role::type);
      if (type) add_bounds(source, t.child(each, Role::bounds), key(source, type), predicates);
    }
  }
  std::sort(predicates->begin(), predicates->end());
  predicates->erase(std::unique(predicates->begin(), predicates->end()), predicates->end());
}

}  // namespace rp
