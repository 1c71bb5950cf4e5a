// Tables of names, and imports, to a fixed point. The Rust Reference, "Use declarations", "Names", "Paths", "Preludes".
//
// Tables only grow, but for one thing: an explicit name takes the place of one that a glob brought. Every change is
// written to the log of its table, so that globs and imports that wait for it look at what is new and no more.
#include <algorithm>
#include <cstring>

#include "names/collector.h"

namespace rp {

namespace {

uint32_t hash_key(uint32_t scope, NameId name, Namespace space) {
  uint64_t h =
      (static_cast<uint64_t>(scope) << 34) ^ (static_cast<uint64_t>(name.value) << 2) ^ static_cast<uint64_t>(space);
  h *= 0x9E37'79B9'7F4A'7C15ULL;
  return static_cast<uint32_t>(h >> 32);
}

// Defined here by something that only a build script decides about.
bool is_maybe(const Binding& b) { return b.target == Binding::Target::Unknown && b.import == UINT32_MAX; }

// Whether a new binding says the same as one that is there.
bool same_target(const Binding& a, const Binding& b) { return a.target == b.target && a.def == b.def; }

}  // namespace

// ---- Tables -------------------------------------------------------------------------------------------------------

const Binding* Collector::own(uint32_t scope, NameId name, Namespace space) const {
  if (entry_slots_.empty() || !name) return nullptr;
  const size_t mask = entry_slots_.size() - 1;
  for (size_t i = hash_key(scope, name, space) & mask;; i = (i + 1) & mask) {
    const uint32_t slot = entry_slots_[i];
    if (slot == 0) return nullptr;
    const TableEntry& e = entries_[slot - 1];
    if (e.scope == scope && e.name == name && e.space == space) return e.binding ? &e.binding : nullptr;
  }
}

Visibility Collector::narrower(Visibility a, Visibility b) const {
  if (a.is_public()) return b;
  if (b.is_public()) return a;
  return out_->is_visible(a, DefId(b.module)) ? b : a;
}

// Whether a `macro` made up the name of a definition: it is another one than the same letters elsewhere.
bool Collector::is_hygienic(const Def& def) const {
  if ((def.flags & kDefFromMacro) == 0 || !def.source) return false;
  const Source& s = source(def.source);
  const NodeId name = s.tree.child(def.node, Role::name);
  if (!name) return false;
  const uint32_t slot = skip_trivia(s.tree, s.tree.first_slot(name), s.tree.end_slot(name));
  if (slot >= s.tree.end_slot(name)) return false;
  for (ContextId context = s.context(slot); context != kRootContext; context = out_->contexts.parent(context)) {
    const ExpansionId made_by = out_->contexts.expansion(context);
    if (!made_by || made_by.value >= out_->expansions.size()) continue;
    const MacroDef* macro = macro_def(out_->expansions[made_by.value].macro);
    if (macro != nullptr && macro->kind == MacroKind::Decl) return true;
  }
  return false;
}

// Whether a model of a procedural macro made a definition: the macro itself may name it otherwise.
bool Collector::is_modelled(const Def& def) const {
  SourceId at = def.source;
  for (size_t steps = 0; at && steps <= out_->sources.size(); ++steps) {
    const ExpansionId made_by = out_->sources[at.value].expansion;
    if (!made_by || made_by.value >= out_->expansions.size()) return false;
    const Expansion& expansion = out_->expansions[made_by.value];
    if (expansion.state == ExpansionState::Modelled) return true;
    at = expansion.call_source;
  }
  return false;
}

// Whether a condition that could not be decided is on a definition or around it.
bool Collector::hangs_on_condition(const Def& def) const {
  if (!def.source) return false;
  const SourceInfo& info = out_->sources[def.source.value];
  return std::any_of(info.conditional.begin(), info.conditional.end(), [&](NodeId node) {
    return node.value <= def.node.value && def.node.value < info.source->tree.subtree_end(node).value;
  });
}

// Two things of one name by explicit definitions or imports: what each is decides about the code.
void Collector::report_duplicate(const Binding& old, const Binding& binding, NameId name) {
  const auto is_crate = [&](const Binding& b) {
    return b.import != kNone && out_->imports[b.import].kind == ImportKind::ExternCrate;
  };
  const bool item = old.import == kNone || binding.import == kNone;
  std::string_view code = item ? "E0255" : "E0252";
  if (old.import == kNone && binding.import == kNone) code = "E0428";
  if (is_crate(old) || is_crate(binding))
    code = item ? "E0260" : is_crate(old) && is_crate(binding) ? "E0259" : "E0254";
  for (const Binding* each : {&old, &binding})
    if (each->import == kNone && each->def.crate == input_.index && is_modelled(out_->defs[each->def.def.value]))
      return;
  std::string message = "the name `" + std::string(out_->text(name)) + "` is defined several times";
  if (binding.import != kNone) {
    const Import& import = out_->imports[binding.import];
    problem(NameProblem::Kind::DuplicateDefinition, code, import.source, tree(import.source).span(import.node),
            std::move(message));
  } else if (binding.def.crate == input_.index) {
    const Def& def = out_->defs[binding.def.def.value];
    if (!def.source || (def.flags & kDefUncertain) != 0 || is_hygienic(def) || hangs_on_condition(def)) return;
    if (old.import == kNone && old.def.crate == input_.index && hangs_on_condition(out_->defs[old.def.def.value]))
      return;
    if (old.import == kNone && old.def.crate == input_.index && is_hygienic(out_->defs[old.def.def.value])) return;
    // Where the item begins, behind its attributes.
    const Tree& t = tree(def.source);
    uint32_t slot = t.first_slot(def.node);
    for (NodeId child = t.first_child(def.node); child && t.role(child) == Role::attribute;
         child = t.next_sibling(child))
      slot = skip_trivia(t, t.end_slot(child), t.end_slot(def.node));
    ByteSpan span = t.span(def.node);
    if (slot < t.end_slot(def.node)) span.start = t.token_start(slot);
    problem(NameProblem::Kind::DuplicateDefinition, code, def.source, span, std::move(message));
  }
}

bool Collector::define(uint32_t scope, NameId name, Namespace space, const Binding& binding) {
  if (!name) return false;
  if ((entries_.size() + 1) * 2 > entry_slots_.size()) {
    Buffer<uint32_t> slots;
    slots.resize(entry_slots_.empty() ? 4096 : entry_slots_.size() * 2);
    std::memset(slots.data(), 0, slots.size() * sizeof(uint32_t));
    const size_t mask = slots.size() - 1;
    for (uint32_t e = 0; e < entries_.size(); ++e) {
      size_t i = hash_key(entries_[e].scope, entries_[e].name, entries_[e].space) & mask;
      while (slots[i] != 0) i = (i + 1) & mask;
      slots[i] = e + 1;
    }
    entry_slots_ = std::move(slots);
  }
  const size_t mask = entry_slots_.size() - 1;
  size_t i = hash_key(scope, name, space) & mask;
  while (entry_slots_[i] != 0) {
    const uint32_t index = entry_slots_[i] - 1;
    TableEntry& e = entries_[index];
    if (e.scope != scope || e.name != name || e.space != space) {
      i = (i + 1) & mask;
      continue;
    }
    Binding& old = e.binding;
    if (!old || !binding) {  // a place that was emptied, or is being emptied
      if (!old && !binding) return false;
      old = binding;
    } else if (old.import != kNone && old.import == binding.import) {
      // The same import, looked at again.
      if (same_target(old, binding) && old.visibility == binding.visibility) return false;
      if (old.target == Binding::Target::Def && binding.target == Binding::Target::Unknown) return false;
      const bool ambiguous = old.ambiguous;
      old = binding;
      old.ambiguous = ambiguous;
    } else if (old.glob && !binding.glob) {
      // What only a build script decides hides nothing that is certain.
      if (is_maybe(binding) && old.target != Binding::Target::Unknown) return false;
      old = binding;
    } else if (binding.glob && is_maybe(old) && binding.target != Binding::Target::Unknown) {
      old = binding;
    } else if (old.glob && binding.glob) {
      if (same_target(old, binding)) {
        // Known in more places by the second one?
        if (old.visibility == binding.visibility || narrower(old.visibility, binding.visibility) == binding.visibility)
          return false;
        old.visibility = binding.visibility;
      } else if (binding.target == Binding::Target::Unknown) {
        return false;
      } else if (old.target == Binding::Target::Unknown) {
        old = binding;
      } else {
        if (old.ambiguous) return false;
        old.ambiguous = true;
      }
    } else if (!binding.glob) {
      // Twice by name. Textual order decides for exported macro_rules; otherwise rustc reports it, and the first stays.
      if (same_target(old, binding) || binding.target == Binding::Target::Unknown) return false;
      const bool macros = space == Namespace::Macro && old.import == kNone && binding.import == kNone;
      if (macros || old.target == Binding::Target::Unknown) {
        old = binding;
      } else {
        // Once for each that comes too late, in whatever namespaces.
        const bool is_import = binding.import != kNone;
        if (duplicates_.insert({is_import, is_import ? binding.import : binding.def.def.value}).second)
          report_duplicate(old, binding, name);
        return false;
      }
    } else {
      return false;
    }
    logs_[scope].push_back(index);
    ++version_;
    return true;
  }
  if (!binding) return false;
  entry_slots_[i] = static_cast<uint32_t>(entries_.size() + 1);
  logs_[scope].push_back(static_cast<uint32_t>(entries_.size()));
  entries_.push_back({scope, name, space, binding});
  ++version_;
  return true;
}

NameId Collector::foreign_name(CrateIndex crate, NameId name) {
  if (foreign_names_.size() <= crate) foreign_names_.resize(crate + 1);
  std::vector<uint32_t>& names = foreign_names_[crate];
  constexpr uint32_t kNotAsked = kNone - 1;
  if (names.size() <= name.value) names.resize(std::max<size_t>(out_->names.size(), name.value + 1), kNotAsked);
  uint32_t& there = names[name.value];
  if (there == kNotAsked) there = analysis_.crate(crate)->names.find(out_->names.text(name)).value;
  return NameId(there);
}

const Binding* Collector::lookup_in(ModuleRef module, NameId name, Namespace space) {
  if (!name) return nullptr;
  if (module.crate == input_.index) return own(module.scope, name, space);
  const CrateDefs* crate = analysis_.crate(module.crate);
  if (crate == nullptr) return nullptr;
  return crate->find(module.scope, foreign_name(module.crate, name), space);
}

bool Collector::unknown_in(ModuleRef module) const {
  if (module.crate == input_.index) return out_->scopes[module.scope].unknown_names;
  const CrateDefs* crate = analysis_.crate(module.crate);
  return crate == nullptr || crate->scopes[module.scope].unknown_names;
}

Collector::ModuleRef Collector::module_of_binding(const Binding& binding) const {
  if (binding.target != Binding::Target::Def) return {};
  if (binding.def.crate == input_.index) {
    const Def& d = out_->defs[binding.def.def.value];
    return d.scope == kNone ? ModuleRef() : ModuleRef{input_.index, d.scope};
  }
  const Def* d = analysis_.def(binding.def);
  return d == nullptr || d->scope == kNone ? ModuleRef() : ModuleRef{binding.def.crate, d->scope};
}

// Whether another version of the standard library may have a name there that ours has not (CrateDefs::nightly).
bool Collector::of_other_version(ModuleRef module, NameId name) {
  if (!out_->nightly || module.crate >= kSysrootCrates) return false;
  const CrateDefs* crate = analysis_.crate(module.crate);
  if (crate == nullptr || crate->scopes[module.scope].kind != ScopeKind::Module) return false;
  if (!name) return true;
  for (size_t s = 0; s < kNamespaces; ++s)
    if (lookup_in(module, name, static_cast<Namespace>(s)) != nullptr) return false;
  return true;
}

uint32_t Collector::module_scope(uint32_t scope) const {
  while (out_->scopes[scope].kind != ScopeKind::Module && out_->scopes[scope].parent != kNone)
    scope = out_->scopes[scope].parent;
  return scope;
}

// Whether something of `crate` with that visibility may be named from one of our scopes.
bool Collector::visible(CrateIndex crate, Visibility visibility, uint32_t from_scope) const {
  if (visibility.is_public()) return true;
  if (crate != input_.index) return false;
  return out_->is_visible(visibility, out_->scopes[module_scope(from_scope)].def);
}

// ---- Looking names up ---------------------------------------------------------------------------------------------

bool Collector::fallback_allowed(uint32_t scope) const {
  if (fallback_ || forced_) return true;
  for (;;) {
    if (open_globs_[scope] != 0) return false;
    if (out_->scopes[scope].kind == ScopeKind::Module) return true;
    if (out_->scopes[scope].parent == kNone) return true;
    scope = out_->scopes[scope].parent;
  }
}

Collector::PathAnswer Collector::lexical(uint32_t scope, NameId name, Namespace space, uint32_t ignore_import) {
  PathAnswer answer;
  bool unknown = false;
  const auto found = [&](const Binding& b) {
    answer.answer = b.target == Binding::Target::Unknown ? Answer::Unknown : Answer::Found;
    answer.binding = b;
    answer.found = 1;
    return answer;
  };
  uint32_t at = scope;
  for (;;) {
    const Binding* b = own(at, name, space);
    const bool maybe = b != nullptr && is_maybe(*b);
    if (b != nullptr && !maybe && (b->import == kNone || b->import != ignore_import)) return found(*b);
    const Scope& s = out_->scopes[at];
    unknown |= s.unknown_names || maybe;
    if (s.kind == ScopeKind::Module || s.parent == kNone) break;
    at = s.parent;
  }
  if (!fallback_allowed(scope)) {
    answer.answer = Answer::Wait;
    return answer;
  }
  if (space == Namespace::Macro) {
    const auto it = macro_use_.find({name, Namespace::Macro});
    if (it != macro_use_.end()) return found(it->second);
    unknown |= macro_use_unknown_;
  }
  if (space == Namespace::Type) {
    const auto it = extern_names_.find(name.value);
    if (it != extern_names_.end()) {
      Binding b;
      b.target = it->second.crate == kNoCrate ? Binding::Target::Unknown : Binding::Target::Def;
      b.def = {it->second.crate, DefId(0)};
      return found(b);
    }
  }
  if (no_prelude_[at] == 0) {
    if (out_->prelude_module) {
      const Def* module = out_->prelude_module.crate == input_.index ? &out_->defs[out_->prelude_module.def.value]
                                                                     : analysis_.def(out_->prelude_module);
      if (module != nullptr) {
        const ModuleRef ref{out_->prelude_module.crate, module->scope};
        const Binding* b = lookup_in(ref, name, space);
        if (b != nullptr && visible(ref.crate, b->visibility, scope)) return found(*b);
        unknown |= unknown_in(ref);
      }
    }
    unknown |= prelude_unknown_;
  }
  if (space == Namespace::Type) {
    const std::string_view text = out_->text(name);
    for (uint32_t i = 0; i < kPrimitiveTypes.size(); ++i) {
      if (kPrimitiveTypes[i] != text) continue;
      Binding b;
      b.target = Binding::Target::PrimitiveType;
      b.def = {kNoCrate, DefId(i)};
      return found(b);
    }
  }
  answer.answer = unknown ? Answer::Unknown : Answer::NotFound;
  return answer;
}

// The first `count` segments of a path; all but the last in the namespace of types.
Collector::PathAnswer Collector::resolve(uint32_t scope, const Path& path, size_t count, Namespace space,
                                         uint32_t ignore_import) {
  PathAnswer answer;
  ModuleRef module;  // what the segments so far lead to
  size_t i = 0;
  const uint32_t here = module_scope(scope);
  const auto in_crate = [&](CrateIndex crate) {
    answer.binding = {};
    answer.binding.target = Binding::Target::Def;
    answer.binding.def = {crate, DefId(0)};
    module = {crate, 0};
  };
  if (count == 0) {  // use ::*, or a use of one segment in 2015
    in_crate(input_.index);
    answer.answer = Answer::Found;
    return answer;
  }
  const bool from_root = input_.edition == Edition::k2015;
  const Segment& first = path.segments[0];
  if (first.kind == Segment::Kind::Crate) {
    if (first.crate != input_.index && analysis_.crate(first.crate) == nullptr) {
      answer.answer = Answer::Unknown;
      return answer;
    }
    in_crate(first.crate);
    i = 1;
  } else if (first.kind == Segment::Kind::Self || first.kind == Segment::Kind::Super) {
    uint32_t at = here;
    while (i < count && path.segments[i].kind != Segment::Kind::Name) {
      if (path.segments[i].kind == Segment::Kind::Super) {
        const DefId up = out_->module_of(out_->defs[out_->scopes[at].def.value].parent);
        if (!up) {
          answer.found = static_cast<uint32_t>(i);
          return answer;
        }
        at = out_->defs[up.value].scope;
      }
      ++i;
    }
    module = {input_.index, at};
    answer.binding.target = Binding::Target::Def;
    answer.binding.def = {input_.index, out_->scopes[at].def};
  } else if (path.global && !from_root) {
    const auto it = extern_names_.find(first.name.value);
    if (it == extern_names_.end()) return answer;
    if (it->second.crate == kNoCrate) {
      answer.answer = Answer::Unknown;
      answer.found = 1;
      return answer;
    }
    in_crate(it->second.crate);
    i = 1;
  } else if (path.global) {
    module = {input_.index, 0};
    const Namespace wanted = count == 1 ? space : Namespace::Type;
    const Binding* b = own(0, first.name, wanted);
    if (b == nullptr || b->import == ignore_import) {
      // 2015: names of crates, where the root has none of that name.
      const auto it = extern_names_.find(first.name.value);
      if (it != extern_names_.end() && wanted == Namespace::Type) {
        if (it->second.crate == kNoCrate) {
          answer.answer = Answer::Unknown;
          answer.found = 1;
          return answer;
        }
        in_crate(it->second.crate);
        i = 1;
      }
    }
  } else {
    const Namespace wanted = count == 1 ? space : Namespace::Type;
    PathAnswer head = lexical(scope, first.name, wanted, ignore_import);
    if (head.answer != Answer::Found) return head;
    answer.binding = head.binding;
    answer.private_segment = false;
    i = 1;
    if (count > 1) {
      module = module_of_binding(head.binding);
      if (!module.valid()) {
        answer.found = 1;
        return answer;
      }
    }
  }
  for (; i < count; ++i) {
    const Segment& segment = path.segments[i];
    const bool last = i + 1 == count;
    answer.found = static_cast<uint32_t>(i);
    if (segment.kind != Segment::Kind::Name) return answer;
    const Binding* b = lookup_in(module, segment.name, last ? space : Namespace::Type);
    if (b == nullptr || (b->import != kNone && b->import == ignore_import && module.crate == input_.index)) {
      answer.binding = {};
      const bool unknown = unknown_in(module) || of_other_version(module, segment.name);
      answer.answer = unknown ? Answer::Unknown : Answer::NotFound;
      return answer;
    }
    if (b->target == Binding::Target::Unknown) {
      answer.answer = Answer::Unknown;
      answer.binding = *b;
      answer.found = static_cast<uint32_t>(i + 1);
      return answer;
    }
    if (!visible(module.crate, b->visibility, scope)) answer.private_segment = true;
    answer.binding = *b;
    if (!last) {
      module = module_of_binding(*b);
      if (!module.valid()) {
        answer.found = static_cast<uint32_t>(i + 1);
        return answer;
      }
    }
  }
  answer.found = static_cast<uint32_t>(count);
  answer.answer = Answer::Found;
  return answer;
}

// ---- Imports ------------------------------------------------------------------------------------------------------

void Collector::add_import(Import import, ImportWork work) {
  const auto index = static_cast<uint32_t>(out_->imports.size());
  if (import.kind == ImportKind::Glob) ++open_globs_[import.scope];
  if (!work.done) open_imports_.push_back(index);
  // In 2015 paths of uses begin at the root.
  if (input_.edition == Edition::k2015) work.path.global = work.path.global || !work.path.segments.empty();
  if (!work.path.segments.empty() && work.path.segments[0].kind != Segment::Kind::Name) work.path.global = false;
  out_->imports.push_back(import);
  import_work_.push_back(std::move(work));
}

bool Collector::step_glob(uint32_t index) {
  ImportWork& work = import_work_[index];
  Import& import = out_->imports[index];
  if (!work.module.valid()) {
    const PathAnswer answer = resolve(import.scope, work.path, work.path.segments.size(), Namespace::Type, index);
    import.found_segments = answer.found;
    // Not before all calls are settled, as well: one that cannot be seen may bring what was not found.
    const bool last = forced_ && open_calls_.empty();
    if (answer.answer == Answer::Wait || (answer.answer == Answer::NotFound && !last)) return false;
    if (answer.answer == Answer::Unknown && !forced_ && !fallback_) return false;
    --open_globs_[import.scope];
    if (answer.answer != Answer::Found) {
      // One that finds nothing makes names unknown at last (finish): what it would bring is no reason to doubt others.
      import.state = answer.answer == Answer::Unknown ? Import::State::Unknown : Import::State::Unresolved;
      if (answer.answer == Answer::Unknown) out_->scopes[import.scope].unknown_names = true;
      work.done = true;
      return true;
    }
    import.targets[0] = answer.binding;
    import.state = Import::State::Resolved;
    if (work.prelude) {
      out_->prelude_module = answer.binding.def;
      work.done = true;
      return true;
    }
    work.module = module_of_binding(answer.binding);
    if (!work.module.valid()) {
      work.done = true;
      return true;
    }
    if (unknown_in(work.module) || of_other_version(work.module, NameId()))
      out_->scopes[import.scope].unknown_names = true;
    if (work.module.crate == input_.index && work.module.scope == import.scope) {
      work.done = true;
      return true;
    }
    if (work.module.crate != input_.index) {
      const CrateDefs& crate = *analysis_.crate(work.module.crate);
      const Scope& scope = crate.scopes[work.module.scope];
      for (uint32_t i = scope.first; i < scope.first + scope.count; ++i) {
        const ScopeEntry& entry = crate.scope_entries[i];
        if (!entry.binding.visibility.is_public()) continue;
        Binding b = entry.binding;
        b.glob = true;
        b.import = index;
        b.visibility = import.visibility;
        define(import.scope, out_->names.intern(crate.text(entry.name)), entry.space, b);
      }
      work.done = true;
      return true;
    }
  }
  // What is new in a module of ours.
  bool changed = false;
  const uint32_t from = work.module.scope;
  for (; import_work_[index].seen < logs_[from].size(); ++import_work_[index].seen) {
    const TableEntry entry = entries_[logs_[from][import_work_[index].seen]];
    const Import current = out_->imports[index];
    if (!entry.binding || !visible(input_.index, entry.binding.visibility, current.scope)) continue;
    if (entry.binding.import == index) continue;
    Binding b = entry.binding;
    b.glob = true;
    b.import = index;
    b.visibility = narrower(current.visibility, entry.binding.visibility);
    changed |= define(current.scope, entry.name, entry.space, b);
  }
  if (out_->scopes[from].unknown_names && !out_->scopes[out_->imports[index].scope].unknown_names) {
    out_->scopes[out_->imports[index].scope].unknown_names = true;
    changed = true;
  }
  return changed;
}

bool Collector::step_single(uint32_t index) {
  ImportWork& work = import_work_[index];
  const bool type_only = out_->imports[index].found_segments == kNone;
  const size_t count = work.path.segments.size();
  bool changed = false;
  // Looked at before, and nothing has changed since.
  if (work.seen_version == version_ + 1 && !forced_) return false;
  work.seen_version = version_ + 1;

  bool any_unknown = false;
  bool prefix_final = false;
  uint32_t best_found = 0;
  // The path up to the last segment, once.
  if (count > 1 && !work.module.valid() && !work.unknown) {
    const PathAnswer prefix = resolve(out_->imports[index].scope, work.path, count - 1, Namespace::Type, index);
    best_found = prefix.found;
    if (prefix.answer == Answer::Unknown && (forced_ || fallback_)) {
      work.unknown = true;
    } else if (prefix.answer == Answer::Found) {
      work.module = module_of_binding(prefix.binding);
    } else {
      if (!type_only) out_->imports[index].found_segments = prefix.found;
      return false;
    }
  }
  if (work.unknown) {
    any_unknown = true;
    prefix_final = true;
  }
  // What the module has of the name changes only with the module's table.
  if (!forced_ && count > 1 && work.module.valid() && work.module.crate == input_.index &&
      work.path.segments[count - 1].kind == Segment::Kind::Name) {
    const size_t seen = logs_[work.module.scope].size() + 1;
    if (work.seen == seen) return false;
    work.seen = seen;
  }
  const Import import = out_->imports[index];
  const auto bind = [&](Namespace space, const Binding& target) {
    Binding b = target;
    b.glob = false;
    b.ambiguous = false;
    b.import = index;
    b.visibility =
        target.target == Binding::Target::Unknown ? import.visibility : narrower(import.visibility, target.visibility);
    // An import cannot make known what may not be known there; where rustc reports that, the name is bound all the
    // same.
    if (target.def.crate != input_.index) b.visibility = import.visibility;
    Binding& slot = out_->imports[index].targets[static_cast<size_t>(space)];
    if (!same_target(slot, b)) changed = true;
    slot = b;
    Import::State& state = out_->imports[index].state;
    if (target.target != Binding::Target::Unknown) state = Import::State::Resolved;
    if (state == Import::State::Unresolved) state = Import::State::Unknown;
    if (import.name) changed |= define(import.scope, import.name, space, b);
  };
  if (!work.unknown) {
    for (size_t s = 0; s < kNamespaces; ++s) {
      const auto space = static_cast<Namespace>(s);
      if (type_only && space != Namespace::Type) continue;
      if (count == 1 || !work.module.valid()) {
        const PathAnswer answer = resolve(import.scope, work.path, count, space, index);
        best_found = std::max(best_found, answer.found);
        if (answer.answer == Answer::Found) {
          bind(space, answer.binding);
        } else if (answer.answer == Answer::Unknown) {
          any_unknown = true;
        }
        // macro_rules in force here can be imported by their names.
        if (count == 1 && space == Namespace::Macro && answer.answer != Answer::Found && !work.path.global) {
          DefRef macro;
          uint32_t from = work.textual;
          if (textual_macro(work.path.segments[0].name, &from, &macro) == Answer::Found) {
            Binding b;
            b.target = Binding::Target::Def;
            b.def = macro;
            const MacroDef* def = macro_def(macro);
            b.visibility = def != nullptr && def->exported ? Visibility{} : Visibility{0};
            bind(space, b);
          }
        }
        continue;
      }
      const Segment& last = work.path.segments[count - 1];
      if (last.kind != Segment::Kind::Name) {
        const PathAnswer answer = resolve(import.scope, work.path, count, space, index);
        if (answer.answer == Answer::Found && space == Namespace::Type) bind(space, answer.binding);
        continue;
      }
      const Binding* b = lookup_in(work.module, last.name, space);
      if (b == nullptr || (b->import == index && work.module.crate == input_.index)) continue;
      if (b->target == Binding::Target::Unknown) {
        any_unknown = true;
        if (forced_) bind(space, *b);
        continue;
      }
      // What may not be named there counts only where nothing else of the name is found: then rustc says E0603.
      if (!visible(work.module.crate, b->visibility, import.scope) &&
          (!forced_ || out_->imports[index].state == Import::State::Resolved))
        continue;
      bind(space, *b);
    }
    if (work.module.valid()) {
      prefix_final = work.module.crate != input_.index;
      const Segment& last = work.path.segments[count - 1];
      if (unknown_in(work.module) || of_other_version(work.module, last.name)) any_unknown = true;
    }
  }
  const bool resolved = out_->imports[index].state == Import::State::Resolved;
  if (!resolved && !type_only) out_->imports[index].found_segments = best_found;
  if (!resolved && any_unknown && (forced_ || work.unknown || (prefix_final && fallback_))) {
    // What it brings is unknown: in every namespace, so that nothing it hides is taken for it.
    Binding b;
    b.target = Binding::Target::Unknown;
    for (size_t s = 0; s < kNamespaces; ++s) bind(static_cast<Namespace>(s), b);
  }
  if (prefix_final && (resolved || work.unknown)) work.done = true;
  return changed;
}

bool Collector::step_import(uint32_t index) {
  return out_->imports[index].kind == ImportKind::Glob ? step_glob(index) : step_single(index);
}

bool Collector::resolve_imports() {
  bool any = false;
  // Each turn that changes something makes a name known or more visible; a chain of imports is at most as long as there
  // are imports.
  for (size_t turns = 0;; ++turns) {
    poll();
    if (turns > out_->imports.size() + 16) {
      problem(NameProblem::Kind::Limit, {}, SourceId(0), {}, "imports that never settle");
      return any;
    }
    bool changed = false;
    // Globs first: a single import may find by one what it would else take from outside. At the end singles first: what
    // they bring at last, if only as something unknown, may be the module of a glob.
    for (const bool globs : {!forced_, forced_}) {
      if (globs && forced_ && changed) continue;
      for (const uint32_t index : open_imports_) {
        if (import_work_[index].done || (out_->imports[index].kind == ImportKind::Glob) != globs) continue;
        changed |= step_import(index);
      }
    }
    std::erase_if(open_imports_, [&](uint32_t index) { return import_work_[index].done; });
    any |= changed;
    if (!changed) return any;
  }
}

}  // namespace rp
