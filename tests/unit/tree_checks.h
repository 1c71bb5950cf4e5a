// What must hold for every tree, whatever the text. Used by the unit tests and the fuzz harnesses.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "syntax/element_cursor.h"
#include "syntax/tree.h"

namespace rp::checks {

class TreeChecker {
 public:
  explicit TreeChecker(const Tree& tree) : tree_(tree) {}

  // Empty, or what is wrong.
  std::string run() {
    check_arrays();
    if (problem_.empty()) walk();
    if (problem_.empty()) check_families();
    if (problem_.empty()) check_slots();
    if (problem_.empty()) check_own_tokens();
    if (problem_.empty()) check_errors();
    return problem_;
  }

 private:
  struct Family {
    NodeId parent;
    std::vector<Element> members;
  };

  template <typename... Args>
  void require(bool holds, fmt::format_string<Args...> what, Args&&... args) {
    if (!holds && problem_.empty()) problem_ = fmt::format(what, std::forward<Args>(args)...);
  }
  [[nodiscard]] bool is_file() const { return tree_.kind(tree_.root()) != NodeKind::Fragment; }
  [[nodiscard]] uint32_t text_start() const { return is_file() ? 0 : tree_.token_start(0); }
  [[nodiscard]] uint32_t text_end() const {
    if (is_file()) return static_cast<uint32_t>(tree_.text().size());
    return tree_.slot_count() == 0 ? text_start() : tree_.token_end(tree_.slot_count() - 1);
  }

  void check_arrays() {
    const uint32_t nodes = tree_.node_count();
    require(nodes > 0, "no root");
    require(tree_.first_slot(tree_.root()) == 0 && tree_.end_slot(tree_.root()) == tree_.slot_count(),
            "the root has slots {}..{} of {}", tree_.first_slot(tree_.root()), tree_.end_slot(tree_.root()),
            tree_.slot_count());
    require(!tree_.parent(tree_.root()), "the root has a parent");
    require(tree_.subtree_end(tree_.root()).value == nodes, "the root has {} of {} nodes",
            tree_.subtree_end(tree_.root()).value, nodes);
    std::vector<uint32_t> filled(nodes, 0);  // slots up to here are taken by earlier children
    for (uint32_t i = 0; i < nodes && problem_.empty(); ++i) {
      const NodeId n(i);
      filled[i] = tree_.first_slot(n);
      require(tree_.first_slot(n) <= tree_.end_slot(n), "node {} ends before it begins", i);
      require(tree_.end_slot(n) <= tree_.slot_count(), "node {} ends after the last slot", i);
      require(tree_.subtree_end(n).value > i && tree_.subtree_end(n).value <= nodes, "node {}: subtree_end", i);
      require(tree_.kind(n) < NodeKind::kCount && tree_.role(n) < Role::kCount, "node {}: kind or role", i);
      require(tree_.kind(n) != NodeKind::Missing || tree_.first_slot(n) == tree_.end_slot(n), "Missing {} has tokens",
              i);
      if (i == 0 || !problem_.empty()) continue;
      const NodeId up = tree_.parent(n);
      require(up.value < i, "node {} has parent {}", i, up.value);
      if (!problem_.empty()) return;
      require(tree_.subtree_end(n) <= tree_.subtree_end(up), "node {} is not inside {}", i, up.value);
      require(tree_.first_slot(n) >= filled[up.value] && tree_.end_slot(n) <= tree_.end_slot(up),
              "node {} ({} {}..{}) overlaps or leaves its parent ({} {}..{})", i, node_kind_name(tree_.kind(n)),
              tree_.first_slot(n), tree_.end_slot(n), node_kind_name(tree_.kind(up)), tree_.first_slot(up),
              tree_.end_slot(up));
      filled[up.value] = tree_.end_slot(n);
    }
    for (uint32_t slot = 0; slot < tree_.slot_count() && problem_.empty(); ++slot) {
      require(tree_.token_kind(slot) != TokenKind::Whitespace && tree_.token_kind(slot) < TokenKind::kCount,
              "slot {}: kind", slot);
      require(slot == 0 || tree_.token_start(slot - 1) <= tree_.token_start(slot), "slot {} starts early", slot);
      require(tree_.token_start(slot) <= tree_.text().size(), "slot {} starts after the text", slot);
    }
  }

