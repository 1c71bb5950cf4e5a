#include "names/public_api.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "expand/attributes.h"
#include "names/auto_traits.h"
#include "names/public_api_keys.h"
#include "source/line_index.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

// Public modules are followed this far: deeper than any crate.
constexpr size_t kMaxModuleDepth = 64;

std::optional<ApiKind> kind_of(const CrateDefs& crate, DefId id) {
  switch (crate.def(id).kind) {
    case DefKind::Module:
      return ApiKind::Module;
    case DefKind::Struct:
      return ApiKind::Struct;
    case DefKind::Union:
      return ApiKind::Union;
    case DefKind::Enum:
      return ApiKind::Enum;
    case DefKind::Variant:
      return ApiKind::Variant;
    case DefKind::Trait:
      return ApiKind::Trait;
    case DefKind::TraitAlias:
      return ApiKind::TraitAlias;
    case DefKind::TypeAlias:
      return ApiKind::TypeAlias;
    case DefKind::ForeignType:
      return ApiKind::ForeignType;
    case DefKind::Function:
      return ApiKind::Function;
    case DefKind::Const:
      return ApiKind::Const;
    case DefKind::Static:
      return ApiKind::Static;
    case DefKind::Macro: {
      const MacroDef* macro = crate.macro(id);
      if (macro != nullptr && macro->kind == MacroKind::ProcDerive) return ApiKind::DeriveMacro;
      if (macro != nullptr && macro->kind == MacroKind::ProcAttribute) return ApiKind::AttributeMacro;
      return ApiKind::Macro;
    }
    default:
      return std::nullopt;
  }
}

class Builder {
 public:
  Builder(const CrateDefs& crate, const CrateNames& names, const Analysis& analysis, const CfgSet& cfg,
          std::string_view folder)
      : crate_(crate),
        analysis_(analysis),
        cfg_(cfg),
        folder_(folder),
        paths_(crate.defs.size()),
        hidden_(crate.defs.size()),
        keys_(crate, names, analysis, paths_),
        auto_traits_(crate, keys_) {}

  PublicApi build() {
    api_.name = crate_.name;
    api_.edition = crate_.edition;
    api_.no_std = crate_.no_std || crate_.no_core;
    api_.proc_macro = crate_.proc_macro;
    for (const Expansion& each : crate_.expansions)
      if (each.produces == FragmentKind::Items &&
          (each.state == ExpansionState::Opaque || each.state == ExpansionState::Unresolved ||
           each.state == ExpansionState::Failed))
        ++api_.opaque_calls;
    find_unknown_globs();
    api_.uncertain = std::any_of(crate_.scopes.begin(), crate_.scopes.end(), [](const Scope& each) {
      return each.unknown_names && each.kind == ScopeKind::Module;
    });
    reach(false);
    reach(true);
    for (const DefId id : reached_) add_item(id);
    for (uint32_t i = 0; i < api_.items.size(); ++i)
      if (api_.items[i].kind == ApiKind::Trait) api_.items[i].dyn_safe = is_dyn_safe(i, 0);
    add_impls();
    sort();
    return std::move(api_);
  }

 private:
  // ---- Paths ----

  // Scopes that take over what cannot be seen, and those that take over all of theirs.
  void find_unknown_globs() {
    for (size_t rounds = 0, known = SIZE_MAX; known != unknown_globs_.size() && rounds < 16; ++rounds) {
      known = unknown_globs_.size();
      for (const Import& each : crate_.imports) {
        if (each.kind != ImportKind::Glob) continue;
        const Binding& from = each.targets[0];
        bool unknown = each.state == Import::State::Unknown || from.target == Binding::Target::Unknown;
        if (from.target == Binding::Target::Def) {
          const CrateDefs* there = analysis_.crate(from.def.crate);
          const uint32_t scope = there != nullptr && from.def ? there->def(from.def.def).scope : UINT32_MAX;
          if (scope != UINT32_MAX)
            unknown =
                from.def.crate == crate_.index ? unknown_globs_.contains(scope) : there->scopes[scope].unknown_names;
        }
        if (unknown) unknown_globs_.insert(each.scope);
      }
    }
  }

