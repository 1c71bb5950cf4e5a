#include "names/signature.h"

#include <algorithm>

#include "expand/attributes.h"
#include "names/analysis.h"

namespace rp {
namespace {

using N = NodeKind;
using T = TokenKind;

// How deep macro calls in a signature are followed (`[u8; size!()]`).
constexpr uint32_t kMaxCalls = 32;
// A constant's value is part of its text when it is that short: lengths of arrays need it, tables do not belong here.
constexpr uint32_t kMaxValueSlots = 32;
// A text longer than this is cut off: then it is none.
constexpr size_t kMaxTextBytes = size_t{2} << 20;

// Attributes that say something about the type, the layout or the use of an item. Those of the compiler (rustc_…) are
// kept but for the ones that are about its own messages and checks.
bool is_kept_attribute(std::string_view name) {
  static constexpr std::string_view kKept[] = {"repr",
                                               "must_use",
                                               "deprecated",
                                               "stable",
                                               "unstable",
                                               "lang",
                                               "fundamental",
                                               "may_dangle",
                                               "marker",
                                               "no_mangle",
                                               "target_feature",
                                               "link_name",
                                               "export_name",
                                               "link",
                                               "track_caller",
                                               "non_exhaustive",
                                               "unsafe_no_drop_flag",
                                               "const_trait",
                                               "pointee",
                                               "automatically_derived"};
  static constexpr std::string_view kDropped[] = {"rustc_on_unimplemented",
                                                  "rustc_doc_primitive",
                                                  "rustc_inherit_overflow_checks",
                                                  "rustc_conversion_suggestion",
                                                  "rustc_confusables",
                                                  "rustc_macro_transparency",
                                                  "rustc_force_inline",
                                                  "rustc_no_mir_inline",
                                                  "rustc_allow_const_fn_unstable",
                                                  "rustc_lint_opt_ty",
                                                  "rustc_lint_query_instability",
                                                  "rustc_lint_untracked_query_information",
                                                  "rustc_trivial_field_reads",
                                                  "rustc_preserve_ub_checks",
                                                  "rustc_allowed_through_unstable_modules",
                                                  "rustc_test_marker",
                                                  "rustc_align_static",
                                                  "rustc_std_internal_symbol"};
  const auto is_name = [&](std::string_view each) { return each == name; };
  if (name.starts_with("rustc_")) return std::none_of(std::begin(kDropped), std::end(kDropped), is_name);
  return std::any_of(std::begin(kKept), std::end(kKept), is_name);
}

// Of these only some of the arguments count: not the prose.
bool is_kept_argument(std::string_view attribute, std::string_view argument) {
  if (attribute == "stable" || attribute == "rustc_const_stable" || attribute == "deprecated")
    return argument == "since";
  if (attribute == "unstable" || attribute == "rustc_const_unstable") return argument == "feature";
  return true;
}

bool has_word_shape(TokenKind kind) {
  return kind == T::Ident || kind == T::RawIdent || kind == T::Lifetime || kind == T::RawLifetime ||
         kind == T::Underscore || kind == T::DollarCrate || is_literal(kind) || is_keyword_kind(kind);
}

// Whether two operators would be read as another one, or as a comment, when they stood together. `>>` would too, but
// only ever stands where the parser takes it apart.
bool would_join(char a, char b) {
  switch (b) {
    case '=':
      return std::string_view("=!<>+-*/%^&|.").find(a) != std::string_view::npos;
    case '>':
      return a == '-' || a == '=';
    case '&':
    case '|':
    case ':':
    case '.':
      return a == b;
    case '<':
      return a == '<';
    case '-':
      return a == '<';
    case '/':
    case '*':
      return a == '/';
    default:
      return false;
  }
}

// Puts tokens one behind the other, with a space only where two would become one.
class TokenText {
 public:
  std::string out;

  void add(TokenKind kind, std::string_view text) {
    if (text.empty()) return;
    const bool word = has_word_shape(kind);
    // `r #` and `1 .` would be read together, too.
    const bool joins = last_is_word_ ? word || text[0] == '#' || text[0] == '.'
                                     : !word && !out.empty() && would_join(out.back(), text[0]);
    if (joins) out.push_back(' ');
    out.append(text);
    last_is_word_ = word;
  }
  void add_word(std::string_view text) { add(T::Ident, text); }
  // Brackets, commas, or whole pieces that begin and end with them.
  void add_piece(std::string_view text) {
    out.append(text);
    if (!text.empty()) last_is_word_ = false;
  }

 private:
  bool last_is_word_ = false;
};

class SignatureWriter {
 public:
  SignatureWriter(const CrateDefs& crate, const Analysis* analysis, const CfgSet* cfg)
      : crate_(crate), analysis_(analysis), cfg_(cfg) {}

