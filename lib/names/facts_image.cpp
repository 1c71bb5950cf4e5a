// Which parts of a crate others need, numbered anew.
//
// Left out is what stands in bodies, except impls and what stands beside them in their blocks: an impl counts wherever
// it stands. Private names stay, without signatures where nothing outside can depend on them: a path to one is an error
// of its own kind, and signatures are read in the scope of their module.
#include "names/facts_image.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "names/signature.h"

namespace rp {
namespace {

bool has_body_of_its_own(DefKind kind) {
  switch (kind) {
    case DefKind::Function:
    case DefKind::AssocFunction:
    case DefKind::Const:
    case DefKind::AssocConst:
    case DefKind::AnonymousConst:
    case DefKind::Static:
    case DefKind::Field:
    case DefKind::Variant:
      return true;
    default:
      return false;
  }
}

class Maker {
 public:
  Maker(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg)
      : crate_(crate), analysis_(analysis), cfg_(cfg) {}

  FactsImage run() {
    image_.name = crate_.name;
    image_.edition = crate_.edition;
    image_.proc_macro = crate_.proc_macro;
    image_.no_std = crate_.no_std;
    image_.no_core = crate_.no_core;
    image_.recursion_limit = crate_.recursion_limit;
    find_blocks();
    choose_scopes();
    choose_defs();
    find_crates();
    add_rows();
    add_macros();
    find_nameable();
    add_scopes();
    add_extern_names();
    for (const DefId module : crate_.no_implicit_prelude)
      if (row_of_[module.value] != kFactsNone) image_.no_implicit_prelude.push_back(row_of_[module.value]);
    image_.prelude_module = ref_to(crate_.prelude_module);
    add_doubts();
    return std::move(image_);
  }

 private:
  // ---- What is kept ----

  // The scope of the block that a definition stands in, or none.
  uint32_t block_around(const Def& def) {
    if (crate_.from_facts) {
      uint32_t scope = def.scope;
      if (scope < crate_.scopes.size() && crate_.scopes[scope].kind != ScopeKind::Block)
        scope = def.kind == DefKind::Module ? kFactsNone : crate_.scopes[scope].parent;
      return scope < crate_.scopes.size() && crate_.scopes[scope].kind == ScopeKind::Block ? scope : kFactsNone;
    }
    if (!def.source || !def.node) return kFactsNone;
    SourceId source = def.source;
    NodeId node = def.node;
    // From the output of a macro on to the place of its call, which names its scope.
    const SourceInfo& info = crate_.sources[source.value];
    if (info.source == nullptr) return kFactsNone;
    const Tree& tree = info.source->tree;
    for (NodeId at = tree.parent(node); at; at = tree.parent(at)) {
      if (tree.kind(at) == NodeKind::ModItem) return kFactsNone;
      if (tree.kind(at) != NodeKind::Block) continue;
      const uint32_t scope = crate_.block_scope(source, at);
      if (scope != UINT32_MAX) return scope;
    }
    if (info.kind != SourceInfo::Kind::Expansion || !info.expansion) return kFactsNone;
    const uint32_t scope = crate_.expansions[info.expansion.value].scope;
    return scope < crate_.scopes.size() && crate_.scopes[scope].kind == ScopeKind::Block ? scope : kFactsNone;
  }

  void find_blocks() {
    const size_t n = crate_.defs.size();
    block_.assign(n, kFactsNone);
    in_body_.assign(n, false);
    bool any_block = false;
    for (const Scope& scope : crate_.scopes) any_block = any_block || scope.kind == ScopeKind::Block;
    for (uint32_t i = 1; i < n; ++i) {
      const Def& def = crate_.defs[i];
      if (!def.parent) continue;
      const DefKind parent = crate_.defs[def.parent.value].kind;
      const bool member = parent == DefKind::Struct || parent == DefKind::Union || parent == DefKind::Enum ||
                          parent == DefKind::Variant || parent == DefKind::Trait || parent == DefKind::Impl ||
                          parent == DefKind::TraitAlias;
      if (member) continue;
      if (any_block) block_[i] = block_around(def);
      in_body_[i] = block_[i] != kFactsNone || has_body_of_its_own(parent);
    }
  }