  struct Open {
    DefId def;
    std::string path;
    size_t depth = 0;
  };
  struct Entry {
    std::string name;
    Namespace space;
    const Binding* binding;
  };

  bool is_hidden_import(uint32_t index) const {
    if (index >= crate_.imports.size()) return false;
    const Import& import = crate_.imports[index];
    return has_hidden(import.source, use_item(import));
  }
  NodeId use_item(const Import& import) const {
    if (!import.source || crate_.sources[import.source.value].source == nullptr) return {};
    const Tree& t = keys_.tree(import.source);
    NodeId node = import.node;
    while (node && t.kind(node) != N::UseItem && t.kind(node) != N::ExternCrateItem) node = t.parent(node);
    return node;
  }
  bool has_hidden(SourceId source, NodeId node) const {
    if (!node) return false;
    const Tree& t = keys_.tree(source);
    std::vector<Attribute> attributes;
    read_attributes(t, node, cfg_, &attributes);
    for (const Attribute& each : attributes) {
      if (each.name != "doc" || !each.has_group) continue;
      for (uint32_t slot = each.group_begin; slot < each.group_end; ++slot)
        if (t.token_kind(slot) == T::Ident && t.token_text(slot) == "hidden") return true;
    }
    return false;
  }

  std::vector<Entry> public_entries(uint32_t scope) const {
    std::vector<Entry> out;
    if (scope >= crate_.scopes.size()) return out;
    const Scope& s = crate_.scopes[scope];
    for (uint32_t i = s.first; i < s.first + s.count; ++i) {
      const ScopeEntry& entry = crate_.scope_entries[i];
      if (!entry.binding.visibility.is_public() || entry.binding.ambiguous) continue;
      out.push_back({std::string(crate_.text(entry.name)), entry.space, &entry.binding});
    }
    // Definitions before imports: where something is at home is its first path.
    std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) {
      const bool x = a.binding->import != UINT32_MAX;
      const bool y = b.binding->import != UINT32_MAX;
      return std::tie(x, a.name, a.space) < std::tie(y, b.name, b.space);
    });
    return out;
  }

  // Breadth first, so that each definition gets its shortest path. The second time hidden paths count, too.
  void reach(bool with_hidden) {
    std::deque<Open> open;
    std::vector<bool> entered(crate_.defs.size());
    const DefId root(0);
    if (paths_[0].empty()) add_reached(root, crate_.name, false);
    open.push_back({root, crate_.name, 0});
    entered[0] = true;
    while (!open.empty()) {
      const Open at = std::move(open.front());
      open.pop_front();
      const uint32_t scope = crate_.def(at.def).scope;
      if (scope >= crate_.scopes.size()) continue;
      if (crate_.scopes[scope].unknown_names && !with_hidden) {
        api_.unknown.push_back(at.path);
        if (unknown_globs_.contains(scope)) api_.unknown_globs.push_back(at.path);
      }
      for (const Entry& entry : public_entries(scope)) {
        const Binding& binding = *entry.binding;
        const std::string path = at.path + "::" + entry.name;
        const bool hidden_use = is_hidden_import(binding.import);
        if (hidden_use && !with_hidden) continue;
        if (binding.target == Binding::Target::Def && binding.def.crate == crate_.index) {
          const DefId id = binding.def.def;
          const auto kind = kind_of(crate_, id);
          if (!kind) continue;
          if (crate_.proc_macro && *kind == ApiKind::Function) continue;
          if ((crate_.def(id).flags & kDefDocHidden) != 0 && !with_hidden) continue;
          if (*kind == ApiKind::Variant)
            alias_of_.emplace(path, std::pair(id, with_hidden));  // its item is its enum's
          else if (paths_[id.value].empty())
            add_reached(id, path, with_hidden);
          else if (paths_[id.value] != path)
            alias_of_.emplace(path, std::pair(id, with_hidden));
          if (*kind == ApiKind::Module && !entered[id.value] && at.depth < kMaxModuleDepth) {
            entered[id.value] = true;
            open.push_back({id, path, at.depth + 1});
          }
        } else if (binding.target == Binding::Target::Def || binding.target == Binding::Target::Unknown) {
          foreign_.emplace(path, std::tuple(&binding, entry.space, with_hidden));
        }
      }
    }
  }
  void add_reached(DefId id, std::string path, bool hidden) {
    paths_[id.value] = std::move(path);
    hidden_[id.value] = hidden;
    reached_.push_back(id);
  }

  // ---- Places and conditions ----

  ApiPlace place_of(SourceId source, NodeId node) {
    ApiPlace place;
    if (!source || !node || crate_.sources[source.value].source == nullptr) return place;
    const Tree& t = keys_.tree(source);
    NodeId name = t.child(node, Role::name);
    if (!name) name = node;
    ByteSpan span = t.span(name);
    if (name == node && t.kind(node) == N::SourceFile) span = {0, 0};
    const WrittenPlace written = written_place(crate_, source, span);
    const SourceInfo& info = crate_.sources[written.source.value];
    if (info.source == nullptr) return place;
    place.path = info.path;
    const size_t prefix = folder_ == "/" ? 1 : folder_.size() + 1;
    if (!folder_.empty() && info.path.size() > prefix && info.path.starts_with(folder_) && info.path[prefix - 1] == '/')
      place.path = info.path.substr(prefix);
    place.span = written.span;
    auto& lines = lines_[written.source.value];
    if (lines == nullptr) lines = std::make_unique<LineIndex>(info.source->text);
    const LineColumn at = lines->position(written.span.start);
    place.line = at.line;
    place.column = at.column_bytes;
    place.column_utf16 = at.column_utf16;
    return place;
  }

  static void add_condition(const std::string& text, std::string* out) {
    if (text.empty() || out->find(text) != std::string::npos) return;
    *out += (out->empty() ? "" : " && ") + text;
  }
  void add_cfg(SourceId source, NodeId node, std::string* out) {
    if (!source || !node || crate_.sources[source.value].source == nullptr) return;
    const Tree& t = keys_.tree(source);
    for (NodeId each = t.first_child(node); each; each = t.next_sibling(each)) {
      if (t.kind(each) != N::Attr) continue;
      const NodeId path = t.child(each, Role::path);
      const NodeId arguments = t.child(each, Role::arguments);
      if (!path || !arguments || t.text(path) != "cfg") continue;
      std::string text = keys_.text(source, arguments);
      if (text.size() >= 2) text = text.substr(1, text.size() - 2);
      add_condition(text, out);
    }
  }
  // Of a definition and of all that is around it.
  std::string conditions(DefId id) {
    std::string out;
    for (DefId at = id; at; at = crate_.def(at).parent) add_cfg(crate_.def(at).source, crate_.def(at).node, &out);
    return out;
  }

  // ---- Items ----

  const Tree* tree_of(const Def& def) const {
    if (!def.source || !def.node || crate_.sources[def.source.value].source == nullptr) return nullptr;
    return &keys_.tree(def.source);
  }

  // The signature as it is written, up to the body.
  std::string signature(const Def& def) const {
    const Tree* t = tree_of(def);
    if (t == nullptr) return {};
    uint32_t end = t->end_slot(def.node);
    for (NodeId child = t->first_child(def.node); child; child = t->next_sibling(child)) {
      const N kind = t->kind(child);
      const Role role = t->role(child);
      const bool body = (role == Role::body && kind == N::Block) || kind == N::ItemList || kind == N::VariantList ||
                        kind == N::RecordFieldList ||
                        (role == Role::fields && def.kind != DefKind::Variant && kind != N::TupleFieldList) ||
                        (kind == N::TokenTree && def.kind == DefKind::Macro);
      if (body) end = std::min(end, t->first_slot(child));
      if (role == Role::value && (t->kind(def.node) == N::ConstItem || t->kind(def.node) == N::StaticItem)) {
        end = t->first_slot(child);
        while (end > t->first_slot(def.node) && t->token_kind(end) != T::Eq) --end;
      }
    }
    std::string text = keys_.text(def.source, def.node, t->first_slot(def.node), end);
    while (!text.empty() && (text.back() == ';' || text.back() == ' ')) text.pop_back();
    return text;
  }

  ApiType type_of(SourceId source, NodeId node) {
    if (!node) return {};
    return {keys_.text(source, node), keys_.key(source, node)};
  }

  void read_repr(const Def& def, ApiItem* item) {
    const Tree* t = tree_of(def);
    if (t == nullptr) return;
    std::vector<Attribute> attributes;
    read_attributes(*t, def.node, cfg_, &attributes);
    std::vector<std::string> words;
    for (const Attribute& each : attributes) {
      if (each.name != "repr" || !each.has_group) continue;
      for (const auto& [begin, end] : split_at_commas(*t, each.group_begin, each.group_end)) {
        std::string word;
        for (uint32_t slot = begin; slot < end; slot += token_slots(t->token_kind(slot))) word += t->token_text(slot);
        if (!word.empty()) words.push_back(std::move(word));
      }
    }
    std::sort(words.begin(), words.end());
    for (const std::string& word : words) item->repr += (item->repr.empty() ? "" : ", ") + word;
  }

  void read_function(const Def& def, ApiItem* item) {
    const Tree& t = *tree_of(def);
    keys_.generics(def.source, def.node, &item->generics, &item->predicates);
    if (const NodeId abi = t.child(def.node, Role::abi)) item->abi = t.text(abi);
    if (const NodeId params = t.child(def.node, Role::parameters)) {
      for (NodeId each = t.first_child(params); each; each = t.next_sibling(each)) {
        if (crate_.is_removed(def.source, each)) continue;
        if (t.kind(each) == N::Param) {
          const NodeId type = t.child(each, Role::type);
          item->params.push_back(type ? type_of(def.source, type) : ApiType{"...", "..."});
        } else if (t.kind(each) == N::SelfParam) {
          item->receiver_text = keys_.text(def.source, each);
          if (const NodeId type = t.child(each, Role::type)) {
            // `self: Self` and `self` are one.
            item->receiver = keys_.key(def.source, type);
          } else {
            const std::string self = "Self";
            item->receiver = !t.has_token(each, T::And)    ? self
                             : t.has_token(each, T::KwMut) ? "&mut " + self
                                                           : "&" + self;
          }
        }
      }
    }
    if (const NodeId result = t.child(def.node, Role::return_type))
      item->type = type_of(def.source, t.child(result, Role::type));
  }

  ApiItem make_item(DefId id, ApiKind kind, std::string path, uint32_t parent) {
    const Def& def = crate_.def(id);
    ApiItem item;
    item.kind = kind;
    item.flags = def.flags;
    item.hidden = hidden_[id.value] || (def.flags & kDefDocHidden) != 0;
    item.def = {crate_.index, id};
    item.parent = parent;
    item.path = std::move(path);
    item.cfg = conditions(id);
    item.place = place_of(def.source, def.node);
    item.text = signature(def);
    const Tree* t = tree_of(def);
    if (t == nullptr) return item;
    switch (kind) {
      case ApiKind::Function:
      case ApiKind::Method:
        read_function(def, &item);
        break;
      case ApiKind::Struct:
      case ApiKind::Union:
      case ApiKind::Enum:
        keys_.generics(def.source, def.node, &item.generics, &item.predicates);
        read_repr(def, &item);
        for (size_t i = 0; i < kAutoTraits.size(); ++i) {
          const Answer holds = auto_traits_.of(id, static_cast<AutoTrait>(i));
          if (holds == Answer::Yes) item.auto_traits.emplace_back(kAutoTraits[i]);
          if (holds == Answer::No) item.lost_auto_traits.emplace_back(kAutoTraits[i]);
        }
        break;
      case ApiKind::Trait:
      case ApiKind::TraitAlias:
        keys_.generics(def.source, def.node, &item.generics, &item.predicates);
        item.bounds = keys_.bounds(def.source, t->child(def.node, Role::bounds));
        break;
      case ApiKind::AssocType:
        keys_.generics(def.source, def.node, &item.generics, &item.predicates);
        item.bounds = keys_.bounds(def.source, t->child(def.node, Role::bounds));
        item.type = type_of(def.source, t->child(def.node, Role::type));
        break;
      case ApiKind::TypeAlias:
        keys_.generics(def.source, def.node, &item.generics, &item.predicates);
        item.type = type_of(def.source, t->child(def.node, Role::type));
        break;
      case ApiKind::Static:
        item.is_mut = t->has_token(def.node, T::KwMut);
        [[fallthrough]];
      case ApiKind::Const:
      case ApiKind::AssocConst:
      case ApiKind::Field:
        item.type = type_of(def.source, t->child(def.node, Role::type));
        break;
      case ApiKind::Variant:
        if (const NodeId value = t->child(def.node, Role::discriminant)) item.discriminant = t->text(value);
        break;
      case ApiKind::Macro:
        item.text = std::string(crate_.name_of(id)) + "!";
        break;
      case ApiKind::DeriveMacro:
        item.text = "#[derive(" + std::string(crate_.name_of(id)) + ")]";
        if (const MacroDef* macro = crate_.macro(id)) item.bounds = macro->helper_attributes;
        std::sort(item.bounds.begin(), item.bounds.end());
        break;
      case ApiKind::AttributeMacro:
        item.text = "#[" + std::string(crate_.name_of(id)) + "]";
        break;
      case ApiKind::Module:
        item.text = "mod " + std::string(id.value == 0 ? std::string_view(crate_.name) : crate_.name_of(id));
        break;
      default:
        break;
    }
    return item;
  }

  uint32_t push(ApiItem item) {
    api_.items.push_back(std::move(item));
    return static_cast<uint32_t>(api_.items.size() - 1);
  }

  void add_item(DefId id) {
    const auto kind = kind_of(crate_, id);
    if (!kind) return;
    keys_.set_self(*kind == ApiKind::Struct || *kind == ApiKind::Enum || *kind == ApiKind::Union
                       ? keys_.name_key({crate_.index, id})
                       : std::string());
    const uint32_t index = push(make_item(id, *kind, paths_[id.value], kNoApiItem));
    item_of_[id.value] = index;
    const std::string path = paths_[id.value];
    switch (*kind) {
      case ApiKind::Struct:
      case ApiKind::Union:
      case ApiKind::Variant:
        add_fields(id, index, path);
        break;
      case ApiKind::Enum:
        for (const DefId child : crate_.children(id)) {
          if (crate_.def(child).kind != DefKind::Variant) continue;
          const std::string variant_path = path + "::" + std::string(crate_.name_of(child));
          const uint32_t variant = push(make_item(child, ApiKind::Variant, variant_path, index));
          item_of_[child.value] = variant;
          add_fields(child, variant, variant_path);
        }
        break;
      case ApiKind::Trait:
        for (const DefId child : crate_.children(id)) add_associated(child, index, path, {}, {});
        break;
      default:
        break;
    }
  }

  void add_fields(DefId id, uint32_t index, const std::string& path) {
    for (const DefId child : crate_.children(id)) {
      if (crate_.def(child).kind != DefKind::Field) continue;
      if (!crate_.def(child).visibility.is_public() && crate_.def(id).kind != DefKind::Variant) {
        ++api_.items[index].private_fields;
        continue;
      }
      push(make_item(child, ApiKind::Field, path + "::" + std::string(crate_.name_of(child)), index));
    }
  }

  void add_associated(DefId child, uint32_t parent, const std::string& path, const std::vector<std::string>& around,
                      const std::string& impl_key) {
    const Def& def = crate_.def(child);
    ApiKind kind;
    switch (def.kind) {
      case DefKind::AssocFunction:
        kind = ApiKind::Method;
        break;
      case DefKind::AssocConst:
        kind = ApiKind::AssocConst;
        break;
      case DefKind::AssocType:
        kind = ApiKind::AssocType;
        break;
      default:
        return;
    }
    ApiItem item = make_item(child, kind, path + "::" + std::string(crate_.name_of(child)), parent);
    item.predicates.insert(item.predicates.end(), around.begin(), around.end());
    std::sort(item.predicates.begin(), item.predicates.end());
    item.impl_key = impl_key;
    push(std::move(item));
  }

  // The Rust Reference, "Dyn compatibility".
  Answer is_dyn_safe(uint32_t trait, uint32_t depth) const {
    if (depth > 16) return Answer::Unknown;
    const ApiItem& item = api_.items[trait];
    const auto is_sized = [](std::string_view bound) {
      return bound.find("::marker::Sized") != std::string_view::npos;
    };
    std::vector<std::string> asked = item.bounds;
    for (const std::string& predicate : item.predicates)
      if (predicate.starts_with("Self: ")) asked.push_back(predicate.substr(6));
    Answer result = own_dyn_safety(trait, is_sized);
    for (const std::string& bound : asked) {
      if (result == Answer::No) return result;
      if (bound.empty() || bound[0] == '?' || bound[0] == '\'') continue;
      result = both(result, of_supertrait(bound, depth));
    }
    return result;
  }

  Answer of_supertrait(const std::string& bound, uint32_t depth) const {
    const std::string_view path = std::string_view(bound).substr(1, bound.find(kKeyNameEnd) - 1);
    // Traits of the standard library whose objects are common, and those that ask for Sized.
    static constexpr std::string_view kSafe[] = {
        "Debug",    "Display",    "Error",         "Send", "Sync",  "Unpin",  "Any",   "Read",  "Write", "Seek",
        "BufRead",  "Iterator",   "Future",        "Fn",   "FnMut", "FnOnce", "AsRef", "AsMut", "Deref", "DerefMut",
        "ToString", "UnwindSafe", "RefUnwindSafe", "Drop", "Borrow"};
    static constexpr std::string_view kUnsafe[] = {"Sized",      "Clone", "Copy", "Default", "Ord",
                                                   "PartialOrd", "Eq",    "Hash", "FromStr"};
    const size_t at = path.rfind("::");
    const std::string_view name = at == std::string_view::npos ? path : path.substr(at + 2);
    const auto in = [&](const auto& list) {
      return std::find(std::begin(list), std::end(list), name) != std::end(list);
    };
    if (path.starts_with(":core::") || path.starts_with(":alloc::") || path.starts_with(":std::")) {
      if (name == "Hash") return Answer::Unknown;
      return in(kSafe) ? Answer::Yes : in(kUnsafe) ? Answer::No : Answer::Unknown;
    }
    for (uint32_t i = 0; i < api_.items.size(); ++i)
      if (api_.items[i].kind == ApiKind::Trait && api_.items[i].path == path) return is_dyn_safe(i, depth + 1);
    return Answer::Unknown;
  }

  template <typename IsSized>
  Answer own_dyn_safety(uint32_t trait, const IsSized& is_sized) const {
    for (size_t i = trait + 1; i < api_.items.size() && api_.items[i].parent == trait; ++i) {
      const ApiItem& member = api_.items[i];
      const bool needs_sized =
          std::any_of(member.predicates.begin(), member.predicates.end(),
                      [&](const std::string& p) { return p.starts_with("Self: ") && is_sized(p); });
      if (needs_sized) continue;
      if (member.kind == ApiKind::AssocConst) return Answer::No;
      if (member.kind == ApiKind::AssocType && !member.generics.empty()) return Answer::No;
      if (member.kind != ApiKind::Method) continue;
      if (member.receiver.empty() || (member.flags & kDefAsync) != 0) return Answer::No;
      const auto mentions_self = [](const std::string& key) {
        for (size_t at = key.find("Self"); at != std::string::npos; at = key.find("Self", at + 4))
          if (key.compare(at, 6, "Self::") != 0) return true;
        return false;
      };
      if (mentions_self(member.type.key) || member.type.key.find("impl(") != std::string::npos) return Answer::No;
      for (const ApiType& param : member.params)
        if (mentions_self(param.key) || param.key.find("impl(") != std::string::npos) return Answer::No;
      for (const ApiGeneric& generic : member.generics)
        if (generic.kind != ApiGeneric::Kind::Lifetime) return Answer::No;
    }
    return Answer::Yes;
  }

  // ---- Impls ----

  void add_impls() {
    for (uint32_t i = 0; i < crate_.defs.size(); ++i) {
      const Def& def = crate_.defs[i];
      if (def.kind != DefKind::Impl) continue;
      const Tree* t = tree_of(def);
      if (t == nullptr || t->kind(def.node) != N::ImplItem) continue;
      const NodeId type = t->child(def.node, Role::type);
      if (!type) continue;
      const DefRef head = keys_.head(def.source, type);
      uint32_t item = kNoApiItem;
      if (head && head.crate == crate_.index) {
        const auto found = item_of_.find(head.def.value);
        // A type that nobody can name: its impls are nobody's business.
        if (found == item_of_.end()) continue;
        item = found->second;
      }
      keys_.set_self({});
      std::string self = keys_.key(def.source, type);
      keys_.set_self(self);
      std::vector<std::string> predicates;
      keys_.generics(def.source, def.node, nullptr, &predicates);
      const NodeId trait = t->child(def.node, Role::trait);
      if (trait) {
        add_trait_impl(DefId(i), trait, type, std::move(self), std::move(predicates), item);
      } else if (item != kNoApiItem) {
        const std::string path = api_.items[item].path;
        for (const DefId child : crate_.children(DefId(i)))
          if (crate_.def(child).visibility.is_public()) add_associated(child, item, path, predicates, self);
      }
    }
  }

  void add_trait_impl(DefId id, NodeId trait, NodeId type, std::string self, std::vector<std::string> predicates,
                      uint32_t item) {
    const Def& def = crate_.def(id);
    const DefRef what = keys_.head(def.source, trait);
    // A trait of this crate without a public path cannot be asked for.
    if (what && what.crate == crate_.index && paths_[what.def.value].empty()) return;
    // Nor one of the standard library that is not stable: what a derive makes besides.
    if (const Def* asked = analysis_.def(what); asked != nullptr && (asked->flags & kDefUnstable) != 0) return;
    ApiImpl impl;
    impl.trait = type_of(def.source, trait);
    impl.self = {keys_.text(def.source, type), std::move(self)};
    impl.item = item;
    impl.blanket = keys_.is_parameter(def.source, type);
    impl.negative = (def.flags & kDefNegativeImpl) != 0;
    impl.predicates = std::move(predicates);
    impl.place = place_of(def.source, def.node);
    const SourceInfo& info = crate_.sources[def.source.value];
    if (info.kind == SourceInfo::Kind::Expansion && info.expansion)
      impl.from_model = crate_.expansions[info.expansion.value].state == ExpansionState::Modelled;
    api_.impls.push_back(std::move(impl));
  }

  // ---- Order ----

  void sort() {
    // Re-exports of what is not this crate's.
    for (const auto& [path, what] : foreign_) {
      const auto& [binding, space, hidden] = what;
      ApiItem item;
      item.kind = ApiKind::Reexport;
      item.path = path;
      item.hidden = hidden;
      if (binding->target == Binding::Target::Def) {
        item.def = binding->def;
        if (const CrateDefs* there = analysis_.crate(binding->def.crate))
          item.target = binding->def.def.value == 0 ? there->name : there->path_of(binding->def.def);
      }
      if (binding->import < crate_.imports.size()) {
        const Import& import = crate_.imports[binding->import];
        item.place = place_of(import.source, import.node);
        const NodeId use = use_item(import);
        if (use) add_cfg(import.source, use, &item.cfg);
      }
      item.text = "use " + (item.target.empty() ? std::string("?") : item.target);
      push(std::move(item));
    }
    // A number stays with its members behind it.
    std::vector<uint32_t> order(api_.items.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto chain = [&](uint32_t i) {
      std::vector<std::tuple<std::string_view, ApiKind, std::string_view, uint32_t>> out;
      for (uint32_t at = i;; at = api_.items[at].parent) {
        const ApiItem& each = api_.items[at];
        // Fields, variants and items of traits stay in their order.
        const bool in_order = each.parent != kNoApiItem && each.impl_key.empty();
        out.emplace_back(in_order ? std::string_view() : std::string_view(each.path), in_order ? ApiKind{} : each.kind,
                         std::string_view(each.impl_key), at);
        if (each.parent == kNoApiItem) break;
      }
      std::reverse(out.begin(), out.end());
      return out;
    };
    std::vector<decltype(chain(0))> chains;
    chains.reserve(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) chains.push_back(chain(i));
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return chains[a] < chains[b]; });
    std::vector<uint32_t> where(order.size());
    std::vector<ApiItem> sorted;
    sorted.reserve(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) where[order[i]] = i;
    for (const uint32_t i : order) sorted.push_back(std::move(api_.items[i]));
    for (ApiItem& item : sorted)
      if (item.parent != kNoApiItem) item.parent = where[item.parent];
    api_.items = std::move(sorted);
    for (ApiImpl& impl : api_.impls)
      if (impl.item != kNoApiItem) impl.item = where[impl.item];
    std::sort(api_.impls.begin(), api_.impls.end(), [](const ApiImpl& a, const ApiImpl& b) {
      return std::tie(a.self.key, a.trait.key, a.place.path, a.place.span.start) <
             std::tie(b.self.key, b.trait.key, b.place.path, b.place.span.start);
    });
    for (const auto& [path, what] : alias_of_) {
      const auto found = item_of_.find(what.first.value);
      if (found != item_of_.end()) api_.aliases.push_back({path, where[found->second], what.second});
    }
    std::sort(api_.unknown.begin(), api_.unknown.end());
    std::sort(api_.unknown_globs.begin(), api_.unknown_globs.end());
  }

  const CrateDefs& crate_;
  const Analysis& analysis_;
  const CfgSet& cfg_;
  std::string_view folder_;
  std::vector<std::string> paths_;  // of definitions; a public path or empty
  std::vector<bool> hidden_;
  ApiKeys keys_;
  AutoTraits auto_traits_;
  PublicApi api_;
  std::vector<DefId> reached_;
  std::set<uint32_t> unknown_globs_;  // scopes
  std::map<std::string, std::pair<DefId, bool>> alias_of_;
  std::map<std::string, std::tuple<const Binding*, Namespace, bool>> foreign_;
  std::unordered_map<uint32_t, uint32_t> item_of_;  // by definition, in api_.items
  std::unordered_map<uint32_t, std::unique_ptr<LineIndex>> lines_;
};

}  // namespace

