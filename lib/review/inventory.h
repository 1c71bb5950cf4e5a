// The inventory of unsafety: what in one file the compiler does not check.
//
// An entry for every `unsafe` that is written as a block, function, impl, trait or attribute, for every extern block
// (with or without `unsafe`), every `static mut`, and every attribute that is unsafe in edition 2024 and may be
// written without `unsafe(..)` before. Functions and statics of an extern block are as unsafe as any foreign code: the
// entry of the block stands for them, unless they are written `unsafe fn` or `static mut`.
// No entry: types (`unsafe fn()`), which do nothing, and what is inside macros, which is counted in MacroGap: every
// `unsafe`, and the other things above where they stand without it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "review/result.h"
#include "review/safety_text.h"
#include "syntax/tree.h"

namespace rp {

class Inventory {
 public:
  Inventory(const Tree& tree, SafetyText& safety, TextPool& texts) : tree_(tree), safety_(safety), texts_(texts) {}

  // Whether see_token wants to see tokens of a kind.
  static constexpr bool wants(TokenKind kind) {
    return kind == TokenKind::KwUnsafe || kind == TokenKind::KwExtern || kind == TokenKind::KwStatic ||
           kind == TokenKind::Pound;
  }
  // To be called for every such token before the walk, in order: remembers each `unsafe`, so that nodes without one
  // cost nothing, and what is unsafe without the word, to be counted where it is inside a macro.
  void see_token(uint32_t slot, TokenKind kind) {
    if (kind == TokenKind::KwUnsafe)
      unsafe_slots_.push_back(slot);
    else
      see_bare(slot, kind);
  }

  // Kinds of nodes that visit wants to see.
  static constexpr NodeKind kKinds[] = {NodeKind::FnItem,     NodeKind::BlockExpr, NodeKind::ImplItem,
                                        NodeKind::TraitItem,  NodeKind::Attr,      NodeKind::ExternBlock,
                                        NodeKind::StaticItem, NodeKind::TokenTree, NodeKind::TraitAliasItem};
  // Adds the entry of a node, if it has one; to be called in preorder. Returns whether it did. A `cfg_attr` has one
  // entry, however many of its attributes are unsafe.
  bool visit(NodeId node);

  [[nodiscard]] std::vector<UnsafeUse>& uses() { return uses_; }
  [[nodiscard]] std::vector<MacroGap>& gaps() { return gaps_; }

 private:
  [[nodiscard]] bool has_unsafe_between(uint32_t begin, uint32_t end) const;
  // The slot of the node's own `unsafe`, or slot_count().
  [[nodiscard]] uint32_t own_unsafe(NodeId node) const;
  bool visit_item(NodeId node, UnsafeKind kind, uint32_t keyword);
  bool visit_block(NodeId node);
  bool visit_attribute(NodeId node);
  void visit_token_tree(NodeId node);
  void add(UnsafeKind kind, SafetyDocs docs, NodeId node, uint32_t first_slot, std::string_view name);
  [[nodiscard]] bool follows_documented_impl(NodeId node) const;
  [[nodiscard]] NodeId statement_of(NodeId block) const;
  [[nodiscard]] bool follows_documented_statement(NodeId statement) const;

  const Tree& tree_;
  SafetyText& safety_;
  TextPool& texts_;
  void see_bare(uint32_t slot, TokenKind kind);
  std::vector<uint32_t> unsafe_slots_;
  std::vector<uint32_t> bare_slots_;  // extern blocks, `static mut` and unsafe attributes without `unsafe`
  std::vector<UnsafeUse> uses_;
  std::vector<MacroGap> gaps_;
  uint32_t opaque_until_ = 0;  // nodes below this id are inside a token tree that was dealt with
  NodeId last_impl_;           // the last impl that had a comment, its own or its neighbour's
  NodeId last_statement_;      // the last statement with an unsafe block in it that had one
};

// The item around a node (or that it is), with modules, types and functions around it: "parser::Parser::expr".
// `include_node` for the node itself. Empty at the top of a file.
std::string item_path(const Tree& tree, NodeId node, bool include_node);
// The text of a node on one line, at most `limit` bytes.
std::string one_line(const Tree& tree, NodeId node, size_t limit);

}  // namespace rp