  // Blocks in which an impl stands, and those around them.
  void choose_scopes() {
    scope_of_.assign(crate_.scopes.size(), kFactsNone);
    keep_scope_.assign(crate_.scopes.size(), false);
    for (uint32_t i = 0; i < crate_.defs.size(); ++i) {
      if (crate_.defs[i].kind != DefKind::Impl) continue;
      for (uint32_t at = block_[i]; at < crate_.scopes.size() && crate_.scopes[at].kind == ScopeKind::Block;
           at = crate_.scopes[at].parent) {
        if (keep_scope_[at]) break;
        keep_scope_[at] = true;
      }
    }
  }

  void choose_defs() {
    const size_t n = crate_.defs.size();
    keep_.assign(n, false);
    for (uint32_t i = 0; i < n; ++i) {
      const Def& def = crate_.defs[i];
      if (i == 0) {
        keep_[i] = true;
      } else if (in_body_[i]) {
        const MacroDef* macro = def.kind == DefKind::Macro ? crate_.macro(DefId(i)) : nullptr;
        keep_[i] = (macro != nullptr && macro->exported) ||
                   (block_[i] != kFactsNone && keep_scope_[block_[i]] && def.kind != DefKind::Function);
      } else {
        // Members follow what they belong to. A parent has a lower number.
        keep_[i] = def.parent && def.parent.value < i && keep_[def.parent.value] && def.kind != DefKind::GlobalAsm &&
                   def.kind != DefKind::AnonymousConst;
      }
    }
    row_of_.assign(n, kFactsNone);
    uint32_t rows = 0;
    for (uint32_t i = 0; i < n; ++i)
      if (keep_[i]) row_of_[i] = rows++;
    uint32_t scopes = 0;
    for (uint32_t i = 0; i < crate_.scopes.size(); ++i) {
      const Scope& scope = crate_.scopes[i];
      if (scope.kind != ScopeKind::Block)
        keep_scope_[i] = scope.def && keep_[scope.def.value] && crate_.defs[scope.def.value].scope == i;
      if (keep_scope_[i]) scope_of_[i] = scopes++;
    }
  }

  // Whether something outside can depend on more than the name: private functions and statics are named in errors only.
  bool needs_signature(uint32_t i) const {
    const Def& def = crate_.defs[i];
    switch (def.kind) {
      case DefKind::Function:
      case DefKind::Static:
        return def.visibility.is_public();
      case DefKind::AssocFunction:
        return def.visibility.is_public() || (def.parent && is_interface(crate_.defs[def.parent.value]));
      default:
        return true;
    }
  }
  static bool is_interface(const Def& parent) {
    return parent.kind == DefKind::Trait || (parent.kind == DefKind::Impl && (parent.flags & kDefTraitImpl) != 0);
  }

  // ---- Numbers ----

  uint32_t name(NameId id) {
    if (!id) return kFactsNone;
    if (name_numbers_.size() < crate_.names.size()) name_numbers_.resize(crate_.names.size(), kFactsNone);
    uint32_t& number = name_numbers_[id.value];
    if (number == kFactsNone) {
      number = static_cast<uint32_t>(image_.names.size());
      image_.names.emplace_back(crate_.names.text(id));
      numbers_by_text_.emplace(image_.names.back(), number);
    }
    return number;
  }
  uint32_t name(std::string_view text) {
    if (const auto found = numbers_by_text_.find(std::string(text)); found != numbers_by_text_.end())
      return found->second;
    if (const NameId own = crate_.names.find(text)) return name(own);
    const auto number = static_cast<uint32_t>(image_.names.size());
    image_.names.emplace_back(text);
    numbers_by_text_.emplace(std::string(text), number);
    return number;
  }

  uint32_t visibility(Visibility v) const {
    if (v.is_public() || v.module >= row_of_.size()) return kFactsNone;
    // A module in a body that is left out: then what is around it.
    for (DefId at(v.module); at; at = crate_.defs[at.value].parent)
      if (row_of_[at.value] != kFactsNone && crate_.defs[at.value].kind == DefKind::Module) return row_of_[at.value];
    return 0;
  }