std::string_view api_kind_name(ApiKind kind) {
  static constexpr std::string_view kNames[] = {"",
                                                "module",
                                                "struct",
                                                "union",
                                                "enum",
                                                "variant",
                                                "trait",
                                                "trait alias",
                                                "type alias",
                                                "foreign type",
                                                "function",
                                                "constant",
                                                "static",
                                                "macro",
                                                "derive",
                                                "attribute macro",
                                                "field",
                                                "method",
                                                "associated constant",
                                                "associated type",
                                                "re-export"};
  const auto number = static_cast<size_t>(kind);
  return number < std::size(kNames) ? kNames[number] : std::string_view();
}

bool ApiType::is_known() const { return key.find(std::string{kKeyNameBegin, kKeyUnknown}) == std::string::npos; }

bool PublicApi::may_hold_more(std::string_view module_path) const {
  return std::binary_search(unknown.begin(), unknown.end(), module_path);
}

bool PublicApi::has_unknown_glob(std::string_view module_path) const {
  return std::binary_search(unknown_globs.begin(), unknown_globs.end(), module_path);
}

PublicApi public_api(const CrateDefs& crate, const CrateNames& names, const Analysis& analysis, const CfgSet& cfg,
                     std::string_view folder) {
  return Builder(crate, names, analysis, cfg, folder).build();
}

PublicApi public_api(const Project& project, CrateId crate) {
  const CrateIndex index = Project::index_of(crate);
  const CrateDefs* defs = project.analysis.crate(index);
  if (defs == nullptr || index >= project.has_names.size() || !project.has_names[index] || defs->from_facts) {
    PublicApi none;
    if (crate && crate.value < project.graph.crates.size()) none.name = project.graph.crates[crate.value].name;
    none.unknown.push_back(none.name);
    return none;
  }
  const CrateNode& node = project.graph.crates[crate.value];
  return public_api(*defs, project.names[index], project.analysis, node.cfg,
                    project.graph.packages[node.package.value].folder);
}

}  // namespace rp
