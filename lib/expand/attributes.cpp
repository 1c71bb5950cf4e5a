#include "expand/attributes.h"

#include <algorithm>
#include <array>

#include "manifest/cfg_expr.h"

namespace rp {

namespace {

using T = TokenKind;
constexpr uint32_t kMaxCfgAttrDepth = 128;

bool is_opener(TokenKind kind) { return kind == T::LParen || kind == T::LBracket || kind == T::LBrace; }
bool is_closer(TokenKind kind) { return kind == T::RParen || kind == T::RBracket || kind == T::RBrace; }

// Whether a condition could hold if every unknown fact were as it suits.
bool possible(std::span<const manifest::CfgNode> nodes, uint32_t at, const CfgSet& cfg, const UnknownCfg& unknown,
              bool wanted) {
  using Kind = manifest::CfgNode::Kind;
  const manifest::CfgNode& node = nodes[at];
  switch (node.kind) {
    case Kind::True:
      return wanted;
    case Kind::False:
      return !wanted;
    case Kind::Fact: {
      // A build script sets facts; it takes none away.
      if (node.fact.has_value ? cfg.has(node.fact.key, node.fact.value) : cfg.has(node.fact.key)) return wanted;
      return !wanted || unknown.may_be_set(node.fact);
    }
    case Kind::Not:
      return at + 1 >= node.end || possible(nodes, at + 1, cfg, unknown, !wanted);
    case Kind::All:
    case Kind::Any: {
      // All operands must, or one may: which of the two depends on what is wanted.
      const bool every = (node.kind == Kind::All) == wanted;
      for (uint32_t i = at + 1; i < node.end; i = nodes[i].end)
        if (possible(nodes, i, cfg, unknown, wanted) != every) return !every;
      return every;
    }
  }
  return true;
}

bool evaluate(std::span<const manifest::CfgNode> nodes, uint32_t at, const CfgSet& cfg) {
  using Kind = manifest::CfgNode::Kind;
  const manifest::CfgNode& node = nodes[at];
  switch (node.kind) {
    case Kind::True:
      return true;
    case Kind::False:
      return false;
    case Kind::Fact:
      return node.fact.has_value ? cfg.has(node.fact.key, node.fact.value) : cfg.has(node.fact.key);
    case Kind::Not:
      return at + 1 >= node.end || !evaluate(nodes, at + 1, cfg);
    case Kind::All:
      for (uint32_t i = at + 1; i < node.end; i = nodes[i].end)
        if (!evaluate(nodes, i, cfg)) return false;
      return true;
    case Kind::Any:
      for (uint32_t i = at + 1; i < node.end; i = nodes[i].end)
        if (evaluate(nodes, i, cfg)) return true;
      return false;
  }
  return true;
}

// The inside of cfg(..), as lib/manifest reads it: without a comma at its end, a space between two tokens, without
// comments and line ends. `target(os = "linux", ..)` is short for `all(target_os = "linux", ..)`.
std::string condition_text(const Tree& tree, uint32_t begin, uint32_t end) {
  std::string text;
  uint32_t target_end = 0;
  for (uint32_t i = skip_trivia(tree, begin, end); i < end;
       i = skip_trivia(tree, i + token_slots(tree.token_kind(i)), end)) {
    // A comma may stand behind the last operand of each list, `not(..)` included.
    if (tree.token_kind(i) == T::RParen && text.ends_with(',')) text.pop_back();
    if (!text.empty()) text.push_back(' ');
    const uint32_t next = skip_trivia(tree, i + token_slots(tree.token_kind(i)), end);
    if (next < end && tree.token_kind(next) == T::LParen && tree.token_text(i) == "target") {
      target_end = after_token_tree(tree, next, end);
      text.append("all");
      continue;
    }
    if (i < target_end && next < end && tree.token_kind(next) == T::Eq) text.append("target_");
    text.append(tree.token_text(i));
  }
  while (text.ends_with(',') || text.ends_with(' ')) text.pop_back();
  return text;
}

// Reads one attribute's path and input from tokens.
Attribute read_meta(const Tree& tree, NodeId node, uint32_t begin, uint32_t end) {
  Attribute a;
  a.node = node;
  begin = skip_trivia(tree, begin, end);
  // unsafe(path ..)
  if (begin < end && tree.token_kind(begin) == T::KwUnsafe) {
    const uint32_t open = skip_trivia(tree, begin + 1, end);
    if (open < end && tree.token_kind(open) == T::LParen) {
      end = after_token_tree(tree, open, end) - 1;
      begin = skip_trivia(tree, open + 1, end);
    }
  }
  a.begin = begin;
  a.end = end;
  uint32_t words = 0;
  bool global = false;
  std::string_view first;
  uint32_t at = begin;
  while (at < end) {
    const TokenKind kind = tree.token_kind(at);
    if (kind == T::Eq || is_opener(kind)) break;
    if (kind == T::Ident || kind == T::RawIdent || is_keyword_kind(kind)) {
      if (words++ == 0) first = tree.token_text(at);
    } else if (kind == T::ColonColon && words == 0) {
      global = true;
    }
    at += token_slots(kind);
    a.path_end = at;
    at = skip_trivia(tree, at, end);
  }
  if (a.path_end == 0) a.path_end = begin;
  if (words == 1 && !global) a.name = first.starts_with("r#") ? first.substr(2) : first;
  if (words > 1 || global) a.tool = global ? "::" : first;  // a path that begins with :: is never a tool's
  if (at < end && tree.token_kind(at) == T::Eq) {
    a.has_value = true;
    a.value_slot = skip_trivia(tree, at + 1, end);
  } else if (at < end) {
    a.has_group = true;
    a.group_begin = at + 1;
    const uint32_t after = after_token_tree(tree, at, end);
    a.group_end = after > at + 1 && is_closer(tree.token_kind(after - 1)) ? after - 1 : after;
  }
  return a;
}

void unfold(const Tree& tree, const Attribute& attribute, const CfgSet& cfg, uint32_t depth,
            std::vector<Attribute>* out) {
  if (attribute.name != "cfg_attr") {
    out->push_back(attribute);
    return;
  }
  if (!attribute.has_group || depth >= kMaxCfgAttrDepth) return;
  const auto parts = split_at_commas(tree, attribute.group_begin, attribute.group_end);
  if (parts.empty() || !cfg_holds(tree, parts[0].first, parts[0].second, cfg, nullptr)) return;
  for (size_t i = 1; i < parts.size(); ++i) {
    Attribute inside = read_meta(tree, attribute.node, parts[i].first, parts[i].second);
    inside.inner = attribute.inner;
    unfold(tree, inside, cfg, depth + 1, out);
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(uint32_t c, std::string* out) {
  const auto put = [&](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

// One escape; `i` is behind the backslash and ends behind the escape.
void append_escape(std::string_view text, size_t* i, std::string* out) {
  const char c = text[(*i)++];
  switch (c) {
    case 'n':
      out->push_back('\n');
      return;
    case 't':
      out->push_back('\t');
      return;
    case 'r':
      out->push_back('\r');
      return;
    case '0':
      out->push_back('\0');
      return;
    case 'x': {
      uint32_t value = 0;
      for (int k = 0; k < 2 && *i < text.size() && hex_digit(text[*i]) >= 0; ++k)
        value = value * 16 + static_cast<uint32_t>(hex_digit(text[(*i)++]));
      append_utf8(value, out);
      return;
    }
    case 'u': {
      uint32_t value = 0;
      if (*i < text.size() && text[*i] == '{') ++*i;
      while (*i < text.size() && text[*i] != '}') {
        const int digit = hex_digit(text[(*i)++]);
        if (digit >= 0 && value < 0x110000) value = value * 16 + static_cast<uint32_t>(digit);
      }
      if (*i < text.size()) ++*i;
      if (value < 0x110000) append_utf8(value, out);
      return;
    }
    case '\r':
    case '\n':  // the line goes on after white space
      while (*i < text.size() && (text[*i] == ' ' || text[*i] == '\t' || text[*i] == '\n' || text[*i] == '\r')) ++*i;
      return;
    default:
      out->push_back(c);
  }
}

// Attributes that rustc knows, without those that are macros (derive, test, bench, global_allocator, …) and without
// those whose names begin with rustc_. Sorted. The Rust Reference, "Built-in attributes index", and the unstable ones.
constexpr std::array<std::string_view, 96> kBuiltinAttributes = {"allow",
                                                                 "allow_internal_unsafe",
                                                                 "allow_internal_unstable",
                                                                 "automatically_derived",
                                                                 "cfg",
                                                                 "cfg_attr",
                                                                 "cfi_encoding",
                                                                 "cold",
                                                                 "collapse_debuginfo",
                                                                 "compiler_builtins",
                                                                 "const_continue",
                                                                 "const_trait",
                                                                 "coroutine",
                                                                 "coverage",
                                                                 "crate_name",
                                                                 "crate_type",
                                                                 "custom_mir",
                                                                 "debugger_visualizer",
                                                                 "default_lib_allocator",
                                                                 "deny",
                                                                 "deprecated",
                                                                 "do_not_recommend",
                                                                 "doc",
                                                                 "eii",
                                                                 "expect",
                                                                 "export_name",
                                                                 "export_stable",
                                                                 "feature",
                                                                 "ffi_const",
                                                                 "ffi_pure",
                                                                 "forbid",
                                                                 "force_target_feature",
                                                                 "fundamental",
                                                                 "ignore",
                                                                 "inline",
                                                                 "instruction_set",
                                                                 "lang",
                                                                 "link",
                                                                 "link_name",
                                                                 "link_ordinal",
                                                                 "link_section",
                                                                 "linkage",
                                                                 "loop_match",
                                                                 "macro_escape",
                                                                 "macro_export",
                                                                 "macro_use",
                                                                 "marker",
                                                                 "may_dangle",
                                                                 "move_size_limit",
                                                                 "must_not_suspend",
                                                                 "must_use",
                                                                 "naked",
                                                                 "needs_allocator",
                                                                 "needs_panic_runtime",
                                                                 "no_builtins",
                                                                 "no_core",
                                                                 "no_implicit_prelude",
                                                                 "no_link",
                                                                 "no_main",
                                                                 "no_mangle",
                                                                 "no_sanitize",
                                                                 "no_std",
                                                                 "non_exhaustive",
                                                                 "omit_gdb_pretty_printer_section",
                                                                 "optimize",
                                                                 "panic_handler",
                                                                 "panic_runtime",
                                                                 "patchable_function_entry",
                                                                 "path",
                                                                 "pattern_complexity_limit",
                                                                 "pin_v2",
                                                                 "pointee",
                                                                 "prelude_import",
                                                                 "proc_macro",
                                                                 "proc_macro_attribute",
                                                                 "proc_macro_derive",
                                                                 "profiler_runtime",
                                                                 "recursion_limit",
                                                                 "reexport_test_harness_main",
                                                                 "register_tool",
                                                                 "repr",
                                                                 "sanitize",
                                                                 "should_panic",
                                                                 "splat",
                                                                 "stable",
                                                                 "target_feature",
                                                                 "test_runner",
                                                                 "thread_local",
                                                                 "track_caller",
                                                                 "type_const",
                                                                 "type_length_limit",
                                                                 "unstable",
                                                                 "unstable_feature_bound",
                                                                 "used",
                                                                 "warn",
                                                                 "windows_subsystem"};

}  // namespace

uint32_t skip_trivia(const Tree& tree, uint32_t slot, uint32_t end) {
  while (slot < end && (is_trivia(tree.token_kind(slot)) || is_group_token(tree.token_kind(slot)))) ++slot;
  return slot;
}

uint32_t after_token_tree(const Tree& tree, uint32_t slot, uint32_t end) {
  uint32_t depth = 0;
  while (slot < end) {
    const TokenKind kind = tree.token_kind(slot);
    slot += token_slots(kind);
    if (is_opener(kind)) ++depth;
    if (is_closer(kind) && (depth == 0 || --depth == 0)) return std::min(slot, end);
    if (depth == 0 && !is_trivia(kind)) return std::min(slot, end);
  }
  return end;
}

std::vector<std::pair<uint32_t, uint32_t>> split_at_commas(const Tree& tree, uint32_t begin, uint32_t end) {
  std::vector<std::pair<uint32_t, uint32_t>> parts;
  uint32_t start = skip_trivia(tree, begin, end);
  uint32_t last_end = start;
  for (uint32_t at = start; at < end;) {
    if (tree.token_kind(at) == T::Comma) {
      if (last_end > start) parts.emplace_back(start, last_end);
      at = skip_trivia(tree, at + 1, end);
      start = last_end = at;
      continue;
    }
    at = after_token_tree(tree, at, end);
    last_end = at;
    at = skip_trivia(tree, at, end);
  }
  if (last_end > start) parts.emplace_back(start, last_end);
  return parts;
}

bool cfg_holds(const Tree& tree, uint32_t begin, uint32_t end, const CfgSet& cfg, std::string* error) {
  const std::string text = condition_text(tree, begin, end);
  // The common case, without parsing: one name.
  if (!text.empty() &&
      std::all_of(text.begin(), text.end(),
                  [](char c) {
                    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                  }) &&
      text != "true" && text != "false")
    return cfg.has(text);
  manifest::CfgError problem;
  const auto expr = manifest::CfgExpr::parse(text, &problem);
  if (!expr) {
    if (error != nullptr) *error = problem.message;
    return true;
  }
  return expr->nodes().empty() || evaluate(expr->nodes(), 0, cfg);
}

void read_attributes(const Tree& tree, NodeId node, const CfgSet& cfg, std::vector<Attribute>* out) {
  for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute || tree.kind(child) != NodeKind::Attr) continue;
    const uint32_t first = tree.first_slot(child);
    const uint32_t end = tree.end_slot(child);
    uint32_t open = first;
    while (open < end && tree.token_kind(open) != T::LBracket) ++open;
    if (open == end) continue;
    const uint32_t after = after_token_tree(tree, open, end);
    Attribute attribute = read_meta(tree, child, open + 1, after > open + 1 ? after - 1 : after);
    attribute.inner = tree.has_token(child, T::Bang);
    unfold(tree, attribute, cfg, 0, out);
  }
}

bool is_configured(const Tree& tree, const std::vector<Attribute>& attributes, const CfgSet& cfg, std::string* error,
                   const UnknownCfg* unknown, bool* uncertain) {
  bool holds = true;
  bool could_hold = true, could_fail = false;
  const bool ask = unknown != nullptr && uncertain != nullptr && !unknown->nothing();
  for (const Attribute& a : attributes) {
    if (a.name != "cfg" || !a.has_group) continue;
    std::string problem;
    const bool this_holds = cfg_holds(tree, a.group_begin, a.group_end, cfg, &problem);
    holds &= this_holds;
    if (!problem.empty()) {  // `version("1.42")`: a condition that only the compiler decides
      if (error != nullptr) *error = std::move(problem);
      could_fail = true;
      continue;
    }
    if (!ask) {
      could_hold &= this_holds;
      could_fail |= !this_holds;
      if (!holds && uncertain == nullptr) return false;
      continue;
    }
    const std::string text = condition_text(tree, a.group_begin, a.group_end);  // which the nodes refer to
    const auto expr = manifest::CfgExpr::parse(text);
    if (!expr || expr->nodes().empty()) {
      could_hold &= this_holds;
      could_fail |= !this_holds;
      continue;
    }
    could_hold &= possible(expr->nodes(), 0, cfg, *unknown, true);
    could_fail |= possible(expr->nodes(), 0, cfg, *unknown, false);
  }
  if (uncertain != nullptr) *uncertain = holds ? could_fail : could_hold;
  return holds;
}

bool string_literal_value(const Tree& tree, uint32_t slot, std::string* out) {
  if (slot >= tree.slot_count()) return false;
  std::string_view text = tree.token_text(slot);
  const TokenKind kind = tree.token_kind(slot);
  out->clear();
  if (kind == T::RawStr) {
    text.remove_prefix(std::min<size_t>(1, text.size()));
    size_t hashes = 0;
    while (hashes < text.size() && text[hashes] == '#') ++hashes;
    if (text.size() < 2 * (hashes + 1)) return false;
    *out = text.substr(hashes + 1, text.size() - 2 * (hashes + 1));
    return true;
  }
  if (kind != T::Str || text.size() < 2) return false;
  text = text.substr(1, text.rfind('"') - 1);
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out->push_back(text[i++]);
    } else {
      append_escape(text, &(++i), out);
    }
  }
  return true;
}

std::string attribute_text(const Tree& tree, const Attribute& attribute) {
  std::string text;
  if (attribute.has_value) string_literal_value(tree, attribute.value_slot, &text);
  return text;
}

bool is_builtin_attribute(std::string_view name) {
  if (name.starts_with("rustc_")) return true;
  static_assert(std::is_sorted(kBuiltinAttributes.begin(), kBuiltinAttributes.end()));
  return std::binary_search(kBuiltinAttributes.begin(), kBuiltinAttributes.end(), name);
}

bool is_unsafe_attribute(std::string_view name) {
  constexpr std::string_view kNames[] = {"no_mangle", "export_name", "link_section",        "ffi_const",
                                         "ffi_pure",  "naked",       "force_target_feature"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool is_attribute_tool(std::string_view name) {
  return name == "rustfmt" || name == "clippy" || name == "diagnostic" || name == "miri" || name == "rust_analyzer";
}

bool is_uncertain(const Tree& tree, uint32_t begin, uint32_t end, const CfgSet& cfg, const UnknownCfg& unknown) {
  if (unknown.nothing()) return false;
  const std::string text = condition_text(tree, begin, end);
  const auto expr = manifest::CfgExpr::parse(text);
  if (!expr || expr->nodes().empty()) return false;
  return possible(expr->nodes(), 0, cfg, unknown, true) && possible(expr->nodes(), 0, cfg, unknown, false);
}

void uncertain_attributes(const Tree& tree, NodeId node, const CfgSet& cfg, const UnknownCfg& unknown,
                          std::vector<NodeId>* out) {
  for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute || tree.kind(child) != NodeKind::Attr) continue;
    const NodeId path = tree.child(child, Role::path);
    if (!path || tree.text(path) != "cfg_attr") continue;
    const uint32_t end = tree.end_slot(child);
    uint32_t open = tree.first_slot(child);
    while (open < end && tree.token_kind(open) != T::LBracket) ++open;
    if (open == end) continue;
    const uint32_t after = after_token_tree(tree, open, end);
    const Attribute attribute = read_meta(tree, child, open + 1, after > open + 1 ? after - 1 : after);
    const auto parts = split_at_commas(tree, attribute.group_begin, attribute.group_end);
    if (attribute.has_group && !parts.empty() && is_uncertain(tree, parts[0].first, parts[0].second, cfg, unknown))
      out->push_back(child);
  }
}

}  // namespace rp
