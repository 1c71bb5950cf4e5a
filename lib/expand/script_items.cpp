// The items of a build script: functions, constants, types, what `use` brings, macros, modules in other files.
#include <algorithm>

#include "expand/attributes.h"
#include "expand/script_interpreter.h"
#include "manifest/cfg_expr.h"
#include "manifest/reader.h"
#include "syntax/parser.h"

namespace rp::script {
namespace {

using N = NodeKind;
using T = TokenKind;
constexpr size_t kMaxFiles = 64;
constexpr uint32_t kMaxModuleDepth = 32;

std::string_view plain(std::string_view name) { return name.starts_with("r#") ? name.substr(2) : name; }

// Whether one of an item's derive attributes names the trait.
bool derives(Code item, std::string_view trait) {
  const Tree& t = *item.tree;
  for (NodeId c = t.first_child(item.node); c; c = t.next_sibling(c)) {
    if (t.kind(c) != N::Attr || !t.child(c, Role::path) || t.text(t.child(c, Role::path)) != "derive") continue;
    for (uint32_t slot = t.first_slot(c); slot < t.end_slot(c); ++slot)
      if (t.token_kind(slot) == T::Ident && t.token_text(slot) == trait) return true;
  }
  return false;
}

std::string_view name_of(Code item) {
  const Code name = item.child(Role::name);
  return name ? plain(name.text()) : std::string_view();
}

}  // namespace

const Tree* Interpreter::fragment(const Tree& tree, uint32_t begin, uint32_t end, FragmentKind kind) {
  ParseOptions options;
  options.edition = input_.edition;
  options.budget = input_.budget;
  options.cancellation = input_.cancellation;
  trees_.push_back(parse_fragment(tree, begin, end, kind, options));
  origins_[&trees_.back()] = {&tree, begin};
  return &trees_.back();
}

void Interpreter::load_file(const std::string& path, bool root) {
  std::string text;
  if (sources_.size() >= kMaxFiles || !files_.read(path, &text)) {
    if (root) anything_ = true;
    unseen_items_ = true;
    return;
  }
  Source& source = sources_.emplace_back();
  source.storage = std::move(text);
  source.text = source.storage;
  ParseOptions options;
  options.edition = input_.edition;
  options.budget = input_.budget;
  options.cancellation = input_.cancellation;
  source.tree = lex_and_parse(source.text, options);
  const Tree& tree = source.tree;
  if (!tree.errors().empty()) unseen_items_ = true;
  if (source.text.find("stdout()") != std::string_view::npos) mentions_stdout_ = true;
  const size_t slash = path.rfind('/');
  std::string dir = path.substr(0, slash);
  const std::string file = path.substr(slash + 1);
  if (!root && file != "mod.rs") dir += "/" + file.substr(0, file.rfind('.'));
  collect({&tree, tree.root()}, {}, {}, Tri::Yes, dir, 0);
  collect_block_items(tree);
}

// Items that stand in blocks: they are found by their names like the others.
void Interpreter::collect_block_items(const Tree& tree) {
  for (uint32_t n = 0; n < tree.node_count(); ++n) {
    const NodeId node(n);
    if (tree.kind(node) != N::Block) continue;
    for (NodeId c = tree.first_child(node); c; c = tree.next_sibling(c)) {
      const N kind = tree.kind(c);
      if (node_category(kind) == NodeCategory::Item && kind != N::MacroItem)
        collect({&tree, c}, {}, {}, Tri::Yes, "", 1);
    }
  }
}

void Interpreter::collect(Code at, std::string_view self_type, std::string_view trait_name, Tri there,
                          const std::string& dir, uint32_t depth) {
  if (depth > kMaxModuleDepth) {
    unseen_items_ = true;
    return;
  }
  const Tree& t = *at.tree;
  const auto each = [&](NodeId parent, std::string_view type, std::string_view trait, Tri is_there,
                        const std::string& folder) {
    for (NodeId c = t.first_child(parent); c; c = t.next_sibling(c))
      if (node_category(t.kind(c)) == NodeCategory::Item) collect({&t, c}, type, trait, is_there, folder, depth + 1);
  };
  const N kind = at.kind();
  if (kind == N::SourceFile) return each(at.node, self_type, trait_name, there, dir);
  there = both(there, keeps(at));
  if (there == Tri::No) return;
  switch (kind) {
    case N::FnItem:
      functions_.emplace(name_of(at), Function{at, self_type, trait_name, there, false});
      return;
    case N::ConstItem:
    case N::StaticItem:
      constants_.emplace(name_of(at), at);
      return;
    case N::StructItem:
    case N::UnionItem:
    case N::TypeAliasItem:
      types_.emplace(name_of(at), at);
      return;
    case N::EnumItem: {
      types_.emplace(name_of(at), at);
      const Code list = at.child(Role::variants);
      if (!list) return;
      int64_t place = 0;
      const bool ordered = derives(at, "PartialOrd");
      for (NodeId c = t.first_child(list.node); c; c = t.next_sibling(c)) {
        if (t.kind(c) != N::Variant) continue;
        ++place;
        if (t.child(c, Role::fields)) continue;
        if (ordered) variant_places_.emplace(name_of({&t, c}), place);
        const auto [it, is_new] = variants_.emplace(name_of({&t, c}), name_of(at));
        if (!is_new && it->second != name_of(at)) it->second = {};
      }
      return;
    }
    case N::TraitItem:
      if (const Code items = at.child(Role::items)) each(items.node, {}, name_of(at), there, dir);
      return;
    case N::ImplItem: {
      const Code items = at.child(Role::items);
      const Code type = at.child(Role::type);
      const Code trait = at.child(Role::trait);
      std::string_view type_name;
      if (type && type.kind() == N::PathType)
        if (const std::vector<std::string_view> path = path_of(type); !path.empty()) type_name = path.back();
      if (items) each(items.node, type_name, trait ? trait.text() : std::string_view(), there, dir);
      return;
    }
    case N::ModItem: {
      if (const Code items = at.child(Role::items)) {
        each(items.node, {}, {}, there, dir.empty() ? dir : dir + "/" + std::string(name_of(at)));
        return;
      }
      std::vector<Attribute> attributes;
      read_attributes(t, at.node, *input_.cfg, &attributes);
      std::string named;
      for (const Attribute& a : attributes)
        if (a.name == "path") named = attribute_text(t, a);
      if (dir.empty() || there != Tri::Yes) {
        unseen_items_ = true;
        return;
      }
      if (!named.empty()) return load_file(manifest::join_path(dir, named), false);
      const std::string flat = dir + "/" + std::string(name_of(at)) + ".rs";
      return load_file(files_.exists(flat) ? flat : dir + "/" + std::string(name_of(at)) + "/mod.rs", false);
    }
    case N::UseItem:
      if (const Code tree = at.child(Role::tree)) collect_use(tree, {}, 0);
      return;
    case N::ExternCrateItem: {
      const Code name = at.child(Role::name);
      const Code rename = at.child(Role::rename);
      if (name && rename && rename.child(Role::name))
        uses_[plain(rename.child(Role::name).text())] = {plain(name.text())};
      return;
    }
    case N::MacroRulesItem:
      macro_items_[name_of(at)] = at;
      return;
    case N::MacroItem: {
      // include!("file"): its items are these.
      const Code call = at.child(Role::call);
      const Code path = call ? call.child(Role::path) : Code();
      const Code tokens = call ? call.child(Role::arguments) : Code();
      if (path && tokens && path.text() == "include" && !dir.empty()) {
        for (uint32_t slot = t.first_slot(tokens.node); slot < t.end_slot(tokens.node); ++slot) {
          std::string file;
          if (!string_literal_value(t, slot, &file)) continue;
          load_file(manifest::join_path(dir, file), false);
          return;
        }
      }
      unseen_items_ = true;
      return;
    }
    default:  // extern blocks, whatever else may define something
      unseen_items_ = true;
  }
}

void Interpreter::collect_use(Code use, std::vector<std::string_view> prefix, uint32_t depth) {
  if (depth > kMaxModuleDepth) return;
  if (const Code path = use.child(Role::path))
    for (const std::string_view segment : path_of(path)) prefix.push_back(segment);
  const Tree& t = *use.tree;
  if (const Code list = use.child(Role::list)) {
    for (NodeId c = t.first_child(list.node); c; c = t.next_sibling(c))
      if (t.kind(c) == N::UseTree) collect_use({&t, c}, prefix, depth + 1);
    return;
  }
  if (t.has_token(use.node, T::Star)) {
    const std::string_view first = prefix.empty() ? "" : prefix.front();
    if (first != "std" && first != "core" && first != "alloc" && first != "crate" && first != "super" &&
        first != "self" && !types_.contains(first))
      foreign_glob_ = true;
    return;
  }
  if (prefix.empty()) return;
  std::string_view name = prefix.back();
  if (name == "self" && prefix.size() > 1) {
    prefix.pop_back();
    name = prefix.back();
  }
  if (const Code rename = use.child(Role::rename))
    if (const Code as = rename.child(Role::name)) name = plain(as.text());
  if (prefix.size() == 1 && prefix[0] == name) return;
  const auto [it, is_new] = uses_.emplace(name, prefix);
  if (!is_new && it->second != prefix) it->second.clear();
}

std::vector<std::string_view> Interpreter::path_of(Code path) const {
  std::vector<std::string_view> out;
  const Tree& t = *path.tree;
  for (NodeId c = t.first_child(path.node); c; c = t.next_sibling(c)) {
    if (t.kind(c) == N::QualifiedSelf) return {};
    if (t.kind(c) != N::PathSegment) continue;
    for (uint32_t slot = t.first_slot(c); slot < t.end_slot(c); ++slot) {
      if (is_trivia(t.token_kind(slot)) || is_group_token(t.token_kind(slot))) continue;
      out.push_back(t.token_kind(slot) == T::DollarCrate ? std::string_view("crate") : plain(t.token_text(slot)));
      break;
    }
  }
  return out;
}

std::vector<std::string_view> Interpreter::full_path(const std::vector<std::string_view>& path) const {
  std::vector<std::string_view> out = path;
  for (int steps = 0; steps < 8 && !out.empty(); ++steps) {
    const auto use = uses_.find(out.front());
    if (use == uses_.end()) break;
    if (use->second.empty()) return {};
    std::vector<std::string_view> longer = use->second;
    if (longer.front() == out.front() && steps > 0) break;
    longer.insert(longer.end(), out.begin() + 1, out.end());
    if (longer == out) break;
    const bool same = longer.front() == out.front();
    out = std::move(longer);
    if (same) break;
  }
  // Modules of the script itself do not matter: names are looked up by their last word.
  while (out.size() > 1 && (out.front() == "crate" || out.front() == "self" || out.front() == "super"))
    out.erase(out.begin());
  return out;
}

Tri Interpreter::condition(const Tree& tree, uint32_t begin, uint32_t end) {
  std::string text;
  for (uint32_t i = begin; i < end; i += token_slots(tree.token_kind(i))) {
    if (is_trivia(tree.token_kind(i))) continue;
    if (!text.empty()) text += ' ';
    text += tree.token_text(i);
  }
  while (text.ends_with(',') || text.ends_with(' ')) text.pop_back();
  const auto expr = manifest::CfgExpr::parse(text);
  if (!expr || expr->nodes().empty()) return Tri::Maybe;
  // The script is built for the machine that builds, of which nothing is known. Features are the package's; other
  // names come from RUSTFLAGS alone.
  const auto fact = [&](const manifest::CfgFact& f) {
    if (f.key == "feature" && f.has_value) return tri(input_.cfg->has("feature", f.value));
    if (f.key == "test" || f.key == "doctest" || f.key == "doc" || f.key == "miri") return Tri::No;
    ScriptFacts open;
    open.anything = true;
    // Facts that RUSTFLAGS set for the crate may hold for the script, too: that hangs on how cargo is called.
    const bool set = f.has_value ? input_.cfg->has(f.key, f.value) : input_.cfg->has(f.key);
    return !set && open.may_set(f.key, f.value, f.has_value) ? Tri::No : Tri::Maybe;
  };
  const auto nodes = expr->nodes();
  // From the back: a node's operands stand behind it. CfgExpr bounds how deep they nest.
  std::vector<Tri> value(nodes.size());
  for (uint32_t i = static_cast<uint32_t>(nodes.size()); i-- > 0;) {
    using Kind = manifest::CfgNode::Kind;
    const manifest::CfgNode& n = nodes[i];
    Tri v = Tri::Maybe;
    if (n.kind == Kind::True) v = Tri::Yes;
    if (n.kind == Kind::False) v = Tri::No;
    if (n.kind == Kind::Fact) v = fact(n.fact);
    if (n.kind == Kind::Not) v = i + 1 < n.end ? negate(value[i + 1]) : Tri::Maybe;
    if (n.kind == Kind::All || n.kind == Kind::Any) {
      v = tri(n.kind == Kind::All);
      for (uint32_t c = i + 1; c < n.end; c = nodes[c].end)
        v = n.kind == Kind::All ? both(v, value[c]) : either(v, value[c]);
    }
    value[i] = v;
  }
  return value[0];
}

// rustversion's attributes and macros: since(1.38), before(1.38), stable, nightly, not(..), all(..), any(..).
Tri Interpreter::version_attribute(const Tree& tree, std::string_view name, uint32_t begin, uint32_t end) {
  if (name == "since" || name == "before") {
    std::string version;
    for (uint32_t i = begin; i < end; i += token_slots(tree.token_kind(i))) version += tree.token_text(i);
    unsigned minor = 0;
    if (input_.compiler.minor == 0 || !version.starts_with("1.") || version.size() > 6) return Tri::Maybe;
    for (const char c : std::string_view(version).substr(2)) {
      if (c == '.') break;
      if (c < '0' || c > '9') return Tri::Maybe;
      minor = minor * 10 + static_cast<unsigned>(c - '0');
    }
    return tri((name == "since") == (input_.compiler.minor >= minor));
  }
  if (input_.compiler.stable && (name == "stable" || name == "nightly" || name == "beta") && begin == end)
    return tri(name == "stable");
  return Tri::Maybe;
}

Tri Interpreter::keeps(Code node) {
  const Tree& t = *node.tree;
  Tri kept = Tri::Yes;
  std::vector<Attribute> attributes;
  bool any = false;
  for (NodeId c = t.first_child(node.node); c && !any; c = t.next_sibling(c)) any = t.kind(c) == N::Attr;
  if (!any) return kept;
  read_attributes(t, node.node, *input_.cfg, &attributes);
  for (const Attribute& a : attributes) {
    if (a.name == "cfg" && a.has_group) kept = both(kept, condition(t, a.group_begin, a.group_end));
    if (a.tool != "rustversion") continue;
    std::string_view last;
    for (uint32_t i = a.begin; i < a.path_end; i += token_slots(t.token_kind(i)))
      if (t.token_kind(i) == T::Ident) last = t.token_text(i);
    kept = both(kept, version_attribute(t, last, a.group_begin, a.group_end));
  }
  return kept;
}

Value Interpreter::comparable(const Value& v, std::string_view trait) {
  if (!v.is(Value::Kind::Struct)) return v;
  const auto type = types_.find(v.text);
  if (type == types_.end() || type->second.kind() != N::StructItem || !derives(type->second, trait)) return v;
  const Tree& t = *type->second.tree;
  const Code fields = type->second.child(Role::fields);
  std::vector<Value> parts;
  if (!fields) return v;
  size_t place = 0;
  for (NodeId c = t.first_child(fields.node); c; c = t.next_sibling(c)) {
    if (t.kind(c) != N::RecordField && t.kind(c) != N::TupleField) continue;
    const std::string name = t.kind(c) == N::TupleField ? std::to_string(place) : std::string(name_of({&t, c}));
    ++place;
    const Value* part = v.field(name);
    parts.push_back(part != nullptr ? comparable(*part, trait) : Value());
  }
  return tuple(std::move(parts));
}

}  // namespace rp::script