  // ---- Other crates ----

  // How each crate that this one can reach is reached, nearest first.
  void find_crates() {
    crate_of_.assign(analysis_.crates.size(), kFactsNone);
    for (uint32_t i = 0; i < kSysrootCrates; ++i) {
      if (i >= crate_of_.size() || analysis_.crate(i) == nullptr || i == crate_.index) continue;
      FactsImage::ForeignCrate row;
      row.sysroot = i;
      crate_of_[i] = static_cast<uint32_t>(reachable_.size());
      reachable_.push_back(std::move(row));
      reachable_index_.push_back(i);
    }
    add_reachable(crate_, kFactsNone);
    for (uint32_t at = 0; at < reachable_.size(); ++at) {
      const CrateDefs* via = analysis_.crate(reachable_index_[at]);
      if (via != nullptr && reachable_[at].sysroot == kFactsNone) add_reachable(*via, at);
    }
    used_crate_.assign(reachable_.size(), kFactsNone);
  }
  void add_reachable(const CrateDefs& from, uint32_t via) {
    std::map<std::string, CrateIndex> by_name;
    for (const CrateDefs::ExternName& each : from.extern_prelude)
      if (each.crate != kNoCrate) by_name.emplace(from.text(each.name), each.crate);
    const auto first = static_cast<uint32_t>(reachable_.size());
    for (const auto& [text, index] : by_name) {
      if (index >= crate_of_.size() || index == crate_.index || analysis_.crate(index) == nullptr) continue;
      uint32_t& number = crate_of_[index];
      if (number == kFactsNone) {
        number = static_cast<uint32_t>(reachable_.size());
        FactsImage::ForeignCrate row;
        row.via = via;
        row.crate_name = analysis_.crate(index)->name;
        reachable_.push_back(std::move(row));
        reachable_index_.push_back(index);
      }
      if (number >= first) reachable_[number].names.push_back(text);
    }
  }
  // The row of a crate in the image, or none when it cannot be reached.
  uint32_t foreign_crate(CrateIndex index) {
    if (index >= crate_of_.size() || crate_of_[index] == kFactsNone) return kFactsNone;
    const uint32_t reached = crate_of_[index];
    std::vector<uint32_t> chain;
    for (uint32_t at = reached; at != kFactsNone && used_crate_[at] == kFactsNone; at = reachable_[at].via)
      chain.push_back(at);
    for (size_t i = chain.size(); i-- > 0;) {
      FactsImage::ForeignCrate row = reachable_[chain[i]];
      if (row.via != kFactsNone) row.via = used_crate_[row.via];
      used_crate_[chain[i]] = static_cast<uint32_t>(image_.foreign_crates.size());
      image_.foreign_crates.push_back(std::move(row));
    }
    return used_crate_[reached];
  }

