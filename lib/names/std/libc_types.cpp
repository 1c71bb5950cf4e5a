#include "names/std/libc_types.h"

#include <algorithm>
#include <map>
#include <optional>

#include "names/resolve_lookup.h"

namespace rp {
namespace {

using N = NodeKind;
using T = TokenKind;

class TypeWriter {
 public:
  TypeWriter(const CrateDefs& libc, const Analysis& analysis, const CfgSet& cfg)
      : libc_(libc), analysis_(analysis), cfg_(cfg), lookup_(libc, analysis) {}

  void want(const std::string& word) {
    const NameId name = libc_.names.find(word);
    const Binding* binding = name ? libc_.find(0, name, Namespace::Type) : nullptr;
    if (binding == nullptr || binding->target != Binding::Target::Def || binding->ambiguous) return;
    if (binding->def.crate != libc_.index) {
      // `c_void` and its like: core's own.
      const CrateDefs* home = analysis_.crate(binding->def.crate);
      if (home != nullptr) root_ += "pub use ::" + home->path_of(binding->def.def) + " as " + word + ";\n";
      return;
    }
    if (!add(binding->def.def, 0)) return;
    const std::string path = inside(binding->def.def);
    if (path.find("::") != std::string::npos) root_ += "pub use crate::" + path + " as " + word + ";\n";
  }

  std::string text() const {
    // What else is there nobody knows.
    std::string out = "#![no_std]\npub use rest_of_libc::*;\n" + root_;
    write(root_module_, &out);
    return out;
  }

 private:
  struct Module {
    std::map<std::string, Module> modules;
    std::string items;
  };
  static void write(const Module& module, std::string* out) {
    *out += module.items;
    for (const auto& [name, inner] : module.modules) {
      *out += "pub mod " + name + " {\n";
      write(inner, out);
      *out += "}\n";
    }
  }

  // The path of a definition below the root.
  [[nodiscard]] std::string inside(DefId def) const {
    const std::string path = libc_.path_of(def);
    const size_t at = path.find("::");
    return at == std::string::npos ? std::string() : path.substr(at + 2);
  }

  // Writes a definition and what it holds; false when that is not possible.
  bool add(DefId def, int depth) {
    const auto [known, fresh] = state_.emplace(def.value, true);  // types may hold pointers to themselves
    if (!fresh) return known->second;
    const bool good = depth < kMaxDepth && write_item(def, depth);
    state_[def.value] = good;
    return good;
  }

  bool write_item(DefId def, int depth) {
    const DefKind kind = libc_.defs[def.value].kind;
    if (kind != DefKind::Struct && kind != DefKind::Union && kind != DefKind::Enum && kind != DefKind::TypeAlias &&
        kind != DefKind::Const) {
      return false;
    }
    for (DefId at = libc_.defs[def.value].parent; at.value != 0; at = libc_.defs[at.value].parent)
      if (libc_.defs[at.value].kind != DefKind::Module) return false;
    const std::string signature = item_signature(libc_, analysis_, cfg_, def);
    const Tree tree = lex_and_parse(signature, {});
    const NodeId item = tree.first_child(tree.root());
    if (!item || !tree.errors().empty()) return false;
    std::set<std::string> parameters;
    if (const NodeId generics = tree.child(item, Role::generics); generics)
      for (uint32_t slot = tree.first_slot(generics); slot < tree.end_slot(generics); ++slot)
        if (tree.token_kind(slot) == T::Ident) parameters.emplace(tree.token_text(slot));
    std::string out;
    uint32_t written = tree.token_start(tree.first_slot(item));
    bool is_public = false;
    const auto copy_to = [&](uint32_t end) {
      out += signature.substr(written, end - written);
      written = end;
    };
    for (NodeId child = tree.first_child(item); child && !is_public; child = tree.next_sibling(child)) {
      if (tree.role(child) == Role::attribute) continue;
      // The keyword stands behind the last attribute and before the first of the other parts.
      uint32_t slot = tree.first_slot(item);
      for (NodeId a = tree.first_child(item); a && a != child; a = tree.next_sibling(a)) slot = tree.end_slot(a);
      copy_to(tree.token_start(slot));
      out += "pub ";
      is_public = true;
    }
    if (!is_public) return false;
    for (NodeId node = NodeId(item.value + 1); node < tree.subtree_end(item);) {
      const N node_kind = tree.kind(node);
      if (node_kind == N::MacroExpr || node_kind == N::MacroType || node_kind == N::CallExpr) return false;
      if (node_kind != N::PathType && node_kind != N::PathExpr) {
        node = NodeId(node.value + 1);
        continue;
      }
      std::vector<NodeId> segments;
      for (NodeId c = tree.first_child(node); c; c = tree.next_sibling(c))
        if (tree.kind(c) == N::PathSegment) segments.push_back(c);
      const std::optional<std::string> path = resolve(def, tree, segments, parameters, node_kind == N::PathExpr, depth);
      if (!path) return false;
      // Arguments of the last segment follow it as they are.
      const NodeId last = segments.back();
      const NodeId arguments = tree.child(last, Role::arguments);
      const uint32_t end = arguments ? tree.token_start(tree.first_slot(arguments)) : tree.span(last).end;
      copy_to(tree.token_start(tree.first_slot(node)));
      out += *path;
      written = end;
      node = arguments ? NodeId(arguments.value + 1) : tree.subtree_end(node);
    }
    copy_to(tree.span(item).end);
    const std::string path = inside(def);
    Module* module = &root_module_;
    size_t start = 0;
    for (size_t at; (at = path.find("::", start)) != std::string::npos; start = at + 2)
      module = &module->modules[path.substr(start, at - start)];
    module->items += out + "\n";
    return true;
  }