  std::string item(SourceId source, NodeId node) {
    if (!write(source, node, 0) || text_.out.size() > kMaxTextBytes) return {};
    return std::move(text_.out);
  }

  // All tokens of a node but those of its attributes and its visibility.
  std::string plain(SourceId source, NodeId node) {
    const Tree& tree = tree_of(source);
    std::vector<Edit> edits;
    for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
      const N kind = tree.kind(child);
      if (kind == N::Attr || kind == N::DocComment || kind == N::Visibility)
        edits.push_back({tree.first_slot(child), tree.end_slot(child), {}, {}, false});
    }
    emit(source, tree.first_slot(node), tree.end_slot(node), edits, kMaxCalls);
    return std::move(text_.out);
  }

 private:
  // Slots that become something else: a text, the output of a macro, or nothing.
  struct Edit {
    uint32_t begin = 0;
    uint32_t end = 0;
    std::string text;
    SourceId output;
    bool is_word = false;
  };

  const Tree& tree_of(SourceId source) const { return crate_.sources[source.value].source->tree; }

  bool write(SourceId source, NodeId node, uint32_t calls) {
    std::vector<Edit> edits;
    collect(source, node, &edits);
    const Tree& tree = tree_of(source);
    return emit(source, tree.first_slot(node), tree.end_slot(node), edits, calls);
  }

  // ---- What changes ----

  void collect(SourceId source, NodeId root, std::vector<Edit>* edits) {
    const Tree& tree = tree_of(source);
    const std::vector<NodeId>& removed = crate_.sources[source.value].removed;
    const uint32_t end = tree.subtree_end(root).value;
    for (uint32_t at = root.value; at < end;) {
      const NodeId node(at);
      const uint32_t next = tree.subtree_end(node).value;
      if (at != root.value && std::binary_search(removed.begin(), removed.end(), node)) {
        drop_with_comma(tree, node, edits);
        at = next;
        continue;
      }
      at = visit(source, node, root, edits) ? next : at + 1;
    }
  }

  // True when everything below the node is dealt with.
  bool visit(SourceId source, NodeId node, NodeId root, std::vector<Edit>* edits) {
    const Tree& tree = tree_of(source);
    const auto drop = [&] { edits->push_back({tree.first_slot(node), tree.end_slot(node), {}, {}, false}); };
    const auto replace = [&](std::string_view text) {
      edits->push_back({tree.first_slot(node), tree.end_slot(node), std::string(text), {}, false});
    };
    switch (tree.kind(node)) {
      case N::Attr:
      case N::DocComment:
        // The first of a run stands for all.
        if (const NodeId before = previous_attribute(tree, node); before) {
          drop();
        } else {
          replace(attributes(tree, tree.parent(node)));
        }
        return true;
      case N::Visibility:
      case N::Contract:
        drop();
        return true;
      case N::Block:
        if (tree.role(node) != Role::body || tree.kind(tree.parent(node)) != N::FnItem) return false;
        replace(";");
        return true;
      case N::ItemList:
        if (tree.parent(node) != root) return false;
        replace(tree.kind(root) == N::ModItem ? ";" : "{}");
        return true;
      case N::MacroExpr:
      case N::MacroType:
      case N::MacroPat:
        return macro_call(source, node, root, edits);
      default:
        break;
    }
    const Role role = tree.role(node);
    const N parent = node == root ? N::Missing : tree.kind(tree.parent(node));
    if (role == Role::value && (parent == N::StaticItem || (parent == N::ConstItem && !is_short(tree, node)))) {
      // Together with the `=` before it, which may be the end of `>=`.
      uint32_t begin = tree.first_slot(node);
      while (begin > tree.first_slot(root) && tree.token_kind(begin - 1) != T::Eq) --begin;
      edits->push_back(
          {begin == tree.first_slot(root) ? tree.first_slot(node) : begin - 1, tree.end_slot(node), {}, {}, false});
      return true;
    }
    if (role == Role::pattern && parent == N::Param) {
      const NodeId name = tree.kind(node) == N::IdentPat ? tree.child(node, Role::name) : NodeId();
      replace(name && !tree.child(node, Role::pattern) ? tree.text(name) : "_");
      edits->back().is_word = true;
      return true;
    }
    return false;
  }

  static NodeId previous_attribute(const Tree& tree, NodeId node) {
    for (NodeId each = tree.first_child(tree.parent(node)); each && each != node; each = tree.next_sibling(each))
      if (tree.kind(each) == N::Attr || tree.kind(each) == N::DocComment) return each;
    return {};
  }