  FactsImage::Ref ref_to(DefRef target) {
    if (!target) return {};
    if (target.crate == crate_.index) {
      const uint32_t row = target.def.value < row_of_.size() ? row_of_[target.def.value] : kFactsNone;
      if (row == kFactsNone) return {};
      return {FactsImage::Ref::Kind::Local, row};
    }
    const uint32_t row = foreign_row(target);
    if (row == kFactsNone) return {};
    return {FactsImage::Ref::Kind::Foreign, row};
  }
  uint32_t foreign_row(DefRef target) {
    const CrateDefs* other = analysis_.crate(target.crate);
    if (other == nullptr || target.def.value >= other->defs.size()) return kFactsNone;
    if (target.def.value != 0 && !other->defs[target.def.value].name) return kFactsNone;
    // From the definition up to one that has a row, then down again.
    std::vector<DefId> chain;
    uint32_t row = kFactsNone;
    for (DefId at = target.def; at; at = named_parent(*other, at)) {
      if (const auto found = foreign_rows_.find({target.crate, at}); found != foreign_rows_.end()) {
        row = found->second;
        break;
      }
      if (at.value != 0 && !found_by_name(*other, at) && named_parent(*other, at) != other->defs[at.value].parent)
        return kFactsNone;
      chain.push_back(at);
    }
    const uint32_t crate = row == kFactsNone ? foreign_crate(target.crate) : image_.foreign[row].crate;
    if (crate == kFactsNone) return kFactsNone;
    for (size_t i = chain.size(); i-- > 0;) {
      const Def& def = other->defs[chain[i].value];
      FactsImage::ForeignDef out;
      out.crate = crate;
      out.parent = row;
      out.kind = def.kind;
      if (chain[i].value != 0) {
        out.name = name(other->text(def.name));
        out.ordinal = ordinal_of(*other, chain[i]);
      }
      row = static_cast<uint32_t>(image_.foreign.size());
      image_.foreign.push_back(out);
      foreign_rows_.emplace(DefRef{target.crate, chain[i]}, row);
    }
    return row;
  }
  // Among the children of its parent that agree in name and kind.
  static uint32_t ordinal_of(const CrateDefs& crate, DefId id) {
    const Def& def = crate.defs[id.value];
    // What names lead to comes first.
    if (found_by_name(crate, id)) return 0;
    uint32_t ordinal = 1;
    for (const DefId child : crate.children(def.parent)) {
      if (child == id) break;
      const Def& other = crate.defs[child.value];
      if (other.name == def.name && other.kind == def.kind && !found_by_name(crate, child)) ++ordinal;
    }
    return ordinal;
  }
  static bool found_by_name(const CrateDefs& crate, DefId id) {
    const Def& def = crate.defs[id.value];
    if (!def.parent || !def.name) return false;
    const uint32_t scope = crate.defs[named_parent(crate, id).value].scope;
    if (scope >= crate.scopes.size()) return false;
    for (const Namespace space : {Namespace::Type, Namespace::Value, Namespace::Macro}) {
      const Binding* found = crate.find(scope, def.name, space);
      if (found != nullptr && found->target == Binding::Target::Def && found->def == DefRef{crate.index, id})
        return true;
    }
    return false;
  }

  // ---- What names are needed for ----

  // Modules that a path from outside can lead through. Of what the others import, only that counts which signatures
  // name: core's vendor intrinsics see thousands of names in each of a hundred private modules.
  void find_nameable() {
    nameable_.assign(crate_.scopes.size(), false);
    std::vector<uint32_t> open;
    const auto reach = [&](uint32_t scope) {
      if (scope >= nameable_.size() || nameable_[scope]) return;
      nameable_[scope] = true;
      open.push_back(scope);
    };
    if (!crate_.scopes.empty()) reach(crate_.defs[0].scope);
    while (!open.empty()) {
      const Scope& scope = crate_.scopes[open.back()];
      open.pop_back();
      for (uint32_t i = scope.first; i < scope.first + scope.count; ++i) {
        const Binding& binding = crate_.scope_entries[i].binding;
        if (binding.target == Binding::Target::Def && binding.visibility.is_public() &&
            binding.def.crate == crate_.index && binding.def.def.value < crate_.defs.size())
          reach(crate_.defs[binding.def.def.value].scope);
      }
    }
  }

  // The identifiers of a text that was read in a module: those may be names of its scope; what stands behind `::` may
  // be a name of any.
  void note_words(uint32_t module, std::string_view text) {
    const auto in_word = [](char c) {
      return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             static_cast<unsigned char>(c) >= 0x80;
    };
    for (size_t at = 0; at < text.size();) {
      if (!in_word(text[at])) {
        ++at;
        continue;
      }
      const size_t start = at;
      while (at < text.size() && in_word(text[at])) ++at;
      const NameId word = crate_.names.find(text.substr(start, at - start));
      if (!word) continue;
      const bool in_path = start >= 2 && (text[start - 1] == ':' || text[start - 1] == '#');
      words_.insert(uint64_t{in_path ? kFactsNone : module} << 32 | word.value);
    }
  }

