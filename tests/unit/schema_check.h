// Whether a tree has the shape that grammar.def promises: each child with a role that its parent declares, of a kind
// that the role admits, and as often as it says. Error and Missing may stand for anything.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "syntax/tree.h"

namespace rp::checks {

struct RoleRule {
  Role role;
  std::string_view type;  // the name of a kind or category in grammar.def
  bool required;
  bool many;
};

inline const std::vector<RoleRule>& rules_of(NodeKind kind) {
  static const std::vector<std::vector<RoleRule>> all = {
#define RP_NODE(name, text, category) {
#define RP_ONE(role, type) RoleRule{Role::role, #type, true, false},
#define RP_OPT(role, type) RoleRule{Role::role, #type, false, false},
#define RP_MANY(role, type) RoleRule{Role::role, #type, false, true},
#define RP_END(name) \
  }                  \
  ,
#include "syntax/grammar.def"
  };
  return all[static_cast<size_t>(kind)];
}

inline std::string_view internal_name(NodeKind kind) {
  static constexpr std::string_view names[] = {
#define RP_NODE(name, text, category) #name,
#include "syntax/grammar.def"
  };
  return names[static_cast<size_t>(kind)];
}

inline bool admits(std::string_view type, NodeKind kind) {
  if (kind == NodeKind::Error || kind == NodeKind::Missing || type == "AnyNode") return true;
  const NodeCategory category = node_category(kind);
  if (type == "AnyExpr") return category == NodeCategory::Expr;
  if (type == "AnyPat") return category == NodeCategory::Pat;
  if (type == "AnyType") return category == NodeCategory::Type;
  if (type == "AnyItem") return category == NodeCategory::Item;
  if (type == "AnyAttr") return category == NodeCategory::Attr;
  if (type == "AnyStmt") return category == NodeCategory::Stmt || category == NodeCategory::Item;
  return type == internal_name(kind);
}

// Empty, or the first thing that is wrong. A tree without errors must follow the table to the letter; in a tree with
// errors a child may lack a role, and a required child may be missing from an Error node only.
inline std::string check_schema(const Tree& tree) {
  const bool clean = tree.errors().empty();
  for (uint32_t i = 0; i < tree.node_count(); ++i) {
    const NodeId node(i);
    if (tree.kind(node) == NodeKind::Error) continue;
    std::map<Role, int> seen;
    for (NodeId c = tree.first_child(node); c; c = tree.next_sibling(c)) {
      const Role role = tree.role(c);
      if (role == Role::None) {
        if (!clean) continue;
        return fmt::format("{} at byte {} has a {} without a role", internal_name(tree.kind(node)),
                           tree.span(node).start, internal_name(tree.kind(c)));
      }
      const RoleRule* rule = nullptr;
      for (const RoleRule& r : rules_of(tree.kind(node)))
        if (r.role == role) rule = &r;
      if (rule == nullptr) {
        if (!clean && (tree.kind(c) == NodeKind::Error || tree.kind(c) == NodeKind::Missing)) continue;
        return fmt::format("{} at byte {} has a child with the role {}", internal_name(tree.kind(node)),
                           tree.span(node).start, role_name(role));
      }
      if (!admits(rule->type, tree.kind(c)))
        return fmt::format("{} at byte {}: {} is a {}, not {}", internal_name(tree.kind(node)), tree.span(node).start,
                           role_name(role), internal_name(tree.kind(c)), rule->type);
      if (++seen[role] > 1 && !rule->many && clean)
        return fmt::format("{} at byte {} has two children with the role {}", internal_name(tree.kind(node)),
                           tree.span(node).start, role_name(role));
    }
    for (const RoleRule& rule : rules_of(tree.kind(node)))
      if (rule.required && seen[rule.role] == 0)
        return fmt::format("{} at byte {} lacks its {}", internal_name(tree.kind(node)), tree.span(node).start,
                           role_name(rule.role));
  }
  return {};
}

}  // namespace rp::checks