  // A path as it is written in the new crate.
  std::optional<std::string> resolve(DefId owner, const Tree& tree, const std::vector<NodeId>& segments,
                                     const std::set<std::string>& parameters, bool value, int depth) {
    if (segments.empty()) return std::nullopt;
    const DefId module = libc_.module_of(owner);
    DefRef at;
    for (size_t i = 0; i < segments.size(); ++i) {
      uint32_t slot = tree.first_slot(segments[i]);
      while (slot < tree.end_slot(segments[i]) && tree.token_kind(slot) == T::ColonColon) ++slot;
      const std::string word(tree.token_text(slot));
      const T kind = tree.token_kind(slot);
      if (i == 0 && segments.size() == 1 && parameters.contains(word)) return word;
      if (kind == T::KwCrate || kind == T::KwSelfValue) {
        at = {libc_.index, kind == T::KwCrate ? DefId(0) : module};
        continue;
      }
      if (kind == T::KwSuper) {
        const DefId base = i == 0 ? module : at.def;
        if (base.value == 0) return std::nullopt;
        at = {libc_.index, libc_.module_of(libc_.defs[base.value].parent)};
        continue;
      }
      const Namespace space = value && i + 1 == segments.size() ? Namespace::Value : Namespace::Type;
      ItemFound found;
      if (i == 0) {
        found = lookup_.lexical(libc_.defs[module.value].scope, lookup_.intern(word), space);
      } else {
        const ItemScope scope = lookup_.scope_of(at);
        if (!scope.valid()) return std::nullopt;
        found = lookup_.in_scope(scope, lookup_.intern(word), space, module);
      }
      if (found.kind == ItemFound::Kind::Primitive && segments.size() == 1) return word;
      if (found.kind != ItemFound::Kind::Def || found.doubtful) return std::nullopt;
      at = found.def;
    }
    const CrateDefs* home = analysis_.crate(at.crate);
    if (home == nullptr) return std::nullopt;
    if (at.crate != libc_.index) return "::" + home->path_of(at.def);
    return add(at.def, depth + 1) ? std::optional("crate::" + inside(at.def)) : std::nullopt;
  }

  static constexpr int kMaxDepth = 50;
  const CrateDefs& libc_;
  const Analysis& analysis_;
  const CfgSet& cfg_;
  NameLookup lookup_;
  std::map<uint32_t, bool> state_;
  Module root_module_;
  std::string root_;
};

}  // namespace

std::set<std::string> words_of_types(const FactsImage& image) {
  std::set<std::string> out;
  for (const FactsImage::Row& row : image.rows) {
    if (row.kind != DefKind::Struct && row.kind != DefKind::Union && row.kind != DefKind::Enum &&
        row.kind != DefKind::TypeAlias) {
      continue;
    }
    const Tree tree = lex_and_parse(row.signature, {});
    for (uint32_t slot = 0; slot < tree.slot_count(); ++slot)
      if (tree.token_kind(slot) == T::Ident) out.emplace(tree.token_text(slot));
  }
  return out;
}

std::vector<std::string> libc_facts(const CfgSet& target) {
  // As libc is built for std without any of its variables being set.
  std::vector<std::string> out = {"freebsd12"};
  const auto has = [&](std::string_view key, std::string_view value) { return target.has(key, value); };
  const bool recent = has("target_arch", "loongarch64") || has("target_arch", "hexagon") || has("target_env", "ohos");
  if (recent && (has("target_env", "musl") || has("target_env", "ohos"))) {
    out.emplace_back("musl_v1_2_3");
    for (const char* arch : {"arm", "hexagon", "mips", "powerpc", "x86"}) {
      if (!has("target_arch", arch)) continue;
      out.emplace_back("musl32_time64");
      out.emplace_back("linux_time_bits64");
    }
  }
  return out;
}

std::string libc_types(const CrateDefs& libc, const Analysis& analysis, const CfgSet& cfg,
                       const std::set<std::string>& words) {
  TypeWriter writer(libc, analysis, cfg);
  for (const std::string& word : words) writer.want(word);
  return writer.text();
}

}  // namespace rp
