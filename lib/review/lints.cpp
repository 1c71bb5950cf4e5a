#include "review/lints.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "syntax/ast.h"

namespace rp {
namespace {

struct LintInfo {
  std::string_view path;
  std::string_view group;
};

constexpr LintInfo kLints[] = {
#define RP_LINT(name, path, group) {path, group},
#include "review/lints.def"
};

// By path of a lint or group: what it names. `clippy::all` has all groups of clippy that are on unless asked for: not
// restriction, pedantic, nursery and cargo.
std::unordered_map<std::string_view, LintSet> make_named() {
  std::unordered_map<std::string_view, LintSet> named;
  for (size_t i = 0; i < kLintCount; ++i) {
    const LintInfo& lint = kLints[i];
    named[lint.path].set(i);
    named[lint.group].set(i);
    if (lint.group == "clippy::style" || lint.group == "clippy::complexity" || lint.group == "clippy::perf" ||
        lint.group == "clippy::correctness" || lint.group == "clippy::suspicious")
      named["clippy::all"].set(i);
  }
  return named;
}

void add_named(std::string_view path, LintSet* lints) {
  static const std::unordered_map<std::string_view, LintSet> kNamed = make_named();
  if (const auto at = kNamed.find(path); at != kNamed.end()) *lints |= at->second;
}

// Reads the paths of `(a, b::c, reason = "..")` in the slots between two delimiters.
void add_list(const Tree& tree, uint32_t slot, uint32_t end, LintSet* lints) {
  std::string path;
  for (; slot < end; slot += token_slots(tree.token_kind(slot))) {
    const TokenKind kind = tree.token_kind(slot);
    if (is_trivia(kind)) continue;
    if (kind == TokenKind::Comma) {
      add_named(path, lints);
      path.clear();
    } else if (path.size() < 200) {
      path += tree.token_text(slot);
    }
  }
  add_named(path, lints);
}

bool opens(TokenKind kind) {
  return kind == TokenKind::LParen || kind == TokenKind::LBracket || kind == TokenKind::LBrace;
}
bool closes(TokenKind kind) {
  return kind == TokenKind::RParen || kind == TokenKind::RBracket || kind == TokenKind::RBrace;
}

// The slot of the closing delimiter of the group that opens at `slot`, or `end`.
uint32_t closing_slot(const Tree& tree, uint32_t slot, uint32_t end) {
  uint32_t depth = 0;
  for (; slot < end; slot += token_slots(tree.token_kind(slot))) {
    if (opens(tree.token_kind(slot))) ++depth;
    if (closes(tree.token_kind(slot)) && --depth == 0) return slot;
  }
  return end;
}

// The attributes in `cfg_attr(condition, allow(..), ..)`, at any depth: each `allow` or `expect` with a list.
void add_conditional(const Tree& tree, uint32_t slot, uint32_t end, LintSet* lints) {
  for (; slot < end; slot += token_slots(tree.token_kind(slot))) {
    if (tree.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view name = tree.token_text(slot);
    if ((name != "allow" && name != "expect") || slot + 1 >= end || tree.token_kind(slot + 1) != TokenKind::LParen)
      continue;
    const uint32_t close = closing_slot(tree, slot + 1, end);
    add_list(tree, slot + 2, close, lints);
    slot = std::min(close, end - 1);
  }
}

}  // namespace

std::string_view lint_path(Lint lint) {
  return lint < Lint::kCount ? kLints[static_cast<size_t>(lint)].path : std::string_view("", 0);
}

LintSet lints_named(std::string_view path) {
  LintSet lints;
  add_named(path, &lints);
  return lints;
}

LintSet allowed_lints(const Tree& tree, NodeId attribute) {
  LintSet lints;
  const ast::Attr attr(tree, attribute);
  const ast::TokenTree arguments = attr.arguments();
  if (!arguments) return lints;
  const std::string_view name = attr.path().text();
  const uint32_t first = tree.first_slot(arguments.id()) + 1;
  const uint32_t end = std::max(first, tree.end_slot(arguments.id()) - 1);
  if (name == "allow" || name == "expect")
    add_list(tree, first, end, &lints);
  else if (name == "cfg_attr")
    add_conditional(tree, first, end, &lints);
  return lints;
}

void LintScope::allow(const LintSet& lints) {
  for (size_t i = 0; i < kLintCount; ++i)
    if (lints[i]) until_[i] = UINT32_MAX;
}

void LintScope::enter(const Tree& tree, NodeId node) {
  for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute) break;
    if (tree.kind(child) != NodeKind::Attr) continue;
    const LintSet lints = allowed_lints(tree, child);
    if (lints.none()) continue;
    if (node == tree.root()) of_file_ |= lints;
    for (size_t i = 0; i < kLintCount; ++i)
      if (lints[i]) until_[i] = std::max(until_[i], tree.subtree_end(node).value);
  }
}

}  // namespace rp
