#include "review/written_paths.h"

#include <algorithm>
#include <array>
#include <utility>

#include "review/tree_queries.h"

namespace rp {
namespace {

// Chains of imports that name each other are followed so far.
constexpr size_t kMaxImportSteps = 8;
constexpr size_t kMaxUseDepth = 64;

constexpr std::pair<std::string_view, std::string_view> kPrelude[] = {
    {"AsMut", "std::convert::AsMut"},
    {"AsRef", "std::convert::AsRef"},
    {"Box", "std::boxed::Box"},
    {"Clone", "std::clone::Clone"},
    {"Copy", "std::marker::Copy"},
    {"Default", "std::default::Default"},
    {"DoubleEndedIterator", "std::iter::DoubleEndedIterator"},
    {"Drop", "std::ops::Drop"},
    {"Eq", "std::cmp::Eq"},
    {"Err", "std::result::Result::Err"},
    {"ExactSizeIterator", "std::iter::ExactSizeIterator"},
    {"Extend", "std::iter::Extend"},
    {"Fn", "std::ops::Fn"},
    {"FnMut", "std::ops::FnMut"},
    {"FnOnce", "std::ops::FnOnce"},
    {"From", "std::convert::From"},
    {"FromIterator", "std::iter::FromIterator"},
    {"Into", "std::convert::Into"},
    {"IntoIterator", "std::iter::IntoIterator"},
    {"Iterator", "std::iter::Iterator"},
    {"None", "std::option::Option::None"},
    {"Ok", "std::result::Result::Ok"},
    {"Option", "std::option::Option"},
    {"Ord", "std::cmp::Ord"},
    {"PartialEq", "std::cmp::PartialEq"},
    {"PartialOrd", "std::cmp::PartialOrd"},
    {"Result", "std::result::Result"},
    {"Send", "std::marker::Send"},
    {"Sized", "std::marker::Sized"},
    {"Some", "std::option::Option::Some"},
    {"String", "std::string::String"},
    {"Sync", "std::marker::Sync"},
    {"ToOwned", "std::borrow::ToOwned"},
    {"ToString", "std::string::ToString"},
    {"TryFrom", "std::convert::TryFrom"},
    {"TryInto", "std::convert::TryInto"},
    {"Unpin", "std::marker::Unpin"},
    {"Vec", "std::vec::Vec"},
    {"drop", "std::mem::drop"},
};

// Macros that are in reach without an import.
constexpr std::array<std::string_view, 30> kMacros = {"assert",
                                                      "assert_eq",
                                                      "assert_ne",
                                                      "cfg",
                                                      "column",
                                                      "compile_error",
                                                      "concat",
                                                      "dbg",
                                                      "debug_assert",
                                                      "debug_assert_eq",
                                                      "debug_assert_ne",
                                                      "env",
                                                      "eprint",
                                                      "eprintln",
                                                      "file",
                                                      "format",
                                                      "format_args",
                                                      "include",
                                                      "include_bytes",
                                                      "include_str",
                                                      "line",
                                                      "matches",
                                                      "module_path",
                                                      "option_env",
                                                      "panic",
                                                      "print",
                                                      "println",
                                                      "stringify",
                                                      "thread_local",
                                                      "todo"};
constexpr std::array<std::string_view, 6> kMoreMacros = {"try", "unimplemented", "unreachable",
                                                         "vec", "write",         "writeln"};

std::string_view segment_text(const Tree& tree, NodeId segment) { return name_of(tree, segment); }

std::string_view std_name(std::string_view crate) { return crate == "core" || crate == "alloc" ? "std" : crate; }

}  // namespace

std::string_view prelude_path(std::string_view name) {
  const auto at = std::lower_bound(std::begin(kPrelude), std::end(kPrelude), name,
                                   [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return at != std::end(kPrelude) && at->first == name ? at->second : std::string_view();
}

WrittenPaths::WrittenPaths(const Tree& tree) : tree_(tree) {
  for (uint32_t i = 0; i < tree.node_count(); ++i) {
    const NodeId node(i);
    const NodeKind kind = tree.kind(node);
    if (kind == NodeKind::UseItem) {
      if (const NodeId use = tree.child(node, Role::tree)) add_tree(use, scope_of(node), {});
      continue;
    }
    if (node_category(kind) != NodeCategory::Item) continue;
    if (kind == NodeKind::ExternCrateItem) {
      const std::string_view crate = name_of(tree, tree.child(node, Role::name));
      const NodeId rename = tree.child(node, Role::rename);
      const std::string_view name = rename ? name_of(tree, tree.child(rename, Role::name)) : crate;
      if (!crate.empty() && crate != "self" && !name.empty()) imports_.insert({name, {scope_of(node), {crate}}});
      continue;
    }
    const std::string_view name = name_of(tree, tree.child(node, Role::name));
    if (!name.empty()) items_.insert({name, scope_of(node)});
  }
}

void WrittenPaths::add_tree(NodeId use, NodeId scope, std::vector<std::string_view> prefix) {
  if (prefix.size() > kMaxUseDepth) return;
  const NodeId path = tree_.child(use, Role::path);
  if (path) {
    for (NodeId child = tree_.first_child(path); child; child = tree_.next_sibling(child))
      if (tree_.kind(child) == NodeKind::PathSegment) prefix.push_back(segment_text(tree_, child));
  }
  if (const NodeId list = tree_.child(use, Role::list)) {
    for (NodeId child = tree_.first_child(list); child; child = tree_.next_sibling(child))
      if (tree_.kind(child) == NodeKind::UseTree) add_tree(child, scope, prefix);
    return;
  }
  if (tree_.has_token(use, TokenKind::Star)) {
    globs_.insert({scope.value, std::move(prefix)});
    return;
  }
  if (prefix.size() > 1 && prefix.back() == "self") prefix.pop_back();
  if (prefix.empty()) return;
  std::string_view name = prefix.back();
  if (const NodeId rename = tree_.child(use, Role::rename)) name = name_of(tree_, tree_.child(rename, Role::name));
  if (!name.empty() && name != "_") imports_.insert({name, {scope, std::move(prefix)}});
}

NodeId WrittenPaths::scope_of(NodeId node) const {
  for (NodeId at = tree_.parent(node); at; at = tree_.parent(at)) {
    const NodeKind kind = tree_.kind(at);
    if (kind == NodeKind::Block || kind == NodeKind::SourceFile || kind == NodeKind::Fragment) return at;
    if (kind == NodeKind::ItemList && tree_.kind(tree_.parent(at)) == NodeKind::ModItem) return at;
  }
  return tree_.root();
}

bool WrittenPaths::defined_here(std::string_view name, NodeId scope) const {
  const auto [begin, end] = items_.equal_range(name);
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second == scope; });
}

std::string WrittenPaths::follow(NodeId path) const {
  std::vector<std::string_view> segments;
  NodeId first;
  bool global = false;
  if (tree_.kind(path) == NodeKind::PathSegment) {
    first = path;
    segments.push_back(segment_text(tree_, path));
  } else {
    if (tree_.child(path, Role::qualified_self)) return {};
    for (NodeId child = tree_.first_child(path); child; child = tree_.next_sibling(child)) {
      if (tree_.kind(child) != NodeKind::PathSegment) continue;
      if (!first) first = child;
      segments.push_back(segment_text(tree_, child));
    }
    if (!first) return {};
    for (uint32_t slot = tree_.first_slot(path); slot < tree_.first_slot(first); ++slot)
      global = global || tree_.token_kind(slot) == TokenKind::ColonColon;
  }
  bool imported = global;
  for (size_t step = 0; step < kMaxImportSteps && !global; ++step) {
    const std::string_view name = segments[0];
    if (name == "crate" || name == "self" || name == "super" || name == "Self" || name == "$crate") return {};
    const Import* found = nullptr;
    for (NodeId scope = scope_of(path);; scope = scope_of(scope)) {
      const auto [begin, end] = imports_.equal_range(name);
      for (auto at = begin; at != end && found == nullptr; ++at)
        if (at->second.scope == scope) found = &at->second;
      if (found != nullptr) break;
      if (defined_here(name, scope)) return {};
      // Names of a module are not in scope in the modules inside of it.
      if (tree_.kind(scope) != NodeKind::Block) break;
    }
    if (found == nullptr) break;
    imported = true;
    if (found->path.size() == 1 && found->path[0] == name) break;  // `use tokio;`
    std::vector<std::string_view> next = found->path;
    next.insert(next.end(), segments.begin() + 1, segments.end());
    segments = std::move(next);
  }
  std::string text;
  if (!imported && segments.size() == 1) {
    const std::string_view prelude = prelude_path(segments[0]);
    if (!prelude.empty()) return std::string(prelude);
    const NodeId up = tree_.parent(path);
    const bool macro = up && (tree_.kind(up) == NodeKind::MacroCall);
    if (macro && (std::find(kMacros.begin(), kMacros.end(), segments[0]) != kMacros.end() ||
                  std::find(kMoreMacros.begin(), kMoreMacros.end(), segments[0]) != kMoreMacros.end()))
      return "std::" + std::string(segments[0]);
    return {};
  }
  if (!imported) {
    const std::string_view prelude = prelude_path(segments[0]);
    if (!prelude.empty()) {
      text = prelude;
      segments.erase(segments.begin());
    }
  }
  for (size_t i = 0; i < segments.size(); ++i) {
    const std::string_view segment = i == 0 && text.empty() ? std_name(segments[i]) : segments[i];
    if (!text.empty()) text += "::";
    text += segment;
  }
  return text;
}

bool WrittenPaths::has_globs(NodeId at) const {
  for (NodeId scope = scope_of(at);; scope = scope_of(scope)) {
    if (globs_.contains(scope.value)) return true;
    if (tree_.kind(scope) != NodeKind::Block) return false;
  }
}

bool WrittenPaths::mentions(std::string_view crate) const {
  for (const auto& [name, import] : imports_)
    if (import.path[0] == crate) return true;
  for (const auto& [scope, path] : globs_)
    if (!path.empty() && path[0] == crate) return true;
  for (uint32_t i = 0; i + 1 < tree_.node_count(); ++i) {
    if (tree_.kind(NodeId(i)) != NodeKind::PathSegment || segment_text(tree_, NodeId(i)) != crate) continue;
    // The first of several segments.
    const NodeId up = tree_.parent(NodeId(i));
    if (tree_.next_sibling(NodeId(i)) && tree_.first_slot(up) == tree_.first_slot(NodeId(i))) return true;
  }
  return false;
}

}  // namespace rp
