// The order in which a crate is collected, and the tables that it comes to.
#include "names/collector.h"

#include <algorithm>
#include <array>

#include "manifest/reader.h"
#include "names/doubts.h"
#include "syntax/lexer.h"

namespace rp {

namespace {

std::string_view prelude_name(Edition edition) {
  switch (edition) {
    case Edition::k2015:
      return "rust_2015";
    case Edition::k2018:
      return "rust_2018";
    case Edition::k2021:
      return "rust_2021";
    case Edition::k2024:
      return "rust_2024";
  }
  return "v1";
}

}  // namespace

Collector::Collector(const CollectInput& input, const Analysis& analysis, SourceReader& reader,
                     const AnalysisOptions& options)
    : input_(input),
      analysis_(analysis),
      reader_(reader),
      options_(options),
      out_(std::make_unique<CrateDefs>()),
      unknown_cfg_(input_.script),
      output_(options.budget) {}

ParseOptions Collector::parse_options() const {
  ParseOptions options;
  options.edition = input_.edition;
  options.nesting_limit = options_.nesting_limit;
  options.error_limit = 200;
  options.budget = options_.budget;
  options.cancellation = options_.cancellation;
  return options;
}

void Collector::problem(NameProblem::Kind kind, std::string_view code, SourceId source, ByteSpan span,
                        std::string message) {
  constexpr size_t kMaxProblems = 10'000;
  if (out_->problems.size() >= kMaxProblems) return;
  out_->problems.push_back({kind, code, source, span, std::move(message)});
}

void Collector::add_extern_names() {
  for (const CollectInput::Dependency& d : input_.dependencies) {
    const NameId name = out_->names.intern(d.name);
    const bool there = d.crate != kNoCrate && analysis_.crate(d.crate) != nullptr;
    extern_names_[name.value] = {name, there ? d.crate : kNoCrate};
  }
  const auto sysroot = [&](SysrootCrate crate) {
    if (crate == input_.index) return;
    const NameId name = out_->names.intern(kSysrootCrateNames[crate]);
    if (extern_names_.contains(name.value)) return;
    extern_names_[name.value] = {name, analysis_.crate(crate) != nullptr ? crate : kNoCrate};
  };
  if (!out_->no_core) sysroot(kCore);
  if (!out_->no_core && !out_->no_std) sysroot(kStd);
  if (input_.proc_macro) sysroot(kProcMacro);
}

void Collector::choose_prelude(const std::vector<Attribute>& attributes) {
  for (const Attribute& a : attributes) {
    if (a.name == "no_std") out_->no_std = true;
    if (a.name == "no_core") out_->no_core = true;
    if (a.name == "feature" && a.has_group) out_->nightly = input_.index >= kSysrootCrates;
    if (a.name == "no_implicit_prelude") {
      no_prelude_[0] = 1;
      out_->no_implicit_prelude.push_back(DefId(0));
    }
    if (a.name == "recursion_limit") {
      const std::string text = attribute_text(tree(SourceId(0)), a);
      uint32_t value = 0;
      for (const char c : text)
        if (c >= '0' && c <= '9' && value < 100'000) value = value * 10 + static_cast<uint32_t>(c - '0');
      // Beyond this the work is bounded by tokens, not by depth.
      if (value != 0) out_->recursion_limit = std::min(value, 4096U);
    }
  }
  add_extern_names();
  if (out_->no_core) return;
  const CrateIndex index = out_->no_std ? kCore : kStd;
  if (index == input_.index) return;
  const CrateDefs* crate = analysis_.crate(index);
  if (crate == nullptr) {
    prelude_unknown_ = true;
    return;
  }
  const Binding* prelude = crate->find(0, crate->names.find("prelude"), Namespace::Type);
  if (prelude != nullptr && prelude->target == Binding::Target::Def) {
    const CrateDefs* home = analysis_.crate(prelude->def.crate);
    const uint32_t scope = home->defs[prelude->def.def.value].scope;
    const Binding* edition =
        scope == kNone ? nullptr : home->find(scope, home->names.find(prelude_name(input_.edition)), Namespace::Type);
    if (edition == nullptr && scope != kNone) edition = home->find(scope, home->names.find("v1"), Namespace::Type);
    if (edition != nullptr && edition->target == Binding::Target::Def) out_->prelude_module = edition->def;
  }
  // In 2015 the root has an item `extern crate std`; later only the extern prelude has the name.
  if (input_.edition == Edition::k2015) {
    Binding item;
    item.target = Binding::Target::Def;
    item.def = {index, DefId(0)};
    item.visibility = Visibility{0};
    define(0, out_->names.intern(kSysrootCrateNames[index]), Namespace::Type, item);
  }
  // #[macro_use] extern crate std
  const Scope& root = crate->scopes[0];
  for (uint32_t i = root.first; i < root.first + root.count; ++i) {
    const ScopeEntry& entry = crate->scope_entries[i];
    if (entry.space != Namespace::Macro || !entry.binding.visibility.is_public()) continue;
    macro_use_[{out_->names.intern(crate->text(entry.name)), Namespace::Macro}] = entry.binding;
  }
}

void Collector::start() {
  out_->name = input_.name;
  out_->edition = input_.edition;
  out_->index = input_.index;
  out_->proc_macro = input_.proc_macro;
  out_->recursion_limit = options_.limits.depth;
  Def root;
  root.kind = DefKind::Module;
  root.name = out_->names.intern(input_.name);
  out_->defs.push_back(root);
  const uint32_t scope = add_scope(ScopeKind::Module, DefId(0), kNone, SourceId(), NodeId());
  out_->defs[0].scope = scope;

  const SourceId file = load_file(input_.root_file, SourceId(), {}, DefId(0));
  if (!file) {
    // A crate without its root: nothing in it is known.
    SourceInfo info;
    info.path = input_.root_file;
    info.module = DefId(0);
    const auto empty = std::make_shared<Source>();
    empty->tree = lex_and_parse(empty->text, parse_options());
    info.source = empty;
    out_->sources.push_back(std::move(info));
    removed_bits_.emplace_back();
    out_->scopes[0].unknown_names = true;
  }
  const SourceId root_file(0);
  out_->defs[0].source = root_file;
  out_->defs[0].node = tree(root_file).root();
  std::vector<Attribute> attributes;
  read_attributes(tree(root_file), tree(root_file).root(), *input_.cfg, &attributes);
  choose_prelude(attributes);
  dirs_.push_back({std::string(manifest::path_parent(input_.root_file)), {}});
  if (!is_configured(tree(root_file), attributes, *input_.cfg, nullptr)) {
    remove(root_file, tree(root_file).root());
    return;
  }
  Place place;
  place.parent = DefId(0);
  open_files_.push_back(input_.root_file);
  walk_file(root_file, place);
  open_files_.pop_back();
}

std::unique_ptr<CrateDefs> Collector::run() {
  start();
  for (;;) {
    resolve_imports();
    if (expand_calls()) {
      if (!forced_) fallback_ = released_ = skipping_ = false;
      ++version_;
      continue;
    }
    // Nothing moves any more. First names from outside are allowed everywhere; then attributes that name no macro are
    // taken for inert ones, and their items come in; then calls that wait are taken to define no macros; at last what
    // is not found is not there.
    if (!fallback_) {
      fallback_ = true;
      ++version_;
      continue;
    }
    if (!released_) {
      released_ = true;
      continue;
    }
    if (!skipping_) {
      skipping_ = true;
      continue;
    }
    if (!forced_) {
      forced_ = true;
      ++version_;
      continue;
    }
    if (open_calls_.empty()) break;
  }
  resolve_imports();
  finish();
  return std::move(out_);
}

void Collector::finish() {
  // What is left of imports.
  for (uint32_t i = 0; i < out_->imports.size(); ++i) {
    Import& import = out_->imports[i];
    if (import.found_segments == kNone) import.found_segments = 0;
    if (import.state != Import::State::Unresolved) continue;
    const ImportWork& work = import_work_[i];
    std::string path;
    for (const Segment& s : work.path.segments) {
      if (!path.empty()) path += "::";
      path += s.kind == Segment::Kind::Name    ? std::string(out_->text(s.name))
              : s.kind == Segment::Kind::Crate ? "crate"
              : s.kind == Segment::Kind::Self  ? "self"
                                               : "super";
    }
    problem(NameProblem::Kind::UnresolvedImport, "E0432", import.source, tree(import.source).span(import.node),
            "unresolved import `" + path + "`");
    if (import.kind == ImportKind::Glob) {
      out_->scopes[import.scope].unknown_names = true;
      continue;
    }
    Binding b;
    b.target = Binding::Target::Unknown;
    b.import = i;
    b.visibility = import.visibility;
    for (size_t s = 0; s < kNamespaces; ++s)
      if (own(import.scope, import.name, static_cast<Namespace>(s)) == nullptr)
        define(import.scope, import.name, static_cast<Namespace>(s), b);
  }

  // Tables in the order of (scope, name, namespace).
  std::vector<uint32_t> order;
  order.reserve(entries_.size());
  for (uint32_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].binding) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const TableEntry& x = entries_[a];
    const TableEntry& y = entries_[b];
    if (x.scope != y.scope) return x.scope < y.scope;
    return x.name != y.name ? x.name < y.name : x.space < y.space;
  });
  out_->scope_entries.reserve(order.size());
  for (const uint32_t i : order) {
    const TableEntry& e = entries_[i];
    Scope& scope = out_->scopes[e.scope];
    if (scope.count++ == 0) scope.first = static_cast<uint32_t>(out_->scope_entries.size());
    out_->scope_entries.push_back({e.name, e.space, e.binding});
  }
  for (const auto& [name, extern_name] : extern_names_) out_->extern_prelude.push_back(extern_name);
  std::sort(out_->extern_prelude.begin(), out_->extern_prelude.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& [key, binding] : macro_use_) out_->macro_use_prelude.push_back({key.first, binding});
  std::sort(out_->no_implicit_prelude.begin(), out_->no_implicit_prelude.end());
  std::sort(out_->macros.begin(), out_->macros.end(),
            [](const MacroDef& a, const MacroDef& b) { return a.def < b.def; });
  out_->finish();
  find_doubts(out_.get(), analysis_);
}

std::unique_ptr<CrateDefs> collect_crate(const CollectInput& input, const Analysis& analysis, SourceReader& reader,
                                         const AnalysisOptions& options) {
  return Collector(input, analysis, reader, options).run();
}

}  // namespace rp