  // An element of a list goes with the comma behind it.
  static void drop_with_comma(const Tree& tree, NodeId node, std::vector<Edit>* edits) {
    uint32_t end = tree.end_slot(node);
    const uint32_t behind = skip_trivia(tree, end, tree.slot_count());
    if (behind < tree.slot_count() && tree.token_kind(behind) == T::Comma) end = behind + 1;
    edits->push_back({tree.first_slot(node), end, {}, {}, false});
  }

  static bool is_short(const Tree& tree, NodeId value) {
    if (tree.end_slot(value) - tree.first_slot(value) > kMaxValueSlots) return false;
    for (uint32_t at = value.value; at < tree.subtree_end(value).value; ++at) {
      switch (tree.kind(NodeId(at))) {
        case N::Block:
        case N::ClosureExpr:
        case N::MatchExpr:
        case N::RecordExpr:
        case N::ArrayExpr:
        case N::Error:
          return false;
        default:
          break;
      }
    }
    return true;
  }

  // An impl for a pattern type is none for the type that it narrows; what such a type is elsewhere may be told by that.
  bool stays(const Tree& tree, const Expansion& expansion, NodeId root) const {
    if (tree.kind(root) != N::ImplItem || expansion.state != ExpansionState::Modelled || analysis_ == nullptr)
      return false;
    const CrateDefs* crate = expansion.macro.crate == crate_.index ? &crate_ : analysis_->crate(expansion.macro.crate);
    const MacroDef* macro = crate != nullptr ? crate->macro(expansion.macro.def) : nullptr;
    return macro != nullptr && macro->kind == MacroKind::Builtin && macro->builtin_name == "pattern_type";
  }

  bool macro_call(SourceId source, NodeId node, NodeId root, std::vector<Edit>* edits) {
    const Tree& tree = tree_of(source);
    const NodeId call = tree.child(node, Role::call);
    if (!call) return false;
    for (const uint32_t number : crate_.expansions_at(source, call)) {
      const Expansion& expansion = crate_.expansions[number];
      if (expansion.state != ExpansionState::Expanded && expansion.state != ExpansionState::Modelled) continue;
      if (!expansion.output || crate_.sources[expansion.output.value].source == nullptr) continue;
      if (stays(tree, expansion, root)) return false;
      edits->push_back({tree.first_slot(node), tree.end_slot(node), {}, expansion.output, false});
      return true;
    }
    return false;
  }

  // ---- Attributes ----

  std::string attributes(const Tree& tree, NodeId item) {
    if (cfg_ == nullptr) return {};
    std::vector<Attribute> all;
    read_attributes(tree, item, *cfg_, &all);
    TokenText text;
    for (const Attribute& each : all) {
      if (each.inner || !is_kept_attribute(each.name)) continue;
      TokenText inside;
      if (each.has_group) {
        bool some = false;
        for (const auto& [begin, end] : split_at_commas(tree, each.group_begin, each.group_end)) {
          if (begin == end || !is_kept_argument(each.name, tree.token_text(begin))) continue;
          if (some) inside.add_piece(",");
          some = true;
          add_tokens(tree, begin, end, &inside);
        }
      }
      text.add(T::Pound, "#");
      text.add_piece("[");
      text.add_word(each.name);
      if (each.has_group && !inside.out.empty()) {
        text.add_piece("(");
        text.add_piece(inside.out);
        text.add_piece(")");
      } else if (each.has_value && each.name != "must_use" && each.name != "deprecated") {
        add_tokens(tree, each.path_end, each.end, &text);
      }
      text.add_piece("]");
    }
    return std::move(text.out);
  }

  static void add_tokens(const Tree& tree, uint32_t begin, uint32_t end, TokenText* to) {
    for (uint32_t at = begin; at < end; at += token_slots(tree.token_kind(at))) {
      const TokenKind kind = tree.token_kind(at);
      if (!is_trivia(kind) && !is_doc_comment(kind)) to->add(kind, tree.token_text(at));
    }
  }

  // ---- Tokens ----