  // Every node in preorder, every token and byte once; collects who stands under whom.
  void walk() {
    uint32_t next_node = 0, next_slot = 0, at = text_start();
    std::vector<uint32_t> open_ends;
    family_of_.assign(tree_.node_count(), 0);
    ElementCursor cursor(tree_, tree_.root());
    do {
      const Element e = cursor.element();
      const ByteSpan span = element_span(tree_, e);
      require(span.start <= span.end && span.end <= tree_.text().size(), "element {} {}: span {}..{}", int(e.type),
              e.id, span.start, span.end);
      open_ends.resize(cursor.depth());
      if (e.type == Element::Type::Node) {
        require(e.id == next_node, "node {} where {} was expected", e.id, next_node);
        require(tree_.parent(NodeId(e.id)) == cursor.parent(), "node {}: parent", e.id);
        // A node begins where the elements before it ended, and a closed one ends there.
        require(span.start == at, "node {} starts at {}, what comes before it ends at {}", e.id, span.start, at);
        require(open_ends.empty() || span.end <= open_ends.back(), "node {} ends after its parent", e.id);
        open_ends.push_back(span.end);
        family_of_[e.id] = static_cast<uint32_t>(families_.size());
        families_.push_back({NodeId(e.id), {}});
        ++next_node;
      } else {
        const bool invisible = e.type == Element::Type::Token && is_group_token(tree_.token_kind(e.id));
        require(span.start == at && (span.end > at || invisible), "element {} {} covers {}..{} at {}", int(e.type),
                e.id, span.start, span.end, at);
        require(open_ends.empty() || span.end <= open_ends.back(), "element {} {} ends after its parent", int(e.type),
                e.id);
        at = span.end;
        require(e.id == next_slot, "slot {} where {} was expected", e.id, next_slot);
        if (e.type == Element::Type::Token) next_slot += token_slots(tree_.token_kind(e.id));
      }
      if (cursor.parent()) families_[family_of_[cursor.parent().value]].members.push_back(e);
    } while (cursor.next() && problem_.empty());
    if (!problem_.empty()) return;
    require(next_node == tree_.node_count(), "{} of {} nodes were visited", next_node, tree_.node_count());
    require(next_slot == tree_.slot_count(), "{} of {} slots were visited", next_slot, tree_.slot_count());
    require(at == text_end(), "the leaves end at {} of {}", at, text_end());
  }

  void check_families() {
    const Element none{};
    for (const Family& family : families_) {
      const std::vector<Element>& m = family.members;
      require(first_child_element(tree_, family.parent) == (m.empty() ? none : m.front()), "node {}: first child",
              family.parent.value);
      require(last_child_element(tree_, family.parent) == (m.empty() ? none : m.back()), "node {}: last child",
              family.parent.value);
      for (size_t i = 0; i < m.size() && problem_.empty(); ++i) {
        require(element_parent(tree_, m[i]) == Element{Element::Type::Node, family.parent.value},
                "element {} {}: parent", int(m[i].type), m[i].id);
        require(next_sibling_element(tree_, m[i]) == (i + 1 < m.size() ? m[i + 1] : none), "element {} {}: next",
                int(m[i].type), m[i].id);
        require(previous_sibling_element(tree_, m[i]) == (i > 0 ? m[i - 1] : none), "element {} {}: previous",
                int(m[i].type), m[i].id);
      }
      if (!problem_.empty()) return;
      if (!m.empty()) {
        require(element_span(tree_, m.front()).start == tree_.span(family.parent).start, "node {}: start",
                family.parent.value);
        require(element_span(tree_, m.back()).end == tree_.span(family.parent).end, "node {}: end",
                family.parent.value);
      }
    }
    const Element root{Element::Type::Node, 0};
    require(next_sibling_element(tree_, root) == none && previous_sibling_element(tree_, root) == none &&
                element_parent(tree_, root) == none,
            "the root has neighbours");
  }

  void check_slots() {
    for (const Family& family : families_) {
      for (const Element e : family.members) {
        if (e.type == Element::Type::Node || (e.type == Element::Type::Token && is_group_token(tree_.token_kind(e.id))))
          continue;
        const ByteSpan span = element_span(tree_, e);
        for (const uint32_t offset : {span.start, span.start + (span.end - span.start) / 2, span.end - 1})
          require(tree_.slot_at_offset(offset) == e.id, "offset {} is in slot {}, not {}", offset,
                  tree_.slot_at_offset(offset), e.id);
      }
    }
    if (is_file()) require(tree_.slot_at_offset(text_end()) == tree_.slot_count(), "the end of the text is in a token");
  }

  // find_token, asked for one token after the other, gives a node's own tokens.
  void check_own_tokens() {
    for (const Family& family : families_) {
      uint32_t from = 0;
      size_t asked = 0;
      for (const Element e : family.members) {
        if (e.type != Element::Type::Token) continue;
        const uint32_t found = tree_.find_token(family.parent, tree_.token_kind(e.id), from);
        require(found == e.id, "node {}: token {} was found at {}", family.parent.value, e.id, found);
        from = e.id + 1;
        if (++asked == 200) break;  // enough of a node with very many
      }
    }
  }

  void check_errors() {
    uint32_t start = 0;
    for (const SyntaxError& e : tree_.errors()) {
      require(e.start <= e.end && e.end <= tree_.text().size(), "an error at {}..{}", e.start, e.end);
      require(e.related_start <= e.related_end && e.related_end <= tree_.text().size(), "a related place at {}..{}",
              e.related_start, e.related_end);
      require(e.start >= start, "errors are not sorted");
      require(!e.message.empty(), "an error without a message");
      start = e.start;
    }
  }

  const Tree& tree_;
  std::string problem_;
  std::vector<Family> families_;
  std::vector<uint32_t> family_of_;
};

inline std::string check_tree(const Tree& tree) { return TreeChecker(tree).run(); }

}  // namespace rp::checks