  // Whether an entry is kept: a definition where it stands, whatever others can see, and what a signature names.
  bool is_needed(uint32_t scope, const ScopeEntry& entry) const {
    const Scope& s = crate_.scopes[scope];
    if (s.kind != ScopeKind::Module || nameable_[scope]) return true;
    const Binding& binding = entry.binding;
    if (binding.target == Binding::Target::Def && binding.def.crate == crate_.index &&
        crate_.defs[binding.def.def.value].parent == s.def && crate_.defs[binding.def.def.value].name == entry.name)
      return true;
    return words_.contains(uint64_t{kFactsNone} << 32 | entry.name.value) ||
           words_.contains(uint64_t{s.def.value} << 32 | entry.name.value);
  }

  // ---- Rows ----

  void add_rows() {
    for (uint32_t i = 0; i < crate_.defs.size(); ++i) {
      if (!keep_[i]) continue;
      const Def& def = crate_.defs[i];
      FactsImage::Row row;
      row.kind = def.kind;
      row.flags = def.flags;
      row.name = name(def.name);
      for (DefId at = def.parent; at; at = crate_.defs[at.value].parent) {
        if (row_of_[at.value] == kFactsNone) continue;
        row.parent = row_of_[at.value];
        break;
      }
      row.visibility = visibility(def.visibility);
      // What has a scope of its own has the block around it as the parent of that.
      if (block_[i] != kFactsNone && def.kind != DefKind::Module && def.kind != DefKind::Enum &&
          def.kind != DefKind::Trait)
        row.block = scope_of_[block_[i]];
      if (needs_signature(i))
        row.signature = crate_.from_facts ? std::string(crate_.signature(DefId(i)))
                                          : item_signature(crate_, analysis_, cfg_, DefId(i));
      if (!row.signature.empty()) note_words(crate_.module_of(DefId(i)).value, row.signature);
      image_.rows.push_back(std::move(row));
    }
  }

  FactsImage::Entry entry_of(const Binding& binding) {
    FactsImage::Entry entry;
    entry.target = binding.target;
    entry.glob = binding.glob;
    entry.ambiguous = binding.ambiguous;
    entry.visibility = visibility(binding.visibility);
    if (binding.target == Binding::Target::PrimitiveType) {
      entry.ref.row = binding.def.def.value;
    } else if (binding.target == Binding::Target::Def) {
      entry.ref = ref_to(binding.def);
      if (entry.ref.kind == FactsImage::Ref::Kind::None) entry.target = Binding::Target::Unknown;
    }
    return entry;
  }

  void add_scopes() {
    for (uint32_t i = 0; i < crate_.scopes.size(); ++i) {
      if (scope_of_[i] == kFactsNone) continue;
      const Scope& scope = crate_.scopes[i];
      FactsImage::ScopeRow row;
      row.kind = scope.kind;
      row.unknown_names = scope.unknown_names;
      for (DefId at = scope.def; at; at = crate_.defs[at.value].parent) {
        if (row_of_[at.value] == kFactsNone) continue;
        row.def = row_of_[at.value];
        break;
      }
      for (uint32_t at = scope.parent; at < crate_.scopes.size(); at = crate_.scopes[at].parent) {
        if (scope_of_[at] == kFactsNone) continue;
        row.parent = scope_of_[at];
        break;
      }
      // Names first, then what they stand for, in the order of the facts: so that facts read and written again are the
      // same bytes.
      std::vector<std::pair<uint32_t, const ScopeEntry*>> kept;
      for (uint32_t e = scope.first; e < scope.first + scope.count; ++e) {
        const ScopeEntry& from = crate_.scope_entries[e];
        const Binding& binding = from.binding;
        if (!binding || !from.name || !is_needed(i, from)) continue;
        // What a body keeps to itself.
        if (binding.target == Binding::Target::Def && binding.def.crate == crate_.index &&
            binding.def.def.value < row_of_.size() && row_of_[binding.def.def.value] == kFactsNone)
          continue;
        kept.emplace_back(name(from.name), &from);
      }
      std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : a.second->space < b.second->space;
      });
      for (const auto& [number, from] : kept) {
        FactsImage::Entry entry = entry_of(from->binding);
        entry.name = number;
        entry.space = from->space;
        row.entries.push_back(entry);
      }
      image_.scopes.push_back(std::move(row));
    }
  }