  bool emit(SourceId source, uint32_t begin, uint32_t end, const std::vector<Edit>& edits, uint32_t calls) {
    const Tree& tree = tree_of(source);
    size_t next = 0;
    std::vector<bool> groups;  // whether each open invisible group has become parentheses
    for (uint32_t at = begin; at < end;) {
      while (next < edits.size() && edits[next].begin < at) ++next;
      if (next < edits.size() && edits[next].begin == at) {
        const Edit& edit = edits[next++];
        if (edit.output) {
          if (calls >= kMaxCalls) return false;
          if (!output(edit.output, calls + 1)) return false;
        } else if (!edit.text.empty()) {
          if (edit.is_word)
            text_.add_word(edit.text);
          else
            text_.add_piece(edit.text);
        }
        at = std::max(edit.end, at);
        continue;
      }
      if (text_.out.size() > kMaxTextBytes) return false;
      const TokenKind kind = tree.token_kind(at);
      uint32_t slots = token_slots(kind);
      const uint32_t stop = next < edits.size() ? std::min(edits[next].begin, end) : end;
      if (is_trivia(kind) || is_doc_comment(kind)) {
        at += slots;
      } else if (kind == T::DollarCrate) {
        add_crate(source, at);
        at += slots;
      } else if (kind >= T::GroupOpenItem && kind <= T::GroupClose) {
        add_group(tree, at, end, &groups);
        at += slots;
      } else if (at + slots > stop && slots > 1) {
        // The first half of an operator whose other half is in something else.
        text_.add(T::Gt, tree.text().substr(tree.token_start(at), 1));
        ++at;
      } else {
        text_.add(kind, tree.token_text(at));
        at += slots;
      }
    }
    return true;
  }

  bool output(SourceId source, uint32_t calls) {
    const Tree& tree = tree_of(source);
    // `size!() * 2` means what is in the macro as a whole.
    const bool parens = tree.slot_count() > 1;
    if (parens) text_.add(T::LParen, "(");
    const bool done = write(source, tree.root(), calls);
    if (parens) text_.add(T::RParen, ")");
    return done;
  }

  // An expression or a type that a macro took as a whole stays one.
  void add_group(const Tree& tree, uint32_t at, uint32_t end, std::vector<bool>* groups) {
    const TokenKind kind = tree.token_kind(at);
    if (kind == T::GroupClose) {
      if (groups->empty()) return;
      if (groups->back()) text_.add(T::RParen, ")");
      groups->pop_back();
      return;
    }
    bool parens = false;
    if ((kind == T::GroupOpenExpr || kind == T::GroupOpenType) && at + 1 < end) {
      const TokenKind first = tree.token_kind(at + 1);
      const uint32_t behind = at + 1 + token_slots(first);
      const bool several = behind < end && tree.token_kind(behind) != T::GroupClose;
      parens = several && (kind == T::GroupOpenExpr || first == T::KwDyn || first == T::KwImpl);
    }
    groups->push_back(parens);
    if (parens) text_.add(T::LParen, "(");
  }

  // `$crate` as a path: of this crate, or of one that this crate has a name for.
  void add_crate(SourceId source, uint32_t slot) {
    const TokenOrigin origin = crate_.sources[source.value].source->origin(source, slot);
    CrateIndex from = crate_.index;
    if (origin.source && crate_.sources[origin.source.value].kind == SourceInfo::Kind::Foreign)
      from = crate_.sources[origin.source.value].foreign_crate;
    if (from == crate_.index || analysis_ == nullptr) {
      // In the text of a macro it stays: that is read as this crate's again.
      text_.add(T::KwCrate, analysis_ == nullptr ? "$crate" : "crate");
      return;
    }
    for (const CrateDefs::ExternName& each : crate_.extern_prelude) {
      if (each.crate != from) continue;
      text_.add(T::ColonColon, "::");
      text_.add_word(crate_.text(each.name));
      return;
    }
    text_.add(T::KwCrate, "$crate");  // no name for it: whoever reads this finds nothing
  }

  const CrateDefs& crate_;
  const Analysis* analysis_;
  const CfgSet* cfg_;
  TokenText text_;
};

}  // namespace

std::string item_signature(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg, DefId id) {
  const Def& def = crate.defs[id.value];
  switch (def.kind) {
    case DefKind::Variant:
    case DefKind::Field:
    case DefKind::Macro:
    case DefKind::GlobalAsm:
    case DefKind::AnonymousConst:
      return {};
    default:
      break;
  }
  if (!def.source || !def.node || crate.sources[def.source.value].source == nullptr) return {};
  const Tree& tree = crate.sources[def.source.value].source->tree;
  if (tree.kind(def.node) == N::SourceFile || node_category(tree.kind(def.node)) != NodeCategory::Item) return {};
  std::string text = SignatureWriter(crate, &analysis, &cfg).item(def.source, def.node);
  // A module without attributes says nothing that its definition does not.
  if (def.kind == DefKind::Module && !text.starts_with('#')) return {};
  return text;
}

std::string macro_text(const CrateDefs& crate, DefId id) {
  const Def& def = crate.defs[id.value];
  if (!def.source || !def.node || crate.sources[def.source.value].source == nullptr) return {};
  const N kind = crate.sources[def.source.value].source->tree.kind(def.node);
  if (kind != N::MacroRulesItem && kind != N::MacroDefItem) return {};
  return SignatureWriter(crate, nullptr, nullptr).plain(def.source, def.node);
}

}  // namespace rp