  void add_macros() {
    for (const MacroDef& macro : crate_.macros) {
      if (!macro.def || row_of_[macro.def.value] == kFactsNone) continue;
      FactsImage::MacroRow row;
      row.def = row_of_[macro.def.value];
      row.kind = macro.kind;
      row.exported = macro.exported;
      row.local_inner_macros = macro.local_inner_macros;
      row.builtin_derive = macro.builtin_derive;
      row.builtin_attribute = macro.builtin_attribute;
      row.edition = macro.edition;
      row.builtin_name = macro.builtin_name;
      row.helper_attributes = macro.helper_attributes;
      // A macro that nobody outside can call has a name only.
      const bool reachable = macro.exported || crate_.defs[macro.def.value].visibility.is_public();
      if (reachable && (macro.kind == MacroKind::Rules || macro.kind == MacroKind::Decl))
        row.text = crate_.from_facts ? macro.text : macro_text(crate_, macro.def);
      // `macro` sees what is private where it stands.
      if (macro.kind == MacroKind::Decl) note_words(crate_.module_of(macro.def).value, row.text);
      image_.macros.push_back(std::move(row));
    }
  }

  void add_extern_names() {
    for (const CrateDefs::ExternName& each : crate_.extern_prelude) {
      // `extern crate self as name` is this crate.
      FactsImage::ExternRow row;
      row.name = name(each.name);
      row.self = each.crate == crate_.index;
      if (!row.self && each.crate != kNoCrate) row.crate = foreign_crate(each.crate);
      image_.extern_prelude.push_back(row);
    }
    for (const CrateDefs::PreludeMacro& each : crate_.macro_use_prelude) {
      FactsImage::PreludeMacroRow row;
      row.name = name(each.name);
      row.binding = entry_of(each.binding);
      image_.macro_use_prelude.push_back(row);
    }
    // By name, which means by the new numbers.
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(image_.extern_prelude.begin(), image_.extern_prelude.end(), by_name);
    std::sort(image_.macro_use_prelude.begin(), image_.macro_use_prelude.end(), by_name);
  }

  void add_doubts() {
    image_.impls_unseen = crate_.impls_unseen;
    for (const Doubt& each : crate_.doubts)
      if (row_of_[each.def.value] != kFactsNone) image_.doubts.push_back({row_of_[each.def.value], each.what});
    for (const CrateDefs::DoubtfulName& each : crate_.doubtful_names)
      if (scope_of_[each.scope] != kFactsNone)
        image_.doubtful_names.push_back({scope_of_[each.scope], name(each.name)});
    std::sort(image_.doubtful_names.begin(), image_.doubtful_names.end());
  }

  const CrateDefs& crate_;
  const Analysis& analysis_;
  const CfgSet& cfg_;
  FactsImage image_;
  std::vector<uint32_t> block_;  // by def: the block it stands in
  std::vector<bool> in_body_;
  std::vector<bool> keep_, keep_scope_;
  std::vector<uint32_t> row_of_, scope_of_;
  std::vector<uint32_t> name_numbers_;
  std::unordered_map<std::string, uint32_t> numbers_by_text_;
  std::vector<FactsImage::ForeignCrate> reachable_;  // `via` is a number in it
  std::vector<CrateIndex> reachable_index_;
  std::vector<uint32_t> crate_of_;    // by CrateIndex: in reachable_
  std::vector<uint32_t> used_crate_;  // by number in reachable_: in the image
  std::map<DefRef, uint32_t> foreign_rows_;
  std::vector<bool> nameable_;          // by scope
  std::unordered_set<uint64_t> words_;  // a module, or kFactsNone for any, and a name
};

}  // namespace

FactsImage make_facts_image(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg) {
  return Maker(crate, analysis, cfg).run();
}

std::string write_facts(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg) {
  return encode_facts(make_facts_image(crate, analysis, cfg), FactsUse::Cache);
}

}  // namespace rp
